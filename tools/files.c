// SPDX-License-Identifier: GPL-2.0-or-later
/* The files named on a command line, one after the other: output and status. */

#include "tool.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_report(const struct files_job *job, const struct sdeistop_report *report,
			 struct backtraces *backtraces, bool last)
{
	const struct sdeistop_document document = {
		.select = job->cpus ? cpulist_has : NULL,
		.arg = (void *)(uintptr_t)job->cpus,
		.regs = job->regs, .pretty = job->output == OUTPUT_JSON,
		.backtraces = backtraces, .calls = backtraces_calls, .calls_arg = backtraces,
		.backtraces_left_out = backtraces ? backtraces->left_out : 0,
		.backtrace_error = backtraces && backtraces->error[0] ? backtraces->error : NULL,
	};

	if (job->output == OUTPUT_TEXT)
		job->print(job, report, backtraces, last);
	else
		sdeistop_report_document(report, &document, stdout);
}

/* What else is wanted of the file, and all of it printed */
static void print_all(const struct files_job *job, const struct sdeistop_report *report,
		      const struct dump *dump, bool last)
{
	struct backtraces backtraces;

	if (!job->backtrace) {
		print_report(job, report, NULL, last);
		return;
	}
	backtraces_read(report, dump, job->cpus, job->vmlinux, &backtraces);
	print_report(job, report, &backtraces, last);
	backtraces_free(&backtraces);
}

void files_print_error(enum output output, const char *file, const struct sdeistop_error *error)
{
	if (output != OUTPUT_TEXT) {
		sdeistop_error_json(file, error, output == OUTPUT_JSON, stdout);
		return;
	}
	fflush(stdout);		/* the two in the order of the files */
	fputs("sdeistop: ", stderr);
	sdeistop_print_name(file, stderr);
	fprintf(stderr, ": %s\n", error->text);
}

/* Whoever writes to us writes to others as well, and is not to be killed by a
 * pipe that nobody reads on: a dump, often. */
static void drain_stdin(void)
{
	char bytes[65536];
	struct stat st;

	if (fstat(STDIN_FILENO, &st) || (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode)))
		return;
	fflush(stdout);		/* who waits for the answer need not wait for the rest */
	while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
		;
}

bool is_stdin(const char *file)
{
	return !strcmp(file, "-");
}

static enum status run_one(const struct files_job *job, const struct dump *dump, bool last)
{
	struct sdeistop_error error;
	struct sdeistop_report *report;
	const bool from_stdin = is_stdin(dump->path[0]);
	enum status status;
	int failed;

	if (from_stdin)
		failed = sdeistop_report_fd(STDIN_FILENO, "-", &report, &error);
	else
		failed = sdeistop_report_parts(dump->path, dump->nr, &report, &error);
	if (failed) {
		files_print_error(job->output, dump->path[0], &error);
		status = status_of_error(error.code);
	} else {
		if (job->infer)
			infer(report, dump);
		print_all(job, report, dump, last);
		status = status_of_verdict(report->verdict);
		sdeistop_report_free(report);
	}
	if (from_stdin)
		drain_stdin();
	return status;
}

static enum status run_all(const struct files_job *job, const struct dumps *dumps)
{
	/* One document: the separators are those of an array of the reports. */
	const bool array = job->output == OUTPUT_JSON && dumps->nr > 1;
	enum status worst = STATUS_COMPLETE;

	for (size_t i = 0; i < dumps->nr; i++) {
		if (array)
			fputs(i ? "," : "[", stdout);
		worst = status_worse(worst, run_one(job, &dumps->dump[i], i == dumps->nr - 1));
		if (ferror(stdout))
			break;		/* told by main(): nobody reads the rest */
	}
	if (array)
		fputs("]\n", stdout);
	return worst;
}

enum status files_run(const struct files_job *job, char *const files[], int nr)
{
	enum status status = STATUS_ERROR;
	struct dumps dumps;

	if (dumps_find(files, (size_t)nr, &dumps))
		status = run_all(job, &dumps);
	else
		fputs("sdeistop: out of memory\n", stderr);
	dumps_free(&dumps);
	return status;
}
