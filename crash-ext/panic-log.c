// SPDX-License-Identifier: GPL-2.0-or-later
/* What the panic log tells of a dump without records: its lines are crash's to
 * find, what they mean is the library's to say. */
#include "ext.h"

enum { MAX_LINES = 4096 };	/* the newest ones */

static void print_log(void *arg)
{
	(void)arg;
	dump_log(0);
}

/*
 * The last lines of @text, which is cut up, into @ret. The first line of a record
 * begins with its time; what follows may be anything that somebody had logged.
 */
static size_t last_lines(char *text, const char *ret[MAX_LINES])
{
	size_t nr = 0, i;
	char *line, *p;

	/* Backwards, so that the newest are kept */
	for (p = text + strlen(text); p > text && nr < MAX_LINES; p = line) {
		for (line = p; line > text && line[-1] != '\n'; line--)
			;
		if (*line == '[')
			ret[nr++] = line;
		if (line > text)
			*--line = '\0';
	}
	for (i = 0; i < nr / 2; i++) {
		const char *other = ret[i];

		ret[i] = ret[nr - 1 - i];
		ret[nr - 1 - i] = other;
	}
	return nr;
}

static void cannot(struct sdeistop_report *report, const char *why)
{
	snprintf(report->not_inferred, sizeof(report->not_inferred), "%s", why);
}

/* With interrupts held */
int panic_log_infer(struct sdeistop_report *report, struct sdeistop_error *problem)
{
	const char **line = calloc(MAX_LINES, sizeof(*line));
	int err = SDEISTOP_OK;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool whole;

	if (!line || !out) {
		cannot(report, "out of memory");
	} else {
		whole = guarded(print_log, NULL, out) && !ferror(out);
		if (fclose(out))
			whole = false;
		out = NULL;
		if (whole)
			err = sdeistop_report_infer(report, line, last_lines(text, line), problem);
		else
			cannot(report, "crash cannot read it");
	}
	if (out)
		fclose(out);
	free(text);
	free(line);
	return err;
}
