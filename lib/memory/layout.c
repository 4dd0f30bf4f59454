// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Offsets of structure members, by name, out of debuginfo. init/main.c, a unit
 * that every kernel has, sees all the structures that are needed, so one unit of
 * thousands is read.
 */

#include "debuginfo.h"

#include <dwarf.h>
#include <string.h>

/* What stands for the type of @die, without const and typedef */
static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;

	return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), ret) &&
	       !dwarf_peel_type(ret, ret);
}

/* The child of @parent with @tag and @name that is no mere declaration */
static bool find_child(Dwarf_Die *parent, int tag, const char *name, Dwarf_Die *ret)
{
	int more;

	for (more = dwarf_child(parent, ret); !more; more = dwarf_siblingof(ret, ret)) {
		const char *here = dwarf_tag(ret) == tag ? dwarf_diename(ret) : NULL;

		if (here && !strcmp(here, name) && !dwarf_hasattr(ret, DW_AT_declaration))
			return true;
	}
	return false;
}

static bool find_struct(struct sdeistop_vmlinux *vmlinux, const char *name, Dwarf_Die *ret)
{
	return vmlinux->has_main &&
	       find_child(&vmlinux->main, DW_TAG_structure_type, name, ret);
}

/* Offset of @structure.@name, and the member itself */
static bool find_member(Dwarf_Die *structure, const char *name, uint32_t *offset, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (!find_child(structure, DW_TAG_member, name, ret) ||
	    dwarf_formudata(dwarf_attr(ret, DW_AT_data_member_location, &attribute), &value) ||
	    value > UINT16_MAX)
		return false;
	*offset = (uint32_t)value;
	return true;
}

/* Of an array: type and number of its elements */
static bool find_elements(Dwarf_Die *array, Dwarf_Die *element, uint32_t *nr)
{
	Dwarf_Die range;
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (dwarf_tag(array) != DW_TAG_array_type || !type_of(array, element) ||
	    dwarf_child(array, &range))
		return false;
	if (!dwarf_formudata(dwarf_attr(&range, DW_AT_upper_bound, &attribute), &value))
		value++;
	else if (dwarf_formudata(dwarf_attr(&range, DW_AT_count, &attribute), &value))
		return false;
	*nr = (uint32_t)value;
	return value && value <= UINT16_MAX;
}

bool sdeistop_vmlinux_pt_regs(struct sdeistop_vmlinux *vmlinux, struct sdeistop_pt_regs *ret)
{
	Dwarf_Die structure, member, type;
	const char *name;

	if (!find_struct(vmlinux, "pt_regs", &structure) ||
	    !find_member(&structure, "stackframe", &ret->stackframe, &member) ||
	    ret->stackframe < SDEISTOP_USER_REGS_BYTES || !type_of(&member, &type))
		return false;
	name = dwarf_tag(&type) == DW_TAG_structure_type ? dwarf_diename(&type) : NULL;
	ret->typed = name && !strcmp(name, "frame_record_meta");
	return ret->typed || dwarf_tag(&type) == DW_TAG_array_type;
}

static bool find_regions(Dwarf_Die *module, struct sdeistop_module_layout *ret)
{
	Dwarf_Die member, array, region, unused;
	int bytes;

	if (!find_member(module, "mem", &ret->mem, &member) || !type_of(&member, &array) ||
	    !find_elements(&array, &region, &ret->nr_mem) ||
	    !find_member(&region, "base", &ret->base, &unused) ||
	    !find_member(&region, "size", &ret->size, &unused))
		return false;
	bytes = dwarf_bytesize(&region);
	ret->mem_bytes = (uint32_t)bytes;
	return bytes > 0;
}

bool sdeistop_vmlinux_modules(struct sdeistop_vmlinux *vmlinux,
			      struct sdeistop_module_layout *ret)
{
	Dwarf_Die module, kallsyms, member, type, element;

	return find_struct(vmlinux, "module", &module) &&
	       find_struct(vmlinux, "mod_kallsyms", &kallsyms) &&
	       find_member(&module, "list", &ret->list, &member) &&
	       find_member(&module, "name", &ret->name, &member) && type_of(&member, &type) &&
	       find_elements(&type, &element, &ret->name_bytes) &&
	       find_regions(&module, ret) &&
	       find_member(&module, "kallsyms", &ret->kallsyms, &member) &&
	       find_member(&kallsyms, "symtab", &ret->symtab, &member) &&
	       find_member(&kallsyms, "num_symtab", &ret->num_symtab, &member) &&
	       find_member(&kallsyms, "strtab", &ret->strtab, &member);
}
