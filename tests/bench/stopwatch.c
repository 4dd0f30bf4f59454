// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A crash extension for tests: how long a command takes inside crash, its output
 * going where crash sends it.
 */
#include "defs.h"
#include <time.h>

enum { MAX_RUNS = 1000 };

struct span {
	double wall, cpu;		/* microseconds */
};

static void cmd_stopwatch(void);

static char *help_stopwatch[] = {
"stopwatch",
"how long a command takes",
"file runs command [args]",
"  Runs the command so often, and appends a line to the file for each run:",
"  microseconds that passed, and those of them that crash itself ran.",
NULL
};

static struct command_table_entry command_table[] = {
	{ "stopwatch", cmd_stopwatch, help_stopwatch, 0 },
	{ NULL },
};

static void __attribute__((constructor)) stopwatch_init(void)
{
	register_extension(command_table);
}

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

/* A command need not leave its arguments as they were: they are parsed anew */
static struct span run(const char *line)
{
	char copy[BUFSIZE];
	struct span span;

	strcpy(copy, line);
	argcnt = parse_line(copy, args);
	span.wall = -now(CLOCK_MONOTONIC);
	span.cpu = -now(CLOCK_PROCESS_CPUTIME_ID);
	exec_command();
	span.cpu += now(CLOCK_PROCESS_CPUTIME_ID);
	span.wall += now(CLOCK_MONOTONIC);
	return span;
}

/* Only now: a run that ended in an error did not come back, and leaves no line */
static void append(const char *path, const struct span *span, long runs)
{
	FILE *file = fopen(path, "a");
	long i;

	if (!file)
		error(FATAL, "%s: %s\n", path, strerror(errno));
	for (i = 0; i < runs; i++)
		fprintf(file, "%.1f %.1f\n", span[i].wall, span[i].cpu);
	fclose(file);
}

static void cmd_stopwatch(void)
{
	static struct span span[MAX_RUNS];
	char path[BUFSIZE], line[BUFSIZE] = "";
	long i, runs = argcnt > 3 ? atol(args[2]) : 0;

	if (runs < 1 || runs > MAX_RUNS)
		cmd_usage(pc->curcmd, SYNOPSIS);
	snprintf(path, sizeof(path), "%s", args[1]);
	for (i = 3; i < argcnt; i++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s ", args[i]);
	for (i = 0; i < runs; i++)
		span[i] = run(line);
	append(path, span, runs);
}
