/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Integers of the dump's byte order out of unaligned bytes. The caller has
 * checked that the bytes are there.
 */
#ifndef SDEISTOP_BYTES_H
#define SDEISTOP_BYTES_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t sdeistop_get16(const uint8_t *p, bool big)
{
	return big ? (uint16_t)(p[0] << 8 | p[1]) : (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t sdeistop_get32(const uint8_t *p, bool big)
{
	uint32_t first = sdeistop_get16(p, big);
	uint32_t second = sdeistop_get16(p + 2, big);

	return big ? first << 16 | second : second << 16 | first;
}

static inline uint64_t sdeistop_get64(const uint8_t *p, bool big)
{
	uint64_t first = sdeistop_get32(p, big);
	uint64_t second = sdeistop_get32(p + 4, big);

	return big ? first << 32 | second : second << 32 | first;
}

#endif /* SDEISTOP_BYTES_H */
