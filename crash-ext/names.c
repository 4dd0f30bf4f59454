// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names for what a record holds: symbols, tasks, and the line that heads what
 * is told about one CPU.
 */
#include "ext.h"

bool user_mode(const struct sdeistop_regs *regs)
{
	return !(regs->pstate & 0xf);		/* M[3:0], EL0t; AArch32 EL0 too */
}

/*
 * Pointer authentication keeps its code in the upper bits of a signed address,
 * all ones in a plain one of the kernel. Bit 55 tells whose address it is.
 */
ulong strip_pac(ulong address)
{
	if (address & 1UL << 55)
		address |= machdep->machspec->CONFIG_ARM64_KERNELPACMASK;
	return address;
}

/*
 * crash looks through all symbols for each address, and CPUs are at the same few
 * places. What is remembered is forgotten with the command: modules may come.
 */
static struct known_name {
	ulong address, radix;
	char text[128];
} known_names[256];

void names_forget(void)
{
	memset(known_names, 0, sizeof(known_names));
}

static char *name_of(ulong address, const struct style *style, char *buf)
{
	struct known_name *known = &known_names[address / 4 % 256];

	if (known->address == address && known->radix == style->radix)
		return strcpy(buf, known->text);
	value_to_symstr(address, buf, style->radix);
	if (strlen(buf) < sizeof(known->text)) {
		known->address = address;
		known->radix = style->radix;
		strcpy(known->text, buf);
	}
	return buf;
}

/*
 * "symbol+offset", "" for an address without one. @returns_there: @address is
 * what a call returns to, and the call, not what follows it, is what counts: a
 * call that never returns may be the last instruction of its function.
 */
char *symbol_name(ulong address, bool returns_there, const struct style *style, char *buf)
{
	address = strip_pac(address) - (returns_there ? 4 : 0);
	buf[0] = '\0';
	/* crash invents names for addresses below the kernel's first symbol */
	return is_kernel_text(address) ? name_of(address, style, buf) : buf;
}

/* Where a CPU was interrupted; a user address has no symbol here */
char *pc_name(const struct sdeistop_regs *regs, const struct style *style, char *buf)
{
	if (!user_mode(regs) && *symbol_name(regs->pc, false, style, buf))
		return buf;
	sprintf(buf, "%016lx%s", (ulong)regs->pc, user_mode(regs) ? " (user)" : "");
	return buf;
}

/*
 * The record's task. An address that is none of crash's tasks, or that of a
 * task with another pid, counts for nothing: the pid decides then. Pid 0 is
 * every CPU's idle task, so there it is the CPU.
 */
struct task_context *cpu_task(const struct sdeistop_cpu *cpu)
{
	const struct cpustop_note *note = &cpu->note;
	struct task_context *tc = NULL;

	if (in_minimal_mode())
		return NULL;
	if (note->task)
		tc = task_to_context(note->task);
	if (tc && tc->pid == note->pid)
		return tc;
	if (!sdeistop_cpu_online(cpu))
		return NULL;
	if (note->pid)
		return pid_to_context(note->pid);
	return note->cpu < NR_CPUS ? task_to_context(tt->idle_threads[note->cpu]) : NULL;
}

const char *cpu_command(const struct sdeistop_cpu *cpu)
{
	struct task_context *tc = cpu_task(cpu);

	return tc ? tc->comm : "-";
}

static const char *irqs_clause(const struct cpustop_note *note)
{
	if (!(note->flags & CPUSTOP_F_IRQS_KNOWN))
		return "";
	return note->flags & CPUSTOP_F_IRQS_MASKED ? ", interrupts masked" : ", interrupts enabled";
}

static void print_method(const struct sdeistop_report *report, const struct cpustop_note *note)
{
	if (note->method == CPUSTOP_METHOD_SELF)
		fprintf(fp, ", stopped by itself");
	else if (note->method != CPUSTOP_METHOD_NONE && note->method != CPUSTOP_METHOD_PANIC)
		fprintf(fp, ", stopped by %s",
			sdeistop_method_name(note->method, report->source.machine));
}

/* As crash's bt heads a backtrace; @tc may be NULL, and @task 0 then */
void print_task_line(unsigned int cpu, ulong pid, ulong task, const struct task_context *tc)
{
	fprintf(fp, "PID: %-7lu  TASK: %016lx  CPU: %-3u  COMMAND: \"%s\"\n", pid, task, cpu,
		tc ? tc->comm : "-");
}

/* That, then how the CPU was stopped */
void print_cpu_header(const struct sdeistop_report *report, unsigned int nr)
{
	const struct sdeistop_cpu *cpu = sdeistop_report_cpu(report, nr);
	struct task_context *tc;

	if (!cpu) {
		fprintf(fp, "CPU: %u\n    no valid record in the notes\n", nr);
		return;
	}
	/* What is found by pid is told as a whole, not beside a wild address */
	tc = cpu_task(cpu);
	if (cpu->note.task || cpu->note.pid)
		print_task_line(nr, cpu->note.pid, tc ? tc->task : (ulong)cpu->note.task, tc);
	else
		fprintf(fp, "CPU: %u\n", nr);
	fprintf(fp, "    %s%s", sdeistop_cpu_wedged(cpu) ? "wedged; " : "",
		sdeistop_disposition_words(cpu->note.disposition));
	print_method(report, &cpu->note);
	fprintf(fp, "%s\n", irqs_clause(&cpu->note));
}
