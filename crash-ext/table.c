// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of all CPUs: the library's, with what only a debugger can add to
 * it: the command, the symbol, and the CPUs that left no record.
 */
#include "ext.h"

enum column { CPU, HWID, METHOD, STATE, IRQS, TIME, PID, COMMAND, NR_FITTED };

/* Wide enough for any value; the pc is last and as long as its symbol */
struct row {
	char cell[NR_FITTED][24];
	char pc[BUFSIZE];
	bool wedged;
};

struct table {
	const struct sdeistop_report *report;
	const struct style *style;
	int width[NR_FITTED];
	bool wedged;
};

static const struct row titles = {
	{ "CPU", "HWID", "METHOD", "STATE", "IRQS", "TIME", "PID", "COMMAND" }, "PC", false,
};

static const bool right_aligned[NR_FITTED] = { [CPU] = true, [TIME] = true, [PID] = true };

#define FILL(row, column, ...) \
	snprintf((row)->cell[column], sizeof((row)->cell[column]), __VA_ARGS__)

static const char *irqs_word(const struct cpustop_note *note)
{
	if (!(note->flags & CPUSTOP_F_IRQS_KNOWN))
		return "-";
	return note->flags & CPUSTOP_F_IRQS_MASKED ? "masked" : "on";
}

/* From the beginning of the stop until this CPU's */
static void fill_time(const struct cpustop_note *note, struct row *row)
{
	if (note->acked == UINT32_MAX)
		FILL(row, TIME, ">4294 s");
	else if (note->acked)
		FILL(row, TIME, "%u.%03u ms", note->acked / 1000, note->acked % 1000);
	else
		FILL(row, TIME, "%s", note->flags & CPUSTOP_F_EARLY ? "before" : "-");
}

static void fill_no_record(unsigned int cpu, struct row *row)
{
	unsigned int i;

	for (i = 0; i < NR_FITTED; i++)
		FILL(row, i, "-");
	FILL(row, CPU, "%u", cpu);
	FILL(row, STATE, "no record");
	strcpy(row->pc, "-");
}

static void fill(const struct table *table, unsigned int nr, struct row *row)
{
	const struct sdeistop_cpu *cpu = sdeistop_report_cpu(table->report, nr);
	const struct cpustop_note *note;

	memset(row, 0, sizeof(*row));
	if (!cpu) {
		fill_no_record(nr, row);
		return;
	}
	note = &cpu->note;
	row->wedged = sdeistop_cpu_wedged(cpu);
	FILL(row, CPU, "%u", note->cpu);
	FILL(row, HWID, "0x%llx", (ulonglong)note->hwid);
	FILL(row, METHOD, "%s", sdeistop_method_name(note->method, table->report->source.machine));
	FILL(row, STATE, "%s", sdeistop_disposition_name(note->disposition));
	FILL(row, IRQS, "%s", irqs_word(note));
	fill_time(note, row);
	/* Pid 0 is the idle task's, unless nobody looked */
	if (note->task || note->pid)
		FILL(row, PID, "%u", note->pid);
	else
		FILL(row, PID, "-");
	FILL(row, COMMAND, "%s", cpu_command(cpu));
	strcpy(row->pc, "-");
	if (cpu->has_regs)
		pc_name(&cpu->regs, table->style, row->pc);
}

static void widen(struct table *table, const struct row *row)
{
	int i, length;

	for (i = 0; i < NR_FITTED; i++) {
		length = strlen(row->cell[i]);
		table->width[i] = MAX(table->width[i], length);
	}
	table->wedged |= row->wedged;
}

static void print(struct table *table, const struct row *row)
{
	int i;

	fprintf(fp, "%c", row->wedged ? '*' : ' ');
	for (i = 0; i < NR_FITTED; i++)
		fprintf(fp, "%s%*s", i ? "  " : " ",
			right_aligned[i] ? table->width[i] : -table->width[i], row->cell[i]);
	fprintf(fp, "  %s\n", row->pc);
}

static void for_each_row(struct table *table, const struct cpu_set *set,
			 void (*what)(struct table *, const struct row *))
{
	unsigned int cpu, limit = cpus_limit(table->report);
	struct row row;

	for (cpu = 0; cpu < limit && !received_SIGINT(); cpu++) {
		if (!cpus_possible(table->report, cpu) ||
		    !cpus_selected(set, table->report, cpu))
			continue;
		fill(table, cpu, &row);
		what(table, &row);
	}
}

/* Twice over the CPUs: for how wide the columns are, then to print them */
void table_print(const struct sdeistop_report *report, const struct cpu_set *set,
		 const struct style *style)
{
	struct table table = { .report = report, .style = style };

	widen(&table, &titles);
	for_each_row(&table, set, widen);
	print(&table, &titles);
	for_each_row(&table, set, print);
	if (table.wedged)
		fprintf(fp, "* wedged: did not answer the stop IPI\n");
	sdeistop_report_verdict(report, fp);
}
