// SPDX-License-Identifier: GPL-2.0-or-later
/* The part of the text report that does not come from records, and says so. */

#include "internal.h"

#include <inttypes.h>

static void print_rungs(unsigned int rungs, const char *machine, FILE *out)
{
	const char *firmware = sdeistop_method_name(CPUSTOP_METHOD_FIRMWARE, machine);
	char text[32];

	snprintf(text, sizeof(text), "%s%s%s%s", rungs & CPUSTOP_RUNG_IPI ? "ipi" : "-",
		 rungs & CPUSTOP_RUNG_NMI ? ",nmi" : "",
		 rungs & CPUSTOP_RUNG_FIRMWARE ? "," : "",
		 rungs & CPUSTOP_RUNG_FIRMWARE ? firmware : "");
	fprintf(out, "  %-12s", text);
}

static void print_cpu(const struct sdeistop_inferred_cpu *cpu, const char *machine, FILE *out)
{
	fprintf(out, "%c %4" PRIu32 "  %-6s  %-8s", sdeistop_inferred_wedged(cpu) ? '*' : ' ',
		cpu->cpu, cpu->has_method ? sdeistop_method_name(cpu->method, machine) : "-",
		cpu->disposition ? sdeistop_disposition_name(cpu->disposition) : "-");
	print_rungs(cpu->rungs, machine, out);
	if (cpu->has_pid)
		fprintf(out, "  %7" PRIu32 "\n", cpu->pid);
	else
		fprintf(out, "  %7s\n", "-");
}

static void print_table(const struct sdeistop_report *report, sdeistop_select_fn select,
			void *arg, FILE *out)
{
	const struct sdeistop_inference *inference = report->inference;
	bool titled = false, wedged = false;

	for (size_t i = 0; i < inference->nr_cpu; i++) {
		const struct sdeistop_inferred_cpu *cpu = &inference->cpu[i];

		if (select && !select(cpu->cpu, arg))
			continue;
		if (!titled)
			fputs("   CPU  METHOD  STATE     RUNGS             PID\n", out);
		titled = true;
		wedged |= sdeistop_inferred_wedged(cpu);
		print_cpu(cpu, report->source.machine, out);
	}
	if (wedged)
		fputs("* did not answer the stop IPI\n", out);
	if (titled)
		putc('\n', out);
}

void sdeistop_report_inferred(const struct sdeistop_report *report, sdeistop_select_fn select,
			      void *arg, FILE *out)
{
	const struct sdeistop_inference *inference = report->inference;

	if (report->not_inferred[0]) {
		fputs("nothing inferred from the panic log: ", out);
		sdeistop_print_name(report->not_inferred, out);
		putc('\n', out);
	}
	if (!inference)
		return;
	fprintf(out, "inferred from the panic log (%s):\n\n",
		report->announced || report->nr_bad_records ?
		"there is no valid record" : "this kernel writes no records");
	print_table(report, select, arg, out);
	for (size_t i = 0; i < inference->nr_lines; i++) {
		fputs("  ", out);
		sdeistop_print_name(inference->line[i], out);
		putc('\n', out);
	}
}
