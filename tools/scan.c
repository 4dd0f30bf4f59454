// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop scan: all vmcores of directories, whatever else is there. */

#include "scan.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

bool scan_interrupted(void)
{
	return interrupted;
}

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* The first one ends the run with what is known so far, another one at once. */
static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = {
		.sa_handler = interrupt, .sa_flags = SA_RESTART | (int)SA_RESETHAND,
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction before;

		/* as nohup has it: ignored stays ignored */
		if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/* ------------------------------------------------------------------- run */

/* A file on its way: its child runs, or is still to be started */
struct job {
	struct scan_item item;
	struct scan_worker worker;
};

/* @job: a ring of options->jobs, in the order of the walk */
struct run {
	const struct scan_options *options;
	struct scan_walk *walk;
	struct scan_summary summary;
	struct scan_progress progress;
	struct scan_wait wait;
	enum status worst;
	size_t nr_files;
	struct job *job;
	size_t first, nr;
	bool walked;			/* whole */
};

static void show_progress(struct run *run)
{
	scan_progress_show(&run->progress, run->nr_files,
			   run->summary.nr_vmcores + run->summary.crashes.nr_kept,
			   scan_walk_directory(run->walk));
}

/* What is known is printed before something is waited for. */
static void idle(void *arg)
{
	fflush(stdout);
	show_progress(arg);
}

static void clear_progress(void *arg)
{
	struct run *run = arg;

	scan_progress_clear(&run->progress);
}

static void tell_error(struct run *run, const char *file, const struct sdeistop_error *error)
{
	run->worst = status_worse(run->worst, status_of_error(error->code));
	scan_summary_error(&run->summary, file, error);
	if (run->options->summary && !run->options->jsonl)
		return;
	clear_progress(run);
	files_print_error(run->options->jsonl ? OUTPUT_JSONL : OUTPUT_TEXT, file, error);
}

/* ------------------------------------------------------------------- jobs */

/* False if the last job waits for the end of another one, because there are no
 * more processes or files to be had. None comes after it then. */
static bool start_last(struct run *run)
{
	struct job *job;
	int error;

	if (!run->nr)
		return true;
	job = &run->job[(run->first + run->nr - 1) % run->options->jobs];
	if (job->item.kind != SCAN_FILE || job->worker.pid)
		return true;
	error = scan_worker_start(run->options, &job->item, &job->worker);
	if (error && run->nr > 1)
		return false;
	if (error) {
		job->item.kind = SCAN_FAILED;
		job->item.error = (struct sdeistop_error) {
			.code = SDEISTOP_ERR_INTERNAL, .offset = -1,
		};
		snprintf(job->item.error.text, sizeof(job->item.error.text),
			 "cannot start a process to read it: %s", strerror(error));
	}
	return true;
}

/* As many as may run. False if there is no memory. */
static bool start_jobs(struct run *run)
{
	while (start_last(run) && run->nr < run->options->jobs && !run->walked &&
	       !scan_interrupted()) {
		struct job *job = &run->job[(run->first + run->nr) % run->options->jobs];
		int status;

		*job = (struct job) { .worker.fd = -1 };
		status = scan_walk_next(run->walk, &job->item);
		if (status < 0)
			return false;
		show_progress(run);
		if (!status) {
			run->walked = true;
		} else if (job->item.kind == SCAN_SKIPPED) {
			run->nr_files++;
			run->summary.nr_skipped++;
		} else {
			run->nr_files += job->item.kind == SCAN_FILE;
			run->nr++;
		}
	}
	return true;
}

static void take_result(struct run *run, const struct job *job, const struct scan_result *result)
{
	const char *file = job->item.path[0];

	if (result->error.code == SDEISTOP_OK) {
		run->worst = status_worse(run->worst, status_of_verdict(result->verdict));
		scan_summary_add(&run->summary, file, result);
	} else if (result->error.code == SDEISTOP_ERR_NOT_A_VMCORE && !job->item.named) {
		run->summary.nr_skipped++;
	} else {
		tell_error(run, file, &result->error);
	}
}

/* The first job, to its end; not if the run is interrupted */
static void finish_job(struct run *run)
{
	struct job *job = &run->job[run->first];
	struct scan_result result;

	if (job->item.kind == SCAN_FAILED)
		tell_error(run, job->item.path[0], &job->item.error);
	else if (scan_worker_finish(&job->worker, &run->wait, &result))
		take_result(run, job, &result);
	else
		return;
	scan_item_free(&job->item);
	run->first = (run->first + 1) % run->options->jobs;
	run->nr--;
}

static void drop_jobs(struct run *run)
{
	for (; run->nr; run->nr--) {
		struct job *job = &run->job[run->first];

		scan_worker_kill(&job->worker);
		scan_item_free(&job->item);
		run->first = (run->first + 1) % run->options->jobs;
	}
}

/* False if there is no memory */
static bool run_jobs(struct run *run)
{
	while (start_jobs(run)) {
		if (!run->nr || scan_interrupted())
			return true;
		finish_job(run);
		/* nobody reads the rest: told by main() */
		if (ferror(stdout))
			return true;
	}
	return false;
}

static enum status conclude(struct run *run)
{
	const struct scan_options *options = run->options;

	run->summary.interrupted = scan_interrupted();
	scan_summary_finish(&run->summary);
	if (options->summary && options->jsonl)
		scan_summary_json(&run->summary, stdout);
	else if (options->summary)
		scan_summary_text(&run->summary, stdout);
	else if (!options->jsonl)
		scan_summary_counts(&run->summary, stdout);
	if (run->summary.interrupted) {
		fflush(stdout);
		fputs("sdeistop: interrupted\n", stderr);
		return STATUS_ERROR;
	}
	return run->summary.nr_vmcores ? run->worst : status_worse(run->worst, STATUS_UNKNOWN);
}

static enum status scan(const struct scan_options *options, char *const paths[], int nr)
{
	struct run run = {
		.options = options,
		.wait = { .idle = idle, .print = clear_progress, .arg = &run },
		.worst = STATUS_COMPLETE,
		.walk = scan_walk_open(paths, (size_t)nr),
		.job = calloc(options->jobs, sizeof(*run.job)),
	};
	enum status status = STATUS_ERROR;
	bool memory = run.walk && run.job;

	scan_summary_init(&run.summary);
	scan_progress_init(&run.progress);
	if (memory) {
		memory = run_jobs(&run);
		drop_jobs(&run);
		clear_progress(&run);
		status = conclude(&run);
	}
	if (!memory) {
		fputs("sdeistop: out of memory\n", stderr);
		status = STATUS_ERROR;
	}
	scan_summary_free(&run.summary);
	free(run.job);
	scan_walk_close(run.walk);
	return status;
}

/* ---------------------------------------------------------------- options */

static bool parse_jobs(const char *text, unsigned int *ret)
{
	uint64_t value;

	if (!memory_parse_number(text, &value) || !value || value > SCAN_JOBS_MAX)
		return false;
	*ret = (unsigned int)value;
	return true;
}

static unsigned int default_jobs(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (online < 1)
		return 1;
	return online < SCAN_JOBS_MAX ? (unsigned int)online : SCAN_JOBS_MAX;
}

/* Each child is a pipe. Directories and what is needed besides has to be opened
 * whatever the number of children: fewer, if the limit is low. */
static void fit_jobs(struct scan_options *options)
{
	const rlim_t besides = 16;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	if (files.rlim_cur < options->jobs + besides && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
		getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur < options->jobs + besides)
		options->jobs = files.rlim_cur > besides ?
				(unsigned int)(files.rlim_cur - besides) : 1;
}

enum status cmd_scan(int argc, char *argv[])
{
	enum { JSON = 256, JSONL, SUMMARY };
	static const struct option options[] = {
		{ "jobs", required_argument, NULL, 'j' },
		{ "json", no_argument, NULL, JSON },	/* no abbreviation of the next */
		{ "jsonl", no_argument, NULL, JSONL },
		{ "summary", no_argument, NULL, SUMMARY },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct scan_options how = { .jobs = default_jobs() };
	int option;

	while ((option = getopt_long(argc, argv, ":j:h", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			if (!parse_jobs(optarg, &how.jobs))
				return usage("-j '%s': expected a number from 1 to %u", optarg,
					     SCAN_JOBS_MAX);
			break;
		case JSON:
			return usage("scan has no --json: a line a vmcore is --jsonl");
		case JSONL:
			how.jsonl = true;
			break;
		case SUMMARY:
			how.summary = true;
			break;
		case 'h':
			print_command_help("scan", stdout);
			return STATUS_COMPLETE;
		default:
			return usage_option(argv, option);
		}
	}
	if (optind == argc)
		return usage("scan needs a file or a directory");
	for (int i = optind; i < argc; i++)
		if (is_stdin(argv[i]))
			return usage("scan does not read standard input");
	fit_jobs(&how);
	catch_signals();
	return scan(&how, argv + optind, argc - optind);
}
