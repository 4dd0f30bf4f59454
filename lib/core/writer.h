/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as a stream. Every value takes the key it has in its object, NULL in an
 * array. Strings may be any bytes; what comes out is UTF-8.
 */
#ifndef SDEISTOP_WRITER_H
#define SDEISTOP_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sdeistop_writer {
	FILE *out;
	bool pretty;
	bool follows;		/* a value went before at this level */
	int depth;
	int line;		/* depth from which on everything is on one line, 0 none */
};

void sdeistop_writer_init(struct sdeistop_writer *w, bool pretty, FILE *out);
void sdeistop_writer_finish(struct sdeistop_writer *w);

/* @one_line: keep what is inside together even when pretty */
void sdeistop_write_open(struct sdeistop_writer *w, const char *key, char bracket, bool one_line);
void sdeistop_write_close(struct sdeistop_writer *w, char bracket);

void sdeistop_write_string(struct sdeistop_writer *w, const char *key, const char *string);
void sdeistop_write_int(struct sdeistop_writer *w, const char *key, int64_t value);
void sdeistop_write_hex(struct sdeistop_writer *w, const char *key, uint64_t value);
void sdeistop_write_bool(struct sdeistop_writer *w, const char *key, bool value);
void sdeistop_write_null(struct sdeistop_writer *w, const char *key);

#endif /* SDEISTOP_WRITER_H */
