// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sdeistop: how each CPU of a crashed arm64 machine was stopped, and what it
 * was doing then. A crash extension.
 */
#include "ext.h"

static void cmd_sdeistop(void);

static struct command_table_entry command_table[] = {
	{ "sdeistop", cmd_sdeistop, help_sdeistop, MINIMAL },
	{ NULL },
};

/*
 * The dump of a session never changes: its report is made once and kept, which
 * also means that no error or interrupt of a command can leak one.
 */
static struct sdeistop_report *report;

struct options {
	bool verdict, json;
	char *cpus;
	struct context context;
};

static void __attribute__((constructor)) sdeistop_init(void)
{
	register_extension(command_table);
}

static void __attribute__((destructor)) sdeistop_fini(void)
{
	sdeistop_report_free(report);
	report = NULL;
}

static void set_radix(struct options *opt, ulong radix)
{
	if (opt->context.style.radix && opt->context.style.radix != radix)
		error(FATAL, "-d and -x are mutually exclusive\n");
	opt->context.style.radix = radix;
}

static void parse_options(struct options *opt)
{
	int c;

	while ((c = getopt(argcnt, args, "c:rbfvjxd")) != EOF) {
		switch (c) {
		case 'c': opt->cpus = optarg; break;
		case 'r': opt->context.regs = true; break;
		case 'b': opt->context.backtrace = true; break;
		case 'f': opt->context.handler = true; break;
		case 'v': opt->verdict = true; break;
		case 'j': opt->json = true; break;
		case 'x': set_radix(opt, 16); break;
		case 'd': set_radix(opt, 10); break;
		default: argerrs++; break;
		}
	}
	/* A verdict is about all CPUs, and backtraces are no part of the JSON */
	argerrs += opt->verdict && (opt->cpus || opt->context.regs || opt->context.backtrace ||
				    opt->json);
	argerrs += opt->json && (opt->context.backtrace || opt->context.style.radix);
	argerrs += opt->context.handler && !opt->context.backtrace;
	if (argerrs || args[optind])
		cmd_usage(pc->curcmd, SYNOPSIS);
}

static void load_report(void)
{
	struct sdeistop_error problem = { .text = "" };

	if (REMOTE())
		error(FATAL, "remote dumps are not supported\n");
	if (!report && report_make(&report, &problem))
		error(FATAL, "%s\n", problem.text);
}

/* For the library */
static bool selects(unsigned int cpu, void *set)
{
	return cpus_selected(set, report, cpu);
}

static void print_json(const struct options *opt, struct cpu_set *set)
{
	sdeistop_report_json_cpus(report, opt->cpus ? selects : NULL, set, opt->context.regs,
				  true, fp);
}

static void print_verdict(void)
{
	sdeistop_report_verdict(report, false, fp);
	sdeistop_report_comparison(report, true, fp);
}

/* Where there are no records: what there is besides, and where it is from */
static void print_without_records(const struct options *opt, struct cpu_set *set)
{
	const bool contexts = opt->context.regs || opt->context.backtrace;

	if (is_live())
		fprintf(fp, "A running system has no CPUSTOP notes: "
			"they are written when it crashes.\n");
	else
		fprintf(fp, "%s CPUSTOP notes: how its CPUs were stopped is not known.\n",
			report->verdict == SDEISTOP_UNKNOWN ?
			"The kernel of this dump wrote no" : "This dump has no");
	if (!opt->verdict)
		inferred_print(report, set, contexts ? &opt->context : NULL, &opt->context.style);
	if (is_live())
		return;
	if (!opt->verdict && !contexts) {
		fprintf(fp, "\n");
		sdeistop_report_inferred(report, selects, set, fp);
		fprintf(fp, "\n");
	}
	sdeistop_report_verdict(report, false, fp);
}

static void print_table(const struct options *opt, struct cpu_set *set)
{
	table_print(report, set, &opt->context.style);
	if (!report->nr_cpu) {
		fprintf(fp, "\n");
		sdeistop_report_inferred(report, selects, set, fp);
		fprintf(fp, "\n");
	}
	sdeistop_report_capture(report, fp);
	sdeistop_report_verdict(report, false, fp);
	sdeistop_report_comparison(report, false, fp);
}

static void cmd_sdeistop(void)
{
	struct options opt = { .cpus = NULL };
	struct cpu_set set = { .all = true };

	parse_options(&opt);
	if (opt.context.backtrace && in_minimal_mode())
		error(FATAL, "-b needs more than minimal mode has\n");
	if (opt.json && is_live())
		error(FATAL, "a running system has no CPUSTOP notes, and so no report\n");
	load_report();
	if (opt.cpus)
		cpus_parse(opt.cpus, report, &set);

	names_forget();
	output_begin();
	if (opt.json)
		print_json(&opt, &set);
	/* A table of records would be all guesses; where a kernel that writes them
	 * left none, each CPU's is missing, and that is what to show */
	else if (report->verdict == SDEISTOP_UNKNOWN || !writes_records(report))
		print_without_records(&opt, &set);
	else if (opt.verdict || !cpus_limit(report))
		print_verdict();
	else if (opt.context.regs || opt.context.backtrace)
		contexts_print(report, &set, &opt.context);
	else
		print_table(&opt, &set);
	output_end();
}
