// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-compressed vmcores: are bitmaps, page descriptors and data all there? */

#include "kdump.h"

#include <stdlib.h>
#include <string.h>

#include "../core/bytes.h"

/* struct page_desc */
#define DESC_BYTES	24
#define DESC_OFFSET	0
#define DESC_SIZE	8

/* Descriptors looked at from the end, at a time and at most: pages of zeros
 * share one page's data, so the last page of all is not always where the data
 * ends. Of more such pages than 1 GiB has, which are 6 MiB of descriptors, the
 * data before them is not checked. */
#define DESC_CHUNK	4096
#define DESC_LAST	(1u << 18)

/* Bitmap read at a time and at most: that of 8 TiB in pages of 4 KiB */
#define BITMAP_CHUNK	65536
#define BITMAP_LAST	(256u << 20)

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

/* @nr descriptors that are at byte @at. True if what is before them is to be
 * looked at, too: they all lead to the page at @shared, where the data begins. */
static bool check_descs(const struct kdump *kdump, const uint8_t *desc, size_t nr, uint64_t at,
			uint64_t shared, struct sdeistop_vmcore *ret)
{
	bool all_shared = true;
	uint64_t end = 0;

	for (size_t i = 0; i < nr; i++, desc += DESC_BYTES) {
		uint64_t offset = sdeistop_get64(desc + DESC_OFFSET, kdump->big);
		uint64_t past = sdeistop_end(offset, sdeistop_get32(desc + DESC_SIZE, kdump->big));

		if (!offset) {
			/* space was made for it, and it was never written */
			sdeistop_vmcore_cut(ret, "the page descriptor at byte %llu is blank: the dump was not finished",
					    (unsigned long long)(at + i * DESC_BYTES));
			return false;
		}
		all_shared &= offset == shared;
		if (past > end)
			end = past;
	}
	sdeistop_vmcore_past_end(ret, kdump->file, end, "the data of the last page");
	return all_shared;
}

/* Descriptors: @nr are in the file, and it has room for those of @all pages */
struct descs {
	uint64_t table;
	uint64_t nr, all;
};

/* The last of @descs, backwards until data ends there */
static int check_last_pages(const struct kdump *kdump, const struct descs *descs,
			    struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	const uint64_t shared = descs->table + descs->all * DESC_BYTES;
	const uint64_t first = descs->nr > DESC_LAST ? descs->nr - DESC_LAST : 0;
	uint8_t *desc = malloc(DESC_CHUNK * DESC_BYTES);
	uint64_t end = descs->nr, at;
	bool more = true;
	int status = 0;

	if (!desc)
		return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
	while (more && end > first) {
		size_t chunk = end - first < DESC_CHUNK ? (size_t)(end - first) : DESC_CHUNK;

		end -= chunk;
		at = descs->table + end * DESC_BYTES;
		status = sdeistop_file_read(kdump->file, at, desc, chunk * DESC_BYTES, error);
		more = !status && check_descs(kdump, desc, chunk, at, shared, ret);
	}
	free(desc);
	return status;
}

static unsigned int count_ones(const uint8_t *bytes, size_t size)
{
	unsigned int nr = 0;

	for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t), bytes += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, bytes, sizeof(word));
		nr += (unsigned int)__builtin_popcountll(word);
	}
	while (size--)
		nr += (unsigned int)__builtin_popcount(*bytes++);
	return nr;
}

/* How many of the frames from @first to @end were dumped: the second bitmap, the
 * bit of a frame in its byte counted from below. A frame is a bit of the file. */
static int count_dumped(const struct kdump *kdump, uint64_t first, uint64_t end, uint64_t *ret,
			struct sdeistop_error *error)
{
	const uint64_t bitmap = (1 + (uint64_t)kdump->sub_blocks) * kdump->block_size +
				(uint64_t)kdump->bitmap_blocks * kdump->block_size / 2;
	uint8_t bytes[BITMAP_CHUNK];
	uint64_t pos = first / 8;

	*ret = 0;
	while (first < end && pos * 8 < end) {
		const uint64_t left = (end + 7) / 8 - pos;
		const size_t size = left < sizeof(bytes) ? (size_t)left : sizeof(bytes);
		int status;

		status = sdeistop_file_read(kdump->file, bitmap + pos, bytes, size, error);
		if (status)
			return status;
		if (pos == first / 8)
			bytes[0] &= (uint8_t)(0xff << first % 8);
		if (pos + size > end / 8)
			bytes[size - 1] &= (uint8_t)((1u << end % 8) - 1);
		*ret += count_ones(bytes, size);
		pos += size;
	}
	return 0;
}

/* A part has the descriptors of its own pages, and room for those of all. False
 * if they cannot be told. */
static bool part_descs(const struct kdump *kdump, struct descs *descs,
		       struct sdeistop_vmcore *ret, int *status, struct sdeistop_error *error)
{
	const struct sdeistop_split *split = &kdump->split;
	const uint64_t bits = (uint64_t)kdump->bitmap_blocks * kdump->block_size / 2 * 8;
	uint64_t before, after;

	if (split->first > split->end || split->end > split->frames || split->frames > bits) {
		sdeistop_vmcore_cut(ret, "page frames 0x%llx to 0x%llx of 0x%llx: no part of this dump",
				    (unsigned long long)split->first,
				    (unsigned long long)split->end,
				    (unsigned long long)split->frames);
		return false;
	}
	if (split->frames / 8 > BITMAP_LAST)
		return false;
	*status = count_dumped(kdump, 0, split->first, &before, error);
	if (!*status)
		*status = count_dumped(kdump, split->first, split->end, &descs->nr, error);
	if (!*status)
		*status = count_dumped(kdump, split->end, split->frames, &after, error);
	if (*status)
		return false;
	descs->all = before + descs->nr + after;
	return true;
}

/* The descriptors of a dump that is whole: false if the first is no good */
static bool all_descs(const struct kdump *kdump, struct descs *descs,
		      struct sdeistop_vmcore *ret, int *status, struct sdeistop_error *error)
{
	uint8_t first[DESC_BYTES];

	if (sdeistop_vmcore_past_end(ret, kdump->file, descs->table + DESC_BYTES,
				     "the first page descriptor"))
		return false;
	*status = sdeistop_file_read(kdump->file, descs->table, first, sizeof(first), error);
	if (*status)
		return false;
	descs->all = count_descs(kdump, descs->table,
				 sdeistop_get64(first + DESC_OFFSET, kdump->big));
	descs->nr = descs->all;
	if (!descs->all)
		check_descs(kdump, first, 1, descs->table, 0, ret);
	return descs->all;
}

/* Of the last blocks of each only as much is there as there are frames. */
static bool has_bitmaps(const struct kdump *kdump, struct sdeistop_vmcore *ret)
{
	const uint64_t half = (uint64_t)kdump->bitmap_blocks * kdump->block_size / 2;
	const uint64_t bytes = kdump->frames / 8 + !!(kdump->frames % 8);
	const uint64_t used = bytes < half ? bytes : half;
	const uint64_t first = (1 + (uint64_t)kdump->sub_blocks) * kdump->block_size;

	return !sdeistop_vmcore_lacks(ret, kdump->file, first, used, "the page bitmap") &&
	       !sdeistop_vmcore_lacks(ret, kdump->file, first + half, used, "the page bitmap");
}

int sdeistop_kdump_check_pages(const struct kdump *kdump, struct sdeistop_vmcore *ret,
			       struct sdeistop_error *error)
{
	const struct sdeistop_file *file = kdump->file;
	struct descs descs = {
		.table = (1 + (uint64_t)kdump->sub_blocks + kdump->bitmap_blocks) * kdump->block_size,
	};
	int status = 0;
	bool known;

	if (!has_bitmaps(kdump, ret))
		return 0;
	/* of a stream that went by, its end record tells that it was finished */
	if (!sdeistop_file_keeps(file, descs.table + DESC_BYTES))
		return 0;
	known = kdump->split.is_part ? part_descs(kdump, &descs, ret, &status, error) :
				       all_descs(kdump, &descs, ret, &status, error);
	/* a part without pages may end before the table */
	if (!known || !descs.nr ||
	    sdeistop_vmcore_lacks(ret, file, descs.table, descs.nr * DESC_BYTES,
				  "the table of page descriptors"))
		return status;
	if (!sdeistop_file_keeps(file, descs.table + descs.nr * DESC_BYTES))
		return 0;
	return check_last_pages(kdump, &descs, ret, error);
}
