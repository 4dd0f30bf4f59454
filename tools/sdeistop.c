// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop: what a vmcore says about the CPUs of a dead arm64 machine. */

#include "tool.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static enum status dispatch(int argc, char *argv[])
{
	static const struct {
		const char *name;
		enum status (*run)(int argc, char *argv[]);
	} commands[] = {
		{ "show", cmd_show },
		{ "verify", cmd_verify },
		{ "scan", cmd_scan },
		{ "triage", cmd_triage },
	};

	if (argc < 2)
		return usage("no command");
	if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
		print_help(stdout);
		return STATUS_COMPLETE;
	}
	if (!strcmp(argv[1], "-V") || !strcmp(argv[1], "--version")) {
		puts("sdeistop " SDEISTOP_VERSION);
		return STATUS_COMPLETE;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return usage("'%s' is no command", argv[1]);
}

int main(int argc, char *argv[])
{
	enum status status;

	/* A reader that went away is a write error like any other: said, and
	 * never taken for a verdict. */
	signal(SIGPIPE, SIG_IGN);
	/* whoever started us may ignore it, and how our children end is then lost */
	signal(SIGCHLD, SIG_DFL);
	status = dispatch(argc, argv);

	if (fflush(stdout)) {
		fprintf(stderr, "sdeistop: cannot write to standard output: %s\n", strerror(errno));
		return STATUS_ERROR;
	}
	if (ferror(stdout)) {		/* earlier, and errno is about something else by now */
		fputs("sdeistop: cannot write to standard output\n", stderr);
		return STATUS_ERROR;
	}
	return (int)status;
}
