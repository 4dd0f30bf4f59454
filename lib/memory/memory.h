/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the pages of a vmcore tell, beyond its notes: names of addresses, the
 * panic log, the frames of a stack. libkdumpfile reads and translates them,
 * libdw reads debuginfo. Both take the file's word for much, so nothing here
 * runs in the process that speaks for the notes: it is linked into
 * sdeistop-memory only (tools/memory), which the command starts and whose end,
 * whatever it is, it outlives.
 *
 * Addresses are kernel virtual addresses unless said otherwise.
 */
#ifndef SDEISTOP_MEMORY_H
#define SDEISTOP_MEMORY_H

#include <sdeistop.h>

#include "../core/internal.h"

/* --------------------------------------------------------------- memory.c */

struct sdeistop_memory;

/* @path: a vmcore, or the @nr parts of a split one. Close what was opened.
 * If it fails some memory is lost until the process ends (memory.c). */
int sdeistop_memory_open(const char *const path[], size_t nr, struct sdeistop_memory **ret,
			 struct sdeistop_error *error);
void sdeistop_memory_close(struct sdeistop_memory *memory);

static inline void sdeistop_memory_closep(struct sdeistop_memory **memory)
{
	sdeistop_memory_close(*memory);
}

/* All of @size bytes at @address. Fails with SDEISTOP_ERR_READ where a page was
 * left out of the dump or nothing is mapped. */
int sdeistop_memory_read(struct sdeistop_memory *memory, uint64_t address, void *to, size_t size,
			 struct sdeistop_error *error);
/* The same of a physical address */
int sdeistop_memory_read_physical(struct sdeistop_memory *memory, uint64_t address, void *to,
				  size_t size, struct sdeistop_error *error);
bool sdeistop_memory_big_endian(const struct sdeistop_memory *memory);

/* Lines of VMCOREINFO: SYMBOL(name), an address with the offset of KASLR in it;
 * any other by its key as written: "OFFSET(printk_info.seq)", "KERNELOFFSET".
 * @base of that number is 10, 16 where the kernel writes it so. False if there
 * is none or it is no number. */
bool sdeistop_memory_symbol(struct sdeistop_memory *memory, const char *name, uint64_t *ret);
bool sdeistop_memory_number(struct sdeistop_memory *memory, const char *key, int base,
			    uint64_t *ret);
/* The text after "@key=", cut if it does not fit; false if there is no such line */
bool sdeistop_memory_line(struct sdeistop_memory *memory, const char *key, char *to, size_t size);

/* ------------------------------------------------------------- integers.c */

/* sdeistop_memory_read() of an integer, in the host's byte order */
int sdeistop_memory_read32(struct sdeistop_memory *memory, uint64_t address, uint32_t *ret,
			   struct sdeistop_error *error);
int sdeistop_memory_read64(struct sdeistop_memory *memory, uint64_t address, uint64_t *ret,
			   struct sdeistop_error *error);

#endif /* SDEISTOP_MEMORY_H */
