// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop show: what became of each CPU. */

#include "tool.h"

#include <getopt.h>

static void print(const struct files_job *job, const struct sdeistop_report *report, bool last)
{
	sdeistop_select_fn select = job->cpus ? cpulist_has : NULL;
	void *cpus = (void *)(uintptr_t)job->cpus;
	const struct sdeistop_table table = { .select = select, .arg = cpus };

	sdeistop_report_heading(report, stdout);
	if (report->nr_cpu) {
		putchar('\n');
		sdeistop_report_table(report, &table, stdout);
		if (job->regs) {
			putchar('\n');
			sdeistop_report_regs(report, select, cpus, stdout);
		}
		putchar('\n');
	}
	sdeistop_report_verdict(report, stdout);
	if (!last)
		putchar('\n');
}

static enum status run(struct files_job *job, struct cpulist *cpus, int argc, char *argv[])
{
	enum { JSON = 256, JSONL };
	static const struct option options[] = {
		{ "cpus", required_argument, NULL, 'c' },
		{ "regs", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, JSON },
		{ "jsonl", no_argument, NULL, JSONL },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":c:rh", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			cpulist_free(cpus);
			if (!cpulist_parse(optarg, cpus))
				return usage("'%s' is no list of CPUs, expected one as 1,3,5-7", optarg);
			job->cpus = cpus;
			break;
		case 'r':
			job->regs = true;
			break;
		case JSON:
			job->output = OUTPUT_JSON;
			break;
		case JSONL:
			job->output = OUTPUT_JSONL;
			break;
		case 'h':
			print_help(stdout);
			return STATUS_COMPLETE;
		default:
			return usage_option(argv, option);
		}
	}
	if (optind == argc)
		return usage("show needs a vmcore");
	return files_run(job, argv + optind, argc - optind);
}

enum status cmd_show(int argc, char *argv[])
{
	struct files_job job = { .print = print };
	struct cpulist cpus = { 0 };
	enum status status = run(&job, &cpus, argc, argv);

	cpulist_free(&cpus);
	return status;
}
