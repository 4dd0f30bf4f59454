// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers and backtraces, CPU by CPU, of those that have any */
#include "ext.h"

void context_print(const struct sdeistop_cpu *cpu, const struct context *context)
{
	if (!cpu->has_regs) {
		fprintf(fp, "    no registers\n");
		return;
	}
	if (context->regs)
		regs_print(&cpu->regs, &context->style);
	if (context->handler)
		handler_print(cpu, &context->style);
	if (context->backtrace)
		backtrace_print(cpu, &context->style);
}

void contexts_print(const struct sdeistop_report *report, const struct cpu_set *set,
		    const struct context *context)
{
	unsigned int i, shown = 0, limit = cpus_limit(report);
	const struct sdeistop_cpu *cpu;

	for (i = 0; i < limit && !received_SIGINT(); i++) {
		if (!cpus_possible(report, i) || !cpus_selected(set, report, i))
			continue;
		if (shown++)
			fprintf(fp, "\n");
		cpu = sdeistop_report_cpu(report, i);
		print_cpu_header(report, i);
		if (cpu)
			context_print(cpu, context);
	}
}
