// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of sdeistop-memory: put together, taken apart, and nothing believed. */

#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Undoes \xNN in place; false if there is an escape of another kind, a byte that
 * should have been escaped, or a NUL, which would end the text */
static bool unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int high, low;

		if ((unsigned char)*from < ' ' || *from == 0x7f)
			return false;
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		if (from[1] != 'x')
			return false;
		high = hex_digit(from[2]);
		low = high < 0 ? -1 : hex_digit(from[3]);
		if (low < 0 || (!high && !low))
			return false;
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return true;
}

static void take_line(struct memory_lines *lines)
{
	char *field[MEMORY_FIELDS_MAX], *rest = lines->text;
	size_t nr = 0;

	if (memchr(lines->text, '\0', lines->length))
		return;
	lines->text[lines->length] = '\0';
	while (rest) {
		char *tab = strchr(rest, '\t');

		if (nr == MEMORY_FIELDS_MAX)
			return;
		field[nr] = rest;
		rest = tab ? tab + 1 : NULL;
		if (tab)
			*tab = '\0';
		if (!unescape(field[nr++]))
			return;
	}
	lines->line(field, nr, lines->arg);
}

void memory_lines_feed(struct memory_lines *lines, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n') {
			if (!lines->too_long)
				take_line(lines);
			lines->length = 0;
			lines->too_long = false;
		} else if (lines->length < sizeof(lines->text) - 1) {
			lines->text[lines->length++] = bytes[i];
		} else {
			lines->too_long = true;
		}
	}
}

static bool parse(const char *field, const char *digits, int base, uint64_t *ret)
{
	unsigned long long value;

	/* strtoull() alone would take signs, blanks and prefixes */
	if (!*field || field[strspn(field, digits)])
		return false;
	errno = 0;
	value = strtoull(field, NULL, base);
	if (errno)
		return false;
	*ret = value;
	return true;
}

bool memory_parse_number(const char *field, uint64_t *ret)
{
	return parse(field, "0123456789", 10, ret);
}

bool memory_parse_hex(const char *field, uint64_t *ret)
{
	return !strncmp(field, "0x", 2) && parse(field + 2, "0123456789abcdef", 16, ret);
}
