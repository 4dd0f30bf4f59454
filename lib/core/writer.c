// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON as a stream; nothing about vmcores. */

#include "internal.h"
#include "writer.h"

#include <inttypes.h>
#include <stddef.h>

void sdeistop_writer_init(struct sdeistop_writer *w, bool pretty, FILE *out)
{
	*w = (struct sdeistop_writer) { .out = out, .pretty = pretty };
}

void sdeistop_writer_finish(struct sdeistop_writer *w)
{
	putc('\n', w->out);
}

static void new_line(const struct sdeistop_writer *w)
{
	putc('\n', w->out);
	for (int i = 0; i < w->depth; i++)
		fputs("  ", w->out);
}

static void quote(const struct sdeistop_writer *w, const char *string)
{
	const unsigned char *p = (const unsigned char *)string;

	putc('"', w->out);
	while (*p) {
		size_t length = sdeistop_utf8_length(p);

		if (!length) {
			fputs("\\ufffd", w->out);	/* REPLACEMENT CHARACTER */
			length = 1;
		} else if (*p < ' ' || *p == 0x7f) {
			fprintf(w->out, "\\u%04x", *p);
		} else {
			if (*p == '"' || *p == '\\')
				putc('\\', w->out);
			fwrite(p, 1, length, w->out);
		}
		p += length;
	}
	putc('"', w->out);
}

/* What comes before a value: comma, line, key */
static void begin(struct sdeistop_writer *w, const char *key)
{
	bool one_line = !w->pretty || w->line;

	if (w->follows)
		putc(',', w->out);
	if (w->depth && !one_line)
		new_line(w);
	else if (w->follows)
		putc(' ', w->out);
	if (key) {
		quote(w, key);
		fputs(": ", w->out);
	}
	w->follows = true;
}

void sdeistop_write_open(struct sdeistop_writer *w, const char *key, char bracket, bool one_line)
{
	begin(w, key);
	putc(bracket, w->out);
	w->depth++;
	w->follows = false;
	if (one_line && !w->line)
		w->line = w->depth;
}

void sdeistop_write_close(struct sdeistop_writer *w, char bracket)
{
	bool one_line = !w->pretty || w->line;

	if (w->line == w->depth)
		w->line = 0;
	w->depth--;
	if (w->follows && !one_line)
		new_line(w);
	putc(bracket, w->out);
	w->follows = true;
}

void sdeistop_write_string(struct sdeistop_writer *w, const char *key, const char *string)
{
	begin(w, key);
	quote(w, string);
}

void sdeistop_write_int(struct sdeistop_writer *w, const char *key, int64_t value)
{
	begin(w, key);
	fprintf(w->out, "%" PRId64, value);
}

void sdeistop_write_hex(struct sdeistop_writer *w, const char *key, uint64_t value)
{
	begin(w, key);
	fprintf(w->out, "\"0x%" PRIx64 "\"", value);
}

void sdeistop_write_bool(struct sdeistop_writer *w, const char *key, bool value)
{
	begin(w, key);
	fputs(value ? "true" : "false", w->out);
}

void sdeistop_write_null(struct sdeistop_writer *w, const char *key)
{
	begin(w, key);
	fputs("null", w->out);
}
