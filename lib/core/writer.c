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

/* How many bytes from @p on are in a JSON string as they are */
static size_t plain_length(const unsigned char *p)
{
	size_t length = 0, next = 1;

	while (next && p[length] >= ' ' && p[length] != 0x7f && p[length] != '"' &&
	       p[length] != '\\') {
		next = sdeistop_utf8_length(p + length);
		length += next;
	}
	return length;
}

static void quote(const struct sdeistop_writer *w, const char *string)
{
	const unsigned char *p = (const unsigned char *)string;

	putc('"', w->out);
	while (*p) {
		size_t length = plain_length(p);

		if (length) {
			fwrite(p, 1, length, w->out);
			p += length;
			continue;
		}
		if (*p == '"' || *p == '\\')
			fprintf(w->out, "\\%c", *p);
		else if (sdeistop_utf8_length(p))
			fprintf(w->out, "\\u%04x", *p);
		else
			fputs("\\ufffd", w->out);	/* REPLACEMENT CHARACTER */
		p++;
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
