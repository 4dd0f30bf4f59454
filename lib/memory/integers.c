// SPDX-License-Identifier: GPL-2.0-or-later
/* Integers of a dump's memory, in the host's byte order. */

#include "memory.h"

int sdeistop_memory_read32(struct sdeistop_memory *memory, uint64_t address, uint32_t *ret,
			   struct sdeistop_error *error)
{
	uint8_t bytes[4];
	int status = sdeistop_memory_read(memory, address, bytes, sizeof(bytes), error);

	if (!status)
		*ret = sdeistop_get32(bytes, sdeistop_memory_big_endian(memory));
	return status;
}

int sdeistop_memory_read64(struct sdeistop_memory *memory, uint64_t address, uint64_t *ret,
			   struct sdeistop_error *error)
{
	uint8_t bytes[8];
	int status = sdeistop_memory_read(memory, address, bytes, sizeof(bytes), error);

	if (!status)
		*ret = sdeistop_get64(bytes, sdeistop_memory_big_endian(memory));
	return status;
}
