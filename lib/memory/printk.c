// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The printk ring buffer. Two arrays with an entry a record, descriptors and
 * infos, and a ring of text. A record has a number (id); its place in the arrays
 * is that number modulo their size, which is a power of 2. A descriptor tells
 * whether it is this record's, in which state, and where its text begins and
 * ends: positions that only ever grow, and are places in the ring modulo its
 * size. A text that would reach past the end of the ring is at its beginning.
 */

#include "printk.h"

#include <inttypes.h>
#include <string.h>

/* Larger is none: log_buf_len= goes up to 2^31 bytes of text, and there are fewer
 * descriptors than that */
#define BITS_MAX	31
/* Bytes of a descriptor, or of an info; 24 and 88 today */
#define STRUCT_MAX	512

/* The word of a descriptor: its state, and the id in the other 62 bits */
#define STATE_SHIFT	62
#define ID_MASK		((UINT64_C(1) << STATE_SHIFT) - 1)
/* finalized, and committed: the last one may be, if its line was to go on */
#define STATE_COMMITTED	1
#define STATE_FINALIZED	2

/* Both positions of a record that is an empty line; bit 0 of one: no text */
#define EMPTY_LINE	3
/* What a text has before it in the ring: the id */
#define TEXT_HEADER	8

struct ring {
	struct sdeistop_memory *memory;
	/* of VMCOREINFO, in the order of keys[] */
	struct layout {
		uint64_t desc_ring, text_ring, count_bits, descs, infos, head, tail;
		uint64_t desc_size, state, positions, begin, next;
		uint64_t info_size, time, length, size_bits, data;
	} at;
	uint64_t descs, infos, data;	/* addresses */
	uint64_t head, tail;		/* ids */
	unsigned int count_bits, size_bits;
	uint64_t nr_unread;
	uint64_t nr_lines;
};

static const struct {
	const char *key;
	size_t offset;
} keys[] = {
	{ "OFFSET(printk_ringbuffer.desc_ring)", offsetof(struct layout, desc_ring) },
	{ "OFFSET(printk_ringbuffer.text_data_ring)", offsetof(struct layout, text_ring) },
	{ "OFFSET(prb_desc_ring.count_bits)", offsetof(struct layout, count_bits) },
	{ "OFFSET(prb_desc_ring.descs)", offsetof(struct layout, descs) },
	{ "OFFSET(prb_desc_ring.infos)", offsetof(struct layout, infos) },
	{ "OFFSET(prb_desc_ring.head_id)", offsetof(struct layout, head) },
	{ "OFFSET(prb_desc_ring.tail_id)", offsetof(struct layout, tail) },
	{ "SIZE(prb_desc)", offsetof(struct layout, desc_size) },
	{ "OFFSET(prb_desc.state_var)", offsetof(struct layout, state) },
	{ "OFFSET(prb_desc.text_blk_lpos)", offsetof(struct layout, positions) },
	{ "OFFSET(prb_data_blk_lpos.begin)", offsetof(struct layout, begin) },
	{ "OFFSET(prb_data_blk_lpos.next)", offsetof(struct layout, next) },
	{ "SIZE(printk_info)", offsetof(struct layout, info_size) },
	{ "OFFSET(printk_info.ts_nsec)", offsetof(struct layout, time) },
	{ "OFFSET(printk_info.text_len)", offsetof(struct layout, length) },
	{ "OFFSET(prb_data_ring.size_bits)", offsetof(struct layout, size_bits) },
	{ "OFFSET(prb_data_ring.data)", offsetof(struct layout, data) },
};

/* A record, as far as it can be shown */
struct record {
	uint64_t ns;
	uint64_t text;		/* address */
	size_t length;
};

static int fail(struct sdeistop_error *error, enum sdeistop_errno code, const char *text)
{
	*error = (struct sdeistop_error) { .code = code, .offset = -1 };
	snprintf(error->text, sizeof(error->text), "%s", text);
	return (int)code;
}

/* --------------------------------------------------------------- the ring */

/* Every offset below the size of a structure, with room for 8 bytes there */
static bool is_sane(const struct layout *at)
{
	const uint64_t position = at->begin > at->next ? at->begin : at->next;

	if (at->desc_size > STRUCT_MAX || at->info_size > STRUCT_MAX)
		return false;
	if (at->state > STRUCT_MAX || at->positions > STRUCT_MAX || position > STRUCT_MAX)
		return false;
	return at->state + 8 <= at->desc_size && at->positions + position + 8 <= at->desc_size &&
	       at->time <= STRUCT_MAX && at->time + 8 <= at->info_size &&
	       at->length <= STRUCT_MAX && at->length + 2 <= at->info_size;
}

static int read_layout(struct ring *ring, struct sdeistop_error *error)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		uint64_t *field = (void *)((char *)&ring->at + keys[i].offset);

		if (!sdeistop_memory_number(ring->memory, keys[i].key, 10, field))
			return fail(error, SDEISTOP_ERR_UNSUPPORTED,
				    "VMCOREINFO does not describe the kernel's log");
	}
	if (!is_sane(&ring->at))
		return fail(error, SDEISTOP_ERR_READ,
			    "VMCOREINFO describes the kernel's log in a way that cannot be");
	return 0;
}

static int read_rings(struct ring *ring, uint64_t prb, struct sdeistop_error *error)
{
	const struct layout *at = &ring->at;
	const uint64_t desc_ring = prb + at->desc_ring, text_ring = prb + at->text_ring;
	struct sdeistop_memory *memory = ring->memory;
	int status;

	status = sdeistop_memory_read32(memory, desc_ring + at->count_bits, &ring->count_bits,
					error);
	if (!status)
		status = sdeistop_memory_read64(memory, desc_ring + at->descs, &ring->descs, error);
	if (!status)
		status = sdeistop_memory_read64(memory, desc_ring + at->infos, &ring->infos, error);
	if (!status)
		status = sdeistop_memory_read64(memory, desc_ring + at->head, &ring->head, error);
	if (!status)
		status = sdeistop_memory_read64(memory, desc_ring + at->tail, &ring->tail, error);
	if (!status)
		status = sdeistop_memory_read32(memory, text_ring + at->size_bits, &ring->size_bits,
						error);
	if (!status)
		status = sdeistop_memory_read64(memory, text_ring + at->data, &ring->data, error);
	if (!status && (ring->count_bits > BITS_MAX || ring->size_bits > BITS_MAX))
		status = fail(error, SDEISTOP_ERR_READ, "the kernel's log is none");
	return status;
}

static int open_ring(struct ring *ring, struct sdeistop_error *error)
{
	uint64_t pointer, prb;
	int status;

	if (!sdeistop_memory_symbol(ring->memory, "prb", &pointer))
		return fail(error, SDEISTOP_ERR_UNSUPPORTED,
			    "VMCOREINFO does not tell where the kernel's log is");
	status = read_layout(ring, error);
	if (!status)
		status = sdeistop_memory_read64(ring->memory, pointer, &prb, error);
	return status ? status : read_rings(ring, prb, error);
}

/* ------------------------------------------------------------ the records */

/* False if there is no text; otherwise @record's place and, cut to what can be
 * there, its length */
static bool find_text(const struct ring *ring, uint64_t begin, uint64_t next,
		      struct record *record)
{
	const uint64_t size = UINT64_C(1) << ring->size_bits;
	uint64_t at, room;

	if (begin == EMPTY_LINE && next == EMPTY_LINE) {
		record->length = 0;
		return true;
	}
	if ((begin | next) & 1)
		return false;
	if (begin >> ring->size_bits == (next - 1) >> ring->size_bits) {
		at = begin & (size - 1);
		room = next - begin;
	} else if ((begin + size) >> ring->size_bits == (next - 1) >> ring->size_bits) {
		at = 0;
		room = next & (size - 1);
	} else {
		return false;
	}
	/* next below begin makes it large */
	if (room <= TEXT_HEADER || room > size)
		return false;
	if (record->length > room - TEXT_HEADER)
		record->length = room - TEXT_HEADER;
	if (record->length > SDEISTOP_LOG_RECORD_MAX)
		record->length = SDEISTOP_LOG_RECORD_MAX;
	record->text = ring->data + at + TEXT_HEADER;
	return true;
}

/* False if there is nothing to show of record @id */
static bool read_record(struct ring *ring, uint64_t id, struct record *ret)
{
	const struct layout *at = &ring->at;
	const bool big = sdeistop_memory_big_endian(ring->memory);
	const uint64_t place = id & ((UINT64_C(1) << ring->count_bits) - 1);
	uint8_t desc[STRUCT_MAX], info[STRUCT_MAX];
	struct sdeistop_error error;
	uint64_t word, state;

	if (sdeistop_memory_read(ring->memory, ring->descs + place * at->desc_size, desc,
				 at->desc_size, &error) ||
	    sdeistop_memory_read(ring->memory, ring->infos + place * at->info_size, info,
				 at->info_size, &error)) {
		ring->nr_unread++;
		return false;
	}
	word = sdeistop_get64(desc + at->state, big);
	state = word >> STATE_SHIFT;
	if ((word & ID_MASK) != id || (state != STATE_COMMITTED && state != STATE_FINALIZED))
		return false;
	ret->ns = sdeistop_get64(info + at->time, big);
	ret->length = sdeistop_get16(info + at->length, big);
	return find_text(ring, sdeistop_get64(desc + at->positions + at->begin, big),
			 sdeistop_get64(desc + at->positions + at->next, big), ret);
}

/* How many records from the newest one on are to be shown */
static uint64_t count_newest(struct ring *ring)
{
	uint64_t all = ((ring->head - ring->tail) & ID_MASK) + 1;
	uint64_t nr = 0, bytes = 0;

	if (all > UINT64_C(1) << ring->count_bits)
		all = UINT64_C(1) << ring->count_bits;
	if (all > SDEISTOP_LOG_RECORDS)
		all = SDEISTOP_LOG_RECORDS;
	for (; nr < all; nr++) {
		struct record record;

		if (!read_record(ring, (ring->head - nr) & ID_MASK, &record))
			continue;
		bytes += record.length;
		if (bytes > SDEISTOP_LOG_BYTES)
			break;
	}
	return nr;
}

/* -------------------------------------------------------------- the lines */

static void print_record(struct ring *ring, const struct record *record, sdeistop_log_fn line,
			 void *arg)
{
	char text[SDEISTOP_LOG_RECORD_MAX + 1], with_time[SDEISTOP_LOG_RECORD_MAX + 64];
	struct sdeistop_error error;
	char *rest = text;

	if (record->length && sdeistop_memory_read(ring->memory, record->text, text,
						   record->length, &error)) {
		ring->nr_unread++;
		return;
	}
	text[record->length] = '\0';
	/* No printk() writes one, and a line is not to end there. */
	for (char *nul = text; (nul = memchr(nul, '\0', record->length - (size_t)(nul - text)));)
		*nul = '?';
	while (rest) {
		char *newline = strchr(rest, '\n');

		if (newline)
			*newline = '\0';
		snprintf(with_time, sizeof(with_time), "[%5" PRIu64 ".%06" PRIu64 "] %s",
			 record->ns / 1000000000, record->ns % 1000000000 / 1000, rest);
		line(with_time, rest == text, arg);
		ring->nr_lines++;
		rest = newline ? newline + 1 : NULL;
	}
}

int sdeistop_log_read(struct sdeistop_memory *memory, sdeistop_log_fn line, void *arg,
		      struct sdeistop_error *error)
{
	struct ring ring = { .memory = memory };
	int status = open_ring(&ring, error);

	if (status)
		return status;
	for (uint64_t nr = count_newest(&ring); nr; nr--) {
		struct record record;

		if (read_record(&ring, (ring.head - (nr - 1)) & ID_MASK, &record))
			print_record(&ring, &record, line, arg);
	}
	if (ring.nr_lines)
		return 0;
	return fail(error, SDEISTOP_ERR_READ, ring.nr_unread ?
		    "the pages of the kernel's log are not in the dump" :
		    "the kernel's log is empty");
}
