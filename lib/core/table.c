// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of the text report: a line a CPU, columns as wide as they need. */

#include "internal.h"

#include <inttypes.h>
#include <string.h>

enum column { CPU, HWID, METHOD, STATE, IRQS, TIME, PID, PC, NR_COLUMNS };

/* Wide enough for any value of any column */
typedef char cells[NR_COLUMNS][24];

static const cells titles = {
	"CPU", "HWID", "METHOD", "STATE", "IRQS", "TIME", "PID", "PC",
};

static const bool right_aligned[NR_COLUMNS] = { [CPU] = true, [TIME] = true, [PID] = true };

static const char *irqs(const struct cpustop_note *note)
{
	if (!(note->flags & CPUSTOP_F_IRQS_KNOWN))
		return "-";
	return note->flags & CPUSTOP_F_IRQS_MASKED ? "masked" : "on";
}

/* From the beginning of the stop until this CPU's */
static void print_time(const struct cpustop_note *note, char *cell, size_t size)
{
	if (note->acked == UINT32_MAX)
		snprintf(cell, size, ">4294 s");
	else if (note->acked)
		snprintf(cell, size, "%" PRIu32 ".%03" PRIu32 " ms", note->acked / 1000,
			 note->acked % 1000);
	else
		snprintf(cell, size, note->flags & CPUSTOP_F_EARLY ? "before" : "-");
}

static void fill(const struct sdeistop_report *report, const struct sdeistop_cpu *cpu, cells ret)
{
	const struct cpustop_note *note = &cpu->note;
	const size_t size = sizeof(ret[0]);

	snprintf(ret[CPU], size, "%" PRIu32, note->cpu);
	snprintf(ret[HWID], size, "0x%" PRIx64, (uint64_t)note->hwid);
	snprintf(ret[METHOD], size, "%s", sdeistop_method_name(note->method,
							       report->source.machine));
	snprintf(ret[STATE], size, "%s", sdeistop_disposition_name(note->disposition));
	snprintf(ret[IRQS], size, "%s", irqs(note));
	print_time(note, ret[TIME], size);
	/* pid 0 is the idle task's, unless nobody looked */
	if (note->task || note->pid)
		snprintf(ret[PID], size, "%" PRIu32, note->pid);
	else
		snprintf(ret[PID], size, "-");
	if (cpu->has_regs)
		snprintf(ret[PC], size, "0x%016" PRIx64, cpu->regs.pc);
	else
		snprintf(ret[PC], size, "-");
}

static void widen(const cells row, int width[NR_COLUMNS])
{
	for (int i = 0; i < NR_COLUMNS; i++)
		if ((int)strlen(row[i]) > width[i])
			width[i] = (int)strlen(row[i]);
}

static void print(char mark, const cells row, const int width[NR_COLUMNS], FILE *out)
{
	putc(mark, out);
	for (int i = 0; i < NR_COLUMNS; i++) {
		if (i == NR_COLUMNS - 1)
			fprintf(out, "  %s\n", row[i]);
		else
			fprintf(out, i ? "  %*s" : " %*s", right_aligned[i] ? width[i] : -width[i],
				row[i]);
	}
}

void sdeistop_report_table(const struct sdeistop_report *report, sdeistop_select_fn select,
			   void *arg, FILE *out)
{
	int width[NR_COLUMNS] = { 0 };
	bool wedged = false;
	cells row;

	if (!report->nr_cpu)
		return;
	widen(titles, width);
	for (size_t i = 0; i < report->nr_cpu; i++) {
		if (select && !select(report->cpu[i].note.cpu, arg))
			continue;
		fill(report, &report->cpu[i], row);
		widen(row, width);
		wedged |= sdeistop_cpu_wedged(&report->cpu[i]);
	}

	print(' ', titles, width, out);
	for (size_t i = 0; i < report->nr_cpu; i++) {
		if (select && !select(report->cpu[i].note.cpu, arg))
			continue;
		fill(report, &report->cpu[i], row);
		print(sdeistop_cpu_wedged(&report->cpu[i]) ? '*' : ' ', row, width, out);
	}
	if (wedged)
		fputs("* wedged: did not answer the stop IPI\n", out);
}
