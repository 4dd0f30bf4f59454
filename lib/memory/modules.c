// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of modules, the regions of each, and the symbols that the kernel
 * keeps of them. All of it is memory that the crash may have spoiled: what is
 * walked is bounded, and a list that never ends ends here.
 */

#include "modules.h"

#include "../core/bytes.h"

#include <elf.h>
#include <string.h>

#define MODULES_MAX	4096
#define SYMBOLS_MAX	(1u << 18)
#define REGIONS_MAX	16

/* Symbols that are read at once */
#define CHUNK		64

struct region {
	uint64_t base;
	uint64_t end;		/* not below @base */
};

/* The best symbol so far, and the next one above the address */
struct search {
	const struct sdeistop_modules *modules;
	struct region region;
	uint64_t address, strtab;
	uint64_t below, above;
	char name[128];		/* of the one below, "" none yet */
};

static bool read_string(const struct sdeistop_reader *reader, uint64_t address, char *to,
			size_t size)
{
	size_t i;

	/* A byte at a time: the page after its end may not be in the dump. */
	for (i = 0; i + 1 < size; i++)
		if (!reader->read(reader->arg, address + i, to + i, 1) || !to[i])
			break;
	to[i] = '\0';
	return i;
}

static bool find_region(const struct sdeistop_modules *modules, uint64_t module, uint64_t address,
			struct region *ret)
{
	const struct sdeistop_module_layout *layout = &modules->layout;

	for (uint32_t i = 0; i < layout->nr_mem && i < REGIONS_MAX; i++) {
		const uint64_t at = module + layout->mem + (uint64_t)i * layout->mem_bytes;
		uint32_t size;

		if (!sdeistop_reader_u64(&modules->reader, at + layout->base, &ret->base, 1) ||
		    !sdeistop_reader_u32(&modules->reader, at + layout->size, &size))
			return false;
		if (__builtin_add_overflow(ret->base, size, &ret->end))
			continue;
		if (address >= ret->base && address < ret->end)
			return true;
	}
	return false;
}

/* Names of a compiler's, or marks of code and data among instructions, are no
 * functions. */
static bool is_function_name(const char *name)
{
	return name[0] && name[0] != '$' && strncmp(name, ".L", 2);
}

static void take_symbol(struct search *search, const uint8_t *symbol)
{
	const bool big = search->modules->reader.big_endian;
	const uint32_t st_name = sdeistop_get32(symbol + offsetof(Elf64_Sym, st_name), big);
	const uint64_t value = sdeistop_get64(symbol + offsetof(Elf64_Sym, st_value), big);
	char name[sizeof(search->name)];

	if (!sdeistop_get16(symbol + offsetof(Elf64_Sym, st_shndx), big) || !st_name ||
	    value < search->region.base || value >= search->region.end)
		return;
	if (value > search->address ? value >= search->above :
				      search->name[0] && value <= search->below)
		return;
	if (!read_string(&search->modules->reader, search->strtab + st_name, name, sizeof(name)) ||
	    !is_function_name(name))
		return;
	if (value > search->address) {
		search->above = value;
		return;
	}
	search->below = value;
	memcpy(search->name, name, sizeof(name));
}

static bool find_symbol(struct search *search, uint64_t symtab, uint32_t nr)
{
	const struct sdeistop_reader *reader = &search->modules->reader;
	uint8_t symbol[CHUNK * sizeof(Elf64_Sym)];

	for (uint32_t i = 0; i < nr && i < SYMBOLS_MAX; i += CHUNK) {
		const uint32_t here = nr - i < CHUNK ? nr - i : CHUNK;

		if (!reader->read(reader->arg, symtab + i * sizeof(Elf64_Sym), symbol,
				  here * sizeof(Elf64_Sym)))
			return false;
		for (uint32_t k = 0; k < here; k++)
			take_symbol(search, symbol + k * sizeof(Elf64_Sym));
	}
	return search->name[0];
}

static void find_function(const struct sdeistop_modules *modules, uint64_t module,
			  const struct region *region, uint64_t address,
			  struct sdeistop_place *ret)
{
	const struct sdeistop_module_layout *layout = &modules->layout;
	const struct sdeistop_reader *reader = &modules->reader;
	struct search search = {
		.modules = modules, .region = *region, .address = address, .above = region->end,
	};
	uint64_t kallsyms, symtab;
	uint32_t nr;

	if (!sdeistop_reader_u64(reader, module + layout->kallsyms, &kallsyms, 1) ||
	    !sdeistop_reader_u64(reader, kallsyms + layout->symtab, &symtab, 1) ||
	    !sdeistop_reader_u64(reader, kallsyms + layout->strtab, &search.strtab, 1) ||
	    !sdeistop_reader_u32(reader, kallsyms + layout->num_symtab, &nr) ||
	    !find_symbol(&search, symtab, nr))
		return;
	memcpy(ret->function, search.name, sizeof(ret->function));
	ret->offset = address - search.below;
	ret->size = search.above - search.below;
	ret->type = 't';
}

bool sdeistop_modules_find(const struct sdeistop_modules *modules, uint64_t address,
			   struct sdeistop_place *ret)
{
	const struct sdeistop_module_layout *layout = &modules->layout;
	uint64_t entry = modules->head;

	*ret = (struct sdeistop_place) { 0 };
	for (unsigned int i = 0; i < MODULES_MAX; i++) {
		struct region region;
		uint64_t module;

		if (!sdeistop_reader_u64(&modules->reader, entry, &entry, 1) ||
		    entry == modules->head)
			return false;
		module = entry - layout->list;
		if (!find_region(modules, module, address, &region))
			continue;
		read_string(&modules->reader, module + layout->name, ret->module,
			    layout->name_bytes < sizeof(ret->module) ? layout->name_bytes :
								       sizeof(ret->module));
		find_function(modules, module, &region, address, ret);
		return true;
	}
	return false;
}
