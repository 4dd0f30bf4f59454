/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of addresses from wherever there are some: a vmlinux, the modules in the
 * dump, or the kernel's own table there. And who called an interrupted function,
 * which needs names where call frame information does not tell.
 */
#ifndef SDEISTOP_NAMES_H
#define SDEISTOP_NAMES_H

#include "backtrace.h"
#include "memory.h"
#include "modules.h"
#include "symbols.h"
#include "vmlinux.h"

/* ---------------------------------------------------------------- names.c */

struct sdeistop_code {
	struct sdeistop_place place;
	struct sdeistop_line line;
};

struct sdeistop_names {
	struct sdeistop_memory *memory;		/* borrowed */
	struct sdeistop_reader reader;		/* of that memory */
	struct sdeistop_vmlinux *vmlinux;	/* NULL: from the dump alone */
	struct sdeistop_symbols *symbols;	/* NULL: with a vmlinux, or there are none */
	struct sdeistop_modules modules;
	bool has_modules;
	char missing[256];	/* what cannot be told and why, "" nothing */
};

/* @vmlinux: path, NULL without. Fails if it is none or not of this kernel; that
 * there are no names otherwise is in @ret->missing. @no_memory: what vmlinux.h says.
 * Close what was opened. */
int sdeistop_names_open(struct sdeistop_memory *memory, const char *vmlinux,
			sdeistop_no_memory_fn no_memory, struct sdeistop_names *ret,
			struct sdeistop_error *error);
void sdeistop_names_close(struct sdeistop_names *names);

/* Names @nr addresses, in any order */
void sdeistop_names_find(struct sdeistop_names *names, const uint64_t address[], size_t nr,
			 struct sdeistop_code ret[]);

/* ----------------------------------------------------------------- link.c */

/* A struct sdeistop_unwinder's @caller; @names is a struct sdeistop_names */
void sdeistop_names_caller(void *names, const struct sdeistop_regs *regs, uint64_t record_lr,
			   struct sdeistop_caller *ret);

#endif /* SDEISTOP_NAMES_H */
