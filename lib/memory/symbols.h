/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of kernel addresses without debuginfo: the table that the kernel itself
 * prints backtraces from (kallsyms) is in the dump, and VMCOREINFO tells where.
 */
#ifndef SDEISTOP_SYMBOLS_H
#define SDEISTOP_SYMBOLS_H

#include "memory.h"

/* The name of an address, as the kernel would print it */
struct sdeistop_place {
	char function[128];	/* "" unknown; cut if longer */
	char module[64];	/* "" the kernel itself, or unknown */
	uint64_t offset;	/* from the beginning of the function or object */
	uint64_t size;		/* of it, or up to the next symbol; 0 unknown */
	char type;		/* as nm has it: 't' and 'T' are text; 0 unknown */
};

/* ------------------------------------------------------------- kallsyms.c */

struct sdeistop_symbols;

/* @memory is borrowed until symbols are closed. Takes less than 80 KiB; fails
 * if the kernel tells of no table or what is there is none. */
int sdeistop_symbols_open(struct sdeistop_memory *memory, struct sdeistop_symbols **ret,
			  struct sdeistop_error *error);
void sdeistop_symbols_close(struct sdeistop_symbols *symbols);

static inline void sdeistop_symbols_closep(struct sdeistop_symbols **symbols)
{
	sdeistop_symbols_close(*symbols);
}

/**
 * sdeistop_symbols_find() - name addresses
 * @address: @nr of them, in any order
 * @ret: as many places, in the same order
 *
 * The names are a list without an index, read from its beginning up to the last
 * one that is wanted: better all addresses in one call than a call each. An
 * address outside the kernel's image (a module, user space) gets no name.
 *
 * Return: 0, also if no name was found; SDEISTOP_ERR_READ if the table has gaps
 * or is none, every place of @ret is valid then, too; SDEISTOP_ERR_NO_MEMORY.
 */
int sdeistop_symbols_find(struct sdeistop_symbols *symbols, const uint64_t address[], size_t nr,
			  struct sdeistop_place ret[], struct sdeistop_error *error);

#endif /* SDEISTOP_SYMBOLS_H */
