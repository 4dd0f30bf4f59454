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
 * also means that no error or interrupt of a command can leak one. For the same
 * reason the JSON is kept while it is printed.
 */
static struct sdeistop_report *report;
static char *json;

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
	free(json);
	json = NULL;
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
 * Ctrl-C makes crash longjmp() out of its signal handler, past whatever is open
 * or allocated here: for a while there is none. Nothing in between may end in
 * error(FATAL), which jumps too and would leave them blocked.
 */
static void hold_interrupts(sigset_t *before)
{
	sigset_t interrupts;

	sigemptyset(&interrupts);
	sigaddset(&interrupts, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupts, before);
}

/* One that came meanwhile does not return from here */
static void release_interrupts(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

static void load_report(void)
{
	struct sdeistop_error problem = { .text = "" };
	sigset_t before;
	int ret;

	if (report)
		return;
	if (ACTIVE() || !pc->dumpfile)
		error(FATAL, "a running system has no CPUSTOP notes: they are written when it crashes\n");
	if (REMOTE())
		error(FATAL, "remote dumps are not supported\n");

	hold_interrupts(&before);
	ret = segment_report(pc->dumpfile, &report, &problem);
	release_interrupts(&before);
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

/* Into @json, in place of what an interrupted command may have left there */
static size_t render_json(const struct options *opt, struct cpu_set *set)
{
	char *text = NULL;
	size_t size = 0;
	sigset_t before;
	FILE *memory;

	hold_interrupts(&before);
	memory = open_memstream(&text, &size);
	if (memory) {
		sdeistop_report_json_cpus(report, opt->cpus ? json_selects : NULL, set,
					  opt->regs, true, memory);
		/* What did not fit is missing at the end: rather nothing */
		if (fclose(memory)) {
			free(text);
			text = NULL;
		}
	}
	free(json);
	json = text;
	release_interrupts(&before);
	return size;
}

/*
 * fp is unbuffered when it is a pipe or a file, and JSON is written in small
 * pieces: render it first.
 */
static void print_json(const struct options *opt, struct cpu_set *set)
{
	size_t size = render_json(opt, set);

	if (!json)
		error(FATAL, "no memory for the JSON\n");
	fwrite(json, 1, size, fp);
}

static void print_verdict(void)
{
	if (report->verdict == SDEISTOP_UNKNOWN)
		fprintf(fp, "The kernel of this dump wrote no CPUSTOP notes: "
			"how its CPUs were stopped is not known.\n");
	sdeistop_report_verdict(report, false, fp);
}

/*
 * Of a kernel that writes no records a table would be all guesses. Where one
 * that does left none, each CPU's is missing, and that is what to show.
 */
static bool has_rows(void)
{
	return report->verdict != SDEISTOP_UNKNOWN && cpus_limit(report);
}

static void cmd_sdeistop(void)
{
	struct options opt = { .cpus = NULL };
	struct cpu_set set = { .all = true };

	parse_options(&opt);
	if (opt.backtrace && in_minimal_mode())
		error(FATAL, "-b needs more than minimal mode has\n");
	load_report();
	if (opt.cpus)
		cpus_parse(opt.cpus, report, &set);

	if (opt.json)
		print_json(&opt, &set);
	else if (opt.verdict || !has_rows())
		print_verdict();
	else if (opt.regs || opt.backtrace)
		print_contexts(&opt, &set);
	else
		table_print(report, &set, &opt.style);
}
