// SPDX-License-Identifier: GPL-2.0-or-later
/* What sdeistop-memory prints, and how it ended. */

#include "tool.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/protocol.h"

/* Printed in all; the frames of some thousand CPUs have less */
#define OUTPUT_MAX	(64u << 20)

struct run {
	memory_line_fn line;
	void *arg;
	char error[256];	/* what the program said, "" nothing */
	struct memory_end *end;
};

void memory_end_set(struct memory_end *ret, enum memory_outcome outcome, const char *format, ...)
{
	va_list args;

	ret->outcome = outcome;
	va_start(args, format);
	vsnprintf(ret->text, sizeof(ret->text), format, args);
	va_end(args);
}

static void take_line(char *const field[], size_t nr, void *arg)
{
	struct run *run = arg;

	if (strcmp(field[0], PROTOCOL_ERROR))
		run->line(field, nr, run->arg);
	else if (nr == 2 && !run->error[0])
		snprintf(run->error, sizeof(run->error), "%s", field[1]);
}

/* True if it was read to its end */
static bool read_all(struct run *run, int fd, int64_t deadline)
{
	struct memory_lines lines = { .line = take_line, .arg = run };
	uint64_t total = 0;
	char bytes[4096];

	for (;;) {
		ssize_t nr;

		if (!wait_until(fd, POLLIN, deadline)) {
			memory_end_set(run->end, MEMORY_FAILED, MEMORY_PROGRAM " took too long");
			return false;
		}
		nr = read(fd, bytes, sizeof(bytes));
		if (!nr)
			return true;
		if (nr < 0 && errno == EINTR)
			continue;
		if (nr < 0 || (total += (uint64_t)nr) > OUTPUT_MAX) {
			memory_end_set(run->end, MEMORY_FAILED, MEMORY_PROGRAM " %s", nr < 0 ?
			    "cannot be read from" : "printed too much");
			return false;
		}
		memory_lines_feed(&lines, bytes, (size_t)nr);
	}
}

static void tell_end(struct run *run, int status)
{
	if (run->error[0])
		memory_end_set(run->end, MEMORY_REFUSED, "%s", run->error);
	else if (WIFEXITED(status) && !WEXITSTATUS(status))
		memory_end_set(run->end, MEMORY_TOLD, "%s", "");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == MEMORY_NOT_STARTED)
		memory_end_set(run->end, MEMORY_NOT_FOUND, MEMORY_PROGRAM " cannot be started");
	else if (WIFSIGNALED(status))
		memory_end_set(run->end, MEMORY_FAILED, MEMORY_PROGRAM " was ended by signal %d",
			       WTERMSIG(status));
	else
		memory_end_set(run->end, MEMORY_FAILED, MEMORY_PROGRAM " failed");
}

const char *memory_cannot(const struct dump *dump)
{
	if (is_stdin(dump->path[0]))
		return "standard input is read once, and pages would be a second time";
	return dump->nr > MEMORY_FILES_MAX ? "a dump of too many parts" : NULL;
}

void memory_run(const char *const words[], const struct dump *dump, memory_line_fn line,
		void *arg, struct memory_end *ret)
{
	struct run run = { .line = line, .arg = arg, .end = ret };
	struct memory_child child;
	bool whole;
	int status;

	if (!memory_child_start(words, dump, false, &child, ret))
		return;
	whole = read_all(&run, child.answers, child.deadline);
	status = memory_child_finish(&child, !whole);
	if (whole)
		tell_end(&run, status);
}
