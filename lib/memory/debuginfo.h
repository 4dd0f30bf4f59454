/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files share that read a vmlinux. */
#ifndef SDEISTOP_DEBUGINFO_H
#define SDEISTOP_DEBUGINFO_H

#include "vmlinux.h"

#include <elfutils/libdwfl.h>

struct sdeistop_vmlinux {
	Dwfl *dwfl;
	Dwfl_Module *module;	/* at the addresses of the file */
	Dwarf *dwarf;		/* NULL: symbols only */
	uint64_t offset;	/* the dump's addresses less the file's */
	Dwarf_Addr start, end;	/* of the file's addresses */
	bool has_main;		/* @main is the unit of init/main.c */
	Dwarf_Die main;
};

/* The name of init/main.c, of which @length bytes are the source tree, without a
 * slash at the end; 0 if the name is relative to it. NULL if that is not known. */
const char *sdeistop_vmlinux_root(struct sdeistop_vmlinux *vmlinux, size_t *length);

#endif /* SDEISTOP_DEBUGINFO_H */
