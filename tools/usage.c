// SPDX-License-Identifier: GPL-2.0-or-later
/* Help, and what is said when the command line makes no sense. */

#include "tool.h"

#include <getopt.h>
#include <stdarg.h>

void print_help(FILE *out)
{
	fputs("usage: sdeistop show [-c CPUS] [-r] [--json|--jsonl] VMCORE...\n"
	      "       sdeistop verify [--json|--jsonl] VMCORE...\n"
	      "       sdeistop -h|--help|-V|--version\n"
	      "\n"
	      "Tells of each CPU of a dead arm64 machine how the crash stopped it and what\n"
	      "became of it. Reads ELF and kdump-compressed vmcores; needs no debuginfo.\n"
	      "\n"
	      "  show    a table of the CPUs, the verdict and what is missing\n"
	      "  verify  the verdict and what is missing\n"
	      "\n"
	      "  -c, --cpus CPUS  only these, as in 1,3,5-7; the verdict is that of all\n"
	      "  -r, --regs       registers too\n"
	      "      --json       JSON: an object, of several files an array of them\n"
	      "      --jsonl      JSON Lines: an object a line, a line a file\n"
	      "\n"
	      "Exit status: 0 complete, 1 error, 2 usage, 3 incomplete, 4 unknown (no record of\n"
	      "any CPU: a kernel that writes none), 5 malformed or no vmcore. Of several files\n"
	      "the worst, in the order 1, 5, 3, 4, 0.\n", out);
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
