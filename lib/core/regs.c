// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of the text report, each CPU's own or none. */

#include "internal.h"

#include <inttypes.h>

/* "nZCv DAIF EL1h": a letter is upper case when its bit is set */
static void print_pstate(uint64_t pstate, FILE *out)
{
	static const struct { int bit; char set, clear; } flag[] = {
		{ 31, 'N', 'n' }, { 30, 'Z', 'z' }, { 29, 'C', 'c' }, { 28, 'V', 'v' },
		{ -1, ' ', ' ' },
		{ 9, 'D', 'd' }, { 8, 'A', 'a' }, { 7, 'I', 'i' }, { 6, 'F', 'f' },
	};

	fprintf(out, "0x%08" PRIx64 " (", pstate);
	for (size_t i = 0; i < sizeof(flag) / sizeof(*flag); i++)
		putc(flag[i].bit >= 0 && pstate >> flag[i].bit & 1 ? flag[i].set : flag[i].clear, out);
	if (pstate & 0x10)
		fputs(" AArch32)", out);
	else
		fprintf(out, " EL%d%c)", (int)(pstate >> 2 & 3), pstate & 1 ? 'h' : 't');
}

static void print_cpu(const struct sdeistop_report *report, const struct sdeistop_cpu *cpu,
		      FILE *out)
{
	const struct sdeistop_regs *regs = &cpu->regs;

	fprintf(out, "CPU %" PRIu32 " (%s, %s%s): ", cpu->note.cpu,
		sdeistop_method_name(cpu->note.method, report->source.machine),
		sdeistop_disposition_name(cpu->note.disposition),
		sdeistop_cpu_wedged(cpu) ? ", wedged" : "");
	if (!cpu->has_regs) {
		fputs("no registers\n", out);
		return;
	}
	fputs("pstate ", out);
	print_pstate(regs->pstate, out);
	fprintf(out, "\n   pc %016" PRIx64 "   lr %016" PRIx64 "   sp %016" PRIx64 "\n",
		regs->pc, regs->x[30], regs->sp);
	for (int i = 29; i >= 0; i--)
		fprintf(out, "  %s%d %016" PRIx64 "%s", i < 10 ? " x" : "x", i, regs->x[i],
			i % 3 == 0 ? "\n" : "");
}

void sdeistop_report_regs(const struct sdeistop_report *report, sdeistop_select_fn select,
			  void *arg, FILE *out)
{
	for (size_t i = 0; i < report->nr_cpu; i++) {
		if (!select || select(report->cpu[i].note.cpu, arg))
			print_cpu(report, &report->cpu[i], out);
	}
}
