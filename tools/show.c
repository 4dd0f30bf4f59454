// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop show: what became of each CPU. */

#include "tool.h"

#include <getopt.h>
#include <inttypes.h>

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

static void print(const struct files_job *job, const struct sdeistop_report *report, bool last)
{
	sdeistop_select_fn select = job->cpus ? cpulist_has : NULL;
	void *cpus = (void *)(uintptr_t)job->cpus;
	const struct sdeistop_table table = {
		.select = select, .arg = cpus, .colour = job->colour,
	};

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
		putchar('\n');
	}
	if (report->inference || report->not_inferred[0]) {
		putchar('\n');
		sdeistop_report_inferred(report, select, cpus, stdout);
		putchar('\n');
	}
	sdeistop_report_verdict(report, job->colour, stdout);
	if (!last)
		putchar('\n');
}

static enum status run(struct files_job *job, struct cpulist *cpus, int argc, char *argv[])
{
	enum { JSON = 256, JSONL, COLOUR };
	static const struct option options[] = {
		{ "cpus", required_argument, NULL, 'c' },
		{ "regs", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, JSON },
		{ "jsonl", no_argument, NULL, JSONL },
		{ "color", required_argument, NULL, COLOUR },
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
		case COLOUR:
			if (!colour_parse(optarg, &job->colour))
				return usage("--color '%s': expected auto, always or never", optarg);
			break;
		case 'h':
			print_command_help("show", stdout);
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
	struct files_job job = { .print = print, .infer = true, .colour = colour_auto() };
	struct cpulist cpus = { 0 };
	enum status status = run(&job, &cpus, argc, argv);

	cpulist_free(&cpus);
	return status;
}
