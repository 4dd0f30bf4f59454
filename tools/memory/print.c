// SPDX-License-Identifier: GPL-2.0-or-later

#include "print.h"

#include <inttypes.h>
#include <stdio.h>

#include "protocol.h"

static void print_escaped(const char *text)
{
	for (; *text; text++) {
		const unsigned char byte = (unsigned char)*text;

		if (byte < ' ' || byte == 0x7f || byte == '\\')
			printf("\\x%02x", byte);
		else
			putchar(byte);
	}
}

void print_word(const char *word)
{
	fputs(word, stdout);
}

void print_text(const char *text)
{
	putchar('\t');
	print_escaped(text);
}

void print_name(const char *name)
{
	print_text(name && *name ? name : PROTOCOL_UNKNOWN);
}

void print_hex(uint64_t value)
{
	printf("\t0x%" PRIx64, value);
}

void print_number(uint64_t value)
{
	printf("\t%" PRIu64, value);
}

void print_unknown(void)
{
	print_text(PROTOCOL_UNKNOWN);
}

void print_place(const struct sdeistop_place *place)
{
	print_name(place->function);
	if (place->function[0])
		print_hex(place->offset);
	else
		print_unknown();
	print_name(place->module);
}

void print_end(void)
{
	putchar('\n');
}

int print_error(const struct sdeistop_error *error)
{
	print_word(PROTOCOL_ERROR);
	print_text(error->text);
	print_end();
	return 1;
}
