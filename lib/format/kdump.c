// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-compressed vmcores: the header, the sub header and the notes. */

#include "kdump.h"

#include <stdlib.h>
#include <string.h>

#include "../core/internal.h"

#define SIGNATURE	"KDUMP   "

/* struct disk_dump_header */
#define HEADER_VERSION		8
#define HEADER_RELEASE		(12 + 2 * 65)
#define HEADER_MACHINE		(12 + 4 * 65)
#define HEADER_STATUS		424
#define HEADER_BLOCK_SIZE	428
#define HEADER_SUB_BLOCKS	432
#define HEADER_BITMAP_BLOCKS	436
#define HEADER_MAX_MAPNR	440
#define HEADER_BYTES		464
#define UTSNAME_BYTES		65
#define STATUS_INCOMPLETE	0x8

/* struct kdump_sub_header, and the version that has each field */
#define SUB_SPLIT		12	/* 2 */
#define SUB_START_PFN		16	/* 2 */
#define SUB_END_PFN		24	/* 2 */
#define SUB_OFFSET_VMCOREINFO	32	/* 3 */
#define SUB_SIZE_VMCOREINFO	40	/* 3 */
#define SUB_OFFSET_NOTE		48	/* 4 */
#define SUB_SIZE_NOTE		56	/* 4 */
#define SUB_OFFSET_ERASEINFO	64	/* 5 */
#define SUB_SIZE_ERASEINFO	72	/* 5 */
#define SUB_START_PFN_64	80	/* 6: what 2 has is 32 bits of it there */
#define SUB_END_PFN_64		88	/* 6 */
#define SUB_MAX_MAPNR_64	96	/* 6 */
#define SUB_BYTES		104
#define VERSION_MAX		255	/* 6 is the newest: a byte order test */

#define BLOCK_SIZE_MIN	(1u << 10)
#define BLOCK_SIZE_MAX	(1u << 20)

/* The kernel's VMCOREINFO is a page */
#define VMCOREINFO_MAX	(64u << 10)

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

/* The sub header's bytes that a version has */
static size_t sub_bytes(uint32_t version)
{
	static const uint8_t bytes[] = { 8, 12, 32, 48, 64, 80 };

	return version < sizeof(bytes) ? bytes[version] : SUB_BYTES;
}

static int read_header(struct kdump *kdump, const uint8_t *head, size_t size,
		       struct sdeistop_error *error)
{
	if (size < HEADER_BYTES)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, (int64_t)size,
				     "is no vmcore: its KDUMP header ends at byte %zu, expected %d",
				     size, HEADER_BYTES);
	kdump->big = sdeistop_get32(head + HEADER_VERSION, false) > VERSION_MAX;
	kdump->version = sdeistop_get32(head + HEADER_VERSION, kdump->big);
	if (!kdump->version || kdump->version > VERSION_MAX)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, HEADER_VERSION,
				     "is no vmcore: KDUMP version 0x%x at byte %d, expected 1 to 6",
				     kdump->version, HEADER_VERSION);
	kdump->block_size = sdeistop_get32(head + HEADER_BLOCK_SIZE, kdump->big);
	if (kdump->block_size < BLOCK_SIZE_MIN || kdump->block_size > BLOCK_SIZE_MAX ||
	    kdump->block_size & (kdump->block_size - 1))
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, HEADER_BLOCK_SIZE,
				     "is no 64-bit vmcore: KDUMP block size %u at byte %d, expected a page size",
				     kdump->block_size, HEADER_BLOCK_SIZE);
	kdump->sub_blocks = sdeistop_get32(head + HEADER_SUB_BLOCKS, kdump->big);
	kdump->bitmap_blocks = sdeistop_get32(head + HEADER_BITMAP_BLOCKS, kdump->big);
	kdump->frames = sdeistop_get32(head + HEADER_MAX_MAPNR, kdump->big);
	return 0;
}

static void tell_source(const struct kdump *kdump, const uint8_t *head,
			struct sdeistop_source *source)
{
	char machine[UTSNAME_BYTES];

	copy_utsname(&machine, head + HEADER_MACHINE);
	copy_utsname(&source->release, head + HEADER_RELEASE);
	source->machine = machine_name(machine);
	source->big_endian = kdump->big;
	source->incomplete_flag = sdeistop_get32(head + HEADER_STATUS, kdump->big) &
				  STATUS_INCOMPLETE;
}

/* All parts have these headers but for what is left out here. */
static uint64_t set_of(const uint8_t *head, const uint8_t *sub)
{
	uint8_t header[HEADER_BYTES], rest[SUB_BYTES];

	memcpy(header, head, sizeof(header));
	memset(header + HEADER_STATUS, 0, 4);
	memcpy(rest, sub, sizeof(rest));
	memset(rest + SUB_START_PFN, 0, 16);
	memset(rest + SUB_OFFSET_ERASEINFO, 0, 16);
	memset(rest + SUB_START_PFN_64, 0, 16);
	return (uint64_t)sdeistop_crc32(header, sizeof(header)) << 32 |
	       sdeistop_crc32(rest, sizeof(rest));
}

static void read_split(struct kdump *kdump, const uint8_t *head, const uint8_t *sub)
{
	const bool wide = kdump->version >= 6;

	if (wide)
		kdump->frames = sdeistop_get64(sub + SUB_MAX_MAPNR_64, kdump->big);
	if (!sdeistop_get32(sub + SUB_SPLIT, kdump->big))
		return;
	kdump->split = (struct sdeistop_split) {
		.is_part = true,
		.set = set_of(head, sub),
		.first = sdeistop_get64(sub + (wide ? SUB_START_PFN_64 : SUB_START_PFN), kdump->big),
		.end = sdeistop_get64(sub + (wide ? SUB_END_PFN_64 : SUB_END_PFN), kdump->big),
		.frames = kdump->frames,
	};
}

/* What of the sub header is there, and zeros: @sub */
static int read_sub(struct kdump *kdump, const uint8_t *head, uint8_t (*sub)[SUB_BYTES],
		    struct sdeistop_error *error)
{
	const uint64_t has = sdeistop_file_has(kdump->file, kdump->block_size,
					       sub_bytes(kdump->version));
	int status;

	memset(*sub, 0, sizeof(*sub));
	status = sdeistop_file_read(kdump->file, kdump->block_size, *sub, (size_t)has, error);
	if (!status)
		read_split(kdump, head, *sub);
	return status;
}

/* Version 3, which has no notes: the text itself */
static int take_vmcoreinfo(const struct kdump *kdump, const uint8_t *sub,
			   struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	const uint64_t offset = sdeistop_get64(sub + SUB_OFFSET_VMCOREINFO, kdump->big);
	uint64_t size = sdeistop_get64(sub + SUB_SIZE_VMCOREINFO, kdump->big);

	sdeistop_vmcore_past_end(ret, kdump->file, sdeistop_end(offset, size), "VMCOREINFO");
	size = sdeistop_file_has(kdump->file, offset, size);
	if (!size || size > VMCOREINFO_MAX || !sdeistop_file_keeps(kdump->file, offset + size))
		return 0;
	ret->vmcoreinfo = malloc((size_t)size);
	if (!ret->vmcoreinfo)
		return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
	ret->source.vmcoreinfo = ret->vmcoreinfo;
	ret->source.vmcoreinfo_size = (size_t)size;
	return sdeistop_file_read(kdump->file, offset, ret->vmcoreinfo, (size_t)size, error);
}

static int take_notes(const struct kdump *kdump, const uint8_t *sub,
		      struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	const uint64_t offset = sdeistop_get64(sub + SUB_OFFSET_NOTE, kdump->big);
	const uint64_t size = sdeistop_get64(sub + SUB_SIZE_NOTE, kdump->big);

	if (kdump->version == 3)
		return take_vmcoreinfo(kdump, sub, ret, error);
	if (sdeistop_vmcore_lacks(ret, kdump->file, kdump->block_size, sub_bytes(kdump->version),
				  "the KDUMP sub header"))
		return 0;
	sdeistop_vmcore_past_end(ret, kdump->file, sdeistop_end(offset, size), "the note segment");
	return sdeistop_vmcore_add_notes(ret, kdump->file, offset, size, error);
}

/* What was erased by makedumpfile --config, at the end of the file */
static void check_eraseinfo(const struct kdump *kdump, const uint8_t *sub,
			    struct sdeistop_vmcore *ret)
{
	const uint64_t size = sdeistop_get64(sub + SUB_SIZE_ERASEINFO, kdump->big);

	if (size)
		sdeistop_vmcore_past_end(ret, kdump->file,
					 sdeistop_end(sdeistop_get64(sub + SUB_OFFSET_ERASEINFO, kdump->big),
						      size), "the list of what was erased");
}

static int read_kdump(const struct sdeistop_file *file, const uint8_t *head, size_t size,
		      struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	struct kdump kdump = { .file = file };
	uint8_t sub[SUB_BYTES];
	int status;

	status = read_header(&kdump, head, size, error);
	if (status)
		return status;
	tell_source(&kdump, head, &ret->source);
	status = read_sub(&kdump, head, &sub, error);
	if (status)
		return status;
	ret->source.split = kdump.split;
	status = take_notes(&kdump, sub, ret, error);
	if (!status)
		status = sdeistop_kdump_check_pages(&kdump, ret, error);
	if (!status)
		check_eraseinfo(&kdump, sub, ret);
	return status;
}

static void split_of(const struct sdeistop_file *file, const uint8_t *head, size_t size,
		     struct sdeistop_split *ret)
{
	struct kdump kdump = { .file = file };
	struct sdeistop_error error;
	uint8_t sub[SUB_BYTES];

	if (!read_header(&kdump, head, size, &error) && !read_sub(&kdump, head, &sub, &error))
		*ret = kdump.split;
}

const struct sdeistop_format sdeistop_format_kdump = {
	.name = "kdump", .probe = probe, .read = read_kdump, .split = split_of,
};
