// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of all CPUs: the library's, with what only a debugger can add to
 * it: the command, the symbol, and the CPUs that left no record.
 */
#include "ext.h"

struct selection {
	const struct sdeistop_report *report;
	const struct cpu_set *set;
	const struct style *style;
};

static bool known(unsigned int cpu, void *arg)
{
	const struct selection *selection = arg;

	return cpus_possible(selection->report, cpu);
}

/* An interrupted command wants no more rows */
static bool selected(unsigned int cpu, void *arg)
{
	const struct selection *selection = arg;

	return !received_SIGINT() && cpus_selected(selection->set, selection->report, cpu);
}

static const char *command(const struct sdeistop_cpu *cpu, void *arg)
{
	(void)arg;
	return cpu_command(cpu);
}

static void pc_in_words(const struct sdeistop_cpu *cpu, char *text, size_t size, void *arg)
{
	const struct selection *selection = arg;
	char buf[BUFSIZE];

	snprintf(text, size, "%s", pc_name(&cpu->regs, selection->style, buf));
}

void table_print(const struct sdeistop_report *report, const struct cpu_set *set,
		 const struct style *style)
{
	struct selection selection = { report, set, style };
	const struct sdeistop_table table = {
		.select = selected,
		.known = known,
		.limit = cpus_limit(report),
		.command = command,
		.pc = pc_in_words,
		.arg = &selection,
	};

	sdeistop_report_table(report, &table, fp);
}
