// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A crash extension for tests/crash/check-crash-patches.sh: the notes as
 * get_elf_notes() has them, and what crash has after the registers of each CPU.
 */
#include "defs.h"

/* crash without the patches loads this too */
#pragma weak get_elf_notes

static void cmd_elfnotes(void)
{
	unsigned char *byte;
	void *notes;
	size_t size, i;

	if (!get_elf_notes)
		error(FATAL, "this crash has no get_elf_notes()\n");
	if (!get_elf_notes(&notes, &size))
		error(FATAL, "no ELF notes\n");
	for (i = 0, byte = notes; i < size; i++)
		fprintf(fp, "%02x%s", byte[i], i % 16 == 15 || i + 1 == size ? "\n" : "");
}

static void cmd_afterregs(void)
{
	struct arm64_pt_regs *regs = machdep->machspec->panic_task_regs;
	int cpu;

	for (cpu = 0; regs && cpu < kt->cpus; cpu++)
		fprintf(fp, "%d %llx %llx\n", cpu, (ulonglong)regs[cpu].orig_x0,
			(ulonglong)regs[cpu].syscallno);
}

static char *help_elfnotes[] = {
	"elfnotes", "hexdump of the dumpfile's ELF notes", "", "  For tests.", NULL
};

static char *help_afterregs[] = {
	"afterregs", "orig_x0 and syscallno of each CPU's registers", "", "  For tests.", NULL
};

static struct command_table_entry commands[] = {
	{ "elfnotes", cmd_elfnotes, help_elfnotes, 0 },
	{ "afterregs", cmd_afterregs, help_afterregs, 0 },
	{ NULL }
};

static void __attribute__((constructor)) load(void)
{
	register_extension(commands);
}
