// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory and time that a file can cost: a small multiple of its size, whatever
 * it claims. The files are the worst known; each is read by a process of its
 * own, whose peak the system tells.
 */

#include "fixture.h"

#include <elf.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_BYTES	(63u << 20)
#define RECORD_BYTES	84	/* of a record note */
#define NR_CPUS		65536
#define NATIVE		(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB)

/* sdeistop_report_file(): three times the size and 32 MiB. Sanitizers, with
 * which this is run, put something around every allocation. */
#ifdef __SANITIZE_ADDRESS__
#define FACTOR	6
#define BESIDES	(128l << 20)
#else
#define FACTOR	3
#define BESIDES	(32l << 20)
#endif

static FILE *file;

static void append(const void *data, size_t size)
{
	assert_int_equal(fwrite(data, size, 1, file), 1);
}

/* An ELF header whose number of program headers is in section header 0 */
static void append_header(uint32_t nr)
{
	const Elf64_Ehdr ehdr = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, NATIVE, EV_CURRENT },
		.e_type = ET_CORE, .e_machine = EM_AARCH64, .e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr) + sizeof(Elf64_Shdr), .e_shoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr), .e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = PN_XNUM, .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 1,
	};
	const Elf64_Shdr shdr = { .sh_info = nr };

	append(&ehdr, sizeof(ehdr));
	append(&shdr, sizeof(shdr));
}

/* @nr PT_NOTE of @size bytes, one after the other, and over again after @around */
static void append_phdrs(uint32_t nr, uint64_t size, uint32_t around)
{
	const uint64_t data = sizeof(Elf64_Ehdr) + sizeof(Elf64_Shdr) +
			      (uint64_t)nr * sizeof(Elf64_Phdr);

	for (uint32_t i = 0; i < nr; i++) {
		const Elf64_Phdr phdr = {
			.p_type = PT_NOTE, .p_offset = data + i % around * size,
			.p_filesz = size, .p_memsz = size, .p_align = 4,
		};

		append(&phdr, sizeof(phdr));
	}
}

/* Records of running CPUs from 0 on, over and over */
static void append_records(uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		const Elf64_Nhdr header = { 8, sizeof(struct cpustop_note), CPUSTOP_NOTE_TYPE };
		struct cpustop_note note = {
			.version = 1, .size = sizeof(note), .cpu = i % NR_CPUS, .rungs = 7,
			.disposition = CPUSTOP_DISP_RUNNING, .hwid = UINT64_MAX,
		};

		note.crc = sdeistop_crc32((const uint8_t *)&note, CPUSTOP_CRC_OFFSET);
		append(&header, sizeof(header));
		append(CPUSTOP_NOTE_NAME, 8);
		append(&note, sizeof(note));
	}
}

/* Notes with a name and without a descriptor, which are bad records */
static void append_bad(uint32_t nr)
{
	const Elf64_Nhdr header = { 8, 0, CPUSTOP_NOTE_TYPE };

	for (uint32_t i = 0; i < nr; i++) {
		append(&header, sizeof(header));
		append(CPUSTOP_NOTE_NAME, 8);
	}
}

static void one_segment_of_records(void)
{
	const uint32_t nr = FILE_BYTES / RECORD_BYTES;

	append_header(1);
	append_phdrs(1, (uint64_t)nr * RECORD_BYTES, 1);
	append_records(nr);
}

/* As many as there can be before their sum tells that they overlap */
static void segment_a_record(void)
{
	const uint32_t nr = FILE_BYTES / RECORD_BYTES;

	append_header(nr);
	append_phdrs(nr, RECORD_BYTES, NR_CPUS);
	append_records(NR_CPUS);
}

static void segment_a_byte(void)
{
	const uint32_t nr = FILE_BYTES / sizeof(Elf64_Phdr) - 16;

	append_header(nr);
	append_phdrs(nr, 1, 1);
	append("\1", 1);
}

static void one_segment_of_bad(void)
{
	const uint32_t nr = FILE_BYTES / 20 - 16;

	append_header(1);
	append_phdrs(1, (uint64_t)nr * 20, 1);
	append_bad(nr);
}

/* What used to cost 2.4 GiB and 1.4 GB of JSON */
static void overlapping(void)
{
	append_header(4400);
	append_phdrs(4400, 3000 * 20, 1);
	append_bad(3000);
}

static long resident(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	long pages;

	assert_non_null(statm);
	assert_int_equal(fscanf(statm, "%*d %ld", &pages), 1);
	fclose(statm);
	return pages * sysconf(_SC_PAGESIZE);
}

/* In a process of its own. JSON goes to a file in memory, which is not the
 * process's. */
static void read_it(FILE *json)
{
	struct sdeistop_report *report;
	struct sdeistop_error error;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	if (sdeistop_report_file(path, &report, &error))
		_exit(1);
	sdeistop_report_json(report, false, json);
	if (fflush(json))
		_exit(1);
	_exit(0);
}

static FILE *memory_file(void)
{
	FILE *ret = fdopen(memfd_create("bounds", MFD_CLOEXEC), "w");

	assert_non_null(ret);
	return ret;
}

static void costs(void (*make)(void), bool whole)
{
	FILE *json = memory_file();
	struct rusage usage;
	long size, written, before, growth;
	int status;
	pid_t pid;

	file = memory_file();
	make();
	if (whole)
		assert_int_equal(ftruncate(fileno(file), FILE_BYTES), 0);
	assert_int_equal(fflush(file), 0);
	size = lseek(fileno(file), 0, SEEK_END);
	before = resident();

	pid = fork();
	if (!pid)
		read_it(json);
	assert_int_equal(wait4(pid, &status, 0, &usage), pid);
	assert_int_equal(status, 0);
	growth = usage.ru_maxrss * 1024 - before;
	written = lseek(fileno(json), 0, SEEK_END);

	print_message("# %ld KiB: %ld KiB of memory, %ld ms, %ld KiB of JSON\n", size / 1024,
		      growth / 1024, usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000,
		      written / 1024);
	assert_true(growth < FACTOR * size + BESIDES);
	/* a CPU, a number in three lists, and the problems that are stored */
	assert_true(written < 600l * NR_CPUS + 200l * SDEISTOP_NR_PROBLEMS * SDEISTOP_PROBLEM_LIMIT);
	fclose(json);
	fclose(file);
}

#define COSTS(make, whole) \
	static void test_##make(void **state) { (void)state; costs(make, whole); }
COSTS(overlapping, false)
COSTS(one_segment_of_records, false)
COSTS(segment_a_record, true)
COSTS(segment_a_byte, true)
COSTS(one_segment_of_bad, false)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlapping),
		cmocka_unit_test(test_one_segment_of_records),
		cmocka_unit_test(test_segment_a_record),
		cmocka_unit_test(test_segment_a_byte),
		cmocka_unit_test(test_one_segment_of_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
