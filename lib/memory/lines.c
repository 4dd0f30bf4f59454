// SPDX-License-Identifier: GPL-2.0-or-later
/* File and line of an address. */

#include "debuginfo.h"

#include <dwarf.h>
#include <string.h>

/* @file as the kernel's source tree has it */
static const char *in_tree(struct sdeistop_vmlinux *vmlinux, Dwarf_Die *unit, const char *file)
{
	size_t length;
	const char *root = sdeistop_vmlinux_root(vmlinux, &length);
	Dwarf_Attribute attribute;

	/* A unit with a relative name is so from where it was compiled. */
	if (root && !length) {
		root = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
		length = root ? strlen(root) : 0;
	}
	if (root && length && !strncmp(file, root, length) && file[length] == '/')
		file += length + 1;
	while (!strncmp(file, "./", 2))
		file += 2;
	return file;
}

/* What the entries of @die that tell of a call say */
static bool call_of(Dwarf_Die *unit, Dwarf_Die *die, const char **file, int *line)
{
	Dwarf_Attribute attribute;
	Dwarf_Word index, number;
	Dwarf_Files *files;
	size_t nr_files;

	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute), &index) ||
	    dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute), &number) ||
	    number > INT32_MAX || dwarf_getsrcfiles(unit, &files, &nr_files) || index >= nr_files)
		return false;
	*file = dwarf_filesrc(files, index, NULL, NULL);
	*line = (int)number;
	return *file;
}

/* Where the function itself calls what was inlined at @address; false if nothing
 * was. Of several, one in the other, the last before the function. */
static bool inlined_at(Dwarf_Die *unit, Dwarf_Addr address, const char **file, int *line)
{
	Dwarf_Die *innermost = NULL, *scope = NULL;
	bool found = false;
	int nr = 0;

	/* The scopes of an address go from inlined code to where its source is,
	 * those of an entry to what it is part of. */
	if (dwarf_getscopes(unit, address, &innermost) > 0)
		nr = dwarf_getscopes_die(innermost, &scope);
	for (int i = 0; i < nr && dwarf_tag(&scope[i]) != DW_TAG_subprogram; i++)
		if (dwarf_tag(&scope[i]) == DW_TAG_inlined_subroutine)
			found = call_of(unit, &scope[i], file, line);
	free(innermost);
	free(scope);
	return found;
}

bool sdeistop_vmlinux_line(struct sdeistop_vmlinux *vmlinux, uint64_t address,
			   struct sdeistop_line *ret)
{
	const Dwarf_Addr at = address - vmlinux->offset;
	Dwarf_Addr bias = 0;
	Dwarf_Die *unit;
	const char *file = NULL;
	Dwfl_Line *entry;
	int line = 0;

	*ret = (struct sdeistop_line) { 0 };
	if (!vmlinux->dwarf)
		return false;
	unit = dwfl_module_addrdie(vmlinux->module, at, &bias);
	if (!unit)
		return false;
	if (!inlined_at(unit, at - bias, &file, &line)) {
		entry = dwfl_module_getsrc(vmlinux->module, at);
		file = entry ? dwfl_lineinfo(entry, NULL, &line, NULL, NULL, NULL) : NULL;
	}
	if (!file || line <= 0)
		return false;
	snprintf(ret->file, sizeof(ret->file), "%s", in_tree(vmlinux, unit, file));
	ret->line = (uint32_t)line;
	return true;
}
