// SPDX-License-Identifier: GPL-2.0-or-later
/* Help, and what is said when the command line makes no sense. */

#include "tool.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

/* Commands, and as bits: which of them has an option */
enum {
	SHOW = 1, VERIFY = 2, SCAN = 4, TRIAGE = 8, VMCORES = SHOW | VERIFY,
	REPORTS = VMCORES | SCAN, ALL = ~0,
};

static const struct command {
	int bit;
	const char *name;
	const char *synopsis;
	const char *purpose;
} commands[] = {
	{ SHOW, "show", "[-c CPUS] [-r] [-b [--vmlinux FILE]] [--json|--jsonl] VMCORE...",
	  "a table of the CPUs, the verdict and what is missing" },
	{ VERIFY, "verify", "[--json|--jsonl] VMCORE...",
	  "the verdict and what is missing" },
	{ SCAN, "scan", "[-j N] [--jsonl] [--summary] PATH...",
	  "the same of every vmcore in directories, whatever they are called" },
	{ TRIAGE, "triage", "[-o OUT] [--max-size BYTES] VMCORE",
	  "a small vmcore of the contexts of the CPUs, for debuggers" },
};

static const struct {
	int commands;
	const char *option;
	const char *meaning;
} options[] = {
	{ SHOW, "-c, --cpus CPUS", "only these, as in 1,3,5-7; the verdict is that of all" },
	{ SHOW, "-r, --regs", "registers too" },
	{ SHOW, "-b, --backtrace", "calls of the CPUs of -c, else of those that were wedged" },
	{ SHOW, "    --vmlinux FILE", "with its lines and modules; else names from the dump" },
	{ VMCORES, "    --color WHEN", "colours: always, never, or auto, on a terminal only" },
	{ VMCORES, "    --json", "JSON: an object, of several files an array of them" },
	{ REPORTS, "    --jsonl", "JSON Lines: an object a line, a line a file" },
	{ SCAN, "-j, --jobs N", "so many vmcores at a time, otherwise as many as CPUs" },
	{ SCAN, "    --summary", "what they add up to, and those that need a look" },
	{ TRIAGE, "-o, --output OUT", "the file, otherwise VMCORE.triage here; -: standard output" },
	{ TRIAGE, "    --max-size N", "bytes of it, or with K or M; the least useful is left out" },
	{ ALL, "-h, --help", "this; after a command, the part about that one" },
};

#define NR(array) (sizeof(array) / sizeof(*(array)))

static void print_options(int of, FILE *out)
{
	fputc('\n', out);
	for (size_t i = 0; i < NR(options); i++)
		if (options[i].commands & of)
			fprintf(out, "  %-20s  %s\n", options[i].option, options[i].meaning);
	fputs("\n"
	      "Exit status: 0 complete, 1 error, 2 usage, 3 incomplete, 4 unknown (no record of\n"
	      "any CPU: a kernel that writes none), 5 malformed or no vmcore. Of several files\n"
	      "the worst, in the order 1, 5, 3, 4, 0.\n", out);
}

void print_help(FILE *out)
{
	for (size_t i = 0; i < NR(commands); i++)
		fprintf(out, "%s sdeistop %s %s\n", i ? "      " : "usage:", commands[i].name,
			commands[i].synopsis);
	fputs("       sdeistop -h|--help|-V|--version\n"
	      "\n"
	      "Tells of each CPU of a dead arm64 machine how the crash stopped it and what\n"
	      "became of it. Reads ELF, kdump-compressed, flattened and split vmcores; needs no\n"
	      "debuginfo.\n"
	      "\n", out);
	for (size_t i = 0; i < NR(commands); i++)
		fprintf(out, "  %-7s %s\n", commands[i].name, commands[i].purpose);
	print_options(ALL, out);
}

void print_command_help(const char *name, FILE *out)
{
	const struct command *command = commands;

	while (strcmp(command->name, name))
		command++;
	fprintf(out, "usage: sdeistop %s %s\n\n%s: %s.\n", name, command->synopsis, name,
		command->purpose);
	print_options(command->bit, out);
}

enum status usage(const char *format, ...)
{
	va_list args;

	fputs("sdeistop: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'sdeistop --help'.\n", stderr);
	return STATUS_USAGE;
}

enum status usage_option(char *const argv[], int returned)
{
	/* optopt 0: a long option, and optind is past it. A short one may be in
	 * a group, so only its letter is certain. */
	const char *what = returned == ':' ? "needs an argument" : "is not an option here";

	if (optopt && optopt < 0x80)
		return usage("-%c %s", optopt, what);
	return usage("%s %s", argv[optind - 1], what);
}
