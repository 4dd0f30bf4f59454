// SPDX-License-Identifier: GPL-2.0-or-later
/* What the panic log tells of a vmcore without records: fetched from its pages
 * by sdeistop-memory, and given to the library. */

#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "memory/protocol.h"

/* The newest records that are kept, and how much of each */
#define LINES_MAX	4096
#define LINE_BYTES	2304

/* @nr records came; the first line of each of the last ones is here, at the
 * record's number modulo LINES_MAX */
struct log {
	char *line[LINES_MAX];
	size_t nr;
	bool no_memory;
};

static void free_log(struct log **log)
{
	for (size_t i = 0; *log && i < LINES_MAX; i++)
		free((*log)->line[i]);
	free(*log);
}

static void take_line(char *const field[], size_t nr, void *arg)
{
	struct log *log = arg;
	char **slot = &log->line[log->nr % LINES_MAX];

	/* The kernel prints each line that matters as a record of its own. Further
	 * lines of one, PROTOCOL_LOG_MORE, may be anything that somebody had logged. */
	if (nr != 2 || strcmp(field[0], PROTOCOL_LOG))
		return;
	free(*slot);
	*slot = strndup(field[1], LINE_BYTES);
	log->no_memory |= !*slot;
	log->nr++;
}

static int infer_from(struct sdeistop_report *report, const struct log *log,
		      struct sdeistop_error *error)
{
	const size_t nr = log->nr < LINES_MAX ? log->nr : LINES_MAX;
	const char *line[LINES_MAX];

	for (size_t i = 0; i < nr; i++)
		line[i] = log->line[(log->nr - nr + i) % LINES_MAX];
	return sdeistop_report_infer(report, line, nr, error);
}

static void say_why_not(struct sdeistop_report *report, const char *text, const char *detail)
{
	snprintf(report->not_inferred, sizeof(report->not_inferred), "%s%s", text, detail);
}

void infer(struct sdeistop_report *report, const struct dump *dump)
{
	__attribute__((cleanup(free_log))) struct log *log = NULL;
	static const char *const words[] = { "log", NULL };
	const char *cannot = memory_cannot(dump);
	struct sdeistop_error error;
	struct memory_end end;

	if (report->nr_cpu || report->verdict == SDEISTOP_MALFORMED)
		return;
	if (!cannot && !report->has_vmcoreinfo)
		cannot = "no VMCOREINFO tells where it is";
	log = cannot ? NULL : calloc(1, sizeof(*log));
	if (!log) {
		say_why_not(report, cannot ? cannot : "out of memory", "");
		return;
	}
	memory_run(words, dump, take_line, log, &end);
	if (end.outcome != MEMORY_TOLD)
		say_why_not(report, end.outcome == MEMORY_REFUSED ? "it cannot be read: " : "",
			    end.text);
	else if (log->no_memory)
		say_why_not(report, "out of memory", "");
	else if (infer_from(report, log, &error))
		say_why_not(report, error.text, "");
}
