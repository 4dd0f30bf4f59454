/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of addresses in modules, out of the kernel's own list of them. */
#ifndef SDEISTOP_MODULES_H
#define SDEISTOP_MODULES_H

#include "backtrace.h"
#include "symbols.h"

/* Where the members are that are needed: bytes from the beginning of struct
 * module, struct module_memory and struct mod_kallsyms. */
struct sdeistop_module_layout {
	uint32_t list, name, name_bytes;
	uint32_t mem, nr_mem, mem_bytes;	/* an array of regions */
	uint32_t base, size;			/* in a region; @size is an unsigned int */
	uint32_t kallsyms;
	uint32_t symtab, num_symtab, strtab;
};

struct sdeistop_modules {
	struct sdeistop_reader reader;
	struct sdeistop_module_layout layout;
	uint64_t head;				/* address of the list head */
};

/* The module that @address is in, and the function if it has a symbol there.
 * False if it is in none. */
bool sdeistop_modules_find(const struct sdeistop_modules *modules, uint64_t address,
			   struct sdeistop_place *ret);

#endif /* SDEISTOP_MODULES_H */
