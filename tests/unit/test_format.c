// SPDX-License-Identifier: GPL-2.0-or-later
/* The format readers, on files in memory. Named cases are in tests/data. */

#include "fixture.h"

#include <fcntl.h>

#include "../../lib/format/format.h"

static void put_machine(struct bytes *notes)
{
	put_vmcoreinfo(notes, "OSRELEASE=6.12.117\nNUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=100\n");
	put_cpu(notes, 0, 2);
	put_cpu(notes, 1, 2);
}

/* A format, in both byte orders one after the other */
enum { ELF = 0, KDUMP = 2, FLATTENED = 4, NR_KINDS = 6 };

static void put_file(struct bytes *file, int format)
{
	autobytes notes = { .big = file->big };
	autobytes dump = { .big = file->big };

	put_machine(&notes);
	switch (format) {
	case ELF:
		put_elf(file, &notes);
		break;
	case KDUMP:
		put_kdump(file, &notes, 5);
		break;
	case FLATTENED:
		put_kdump(&dump, &notes, 5);
		put_flattened(file, &dump, 700);
		break;
	}
}

static void whole(void **state)
{
	static const char *const formats[] = { "elf", "kdump", "flattened" };

	(void)state;
	for (int kind = 0; kind < NR_KINDS; kind++) {
		autobytes file = { .big = kind & 1 };
		struct sdeistop_error error;
		struct sdeistop_report *r;

		put_file(&file, kind & ~1);
		r = report_of_file(&file, &error);
		assert_non_null(r);
		assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
		assert_string_equal(r->source.format, formats[kind / 2]);
		assert_string_equal(r->source.machine, "aarch64");
		assert_int_equal(r->source.big_endian, kind & 1);
		assert_int_equal(r->nr_with_regs, 2);
		assert_int_equal(r->cpu[1].regs.pc, 0x2000);
		sdeistop_report_free(r);
	}
}

static void elf_machines(void **state)
{
	static const struct { uint8_t machine; const char *name; } cases[] = {
		{ 183, "aarch64" }, { 243, "riscv64" }, { 62, "x86_64" }, { 21, "ppc64" },
		{ 22, "s390x" }, { 200, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobytes file = { 0 };
		struct sdeistop_error error;
		struct sdeistop_report *r;

		put_file(&file, ELF);
		file.data[18] = cases[i].machine;
		r = report_of_file(&file, &error);
		assert_non_null(r);
		if (cases[i].name)
			assert_string_equal(r->source.machine, cases[i].name);
		else
			assert_null(r->source.machine);
		sdeistop_report_free(r);
	}
}

/* Cut at every byte: an error that says no vmcore, or a report that is not
 * complete and says what is cut off. */
static void cut_everywhere(void **state)
{
	(void)state;
	for (int kind = 0; kind < NR_KINDS; kind++) {
		autobytes file = { .big = kind & 1 };

		put_file(&file, kind & ~1);
		for (size_t size = 0; size < file.size; size++) {
			struct bytes part = { .data = file.data, .size = size };
			struct sdeistop_error error;
			struct sdeistop_report *r = report_of_file(&part, &error);

			if (!r) {
				assert_int_equal(error.code, SDEISTOP_ERR_NOT_A_VMCORE);
				/* of a flattened one, before its first record is whole */
				assert_true(size < (kind < FLATTENED ? 512 : 4096 + 16 + 464));
				continue;
			}
			assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
			assert_int_equal(count_problems(r, SDEISTOP_P_FILE_TRUNCATED), 1);
			sdeistop_report_free(r);
		}
	}
}

/* Every byte set to values that are extreme for what it is part of: any
 * answer will do, a crash or a hang will not. */
static void damage_everywhere(void **state)
{
	static const uint8_t values[] = { 0x00, 0xff, 0x7f, 0x80, 0x01 };

	(void)state;
	for (int kind = 0; kind < NR_KINDS; kind++) {
		autobytes file = { .big = kind & 1 };

		put_file(&file, kind & ~1);
		for (size_t i = 0; i < file.size; i++) {
			uint8_t good = file.data[i];

			for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
				struct sdeistop_error error;

				file.data[i] = values[v];
				sdeistop_report_free(report_of_file(&file, &error));
			}
			file.data[i] = good;
		}
	}
}

/* kdump: the last page is found whether or not pages of zeros come last */
static void kdump_cut_last_byte(void **state)
{
	(void)state;
	for (uint32_t pages = 1; pages < 300; pages++) {
		autobytes notes = { 0 };
		autobytes file = { 0 };
		struct sdeistop_error error;
		struct sdeistop_report *r;

		put_cpu(&notes, 0, 1);
		put_kdump(&file, &notes, pages);
		r = report_of_file(&file, &error);
		assert_non_null(r);
		assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
		sdeistop_report_free(r);

		file.size--;
		r = report_of_file(&file, &error);
		assert_non_null(r);
		assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
		sdeistop_report_free(r);
	}
}

static void not_vmcores(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		enum sdeistop_errno code;
	} cases[] = {
		{ "", 0, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "x", 1, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "\x7f" "EL", 3, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "\x7f" "ELF", 4, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "KDUMP  ", 7, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "KDUMP   ", 8, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "makedumpfile\0\0\0\0", 16, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "makedumpfile\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1", 32,
		  SDEISTOP_ERR_UNSUPPORTED },
		{ "makedumpfile", 12, SDEISTOP_ERR_NOT_A_VMCORE },
		{ "#!/bin/sh\n", 10, SDEISTOP_ERR_NOT_A_VMCORE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobytes file = { 0 };
		struct sdeistop_error error = { 0 };

		put(&file, cases[i].bytes, cases[i].size);
		assert_null(report_of_file(&file, &error));
		assert_int_equal(error.code, cases[i].code);
		assert_true(error.text[0]);
	}
}

static void not_files(void **state)
{
	static const struct { const char *path; enum sdeistop_errno code; } cases[] = {
		{ "/nonexistent/vmcore", SDEISTOP_ERR_OPEN },
		{ "/", SDEISTOP_ERR_READ },
		{ "/dev/null", SDEISTOP_ERR_READ },
		{ "", SDEISTOP_ERR_OPEN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sdeistop_report *report;
		struct sdeistop_error error = { 0 };

		assert_int_equal(sdeistop_report_file(cases[i].path, &report, &error),
				 cases[i].code);
		assert_int_equal(error.code, cases[i].code);
		assert_int_equal(error.offset, -1);
	}
}

/* A file that gets shorter after its size was taken */
static void shrinking(void **state)
{
	struct sdeistop_file file = { .fd = -1, .size = 100 };
	struct sdeistop_error error = { 0 };
	char buffer[10];

	(void)state;
	assert_int_equal(sdeistop_file_read(&file, 0, buffer, 10, &error), SDEISTOP_ERR_READ);
	file.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(file.fd >= 0);
	assert_int_equal(sdeistop_file_read(&file, 5, buffer, 10, &error), SDEISTOP_ERR_READ);
	assert_int_equal(error.offset, 5);
	sdeistop_file_close(&file);
	sdeistop_file_close(&file);
}

static void bounds(void **state)
{
	const struct sdeistop_file file = { .fd = -1, .size = 100 };

	(void)state;
	assert_int_equal(sdeistop_file_has(&file, 0, 100), 100);
	assert_int_equal(sdeistop_file_has(&file, 0, UINT64_MAX), 100);
	assert_int_equal(sdeistop_file_has(&file, 99, 2), 1);
	assert_int_equal(sdeistop_file_has(&file, 100, 1), 0);
	assert_int_equal(sdeistop_file_has(&file, UINT64_MAX, UINT64_MAX), 0);
	assert_int_equal(sdeistop_end(1, 2), 3);
	assert_int_equal(sdeistop_end(UINT64_MAX, 1), UINT64_MAX);
	assert_int_equal(sdeistop_end(UINT64_MAX, UINT64_MAX), UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(elf_machines),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(damage_everywhere),
		cmocka_unit_test(kdump_cut_last_byte),
		cmocka_unit_test(not_vmcores),
		cmocka_unit_test(not_files),
		cmocka_unit_test(shrinking),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
