// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop show: what became of each CPU. */

#include "tool.h"

#include <getopt.h>
#include <inttypes.h>
#include <string.h>

/* Those of @cpus that the table leaves out. A range at a time: a list may be of
 * four billion CPUs. */
static void print_no_record(const struct cpulist *cpus, const struct sdeistop_report *report)
{
	const char *before = "CPU ";
	size_t i = 0;

	for (size_t r = 0; r < cpus->nr; r++) {
		const uint64_t end = (uint64_t)cpus->range[r].last + 1;
		uint64_t next;

		for (uint64_t cpu = cpus->range[r].first; cpu < end; cpu = next + 1) {
			while (i < report->nr_cpu && report->cpu[i].note.cpu < cpu)
				i++;
			next = i < report->nr_cpu && report->cpu[i].note.cpu < end ?
			       report->cpu[i].note.cpu : end;
			if (next == cpu)
				continue;
			printf("%s%" PRIu64, before, cpu);
			if (next - cpu > 1)
				printf("-%" PRIu64, next - 1);
			before = ",";
		}
	}
	if (*before == ',')
		puts(": no record");
}

static void print(const struct files_job *job, const struct sdeistop_report *report,
		  const struct backtraces *backtraces, bool last)
{
	sdeistop_select_fn select = job->cpus ? cpulist_has : NULL;
	void *cpus = (void *)(uintptr_t)job->cpus;
	const struct sdeistop_table table = {
		.select = select, .arg = cpus, .colour = job->colour,
	};
	const bool inferred = report->inference || report->not_inferred[0];

	sdeistop_report_heading(report, stdout);
	if (report->nr_cpu) {
		putchar('\n');
		sdeistop_report_table(report, &table, stdout);
		if (job->cpus)
			print_no_record(job->cpus, report);
		if (job->regs) {
			putchar('\n');
			sdeistop_report_regs(report, select, cpus, stdout);
		}
	}
	if (backtraces)
		backtraces_print(report, backtraces, job->vmlinux);
	if (inferred) {
		putchar('\n');
		sdeistop_report_inferred(report, select, cpus, stdout);
	}
	if (report->nr_cpu || backtraces || inferred)
		putchar('\n');
	sdeistop_report_verdict(report, job->colour, stdout);
	if (!last)
		putchar('\n');
}

enum { JSON = 256, JSONL, VMLINUX, COLOUR };

/* False if @option is none of those that say what to do; -c is another matter */
static bool take_option(struct files_job *job, int option)
{
	switch (option) {
	case 'r':
		job->regs = true;
		return true;
	case 'b':
		job->backtrace = true;
		return true;
	case VMLINUX:
		job->vmlinux = optarg;
		return true;
	case JSON:
		job->output = OUTPUT_JSON;
		return true;
	case JSONL:
		job->output = OUTPUT_JSONL;
		return true;
	}
	return false;
}

static enum status run(struct files_job *job, struct cpulist *cpus, int argc, char *argv[])
{
	static const struct option options[] = {
		{ "cpus", required_argument, NULL, 'c' },
		{ "regs", no_argument, NULL, 'r' },
		{ "backtrace", no_argument, NULL, 'b' },
		{ "vmlinux", required_argument, NULL, VMLINUX },
		{ "json", no_argument, NULL, JSON },
		{ "jsonl", no_argument, NULL, JSONL },
		{ "color", required_argument, NULL, COLOUR },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":c:rbh", options, NULL)) != -1) {
		if (option == 'c') {
			cpulist_free(cpus);
			if (!cpulist_parse(optarg, cpus))
				return usage("'%s' is no list of CPUs, expected one as 1,3,5-7",
					     optarg);
			job->cpus = cpus;
		} else if (option == COLOUR) {
			if (!colour_parse(optarg, &job->colour))
				return usage("--color '%s': expected auto, always or never", optarg);
		} else if (option == 'h') {
			print_command_help("show", stdout);
			return STATUS_COMPLETE;
		} else if (!take_option(job, option)) {
			return usage_option(argv, option);
		}
	}
	if (optind == argc)
		return usage("show needs a vmcore");
	if (job->vmlinux && is_stdin(job->vmlinux))
		return usage("--vmlinux needs a file, it is not read from standard input");
	if (job->vmlinux && !job->backtrace)
		return usage("--vmlinux needs -b");
	return files_run(job, argv + optind, argc - optind);
}

enum status cmd_show(int argc, char *argv[])
{
	struct files_job job = { .print = print, .infer = true, .colour = colour_auto() };
	struct cpulist cpus = { 0 };
	enum status status = run(&job, &cpus, argc, argv);

	cpulist_free(&cpus);
	return status;
}
