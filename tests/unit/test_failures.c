// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the system refuses: memory, and reads that fail, are short or are
 * interrupted. The linker replaces the entry points of the allocator, of pread and
 * of read in this program (--wrap), so it is the library's calls that fail.
 */

#include "fixture.h"

#include "fake_machine.h"

#include <errno.h>
#include <unistd.h>

#include "../../tools/tool.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t nr, size_t size);
void *__real_reallocarray(void *p, size_t nr, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strndup(const char *string, size_t size);
ssize_t __real_pread64(int fd, void *to, size_t size, off_t offset);
ssize_t __real_read(int fd, void *to, size_t size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t nr, size_t size);
void *__wrap_reallocarray(void *p, size_t nr, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strndup(const char *string, size_t size);
ssize_t __wrap_pread64(int fd, void *to, size_t size, off_t offset);
ssize_t __wrap_read(int fd, void *to, size_t size);

/* 0: nothing fails; n: the nth call from now on does */
static unsigned int fail_memory;
static unsigned int fail_read;		/* the same of reads */
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

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

char *__wrap_strndup(const char *string, size_t size)
{
	return fails() ? NULL : __real_strndup(string, size);
}

/* True: the read that was asked for does not take place, and returns @ret */
static bool odd_read(ssize_t *ret)
{
	static unsigned int calls;

	if (reads == ENDING) {
		*ret = 0;
		return true;
	}
	*ret = -1;
	errno = reads == INTERRUPTED ? EINTR : EIO;
	if (fail_read && !--fail_read)
		return true;
	return reads == FAILING || (reads == INTERRUPTED && !(++calls % 2));
}

static size_t length(size_t size)
{
	return reads == SHORT && size > 7 ? 7 : size;
}

ssize_t __wrap_pread64(int fd, void *to, size_t size, off_t offset)
{
	ssize_t ret;

	return odd_read(&ret) ? ret : __real_pread64(fd, to, length(size), offset);
}

ssize_t __wrap_read(int fd, void *to, size_t size)
{
	ssize_t ret;

	return odd_read(&ret) ? ret : __real_read(fd, to, length(size));
}

/* The flattened ones are a kdump file; STREAM comes through a pipe */
enum { ELF, KDUMP, FLATTENED, STREAM, NR_KINDS };

static void put_file(struct bytes *file, int kind)
{
	autobytes notes = { 0 };
	autobytes dump = { 0 };

	const struct cpustop_note bad = { .crc = 1 };

	/* more than eight problems, so that their list has to grow */
	put_cpu(&notes, 0, 1);
	for (int i = 0; i < 9; i++)
		put_record(&notes, &bad);
	if (kind == ELF) {
		put_elf(file, &notes);
	} else if (kind == KDUMP) {
		put_kdump(file, &notes, 5);
	} else {
		put_kdump(&dump, &notes, 5);
		put_flattened(file, &dump, 1000);
	}
}

static struct sdeistop_report *report_of_kind(const struct bytes *file, int kind,
					      struct sdeistop_error *error)
{
	struct sdeistop_report *report = NULL;
	int ends[2];

	if (kind != STREAM)
		return report_of_file(file, error);
	/* it has room for all of it */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], file->data, file->size), file->size);
	close(ends[1]);
	if (sdeistop_report_fd(ends[0], "stream", &report, error))
		report = NULL;
	close(ends[0]);
	return report;
}

/* Each allocation in turn: an error or a report, and no leak (sanitizers) */
static void memory(void **state)
{
	(void)state;
	for (int kind = ELF; kind < NR_KINDS; kind++) {
		autobytes file = { 0 };
		unsigned int refused = 0;

		put_file(&file, kind);
		for (unsigned int nth = 1; ; nth++) {
			struct sdeistop_error error = { 0 };
			struct sdeistop_report *report;

			fail_memory = nth;
			report = report_of_kind(&file, kind, &error);
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
		assert_in_range(refused, 6, 40);
	}
}

static bool take_all(void *arg, const void *bytes, size_t size)
{
	(void)bytes;
	*(uint64_t *)arg += size;
	return true;
}

static int triage(const struct sdeistop_triage_input *input, struct sdeistop_error *error)
{
	struct sdeistop_triage *triage;
	uint64_t written = 0;
	int status = sdeistop_triage_plan(input, &triage, error);

	if (status)
		return status;
	status = sdeistop_triage_write(triage, take_all, &written, error);
	if (!status)
		assert_int_equal(written, sdeistop_triage_size(triage));
	sdeistop_triage_free(triage);
	return status;
}

/* The same of a triage dump: each page that it has is an allocation */
static void memory_of_triage(void **state)
{
	struct sdeistop_error error = { 0 };
	sdeistop_autofree char *info = NULL;
	autobytes notes = { 0 };
	struct machine machine;
	struct sdeistop_physical memory = { machine_read, &machine };
	struct sdeistop_segment segment;
	struct sdeistop_triage_input input = {
		.segment = &segment, .nr_segments = 1, .memory = &memory, .max_size = 200 << 10,
	};
	struct sdeistop_report *report;
	unsigned int nth = 0;
	int status;

	(void)state;
	machine_build(&machine, &geometries[GEOMETRY_4K], false);
	info = machine_info(&machine, "");
	put_record(&notes, &(struct cpustop_note) { .task = machine.task[0], .nr_present = 1,
						    .disposition = CPUSTOP_DISP_CRASHING });
	put_vmcoreinfo(&notes, info);
	segment = (struct sdeistop_segment) { notes.data, notes.size, notes.size, 0 };
	report = report_from(&notes, (struct sdeistop_source) { .machine = "aarch64" });
	input.report = report;
	do {
		fail_memory = ++nth;
		status = triage(&input, &error);
		if (status) {
			assert_int_equal(fail_memory, 0);
			assert_int_equal(error.code, SDEISTOP_ERR_NO_MEMORY);
		}
	} while (status);
	fail_memory = 0;
	assert_in_range(nth, 40, 400);
	sdeistop_report_free(report);
	machine_free(&machine);
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

/* And of a comparison: there is none */
static void comparison(void **state)
{
	struct sdeistop_error error = { 0 };
	struct sdeistop_buffer buffer[10];
	struct sdeistop_report *report;
	autobytes notes = { 0 };
	unsigned int nth = 1;

	(void)state;
	put_cpu(&notes, 0, 1);
	report = report_of(&notes);
	/* one that is the same, and more findings than their first list has room for */
	for (uint32_t i = 0; i < ARRAY_SIZE(buffer); i++)
		buffer[i] = (struct sdeistop_buffer) {
			.cpu = i, .data = notes.data, .size = notes.size,
			.has_state = true, .state = CPUSTOP_STATE_CLOSED,
		};
	for (; ; nth++) {
		fail_memory = nth;
		if (!sdeistop_report_compare(report, buffer, ARRAY_SIZE(buffer), &error))
			break;
		assert_int_equal(error.code, SDEISTOP_ERR_NO_MEMORY);
		assert_string_equal(error.text, "out of memory");
		assert_null(report->comparison);
	}
	fail_memory = 0;
	assert_int_equal(report->comparison->nr_findings, ARRAY_SIZE(buffer) - 1);
	assert_in_range(nth, 12, 60);
	sdeistop_report_free(report);
}

static void odd_reads(void **state)
{
	(void)state;
	for (int kind = ELF; kind < NR_KINDS; kind++) {
		autobytes file = { 0 };
		struct sdeistop_error error = { 0 };
		struct sdeistop_report *report;

		put_file(&file, kind);
		for (reads = WHOLE; reads <= INTERRUPTED; reads++) {
			report = report_of_kind(&file, kind, &error);
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

/* Each read in turn: an error, which is no statement about the vmcore */
static void one_failing_read(void **state)
{
	(void)state;
	for (int kind = ELF; kind < NR_KINDS; kind++) {
		autobytes file = { 0 };
		unsigned int failed = 0;

		put_file(&file, kind);
		for (unsigned int nth = 1; ; nth++) {
			struct sdeistop_error error = { 0 };
			struct sdeistop_report *report;

			fail_read = nth;
			report = report_of_kind(&file, kind, &error);
			if (report) {
				sdeistop_report_free(report);
				break;
			}
			assert_int_equal(fail_read, 0);
			assert_int_equal(error.code, SDEISTOP_ERR_READ);
			assert_non_null(strstr(error.text, "Input/output error"));
			failed++;
		}
		fail_read = 0;
		assert_in_range(failed, 3, 60);
	}
}

/* A descriptor that is none */
static void no_descriptor(void **state)
{
	struct sdeistop_report *report;
	struct sdeistop_error error = { 0 };

	(void)state;
	assert_int_equal(sdeistop_report_fd(-1, "none", &report, &error), SDEISTOP_ERR_READ);
	assert_string_equal(error.text, "cannot stat: Bad file descriptor");
}

/* A list that there is no memory for is no list, not an empty one */
static void list_of_cpus(void **state)
{
	struct cpulist list;

	(void)state;
	fail_memory = 1;
	assert_false(cpulist_parse("1,2", &list));
	assert_int_equal(fail_memory, 0);
	cpulist_free(&list);
}

/* Records are better than what the log says: it is not looked at */
static void inference_of_records(void **state)
{
	static const char *const line[] = { "Kernel panic - not syncing: x" };
	autobytes notes = { 0 };
	struct sdeistop_error error = { 0 };
	struct sdeistop_report *report;

	(void)state;
	put_cpu(&notes, 0, 1);
	report = report_of(&notes);
	assert_int_equal(sdeistop_report_infer(report, line, 1, &error), 0);
	assert_null(report->inference);
	assert_string_equal(report->not_inferred, "");
	sdeistop_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory),
		cmocka_unit_test(memory_of_triage),
		cmocka_unit_test(inference),
		cmocka_unit_test(comparison),
		cmocka_unit_test(odd_reads),
		cmocka_unit_test(failing_reads),
		cmocka_unit_test(one_failing_read),
		cmocka_unit_test(no_descriptor),
		cmocka_unit_test(list_of_cpus),
		cmocka_unit_test(inference_of_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
