// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the text report: a line a CPU, columns as wide as they need. */

#include "internal.h"

#include <inttypes.h>
#include <string.h>

/* PC is the last column and not fitted: a symbol may be of any length */
enum column { CPU, HWID, METHOD, STATE, IRQS, TIME, PID, COMMAND, PC, NR_COLUMNS };

/* Wide enough for any value of a fitted column; a command is cut */
struct row {
	char cell[PC][24];
	char pc[600];
	bool wedged;
	enum sdeistop_colour colour;
};

struct printer {
	const struct sdeistop_report *report;
	const struct sdeistop_table *table;
	FILE *out;
	int width[PC];
	bool wedged;
};

typedef void (*row_fn)(struct printer *printer, const struct row *row);

static const struct row titles = {
	{ "CPU", "HWID", "METHOD", "STATE", "IRQS", "TIME", "PID", "COMMAND" },
	"PC", false, SDEISTOP_PLAIN,
};

static const bool right_aligned[PC] = { [CPU] = true, [TIME] = true, [PID] = true };

#define FILL(row, column, ...) \
	snprintf((row)->cell[column], sizeof((row)->cell[column]), __VA_ARGS__)

static const char *irqs(const struct cpustop_note *note)
{
	if (!(note->flags & CPUSTOP_F_IRQS_KNOWN))
		return "-";
	return note->flags & CPUSTOP_F_IRQS_MASKED ? "masked" : "on";
}

/* From the beginning of the stop until this CPU's */
static void fill_time(const struct cpustop_note *note, struct row *ret)
{
	if (note->acked == UINT32_MAX)
		FILL(ret, TIME, ">4294 s");
	else if (note->acked)
		FILL(ret, TIME, "%" PRIu32 ".%03" PRIu32 " ms", note->acked / 1000,
		     note->acked % 1000);
	else
		FILL(ret, TIME, "%s", note->flags & CPUSTOP_F_EARLY ? "before" : "-");
}

static void fill_pc(const struct sdeistop_table *table, const struct sdeistop_cpu *cpu,
		    struct row *ret)
{
	if (!cpu->has_regs)
		snprintf(ret->pc, sizeof(ret->pc), "-");
	else if (table->pc)
		table->pc(cpu, ret->pc, sizeof(ret->pc), table->arg);
	else
		snprintf(ret->pc, sizeof(ret->pc), "0x%016" PRIx64, cpu->regs.pc);
}

/* Red: it may run on */
static enum sdeistop_colour colour_of(const struct sdeistop_cpu *cpu)
{
	if (sdeistop_cpu_running(cpu) || sdeistop_cpu_undecided(cpu))
		return SDEISTOP_RED;
	return sdeistop_cpu_wedged(cpu) ? SDEISTOP_YELLOW : SDEISTOP_PLAIN;
}

static void fill(const struct printer *printer, const struct sdeistop_cpu *cpu, struct row *ret)
{
	const struct sdeistop_table *table = printer->table;
	const struct cpustop_note *note = &cpu->note;

	ret->wedged = sdeistop_cpu_wedged(cpu);
	ret->colour = table->colour ? colour_of(cpu) : SDEISTOP_PLAIN;
	FILL(ret, CPU, "%" PRIu32, note->cpu);
	FILL(ret, HWID, "0x%" PRIx64, (uint64_t)note->hwid);
	FILL(ret, METHOD, "%s", sdeistop_method_name(note->method, printer->report->source.machine));
	FILL(ret, STATE, "%s", sdeistop_disposition_name(note->disposition));
	FILL(ret, IRQS, "%s", irqs(note));
	fill_time(note, ret);
	/* pid 0 is the idle task's, unless nobody looked */
	if (note->task || note->pid)
		FILL(ret, PID, "%" PRIu32, note->pid);
	else
		FILL(ret, PID, "-");
	FILL(ret, COMMAND, "%.16s", table->command ? table->command(cpu, table->arg) : "");
	fill_pc(table, cpu, ret);
}

static void fill_no_record(unsigned int cpu, struct row *ret)
{
	for (int i = 0; i < PC; i++)
		FILL(ret, i, "-");
	FILL(ret, CPU, "%u", cpu);
	FILL(ret, STATE, "no record");
	snprintf(ret->pc, sizeof(ret->pc), "-");
	ret->wedged = false;
	ret->colour = SDEISTOP_PLAIN;
}

static void widen(struct printer *printer, const struct row *row)
{
	for (int i = 0; i < PC; i++)
		if ((int)strlen(row->cell[i]) > printer->width[i])
			printer->width[i] = (int)strlen(row->cell[i]);
	printer->wedged |= row->wedged;
}

static void print(struct printer *printer, const struct row *row)
{
	fprintf(printer->out, "%s%c", sdeistop_colour_begin(row->colour), row->wedged ? '*' : ' ');
	for (int i = 0; i < PC; i++) {
		if (i == COMMAND && !printer->table->command)
			continue;
		fprintf(printer->out, i ? "  %*s" : " %*s",
			right_aligned[i] ? printer->width[i] : -printer->width[i], row->cell[i]);
	}
	fprintf(printer->out, "  %s%s\n", row->pc, sdeistop_colour_end(row->colour));
}

/* By logical number: the records there are, and between them CPUs without one */
static void for_each_row(struct printer *printer, row_fn what)
{
	const struct sdeistop_report *report = printer->report;
	const struct sdeistop_table *table = printer->table;
	unsigned int cpu = 0;
	struct row row;

	for (size_t i = 0; i < report->nr_cpu || cpu < table->limit; cpu++) {
		bool has_record = i < report->nr_cpu &&
				  (report->cpu[i].note.cpu == cpu || cpu >= table->limit);
		const struct sdeistop_cpu *record = has_record ? &report->cpu[i++] : NULL;

		if (record)
			cpu = record->note.cpu;
		else if (!table->known || !table->known(cpu, table->arg))
			continue;
		if (table->select && !table->select(cpu, table->arg))
			continue;
		if (record)
			fill(printer, record, &row);
		else
			fill_no_record(cpu, &row);
		what(printer, &row);
	}
}

/* Twice over the CPUs: for how wide the columns are, then to print them */
void sdeistop_report_table(const struct sdeistop_report *report,
			   const struct sdeistop_table *table, FILE *out)
{
	struct printer printer = { .report = report, .table = table, .out = out };

	if (!report->nr_cpu && !table->limit)
		return;
	widen(&printer, &titles);
	for_each_row(&printer, widen);
	print(&printer, &titles);
	for_each_row(&printer, print);
	if (printer.wedged)
		fputs("* wedged: did not answer the stop IPI\n", out);
}
