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
	bool regs, backtrace, verdict, json;
	char *cpus;
	struct style style;
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
	if (opt->style.radix && opt->style.radix != radix)
		error(FATAL, "-d and -x are mutually exclusive\n");
	opt->style.radix = radix;
}

static void parse_options(struct options *opt)
{
	int c;

	while ((c = getopt(argcnt, args, "c:rbvjxd")) != EOF) {
		switch (c) {
		case 'c': opt->cpus = optarg; break;
		case 'r': opt->regs = true; break;
		case 'b': opt->backtrace = true; break;
		case 'v': opt->verdict = true; break;
		case 'j': opt->json = true; break;
		case 'x': set_radix(opt, 16); break;
		case 'd': set_radix(opt, 10); break;
		default: argerrs++; break;
		}
	}
	/* A verdict is about all CPUs, and backtraces are no part of the JSON */
	argerrs += opt->verdict && (opt->cpus || opt->regs || opt->backtrace || opt->json);
	argerrs += opt->json && opt->backtrace;
	if (argerrs || args[optind])
		cmd_usage(pc->curcmd, SYNOPSIS);
}

/*
 * Without interrupts: the third Ctrl-C makes crash longjmp() out of its signal
 * handler, past whatever is open or allocated here.
 */
static void load_report(void)
{
	struct sdeistop_error problem = { .text = "" };
	sigset_t interrupts, before;
	int ret;

	if (report)
		return;
	if (ACTIVE() || !pc->dumpfile)
		error(FATAL, "a running system has no CPUSTOP notes: they are written when it crashes\n");
	if (REMOTE())
		error(FATAL, "remote dumps are not supported\n");

	sigemptyset(&interrupts);
	sigaddset(&interrupts, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupts, &before);
	ret = segment_report(pc->dumpfile, &report, &problem);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ret)
		error(FATAL, "%s\n", problem.text);
}

/* The registers and backtraces of CPUs that may have none of either */
static void print_contexts(const struct options *opt, const struct cpu_set *set)
{
	unsigned int i, shown = 0, limit = cpus_limit(report);
	const struct sdeistop_cpu *cpu;

	for (i = 0; i < limit && !received_SIGINT(); i++) {
		if (!cpus_possible(report, i) || !cpus_selected(set, report, i))
			continue;
		if (shown++)
			fprintf(fp, "\n");
		cpu = sdeistop_report_cpu(report, i);
		print_cpu_header(report, i);
		if (!cpu)
			continue;
		if (!cpu->has_regs) {
			fprintf(fp, "    no registers\n");
			continue;
		}
		if (opt->regs)
			regs_print(&cpu->regs, &opt->style);
		if (opt->backtrace)
			backtrace_print(cpu, &opt->style);
	}
}

static bool json_selects(unsigned int cpu, void *set)
{
	return cpus_selected(set, report, cpu);
}

/*
 * fp is unbuffered when it is a pipe or a file, and JSON is written in small
 * pieces: render it first. What is printed is crash's to free, as a closed
 * pipe longjmp()s out of the write.
 */
static void print_json(const struct options *opt, struct cpu_set *set)
{
	char *text = NULL, *copy;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (memory) {
		sdeistop_report_json_cpus(report, opt->cpus ? json_selects : NULL, set,
					  opt->regs, true, memory);
		fclose(memory);
	}
	if (!text)
		error(FATAL, "no memory for the JSON\n");
	copy = GETBUF(size);
	memcpy(copy, text, size);
	free(text);
	fwrite(copy, 1, size, fp);
	FREEBUF(copy);
}

/* Without records a table would be all guesses */
static void print_verdict(void)
{
	if (report->verdict == SDEISTOP_UNKNOWN)
		fprintf(fp, "The kernel of this dump wrote no CPUSTOP notes: "
			"how its CPUs were stopped is not known.\n");
	sdeistop_report_verdict(report, fp);
}

static void cmd_sdeistop(void)
{
	struct options opt = { .cpus = NULL };
	struct cpu_set set = { .all = true };

	parse_options(&opt);
	if (opt.backtrace && in_minimal_mode())
		error(FATAL, "-b needs more than minimal mode has\n");
	load_report();
	if (opt.cpus && report->nr_cpu)
		cpus_parse(opt.cpus, report, &set);

	if (opt.json)
		print_json(&opt, &set);
	else if (opt.verdict || !report->nr_cpu)
		print_verdict();
	else if (opt.regs || opt.backtrace)
		print_contexts(&opt, &set);
	else
		table_print(report, &set, &opt.style);
}
