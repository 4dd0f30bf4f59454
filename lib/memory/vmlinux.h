/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that a dump is of, as an ELF file: names and lines of addresses,
 * layouts of structures, and what its call frame information tells. The file is
 * mapped and read where it has to be; no other file is looked for, and no server.
 *
 * Addresses are those of the dump, with the offset of KASLR in them.
 */
#ifndef SDEISTOP_VMLINUX_H
#define SDEISTOP_VMLINUX_H

#include "backtrace.h"
#include "modules.h"
#include "symbols.h"

struct sdeistop_vmlinux;

/* libdw cannot go on without memory, and ends the process without a word unless
 * such a function does it, which must not return. */
typedef __attribute__((noreturn)) void (*sdeistop_no_memory_fn)(void);

/* What debuginfo adds to the name of an address */
struct sdeistop_line {
	char file[256];		/* in the kernel's source tree; "" unknown */
	uint32_t line;
};

/* -------------------------------------------------------------- vmlinux.c */

/* @build_id: the dump's in hexadecimal, "" if it tells none: then whose kernel
 * the file is cannot be told, and it is taken. @offset: of KASLR. @no_memory: see
 * above. */
int sdeistop_vmlinux_open(const char *path, const char *build_id, uint64_t offset,
			  sdeistop_no_memory_fn no_memory, struct sdeistop_vmlinux **ret,
			  struct sdeistop_error *error);
void sdeistop_vmlinux_close(struct sdeistop_vmlinux *vmlinux);

static inline void sdeistop_vmlinux_closep(struct sdeistop_vmlinux **vmlinux)
{
	sdeistop_vmlinux_close(*vmlinux);
}

/* False if there are symbols only */
bool sdeistop_vmlinux_has_debuginfo(const struct sdeistop_vmlinux *vmlinux);

/* The function that @address is in */
bool sdeistop_vmlinux_find(struct sdeistop_vmlinux *vmlinux, uint64_t address,
			   struct sdeistop_place *ret);

/* Address of a symbol */
bool sdeistop_vmlinux_symbol(struct sdeistop_vmlinux *vmlinux, const char *name, uint64_t *ret);

/* ---------------------------------------------------------------- lines.c */

/* The line of the function that @address is in: where inlined code is, the line
 * of the function itself that it came to. */
bool sdeistop_vmlinux_line(struct sdeistop_vmlinux *vmlinux, uint64_t address,
			   struct sdeistop_line *ret);

/* --------------------------------------------------------------- layout.c */

/* False if debuginfo does not have all of them */
bool sdeistop_vmlinux_pt_regs(struct sdeistop_vmlinux *vmlinux, struct sdeistop_pt_regs *ret);
bool sdeistop_vmlinux_modules(struct sdeistop_vmlinux *vmlinux,
			      struct sdeistop_module_layout *ret);

/* ------------------------------------------------------------------ cfi.c */

/* Where call frame information finds the caller of what was interrupted with
 * @regs; SDEISTOP_CALLER_UNKNOWN where there is none, as in assembly. */
void sdeistop_vmlinux_caller(struct sdeistop_vmlinux *vmlinux,
			     const struct sdeistop_reader *reader,
			     const struct sdeistop_regs *regs, struct sdeistop_caller *ret);

#endif /* SDEISTOP_VMLINUX_H */
