// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A note segment. The first byte is not part of it: bit 0 big-endian, 1 of a
 * truncated file, 2 in two segments, 3 leave the checksums of records alone,
 * which are put right otherwise: no fuzzer guesses them.
 */

#include "target.h"

#include <string.h>

static void put_crc(uint8_t *desc, bool big)
{
	uint32_t crc = sdeistop_crc32(desc, CPUSTOP_CRC_OFFSET);

	for (int i = 0; i < 4; i++)
		desc[CPUSTOP_CRC_OFFSET + i] = (uint8_t)(crc >> 8 * (big ? 3 - i : i));
}

static void fix_checksums(uint8_t *notes, size_t size, bool big)
{
	for (size_t i = 0; i + 8 + SDEISTOP_RECORD_BYTES <= size; i += 4)
		if (!memcmp(notes + i, CPUSTOP_NOTE_NAME, 8))
			put_crc(notes + i + 8, big);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sdeistop_source source = { .file = "fuzz", .format = "elf", .machine = "aarch64" };
	struct sdeistop_segment segment[2];
	struct sdeistop_report *report;
	struct sdeistop_error error;
	sdeistop_autofree uint8_t *first = NULL, *second = NULL;
	uint8_t options;
	size_t half;

	if (!size)
		return 0;
	options = *data++;
	size--;
	source.big_endian = options & 1;
	source.truncated = options & 2;
	half = options & 4 ? size / 2 & ~(size_t)3 : size;

	/* each in memory of its own size, for the sanitizer to see its end */
	first = malloc(half + !half);
	second = malloc(size - half + (size == half));
	if (!first || !second)
		return 0;
	memcpy(first, data, half);
	memcpy(second, data + half, size - half);
	if (!(options & 8)) {
		fix_checksums(first, half, source.big_endian);
		fix_checksums(second, size - half, source.big_endian);
	}

	if (!(options & 4)) {
		if (!sdeistop_report_build(first, size, &source, &report, &error))
			consume(report);
		return 0;
	}
	segment[0] = (struct sdeistop_segment) { .data = first, .size = half, .claimed = half };
	segment[1] = (struct sdeistop_segment) {
		.data = second, .size = size - half, .claimed = size, .offset = half,
	};
	if (!sdeistop_report_build_segments(segment, 2, &source, &report, &error))
		consume(report);
	return 0;
}
