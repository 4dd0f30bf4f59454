// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk over a note segment: the one place that turns sizes read from a
 * file into pointers. Sizes are summed in 64 bits, where three of 32 cannot
 * overflow, and compared before anything is pointed at.
 */

#include "internal.h"

#include <string.h>

#define NHDR_BYTES	12	/* Elf64_Nhdr: namesz, descsz, type */

static uint64_t pad4(uint32_t size)
{
	return ((uint64_t)size + 3) & ~UINT64_C(3);
}

static bool all_zero(const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (p[i])
			return false;
	return true;
}

void sdeistop_walk_init(struct sdeistop_walk *walk, const struct sdeistop_segment *segment,
			bool big_endian)
{
	*walk = (struct sdeistop_walk) {
		.data = segment->data,
		.size = segment->size,
		.claimed = segment->claimed > segment->size ? segment->claimed : segment->size,
		.big_endian = big_endian,
	};
}

/* A header of zeros is padding, and so are the zero words after it: a header
 * that follows starts at any of them. */
static void skip_padding(struct sdeistop_walk *walk)
{
	if (walk->size - walk->pos < NHDR_BYTES || !all_zero(walk->data + walk->pos, NHDR_BYTES))
		return;
	walk->adjacent = false;
	walk->pos += NHDR_BYTES;
	while (walk->size - walk->pos >= 4 && all_zero(walk->data + walk->pos, 4))
		walk->pos += 4;
}

/* Fewer bytes than a header: the end, or what is left of a note */
static enum sdeistop_step finish(const struct sdeistop_walk *walk)
{
	size_t left = walk->size - walk->pos;

	if (walk->claimed > walk->size)
		return SDEISTOP_STEP_CUT;
	if (left && !all_zero(walk->data + walk->pos, left))
		return SDEISTOP_STEP_BROKEN;
	return SDEISTOP_STEP_END;
}

enum sdeistop_step sdeistop_walk_next(struct sdeistop_walk *walk, struct sdeistop_note *ret)
{
	uint64_t name_end, desc, desc_end, next;
	const uint8_t *header;
	uint32_t namesz, descsz;

	skip_padding(walk);
	if (walk->size - walk->pos < NHDR_BYTES)
		return finish(walk);

	header = walk->data + walk->pos;
	namesz = sdeistop_get32(header, walk->big_endian);
	descsz = sdeistop_get32(header + 4, walk->big_endian);

	name_end = (uint64_t)walk->pos + NHDR_BYTES + namesz;
	desc = (uint64_t)walk->pos + NHDR_BYTES + pad4(namesz);
	/* without a descriptor the padding of the name may be missing */
	desc_end = descsz ? desc + descsz : name_end;
	if (desc_end > walk->claimed)
		return SDEISTOP_STEP_BROKEN;
	if (desc_end > walk->size)
		return SDEISTOP_STEP_CUT;

	*ret = (struct sdeistop_note) {
		.name = header + NHDR_BYTES,
		.desc = descsz ? walk->data + desc : header + NHDR_BYTES,
		.namesz = namesz,
		.descsz = descsz,
		.type = sdeistop_get32(header + 8, walk->big_endian),
		.offset = walk->pos,
		.adjacent = walk->adjacent,
	};

	/* the padding of the last note may be missing */
	next = desc + pad4(descsz);
	walk->pos = next < walk->size ? (size_t)next : walk->size;
	walk->adjacent = true;
	return SDEISTOP_STEP_NOTE;
}

bool sdeistop_note_is(const struct sdeistop_note *note, const char *owner, uint32_t type)
{
	size_t size = strlen(owner) + 1;

	return note->type == type && note->namesz == size && !memcmp(note->name, owner, size);
}
