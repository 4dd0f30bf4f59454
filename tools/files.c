// SPDX-License-Identifier: GPL-2.0-or-later
/* The files named on a command line, one after the other: output and status. */

#include "tool.h"

static int badness(enum status status)
{
	static const enum status order[] = {
		STATUS_COMPLETE, STATUS_UNKNOWN, STATUS_INCOMPLETE, STATUS_MALFORMED, STATUS_ERROR,
	};

	for (int i = 0; i < (int)(sizeof(order) / sizeof(*order)); i++)
		if (order[i] == status)
			return i;
	return 0;
}

static enum status status_of(const struct sdeistop_report *report)
{
	switch (report->verdict) {
	case SDEISTOP_MALFORMED:
		return STATUS_MALFORMED;
	case SDEISTOP_INCOMPLETE:
		return STATUS_INCOMPLETE;
	case SDEISTOP_UNKNOWN:
		return STATUS_UNKNOWN;
	case SDEISTOP_COMPLETE:
		break;
	}
	return STATUS_COMPLETE;
}

static void print_report(const struct files_job *job, const struct sdeistop_report *report,
			 bool last)
{
	if (job->output == OUTPUT_TEXT)
		job->print(job, report, last);
	else
		sdeistop_report_json_cpus(report, job->cpus ? cpulist_has : NULL,
					  (void *)(uintptr_t)job->cpus, job->regs,
					  job->output == OUTPUT_JSON, stdout);
}

static void print_error(const struct files_job *job, const char *file,
			const struct sdeistop_error *error)
{
	if (job->output != OUTPUT_TEXT) {
		sdeistop_error_json(file, error, job->output == OUTPUT_JSON, stdout);
		return;
	}
	fflush(stdout);		/* the two in the order of the files */
	fputs("sdeistop: ", stderr);
	sdeistop_print_name(file, stderr);
	fprintf(stderr, ": %s\n", error->text);
}

static enum status run_one(const struct files_job *job, const char *file, bool last)
{
	struct sdeistop_error error;
	struct sdeistop_report *report;
	enum status status;

	if (sdeistop_report_file(file, &report, &error)) {
		print_error(job, file, &error);
		return error.code == SDEISTOP_ERR_NOT_A_VMCORE ? STATUS_MALFORMED : STATUS_ERROR;
	}
	print_report(job, report, last);
	status = status_of(report);
	sdeistop_report_free(report);
	return status;
}

enum status files_run(const struct files_job *job, char *const files[], int nr)
{
	/* One document: the separators are those of an array of the reports. */
	const bool array = job->output == OUTPUT_JSON && nr > 1;
	enum status worst = STATUS_COMPLETE;

	for (int i = 0; i < nr; i++) {
		enum status status;

		if (array)
			fputs(i ? "," : "[", stdout);
		status = run_one(job, files[i], i == nr - 1);
		if (badness(status) > badness(worst))
			worst = status;
		if (ferror(stdout))
			break;		/* told by main(): nobody reads the rest */
	}
	if (array)
		fputs("]\n", stdout);
	return worst;
}
