// SPDX-License-Identifier: GPL-2.0-or-later
/* places ADDRESS[,ADDRESS...]: the names of addresses. */

#include <errno.h>
#include <stdio.h>

#include "commands.h"
#include "print.h"
#include "protocol.h"

static int usage_error(void)
{
	struct sdeistop_error error = { .code = SDEISTOP_ERR_UNSUPPORTED, .offset = -1 };

	snprintf(error.text, sizeof(error.text), "no list of addresses");
	return print_error(&error);
}

/* @ret has room for as many as @text has commas, and one more */
static bool parse(const char *text, uint64_t ret[], size_t *nr)
{
	*nr = 0;
	for (;;) {
		char *end;

		errno = 0;
		ret[(*nr)++] = strtoull(text, &end, 16);
		if (errno || end == text || (*end && *end != ','))
			return false;
		if (!*end)
			return true;
		text = end + 1;
	}
}

static int print_places(struct sdeistop_memory *memory, const uint64_t address[], size_t nr)
{
	sdeistop_cleanup(sdeistop_symbols_closep) struct sdeistop_symbols *symbols = NULL;
	sdeistop_autofree struct sdeistop_place *place = calloc(nr, sizeof(*place));
	struct sdeistop_error error = {
		.code = SDEISTOP_ERR_NO_MEMORY, .offset = -1, .text = "out of memory",
	};

	if (!place || sdeistop_symbols_open(memory, &symbols, &error) ||
	    sdeistop_symbols_find(symbols, address, nr, place, &error))
		return print_error(&error);
	for (size_t i = 0; i < nr; i++) {
		print_word(PROTOCOL_PLACE);
		print_hex(address[i]);
		print_place(&place[i]);
		print_end();
	}
	return 0;
}

int cmd_places(struct sdeistop_memory *memory, char *const args[])
{
	sdeistop_autofree uint64_t *address = NULL;
	size_t room = 1, nr;

	for (const char *p = args[0]; *p; p++)
		room += *p == ',';
	address = calloc(room, sizeof(*address));
	if (!address || !parse(args[0], address, &nr))
		return usage_error();
	return print_places(memory, address, nr);
}
