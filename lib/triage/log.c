// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The printk ring buffer as it lies in memory: two arrays with an entry a record and a
 * ring of text (lib/memory/printk.c reads them). Entries and text are used one after
 * the other, so the newest part of each ends where its head is.
 */

#include "internal.h"

/* Larger is none: lib/memory/printk.c */
#define BITS_MAX	31
/* Bytes of a descriptor, or of an info; 24 and 88 today */
#define STRUCT_MAX	512
/* Of all of it: more is not kept, however large the file may be */
#define BYTES_MAX	(64u << 20)
/* It is taken in so many steps, the newest first: where room ends, what is kept is
 * whole records up to the last one. */
#define STEPS		32
/* struct printk_ringbuffer; 88 today */
#define PRB_BYTES	128

struct array {
	uint64_t address;
	uint64_t bytes;		/* of all of it */
	uint64_t head;		/* the newest part ends there, an offset */
};

struct log {
	struct array descs, infos, text;
};

static bool has_layout(const struct triage_info *info)
{
	const uint64_t known[] = {
		info->prb, info->desc_ring, info->text_ring, info->count_bits, info->descs,
		info->infos, info->head_id, info->size_bits, info->data, info->head_lpos,
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i] == TRIAGE_UNKNOWN)
			return false;
	return info->desc_bytes <= STRUCT_MAX && info->info_bytes <= STRUCT_MAX;
}

static bool read_bits(const struct sdeistop_triage *triage, uint64_t address, uint32_t *ret)
{
	uint8_t bytes[4];

	if (!triage_read(triage, address, bytes, sizeof(bytes)))
		return false;
	*ret = sdeistop_get32(bytes, triage->mmu.big_endian);
	return *ret <= BITS_MAX;
}

static bool read_log(const struct sdeistop_triage *triage, uint64_t prb, struct log *log)
{
	const struct triage_info *info = &triage->info;
	const uint64_t ring = prb + info->desc_ring, text = prb + info->text_ring;
	uint64_t head_id, head_lpos, count;
	uint32_t count_bits, size_bits;

	if (!read_bits(triage, ring + info->count_bits, &count_bits) ||
	    !read_bits(triage, text + info->size_bits, &size_bits) ||
	    !triage_read64(triage, ring + info->descs, &log->descs.address) ||
	    !triage_read64(triage, ring + info->infos, &log->infos.address) ||
	    !triage_read64(triage, ring + info->head_id, &head_id) ||
	    !triage_read64(triage, text + info->data, &log->text.address) ||
	    !triage_read64(triage, text + info->head_lpos, &head_lpos))
		return false;
	count = UINT64_C(1) << count_bits;
	log->text.bytes = UINT64_C(1) << size_bits;
	log->text.head = head_lpos & (log->text.bytes - 1);
	log->descs.bytes = count * info->desc_bytes;
	log->infos.bytes = count * info->info_bytes;
	/* the newest record's own entry, too */
	log->descs.head = ((head_id & (count - 1)) + 1) * info->desc_bytes;
	log->infos.head = ((head_id & (count - 1)) + 1) * info->info_bytes;
	return true;
}

/* Of @array what lies from @from to @to bytes before its head; before its beginning
 * comes its end */
static void want_before_head(struct sdeistop_triage *triage, const struct array *array,
			     uint64_t from, uint64_t to)
{
	const uint64_t wrapped = array->head + array->bytes;
	const uint64_t middle = from > array->head ? from : to < array->head ? to : array->head;

	if (from < middle)
		triage_want(triage, array->address + array->head - middle, middle - from, true);
	if (middle < to)
		triage_want(triage, array->address + wrapped - to, to - middle, true);
}

/* @step of STEPS of what is to be kept of an array */
static uint64_t part_of(uint64_t bytes, unsigned int step)
{
	return bytes * step / STEPS;
}

/* As much of @part as of the whole there is room for */
static uint64_t share(uint64_t part, uint64_t bytes, uint64_t whole)
{
	/* @part is below 2^40, @bytes up to 2^26 */
	const unsigned int shift = part >> 36 ? 8 : 0;

	if (whole <= bytes)
		return part;
	return (part >> shift) * bytes / (whole >> shift);
}

/* The newest @bytes of all three together; text that came without its descriptors
 * and infos, or the other way round, is not counted */
static void want_newest(struct sdeistop_triage *triage, const struct log *log, uint64_t bytes)
{
	const struct array *const arrays[] = { &log->text, &log->descs, &log->infos };
	const uint64_t whole = log->descs.bytes + log->infos.bytes + log->text.bytes;
	const struct sdeistop_triage_part *now = triage->now;

	for (unsigned int step = 0; step < STEPS && !triage->pages.full; step++) {
		const unsigned int lost = now->dropped + now->missing;

		for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++) {
			const uint64_t kept = share(arrays[i]->bytes, bytes, whole);

			want_before_head(triage, arrays[i], part_of(kept, step),
					 part_of(kept, step + 1));
		}
		if (now->dropped + now->missing == lost)
			triage->log_kept = part_of(share(log->text.bytes, bytes, whole), step + 1);
	}
	for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++)
		triage_want_blank(triage, arrays[i]->address, arrays[i]->bytes);
}

void triage_add_log(struct sdeistop_triage *triage, uint64_t most)
{
	const struct triage_info *info = &triage->info;
	struct log log;
	uint64_t prb;

	if (!has_layout(info))
		return;
	if (!triage_read64(triage, info->prb, &prb) || !read_log(triage, prb, &log)) {
		triage->now->missing++;
		return;
	}
	triage->log_bytes = log.text.bytes;
	triage_want(triage, prb, PRB_BYTES, true);
	want_newest(triage, &log, most < BYTES_MAX ? most : BYTES_MAX);
}
