// SPDX-License-Identifier: GPL-2.0-or-later

#include "fixture.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

void bytes_free(struct bytes *b)
{
	free(b->data);
}

void put(struct bytes *b, const void *data, size_t size)
{
	if (!size)
		return;
	b->data = realloc(b->data, b->size + size);
	assert_non_null(b->data);
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

void put_zero(struct bytes *b, size_t size)
{
	while (size--)
		put(b, "", 1);
}

static void put_int(struct bytes *b, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++) {
		unsigned int shift = 8 * (b->big ? size - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		put(b, &byte, 1);
	}
}

void put16(struct bytes *b, uint16_t value)
{
	put_int(b, value, 2);
}

void put32(struct bytes *b, uint32_t value)
{
	put_int(b, value, 4);
}

void put64(struct bytes *b, uint64_t value)
{
	put_int(b, value, 8);
}

static void align(struct bytes *b, size_t to)
{
	put_zero(b, (to - b->size % to) % to);
}

void put_header(struct bytes *b, uint32_t namesz, uint32_t descsz, uint32_t type)
{
	put32(b, namesz);
	put32(b, descsz);
	put32(b, type);
}

void put_note(struct bytes *b, const char *owner, uint32_t type, const void *desc, uint32_t descsz)
{
	put_header(b, (uint32_t)strlen(owner) + 1, descsz, type);
	put(b, owner, strlen(owner) + 1);
	align(b, 4);
	put(b, desc, descsz);
	align(b, 4);
}

void put_prstatus_regs(struct bytes *b, uint32_t pid, const struct sdeistop_regs *regs)
{
	autobytes desc = { .big = b->big };

	put_zero(&desc, 32);
	put32(&desc, pid);
	put_zero(&desc, 112 - 36);
	for (unsigned int i = 0; i < 31; i++)
		put64(&desc, regs->x[i]);
	put64(&desc, regs->sp);
	put64(&desc, regs->pc);
	put64(&desc, regs->pstate);
	put_zero(&desc, 8);
	put_note(b, "CORE", 1, desc.data, (uint32_t)desc.size);
}

void put_prstatus(struct bytes *b, uint32_t pid, uint64_t pc)
{
	struct sdeistop_regs regs = { .sp = pc + 100, .pc = pc, .pstate = 0x3c5 };

	for (unsigned int i = 0; i < 31; i++)
		regs.x[i] = pc + i;
	put_prstatus_regs(b, pid, &regs);
}

/* Polynomial division with a table of nibbles: not how lib/core does it */
static uint32_t crc_of(const uint8_t *p, size_t size)
{
	static const uint32_t nibble[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	uint32_t crc = 0xffffffff;

	while (size--) {
		crc ^= *p++;
		crc = crc >> 4 ^ nibble[crc & 15];
		crc = crc >> 4 ^ nibble[crc & 15];
	}
	return ~crc;
}

void put_record(struct bytes *b, const struct cpustop_note *note)
{
	autobytes desc = { .big = b->big };

	put16(&desc, note->version ? note->version : 1);
	put16(&desc, note->size ? note->size : 64);
	put32(&desc, note->cpu);
	put64(&desc, note->hwid);
	put(&desc, &note->method, 1);
	put(&desc, &note->disposition, 1);
	put(&desc, &note->rungs, 1);
	put(&desc, &note->flags, 1);
	put32(&desc, (uint32_t)note->error);
	put64(&desc, note->start);
	put64(&desc, note->task);
	put32(&desc, note->requested);
	put32(&desc, note->acked);
	put32(&desc, note->pid);
	put32(&desc, note->nr_present);
	put32(&desc, note->nr_online);
	put32(&desc, note->crc ? note->crc : crc_of(desc.data, 60));
	put_note(b, "CPUSTOP", 0x43535450, desc.data, (uint32_t)desc.size);
}

void put_vmcoreinfo(struct bytes *b, const char *text)
{
	put_note(b, "VMCOREINFO", 0, text, (uint32_t)strlen(text));
}

void put_cpu(struct bytes *b, uint32_t cpu, uint32_t nr_present)
{
	struct cpustop_note note = {
		.cpu = cpu, .hwid = cpu, .method = CPUSTOP_METHOD_IPI,
		.disposition = CPUSTOP_DISP_PARKED, .rungs = CPUSTOP_RUNG_IPI,
		.flags = CPUSTOP_F_REGS, .acked = 100, .pid = 1000 + cpu,
		.nr_present = nr_present, .nr_online = nr_present,
	};

	if (!cpu) {
		note.method = CPUSTOP_METHOD_PANIC;
		note.disposition = CPUSTOP_DISP_CRASHING;
	}
	put_prstatus(b, note.pid, 0x1000 * (cpu + 1));
	put_record(b, &note);
}

void put_elf(struct bytes *b, const struct bytes *notes)
{
	const uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', 2, b->big ? 2 : 1, 1 };
	const uint64_t data = 64 + 2 * 56;

	put(b, ident, 16);
	put16(b, 4);			/* e_type */
	put16(b, 183);			/* e_machine */
	put32(b, 1);			/* e_version */
	put64(b, 0);			/* e_entry */
	put64(b, 64);			/* e_phoff */
	put64(b, 0);			/* e_shoff */
	put32(b, 0);			/* e_flags */
	put16(b, 64);			/* e_ehsize */
	put16(b, 56);			/* e_phentsize */
	put16(b, 2);			/* e_phnum */
	put_zero(b, 6);

	for (int i = 0; i < 2; i++) {
		uint64_t size = i ? 16 : notes->size;

		put32(b, i ? 1 : 4);	/* p_type */
		put32(b, 0);		/* p_flags */
		put64(b, i ? data + notes->size : data);
		put64(b, 0);
		put64(b, 0);
		put64(b, size);		/* p_filesz */
		put64(b, size);
		put64(b, 4);
	}
	put(b, notes->data, notes->size);
	put(b, "0123456789abcdef", 16);
}

void put_kdump(struct bytes *b, const struct bytes *notes, uint32_t pages)
{
	const uint32_t block = 1024;
	const uint32_t sub_blocks = (uint32_t)(104 + notes->size + block - 1) / block;
	const uint64_t table = (1 + sub_blocks + 2) * block;
	const uint64_t data = table + 24 * pages;

	put(b, "KDUMP   ", 8);
	put32(b, 6);			/* header_version */
	put_zero(b, 4 * 65);
	put(b, "aarch64", 7);
	put_zero(b, 424 - 12 - 4 * 65 - 7);
	put32(b, 1);			/* status */
	put32(b, block);
	put32(b, sub_blocks);
	put32(b, 2);			/* bitmap_blocks */
	put32(b, pages);
	align(b, block);

	put_zero(b, 48);
	put64(b, block + 104);		/* offset_note */
	put64(b, notes->size);		/* size_note */
	put_zero(b, 104 - 64);
	put(b, notes->data, notes->size);
	align(b, block);
	put_zero(b, 2 * block);

	for (uint32_t i = 0; i < pages; i++) {
		put64(b, data + i * 10);
		put32(b, 10);
		put32(b, 1);
		put64(b, 0);
	}
	for (uint32_t i = 0; i < pages; i++)
		put(b, "0123456789", 10);
}

static void put_be64(struct bytes *b, uint64_t value)
{
	const bool big = b->big;

	b->big = true;
	put64(b, value);
	b->big = big;
}

void put_flattened(struct bytes *b, const struct bytes *dump, size_t chunk)
{
	put(b, "makedumpfile\0\0\0", 16);
	put_be64(b, 1);			/* type */
	put_be64(b, 1);			/* version */
	align(b, 4096);
	for (size_t at = 0; at < dump->size; at += chunk) {
		const size_t size = dump->size - at < chunk ? dump->size - at : chunk;

		put_be64(b, at);
		put_be64(b, size);
		put(b, dump->data + at, size);
	}
	put_be64(b, UINT64_MAX);
	put_be64(b, UINT64_MAX);
}

struct sdeistop_report *report_from(const struct bytes *b, struct sdeistop_source source)
{
	struct sdeistop_report *report = NULL;
	struct sdeistop_error error;

	source.big_endian = b->big;
	source.format = "elf";
	assert_int_equal(sdeistop_report_build(b->data, b->size, &source, &report, &error), 0);
	assert_non_null(report);
	return report;
}

struct sdeistop_report *report_of(const struct bytes *b)
{
	return report_from(b, (struct sdeistop_source) { .file = "vmcore", .machine = "aarch64" });
}

struct sdeistop_report *report_of_file(const struct bytes *b, struct sdeistop_error *error)
{
	struct sdeistop_report *report = NULL;
	int fd = memfd_create("vmcore", MFD_CLOEXEC);
	char path[32];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, b->data, b->size), b->size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sdeistop_report_file(path, &report, error))
		report = NULL;
	close(fd);
	return report;
}

unsigned int count_problems(const struct sdeistop_report *report,
			    enum sdeistop_problem_code code)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < report->nr_problems; i++)
		nr += report->problem[i].code == code;
	return nr;
}

char *printed(const struct sdeistop_report *report,
	      void (*print)(const struct sdeistop_report *report, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print(report, out);
	assert_int_equal(fclose(out), 0);
	return text;
}
