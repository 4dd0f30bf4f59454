// SPDX-License-Identifier: GPL-2.0-or-later
/* Physical memory by the PT_LOAD segments of a file, whatever they say. */

#include "fixture.h"

#include <sys/mman.h>
#include <unistd.h>

#include "../../lib/format/format.h"

#define FILE_BYTES	8192

struct bed {
	struct sdeistop_loads loads;
	struct sdeistop_file file;
};

/* Byte n of the file is n / 16 */
static void bed_init(struct bed *bed)
{
	struct sdeistop_error error;
	uint8_t bytes[FILE_BYTES];
	int fd = memfd_create("loads", MFD_CLOEXEC);
	char path[32];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i / 16);
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	*bed = (struct bed) { .loads.wanted = true };
	assert_int_equal(sdeistop_file_open(path, &bed->file, &error), 0);
	close(fd);
}

static void bed_free(struct bed *bed)
{
	free(bed->loads.load);
	sdeistop_file_close(&bed->file);
}

#define autobed __attribute__((cleanup(bed_free))) struct bed

static void add(struct bed *bed, uint64_t physical, uint64_t bytes, uint64_t offset)
{
	struct sdeistop_error error;

	assert_int_equal(sdeistop_loads_add(&bed->loads, &(struct sdeistop_load) {
						.physical = physical, .bytes = bytes,
						.offset = offset }, &error), 0);
}

/* What is at @address: of which 16 bytes of the file; -1 nothing */
static int at(const struct bed *bed, uint64_t address, size_t size)
{
	uint8_t bytes[FILE_BYTES];

	assert_true(size <= sizeof(bytes));
	if (!sdeistop_loads_read(&bed->loads, &bed->file, address, bytes, size))
		return -1;
	return bytes[0];
}

static void places(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed);
	assert_int_equal(at(&bed, 0, 1), -1);
	add(&bed, 0x3000, 0x100, 0x200);
	add(&bed, 0x1000, 0x100, 0x100);
	add(&bed, 0x2000, 0, 0x400);
	sdeistop_loads_sort(&bed.loads);
	assert_int_equal(bed.loads.nr, 2);
	assert_int_equal(at(&bed, 0x1000, 16), 0x10);
	assert_int_equal(at(&bed, 0x10f0, 16), 0x1f);
	assert_int_equal(at(&bed, 0x10f0, 17), -1);
	assert_int_equal(at(&bed, 0x1100, 1), -1);
	assert_int_equal(at(&bed, 0xfff, 1), -1);
	assert_int_equal(at(&bed, 0x2000, 1), -1);
	assert_int_equal(at(&bed, 0x3000, 0x100), 0x20);
	assert_int_equal(at(&bed, UINT64_MAX, 1), -1);
}

/* One page, or the end of one, in a segment of its own */
static void overlapping(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed);
	add(&bed, 0x1000, 0x800, 0);
	add(&bed, 0x1000, 0x10, 0x700);
	add(&bed, 0x1400, 0x10, 0x710);
	sdeistop_loads_sort(&bed.loads);
	assert_int_equal(at(&bed, 0x1400, 32), 0x40);
	assert_int_equal(at(&bed, 0x1500, 16), 0x50);
	assert_int_equal(at(&bed, 0x1000, 32), 0);
}

/* A long one is found from behind any number of short ones. */
static void many(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed);
	add(&bed, 0, 0x10, 0x700);
	add(&bed, 0x1000, 0x1000, 0);
	for (unsigned int i = 0; i < 1000; i++)
		add(&bed, 0x1100 + i, 1, 0x300);
	add(&bed, 0x1700, 0x80, 0x400);
	sdeistop_loads_sort(&bed.loads);
	assert_int_equal(at(&bed, 0x1100, 16), 0x10);
	assert_int_equal(at(&bed, 0x1680, 16), 0x68);
	assert_int_equal(at(&bed, 0x1800, 16), 0x80);
	assert_int_equal(at(&bed, 0x1ff0, 16), 0xff);
	assert_int_equal(at(&bed, 0x1ff0, 17), -1);
	assert_int_equal(at(&bed, 0x2000, 1), -1);
}

/* The nearest one has lost its end to the cut of the file: another may not. */
static void cut_off(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed);
	add(&bed, 0x1000, 0x1000, 0);
	add(&bed, 0x1400, 0x100, FILE_BYTES - 0x10);
	add(&bed, 0x1600, 0x100, UINT64_MAX - 0x20);
	sdeistop_loads_sort(&bed.loads);
	assert_int_equal(at(&bed, 0x1400, 16), (FILE_BYTES - 0x10) / 16 & 0xff);
	assert_int_equal(at(&bed, 0x1410, 16), 0x41);
	assert_int_equal(at(&bed, 0x1400, 32), 0x40);
	assert_int_equal(at(&bed, 0x1630, 16), 0x63);
}

/* Time has an end: beyond so many only the one that reaches furthest is looked at. */
static void too_many(void **state)
{
	(void)state;
	for (unsigned int nr = 62; nr < 66; nr++) {
		autobed bed;

		bed_init(&bed);
		add(&bed, 0x1000, 0x1000, 0);
		add(&bed, 0xff0, 0x2000, FILE_BYTES);
		for (unsigned int i = 0; i < nr; i++)
			add(&bed, 0x1100 + i, 1, 0);
		sdeistop_loads_sort(&bed.loads);
		assert_int_equal(at(&bed, 0x1800, 16), nr < 64 ? 0x80 : -1);
	}
}

/* Past the end of the file, of all files, and of all memory */
static void past_the_end(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed);
	add(&bed, 0x1000, 0x1000, FILE_BYTES - 16);
	add(&bed, 0x3000, 0x1000, UINT64_MAX - 8);
	add(&bed, 0x5000, UINT64_MAX, 0);
	sdeistop_loads_sort(&bed.loads);
	assert_int_equal(at(&bed, 0x1000, 16), (FILE_BYTES - 16) / 16 & 0xff);
	assert_int_equal(at(&bed, 0x1000, 17), -1);
	assert_int_equal(at(&bed, 0x1010, 1), -1);
	assert_int_equal(at(&bed, 0x3000, 1), -1);
	assert_int_equal(at(&bed, 0x3010, 16), -1);
	assert_int_equal(at(&bed, 0x5010, 16), 1);
	assert_int_equal(at(&bed, UINT64_MAX, 1), -1);
}

/* The headers of a file ask for no more than so much memory */
static void no_more(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed);
	for (unsigned int i = 0; i < (1 << 20) + 10; i++)
		add(&bed, 16 * (uint64_t)i, 16, 0);
	assert_int_equal(bed.loads.nr, 1 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		cmocka_unit_test(overlapping),
		cmocka_unit_test(many),
		cmocka_unit_test(cut_off),
		cmocka_unit_test(too_many),
		cmocka_unit_test(past_the_end),
		cmocka_unit_test(no_more),
	};

	return cmocka_run_group_tests_name("loads", tests, NULL, NULL);
}
