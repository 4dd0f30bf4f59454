// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the system refuses: memory, and reads that fail, are short or are
 * interrupted. The linker replaces the allocator's and pread's entry points in
 * this program (--wrap), so it is the library's calls that fail.
 */

#include "fixture.h"

#include <errno.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t nr, size_t size);
void *__real_reallocarray(void *p, size_t nr, size_t size);
char *__real_strndup(const char *string, size_t size);
ssize_t __real_pread64(int fd, void *to, size_t size, off_t offset);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t nr, size_t size);
void *__wrap_reallocarray(void *p, size_t nr, size_t size);
char *__wrap_strndup(const char *string, size_t size);
ssize_t __wrap_pread64(int fd, void *to, size_t size, off_t offset);

/* 0: nothing fails; n: the nth call from now on does */
static unsigned int fail_memory;
static enum { WHOLE, SHORT, INTERRUPTED, FAILING, ENDING } reads;

static bool fails(void)
{
	return fail_memory && !--fail_memory;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t nr, size_t size)
{
	return fails() ? NULL : __real_calloc(nr, size);
}

void *__wrap_reallocarray(void *p, size_t nr, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, nr, size);
}

char *__wrap_strndup(const char *string, size_t size)
{
	return fails() ? NULL : __real_strndup(string, size);
}

ssize_t __wrap_pread64(int fd, void *to, size_t size, off_t offset)
{
	static unsigned int calls;

	switch (reads) {
	case WHOLE:
		break;
	case SHORT:
		return __real_pread64(fd, to, size < 7 ? size : 7, offset);
	case INTERRUPTED:
		if (++calls % 2)
			break;
		errno = EINTR;
		return -1;
	case FAILING:
		errno = EIO;
		return -1;
	case ENDING:
		return 0;
	}
	return __real_pread64(fd, to, size, offset);
}

static void put_file(struct bytes *file, bool kdump)
{
	autobytes notes = { 0 };

	const struct cpustop_note bad = { .crc = 1 };

	/* more than eight problems, so that their list has to grow */
	put_cpu(&notes, 0, 1);
	for (int i = 0; i < 9; i++)
		put_record(&notes, &bad);
	if (kdump)
		put_kdump(file, &notes, 5);
	else
		put_elf(file, &notes);
}

/* Each allocation in turn: an error or a report, and no leak (sanitizers) */
static void memory(void **state)
{
	(void)state;
	for (int kdump = 0; kdump < 2; kdump++) {
		autobytes file = { 0 };
		unsigned int refused = 0;

		put_file(&file, kdump);
		for (unsigned int nth = 1; ; nth++) {
			struct sdeistop_error error = { 0 };
			struct sdeistop_report *report;

			fail_memory = nth;
			report = report_of_file(&file, &error);
			if (report) {
				sdeistop_report_free(report);
				break;
			}
			assert_int_equal(fail_memory, 0);
			assert_int_equal(error.code, SDEISTOP_ERR_NO_MEMORY);
			assert_string_equal(error.text, "out of memory");
			refused++;
		}
		fail_memory = 0;
		assert_in_range(refused, 6, 20);
	}
}

/* The same of an inference: there is none, and the report stays as it was */
static void inference(void **state)
{
	static const char *const line[] = {
		"[    4.424619] Kernel panic - not syncing: sysrq triggered crash",
		"[    6.713243] SMP: failed to stop secondary CPUs 2,5-7",
	};
	const struct sdeistop_source source = { .file = "none" };
	struct sdeistop_error error = { 0 };
	struct sdeistop_report *report;
	unsigned int nth = 1;

	(void)state;
	assert_int_equal(sdeistop_report_build(NULL, 0, &source, &report, &error), 0);
	for (; ; nth++) {
		fail_memory = nth;
		if (!sdeistop_report_infer(report, line, ARRAY_SIZE(line), &error))
			break;
		assert_int_equal(error.code, SDEISTOP_ERR_NO_MEMORY);
		assert_null(report->inference);
		assert_int_equal(report->verdict, SDEISTOP_UNKNOWN);
	}
	fail_memory = 0;
	assert_int_equal(report->inference->nr_lines, 2);
	assert_int_equal(report->inference->nr_cpu, 4);
	assert_in_range(nth, 6, 20);
	sdeistop_report_free(report);
}

static void odd_reads(void **state)
{
	(void)state;
	for (int kdump = 0; kdump < 2; kdump++) {
		autobytes file = { 0 };
		struct sdeistop_error error = { 0 };
		struct sdeistop_report *report;

		put_file(&file, kdump);
		for (reads = WHOLE; reads <= INTERRUPTED; reads++) {
			report = report_of_file(&file, &error);
			assert_non_null(report);
			assert_int_equal(report->nr_with_regs, 1);
			assert_int_equal(report->nr_problems, 10);
			sdeistop_report_free(report);
		}
		reads = WHOLE;
	}
}

static void failing_reads(void **state)
{
	autobytes file = { 0 };
	struct sdeistop_error error = { 0 };

	(void)state;
	put_file(&file, false);
	reads = FAILING;
	assert_null(report_of_file(&file, &error));
	assert_int_equal(error.code, SDEISTOP_ERR_READ);
	reads = ENDING;
	assert_null(report_of_file(&file, &error));
	assert_int_equal(error.code, SDEISTOP_ERR_READ);
	assert_int_equal(error.offset, 0);
	reads = WHOLE;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory),
		cmocka_unit_test(inference),
		cmocka_unit_test(odd_reads),
		cmocka_unit_test(failing_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
