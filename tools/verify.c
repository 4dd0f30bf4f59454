// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop verify: is everything there that a crash leaves of its CPUs? */

#include "tool.h"

#include <getopt.h>

void verify_print(const struct sdeistop_report *report, bool colour, FILE *out)
{
	sdeistop_print_source(&report->source, out);
	fputs(report->triage ? ": a triage dump, " : ": ", out);
	sdeistop_report_verdict(report, colour, out);
}

static void print(const struct files_job *job, const struct sdeistop_report *report,
		  const struct backtraces *backtraces, bool last)
{
	(void)backtraces, (void)last;
	verify_print(report, job->colour, stdout);
}

enum status cmd_verify(int argc, char *argv[])
{
	enum { JSON = 256, JSONL, COLOUR };
	static const struct option options[] = {
		{ "json", no_argument, NULL, JSON },
		{ "jsonl", no_argument, NULL, JSONL },
		{ "color", required_argument, NULL, COLOUR },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct files_job job = { .print = print, .colour = colour_auto() };
	int option;

	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case JSON:
			job.output = OUTPUT_JSON;
			break;
		case JSONL:
			job.output = OUTPUT_JSONL;
			break;
		case COLOUR:
			if (!colour_parse(optarg, &job.colour))
				return usage("--color '%s': expected auto, always or never", optarg);
			break;
		case 'h':
			print_command_help("verify", stdout);
			return STATUS_COMPLETE;
		default:
			return usage_option(argv, option);
		}
	}
	if (optind == argc)
		return usage("verify needs a vmcore");
	return files_run(&job, argv + optind, argc - optind);
}
