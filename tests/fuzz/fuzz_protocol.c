// SPDX-License-Identifier: GPL-2.0-or-later
/* What sdeistop-memory might print. The first byte is not part of it: how many
 * bytes come at a time. What that is does not change the lines. */

#include "target.h"

#include <string.h>

#include "../../tools/tool.h"

struct lines {
	uint32_t sum;
	size_t nr;
};

static void take_line(char *const field[], size_t nr, void *arg)
{
	struct lines *lines = arg;
	uint64_t value;

	require(nr && nr <= MEMORY_FIELDS_MAX);
	for (size_t i = 0; i < nr; i++) {
		size_t length = strlen(field[i]);

		require(length < MEMORY_LINE_MAX);
		lines->sum = lines->sum * 31 +
			     sdeistop_crc32((const uint8_t *)field[i], length);
		if (memory_parse_number(field[i], &value))
			require(length == strspn(field[i], "0123456789"));
		if (memory_parse_hex(field[i], &value))
			require(!strncmp(field[i], "0x", 2));
	}
	lines->nr++;
}

static struct lines feed(const uint8_t *data, size_t size, size_t step)
{
	struct lines ret = { 0 };
	struct memory_lines lines = { .line = take_line, .arg = &ret };

	while (size) {
		size_t now = size < step ? size : step;
		/* in memory of its own size, for the sanitizer to see its end */
		char *bytes = malloc(now);

		if (!bytes)
			break;
		memcpy(bytes, data, now);
		memory_lines_feed(&lines, bytes, now);
		free(bytes);
		data += now;
		size -= now;
	}
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lines whole, pieces;

	if (!size)
		return 0;
	whole = feed(data + 1, size - 1, size);
	pieces = feed(data + 1, size - 1, data[0] + 1u);
	require(whole.nr == pieces.nr && whole.sum == pieces.sum);
	return 0;
}
