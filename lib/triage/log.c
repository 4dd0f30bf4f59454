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

/* The @bytes before the head of @array, which go on at its end if it begins before */
static void want_newest(struct sdeistop_triage *triage, const struct array *array, uint64_t bytes)
{
	const uint64_t before = bytes < array->head ? bytes : array->head;

	triage_want(triage, array->address + array->head - before, before, true);
	triage_want(triage, array->address + array->bytes - (bytes - before), bytes - before, true);
	triage_want_blank(triage, array->address, array->bytes);
}

/* As much of @part as of the whole there is room for */
static uint64_t share(uint64_t part, uint64_t bytes, uint64_t whole)
{
	if (whole <= bytes)
		return part;
	return (uint64_t)((unsigned __int128)part * bytes / whole);
}

/* How much of it is kept, but for what was found in no page or had no room */
static uint64_t want_text(struct sdeistop_triage *triage, const struct array *text, uint64_t bytes)
{
	const struct sdeistop_triage_part *now = triage->now;
	const unsigned int before = now->dropped + now->missing;
	uint64_t lost;

	want_newest(triage, text, bytes);
	lost = (now->dropped + now->missing - before) * triage->info.page_bytes;
	return lost < bytes ? bytes - lost : 0;
}

void triage_add_log(struct sdeistop_triage *triage, uint64_t most)
{
	const uint64_t bytes = most < BYTES_MAX ? most : BYTES_MAX;
	const struct triage_info *info = &triage->info;
	uint64_t whole, prb;
	struct log log;

	if (!has_layout(info))
		return;
	if (!triage_read64(triage, info->prb, &prb) || !read_log(triage, prb, &log)) {
		triage->now->missing++;
		return;
	}
	whole = log.descs.bytes + log.infos.bytes + log.text.bytes;
	triage_want(triage, prb, PRB_BYTES, true);
	triage->log_bytes = log.text.bytes;
	triage->log_kept = want_text(triage, &log.text, share(log.text.bytes, bytes, whole));
	want_newest(triage, &log.descs, share(log.descs.bytes, bytes, whole));
	want_newest(triage, &log.infos, share(log.infos.bytes, bytes, whole));
}
