// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report of what crash has open: the notes of a dump file, held against its
 * memory; where they tell nothing, what its log does.
 */
#include "ext.h"

static int compare(struct sdeistop_report *report, struct sdeistop_error *problem)
{
	struct memory memory;
	int err;

	memory_open(report, &memory);
	if (memory.why_not)
		err = sdeistop_report_not_compared(report, memory.why_not, problem);
	else
		err = sdeistop_report_compare(report, memory.buffer, memory.nr, problem);
	memory_close(&memory);
	return err;
}

/* Of a kernel that writes records, those of memory are worth a look even if the
 * notes have none */
bool writes_records(const struct sdeistop_report *report)
{
	return report->nr_cpu || report->announced || report->nr_bad_records;
}

static int of_dump(struct sdeistop_report **ret, struct sdeistop_error *problem)
{
	struct sdeistop_report *report;
	int err;

	err = segment_report(pc->dumpfile, &report, problem);
	if (err)
		return err;
	/* Without a crash that came to its end there are records of nothing yet */
	if (report->verdict != SDEISTOP_UNKNOWN && writes_records(report))
		err = compare(report, problem);
	if (!err && !report->nr_cpu && report->verdict != SDEISTOP_MALFORMED)
		err = panic_log_infer(report, problem);
	if (err)
		sdeistop_report_free(report);
	else
		*ret = report;
	return err;
}

/* A running system has no notes, and so no CPU */
static int of_live_system(struct sdeistop_report **ret, struct sdeistop_error *problem)
{
	const struct sdeistop_source source = {
		.file = "a running system", .machine = "aarch64", .notes_missing = true,
	};

	return sdeistop_report_build(NULL, 0, &source, ret, problem);
}

bool is_live(void)
{
	return ACTIVE() || !pc->dumpfile;
}

/* Nothing is left open or allocated by an interrupt; 0, or @problem tells */
int report_make(struct sdeistop_report **ret, struct sdeistop_error *problem)
{
	sigset_t before;
	int err;

	hold_interrupts(&before);
	err = is_live() ? of_live_system(ret, problem) : of_dump(ret, problem);
	release_interrupts(&before);
	return err;
}
