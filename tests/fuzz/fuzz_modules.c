// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An address among modules. The input is the memory from BASE on, where the list
 * begins; addresses are as in fuzz_backtrace.c. The first two bytes say which
 * address.
 */

#include "target.h"

#include <string.h>

#include "../../lib/memory/modules.h"

#define BASE	0xffff800079000000ull
#define OPTIONS	2

struct memory {
	const uint8_t *data;
	size_t size;
};

static bool read_memory(void *arg, uint64_t address, void *to, size_t size)
{
	const struct memory *memory = arg;
	uint64_t word;

	if (address < BASE || address - BASE > memory->size ||
	    size > memory->size - (address - BASE))
		return false;
	memcpy(to, memory->data + (address - BASE), size);
	if (size != sizeof(word))
		return true;
	memcpy(&word, to, sizeof(word));
	if (word && word < memory->size)
		word += BASE;
	memcpy(to, &word, sizeof(word));
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory = { .data = data + OPTIONS, .size = size - OPTIONS };
	const struct sdeistop_modules modules = {
		.reader = { .read = read_memory, .arg = &memory },
		.layout = {
			.list = 8, .name = 24, .name_bytes = 16, .mem = 40, .nr_mem = 2,
			.mem_bytes = 16, .base = 0, .size = 8, .kallsyms = 72,
			.symtab = 0, .num_symtab = 8, .strtab = 16,
		},
		.head = BASE,
	};
	struct sdeistop_place place;
	uint64_t address;

	if (size < OPTIONS)
		return 0;
	address = BASE + sdeistop_get16(data, false);
	if (!sdeistop_modules_find(&modules, address, &place)) {
		require(!place.function[0] && !place.module[0]);
		return 0;
	}
	require(memchr(place.function, 0, sizeof(place.function)));
	require(memchr(place.module, 0, sizeof(place.module)));
	require(!place.function[0] || place.offset < place.size);
	return 0;
}
