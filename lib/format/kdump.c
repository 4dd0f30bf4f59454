// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-compressed vmcores: makedumpfile's usual output, and QEMU's with -z.
 *
 * Blocks of the page size: the header; the sub header, which tells where the
 * notes are; two bitmaps of pages; a descriptor for each page that was dumped;
 * their data. Offsets are those of a 64-bit kernel's structures.
 */

#include "format.h"

#include <stdlib.h>
#include <string.h>

#include "../core/bytes.h"

#define SIGNATURE	"KDUMP   "

/* struct disk_dump_header */
#define HEADER_VERSION		8
#define HEADER_RELEASE		(12 + 2 * 65)
#define HEADER_MACHINE		(12 + 4 * 65)
#define HEADER_STATUS		424
#define HEADER_BLOCK_SIZE	428
#define HEADER_SUB_BLOCKS	432
#define HEADER_BITMAP_BLOCKS	436
#define HEADER_BYTES		464
#define UTSNAME_BYTES		65
#define STATUS_INCOMPLETE	0x8

/* struct kdump_sub_header, from version 4 on */
#define SUB_OFFSET_NOTE		48
#define SUB_SIZE_NOTE		56
#define SUB_BYTES		64
#define VERSION_WITH_NOTES	4
#define VERSION_MAX		255	/* 6 is the newest: a byte order test */

#define BLOCK_SIZE_MIN	(1u << 10)
#define BLOCK_SIZE_MAX	(1u << 20)

/* struct page_desc */
#define DESC_BYTES	24
#define DESC_OFFSET	0
#define DESC_SIZE	8

/* Descriptors looked at from the end, at a time and at most: pages of zeros
 * share one page's data, so the last page of all is not always where the data
 * ends. Of more such pages than 4 GiB have the data before them is not checked. */
#define DESC_CHUNK	4096
#define DESC_LAST	(1u << 20)

struct kdump {
	const struct sdeistop_file *file;
	bool big;
	uint32_t version;
	uint32_t block_size;
	uint32_t sub_blocks;
	uint32_t bitmap_blocks;
};

static bool probe(const uint8_t *head, size_t size)
{
	return size >= strlen(SIGNATURE) && !memcmp(head, SIGNATURE, strlen(SIGNATURE));
}

static const char *machine_name(const char *machine)
{
	static const char *const names[] = {
		"aarch64", "aarch64_be", "riscv64", "x86_64", "ppc64", "ppc64le", "s390x",
		"loongarch64",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(machine, names[i], UTSNAME_BYTES))
			return names[i];
	return NULL;
}

/* A string of struct new_utsname, which need not end */
static void copy_utsname(char (*to)[UTSNAME_BYTES], const uint8_t *from)
{
	memcpy(*to, from, UTSNAME_BYTES - 1);
	(*to)[UTSNAME_BYTES - 1] = '\0';
	for (char *p = *to; *p; p++)
		if (*p <= ' ' || *p > '~')
			*p = '?';
}

static int read_header(struct kdump *kdump, const uint8_t *head, size_t size,
		       struct sdeistop_source *source, struct sdeistop_error *error)
{
	char machine[UTSNAME_BYTES];

	if (size < HEADER_BYTES)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, (int64_t)size,
				     "is no vmcore: its KDUMP header ends at byte %zu, expected %d",
				     size, HEADER_BYTES);
	kdump->big = sdeistop_get32(head + HEADER_VERSION, false) > VERSION_MAX;
	kdump->version = sdeistop_get32(head + HEADER_VERSION, kdump->big);
	if (!kdump->version || kdump->version > VERSION_MAX)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, HEADER_VERSION,
				     "is no vmcore: KDUMP version 0x%x at byte %d",
				     kdump->version, HEADER_VERSION);
	kdump->block_size = sdeistop_get32(head + HEADER_BLOCK_SIZE, kdump->big);
	if (kdump->block_size < BLOCK_SIZE_MIN || kdump->block_size > BLOCK_SIZE_MAX ||
	    kdump->block_size & (kdump->block_size - 1))
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, HEADER_BLOCK_SIZE,
				     "is no 64-bit vmcore: KDUMP block size %u at byte %d, expected a page size",
				     kdump->block_size, HEADER_BLOCK_SIZE);
	kdump->sub_blocks = sdeistop_get32(head + HEADER_SUB_BLOCKS, kdump->big);
	kdump->bitmap_blocks = sdeistop_get32(head + HEADER_BITMAP_BLOCKS, kdump->big);

	copy_utsname(&machine, head + HEADER_MACHINE);
	copy_utsname(&source->release, head + HEADER_RELEASE);
	source->format = "kdump";
	source->machine = machine_name(machine);
	source->big_endian = kdump->big;
	source->incomplete_flag = sdeistop_get32(head + HEADER_STATUS, kdump->big) &
				  STATUS_INCOMPLETE;
	return 0;
}

static int take_notes(const struct kdump *kdump, struct sdeistop_vmcore *ret,
		      struct sdeistop_error *error)
{
	uint64_t offset, size;
	uint8_t sub[SUB_BYTES];
	int status;

	if (kdump->version < VERSION_WITH_NOTES)
		return 0;
	if (sdeistop_vmcore_past_end(ret, kdump->file, kdump->block_size + sizeof(sub),
				     "the KDUMP sub header"))
		return 0;
	status = sdeistop_file_read(kdump->file, kdump->block_size, sub, sizeof(sub), error);
	if (status)
		return status;
	offset = sdeistop_get64(sub + SUB_OFFSET_NOTE, kdump->big);
	size = sdeistop_get64(sub + SUB_SIZE_NOTE, kdump->big);
	sdeistop_vmcore_past_end(ret, kdump->file, sdeistop_end(offset, size), "the note segment");
	return sdeistop_vmcore_add_notes(ret, kdump->file, offset, size, error);
}

/*
 * How many page descriptors there are at @table, which the header does not
 * tell. The data begins where they end, with a page of zeros that all such
 * pages share, or without one: the first page's data is there or a page later.
 * 24 does not divide a power of two, so only one of these can be.
 */
static uint64_t count_descs(const struct kdump *kdump, uint64_t table, uint64_t first_data)
{
	uint64_t gap = first_data - table;

	if (first_data <= table)
		return 0;
	if (gap % DESC_BYTES == 0)
		return gap / DESC_BYTES;
	if (gap > kdump->block_size && (gap - kdump->block_size) % DESC_BYTES == 0)
		return (gap - kdump->block_size) / DESC_BYTES;
	return 0;
}

/* True if what is before these @nr is to be looked at, too: they all lead to
 * the page at @shared, where the data begins. */
static bool check_descs(const struct kdump *kdump, const uint8_t *desc, size_t nr,
			uint64_t shared, struct sdeistop_vmcore *ret)
{
	bool all_shared = true;
	uint64_t end = 0;

	for (size_t i = 0; i < nr; i++, desc += DESC_BYTES) {
		uint64_t offset = sdeistop_get64(desc + DESC_OFFSET, kdump->big);
		uint64_t past = sdeistop_end(offset, sdeistop_get32(desc + DESC_SIZE, kdump->big));

		if (!offset) {
			/* space was made for it, and it was never written */
			sdeistop_vmcore_cut(ret, "page descriptors are blank: the dump was not finished");
			return false;
		}
		all_shared &= offset == shared;
		if (past > end)
			end = past;
	}
	sdeistop_vmcore_past_end(ret, kdump->file, end, "the data of the last page");
	return all_shared;
}

/* The last of @nr descriptors at @table, backwards until data ends there */
static int check_last_pages(const struct kdump *kdump, uint64_t table, uint64_t nr,
			    struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	const uint64_t shared = table + nr * DESC_BYTES;
	const uint64_t first = nr > DESC_LAST ? nr - DESC_LAST : 0;
	uint8_t *descs = malloc(DESC_CHUNK * DESC_BYTES);
	bool more = true;
	int status = 0;

	if (!descs)
		return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
	while (more && nr > first) {
		size_t chunk = nr - first < DESC_CHUNK ? (size_t)(nr - first) : DESC_CHUNK;

		nr -= chunk;
		status = sdeistop_file_read(kdump->file, table + nr * DESC_BYTES, descs,
					    chunk * DESC_BYTES, error);
		more = !status && check_descs(kdump, descs, chunk, shared, ret);
	}
	free(descs);
	return status;
}

/*
 * Bitmaps, descriptors and the data of the last pages. A page in the middle
 * whose descriptor leads past the end is not noticed: that is a walk over all.
 */
static int check_pages(const struct kdump *kdump, struct sdeistop_vmcore *ret,
		       struct sdeistop_error *error)
{
	const struct sdeistop_file *file = kdump->file;
	uint64_t table = (1 + (uint64_t)kdump->sub_blocks + kdump->bitmap_blocks) * kdump->block_size;
	uint8_t first[DESC_BYTES];
	uint64_t nr;
	int status;

	if (sdeistop_vmcore_past_end(ret, file, table, "the page bitmap") ||
	    sdeistop_vmcore_past_end(ret, file, table + DESC_BYTES, "the first page descriptor"))
		return 0;
	status = sdeistop_file_read(file, table, first, sizeof(first), error);
	if (status)
		return status;
	nr = count_descs(kdump, table, sdeistop_get64(first + DESC_OFFSET, kdump->big));
	if (!nr)
		check_descs(kdump, first, 1, 0, ret);
	if (!nr || sdeistop_vmcore_past_end(ret, file, table + nr * DESC_BYTES,
					    "the table of page descriptors"))
		return 0;
	return check_last_pages(kdump, table, nr, ret, error);
}

static int read_kdump(const struct sdeistop_file *file, const uint8_t *head, size_t size,
		      struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	struct kdump kdump = { .file = file };
	int status;

	status = read_header(&kdump, head, size, &ret->source, error);
	if (!status)
		status = take_notes(&kdump, ret, error);
	if (!status)
		status = check_pages(&kdump, ret, error);
	return status;
}

const struct sdeistop_format sdeistop_format_kdump = { probe, read_kdump };
