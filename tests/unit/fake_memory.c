// SPDX-License-Identifier: GPL-2.0-or-later

#include "fake_memory.h"

#include <string.h>

int sdeistop_memory_read(struct sdeistop_memory *memory, uint64_t address, void *to, size_t size,
			 struct sdeistop_error *error)
{
	const uint64_t at = address - memory->address;

	memory->nr_reads++;
	if (address >= memory->address && at <= memory->size && size <= memory->size - at) {
		memcpy(to, memory->data + at, size);
		return 0;
	}
	*error = (struct sdeistop_error) { .code = SDEISTOP_ERR_READ, .offset = -1 };
	snprintf(error->text, sizeof(error->text), "nothing there");
	return SDEISTOP_ERR_READ;
}

bool sdeistop_memory_big_endian(const struct sdeistop_memory *memory)
{
	return memory->big_endian;
}

bool sdeistop_memory_symbol(struct sdeistop_memory *memory, const char *name, uint64_t *ret)
{
	return sdeistop_memory_number(memory, name, 16, ret);
}

bool sdeistop_memory_number(struct sdeistop_memory *memory, const char *key, int base,
			    uint64_t *ret)
{
	(void)base;
	for (size_t i = 0; i < memory->nr_lines; i++) {
		if (!strcmp(memory->line[i].key, key)) {
			*ret = memory->line[i].value;
			return true;
		}
	}
	return false;
}
