// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which CPUs a capture kernel has. One that is off, and had been asked to be, is
 * started by CPU_ON like any other; one that has power runs something else.
 */

#include "internal.h"

#include <string.h>

enum sdeistop_usable sdeistop_cpu_usable(const struct sdeistop_cpu *cpu)
{
	switch (cpu->note.disposition) {
	case CPUSTOP_DISP_CRASHING:
		return SDEISTOP_USABLE_RUNS_IT;
	case CPUSTOP_DISP_OFF:
	case CPUSTOP_DISP_OFFLINE:
		return SDEISTOP_USABLE_YES;
	case CPUSTOP_DISP_OFF_REQ:
		return SDEISTOP_USABLE_PERHAPS;
	case CPUSTOP_DISP_RUNNING:
	case CPUSTOP_DISP_PARKED:
	case CPUSTOP_DISP_ABSENT:
		return SDEISTOP_USABLE_NO;
	default:
		return SDEISTOP_USABLE_PERHAPS;
	}
}

static bool is_crashing(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_CRASHING;
}

static bool is_off(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_OFF;
}

static bool is_off_requested(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_OFF_REQ;
}

static bool is_parked(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_PARKED;
}

/* In the order of the line; absent CPUs are none */
static const struct kind {
	uint8_t disposition;
	bool (*is)(const struct sdeistop_cpu *cpu);
} kinds[] = {
	{ CPUSTOP_DISP_CRASHING, is_crashing },
	{ CPUSTOP_DISP_OFF, is_off },
	{ CPUSTOP_DISP_OFFLINE, sdeistop_cpu_offline },
	{ CPUSTOP_DISP_OFF_REQ, is_off_requested },
	{ CPUSTOP_DISP_UNKNOWN, sdeistop_cpu_undecided },
	{ CPUSTOP_DISP_PARKED, is_parked },
	{ CPUSTOP_DISP_RUNNING, sdeistop_cpu_running },
};

static const char *verb_of(const struct kind *kind)
{
	const struct sdeistop_cpu cpu = { .note.disposition = kind->disposition };

	switch (sdeistop_cpu_usable(&cpu)) {
	case SDEISTOP_USABLE_NO:
		return "not CPU ";
	case SDEISTOP_USABLE_PERHAPS:
		return "perhaps CPU ";
	default:
		return "can use CPU ";
	}
}

/* CPUs present at the crash without a valid record */
static unsigned int count_missing(const struct sdeistop_report *report)
{
	unsigned int recorded = 0;

	for (size_t i = 0; i < report->nr_cpu; i++)
		recorded += report->cpu[i].note.disposition != CPUSTOP_DISP_ABSENT;
	return report->nr_present > recorded ? report->nr_present - recorded : 0;
}

void sdeistop_report_capture(const struct sdeistop_report *report, FILE *out)
{
	const char *last = NULL;
	unsigned int missing;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct kind *kind = &kinds[i];
		const char *verb = verb_of(kind);

		if (!sdeistop_any_cpu(report, kind->is))
			continue;
		if (last && !strcmp(verb, last))
			fputs(", ", out);
		else
			fprintf(out, "%s%s", last ? "; " : "a capture kernel: ", verb);
		sdeistop_print_cpus(report, kind->is, out);
		fprintf(out, " (%s)", kind->disposition == CPUSTOP_DISP_CRASHING ?
			"it runs there" : sdeistop_disposition_words(kind->disposition));
		last = verb;
	}
	if (!last)
		return;
	missing = count_missing(report);
	if (missing)
		fprintf(out, "; not known of %u more", missing);
	putc('\n', out);
}
