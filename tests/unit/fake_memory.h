/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages that no file has: what lib/memory/memory.c offers, over some bytes at
 * one address and a few lines of VMCOREINFO. Linked in place of it.
 */
#ifndef FAKE_MEMORY_H
#define FAKE_MEMORY_H

#include "../../lib/memory/memory.h"

struct fake_line {
	const char *key;	/* the name of a symbol, or a key as written */
	uint64_t value;
};

struct sdeistop_memory {
	uint64_t address;	/* of @data[0] */
	const uint8_t *data;
	size_t size;
	const struct fake_line *line;
	size_t nr_lines;
	bool big_endian;
	size_t nr_reads;	/* that were asked for */
};

#endif /* FAKE_MEMORY_H */
