// SPDX-License-Identifier: GPL-2.0-or-later
/* Physical memory in an ELF vmcore: its PT_LOAD segments, by physical address. */

#include "format.h"

#include <stdlib.h>

#include "../core/internal.h"

/* More than makedumpfile makes of 2 TiB with every second 2 MiB excluded */
#define LOADS_MAX	(1u << 20)

/* Segments may overlap: those of a triage dump do, and those of any damaged file may.
 * So many are looked at, from the nearest on, and of those before them the one that
 * reaches furthest. */
#define LOADS_TRIED	64

int sdeistop_loads_add(struct sdeistop_loads *loads, const struct sdeistop_load *load,
		       struct sdeistop_error *error)
{
	struct sdeistop_load *grown;

	if (!load->bytes || loads->nr == LOADS_MAX)
		return 0;
	grown = sdeistop_grow(loads->load, loads->nr, &loads->room, sizeof(*grown));
	if (!grown)
		return sdeistop_no_memory(error);
	loads->load = grown;
	loads->load[loads->nr++] = *load;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sdeistop_load *one = a, *other = b;

	return (one->physical > other->physical) - (one->physical < other->physical);
}

/* The end of physical memory if it is beyond that */
static uint64_t end_of(const struct sdeistop_load *load)
{
	uint64_t end;

	return __builtin_add_overflow(load->physical, load->bytes, &end) ? UINT64_MAX : end;
}

void sdeistop_loads_sort(struct sdeistop_loads *loads)
{
	size_t furthest = 0;

	if (loads->nr)
		qsort(loads->load, loads->nr, sizeof(*loads->load), compare);
	for (size_t i = 0; i < loads->nr; i++) {
		if (end_of(&loads->load[i]) > end_of(&loads->load[furthest]))
			furthest = i;
		loads->load[i].furthest = furthest;
	}
}

/* How many segments begin at @address or before it */
static size_t count_before(const struct sdeistop_loads *loads, uint64_t address)
{
	size_t low = 0, high = loads->nr;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (loads->load[middle].physical <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* @load begins at @address or before it. */
static bool covers(const struct sdeistop_load *load, uint64_t address, size_t size)
{
	const uint64_t into = address - load->physical;

	return into < load->bytes && load->bytes - into >= size;
}

/* False too if the file is cut off before it has all of them */
static bool read_load(const struct sdeistop_load *load, const struct sdeistop_file *file,
		      uint64_t address, void *to, size_t size)
{
	struct sdeistop_error error;
	uint64_t offset;

	return covers(load, address, size) &&
	       !__builtin_add_overflow(load->offset, address - load->physical, &offset) &&
	       sdeistop_file_has(file, offset, size) == size &&
	       !sdeistop_file_read(file, offset, to, size, &error);
}

bool sdeistop_loads_read(const struct sdeistop_loads *loads, const struct sdeistop_file *file,
			 uint64_t address, void *to, size_t size)
{
	const struct sdeistop_load *load = loads->load;
	const size_t before = count_before(loads, address);

	for (size_t i = before; i; i--) {
		const struct sdeistop_load *furthest = &load[load[i - 1].furthest];

		if (!covers(furthest, address, size))
			return false;
		if (before - i == LOADS_TRIED)
			return read_load(furthest, file, address, to, size);
		if (read_load(&load[i - 1], file, address, to, size))
			return true;
	}
	return false;
}
