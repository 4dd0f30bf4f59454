// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A note segment. The first byte is not part of it: bit 0 big-endian, 1 of a
 * truncated file, 2 in two segments, 3 leave the checksums of records alone,
 * which are put right otherwise: no fuzzer guesses them. 4: the halves are the
 * buffers of two CPUs in memory too, 5 to 7 their state word.
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

/* As if the debugger had found @segment where CPU 0 and the last one keep theirs */
static void compare(struct sdeistop_report *report, const struct sdeistop_segment segment[2],
		    uint8_t options)
{
	struct sdeistop_buffer buffer[2];
	struct sdeistop_error error;
	struct sdeistop_regs regs;
	uint32_t pid;

	for (int i = 0; i < 2; i++) {
		buffer[i] = (struct sdeistop_buffer) {
			.cpu = i && report->nr_cpu ? report->cpu[report->nr_cpu - 1].note.cpu : 0,
			.data = segment[i].data, .size = segment[i].size,
			.has_state = true, .state = options >> 5,
		};
		sdeistop_buffer_regs(&buffer[i], &pid, &regs);
	}
	sdeistop_report_compare(report, buffer, 2, &error);
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

	segment[0] = (struct sdeistop_segment) { .data = first, .size = half, .claimed = half };
	segment[1] = (struct sdeistop_segment) {
		.data = second, .size = size - half, .claimed = size, .offset = half,
	};
	if (options & 4 ? sdeistop_report_build_segments(segment, 2, &source, &report, &error) :
			  sdeistop_report_build(first, size, &source, &report, &error))
		return 0;
	if (options & 16)
		compare(report, segment, options);
	consume(report);
	return 0;
}
