// SPDX-License-Identifier: GPL-2.0-or-later
/* A vmlinux, and the names that its symbol table has for addresses. */

#include "debuginfo.h"

#include "../format/file.h"

#include <elfutils/libdwelf.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Units that are looked at for init/main.c, which is linked among the first */
#define UNITS_MAX	64

#define BUILD_ID_MAX	64

/* Debuginfo of another file is not wanted: elfutils would ask a server for it. */
static int no_debuginfo(Dwfl_Module *module, void **arg, const char *name, Dwarf_Addr base,
			const char *file, const char *link, GElf_Word crc, char **ret)
{
	(void)module, (void)arg, (void)name, (void)base;
	(void)file, (void)link, (void)crc, (void)ret;
	return -1;
}

static const Dwfl_Callbacks callbacks = { .find_debuginfo = no_debuginfo };

static int fail_dwfl(const char *path, struct sdeistop_error *error)
{
	return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, -1, "%s: is no vmlinux: %s", path,
			     dwfl_errmsg(-1));
}

/* --------------------------------------------------------------- build-id */

static void to_hex(const uint8_t *bytes, size_t nr, char *to)
{
	for (size_t i = 0; i < nr; i++)
		snprintf(to + 2 * i, 3, "%02x", bytes[i]);
	to[2 * nr] = '\0';
}

static int check_kernel(struct sdeistop_vmlinux *vmlinux, const char *path, const char *build_id,
			struct sdeistop_error *error)
{
	char own[2 * BUILD_ID_MAX + 1] = "";
	const void *id = NULL;
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(vmlinux->module, &bias);
	GElf_Ehdr header;
	ssize_t size;

	if (!elf || !gelf_getehdr(elf, &header))
		return fail_dwfl(path, error);
	if (header.e_machine != EM_AARCH64)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, -1,
				     "%s: is no kernel of arm64", path);
	if (!*build_id)
		return 0;
	size = dwelf_elf_gnu_build_id(elf, &id);
	if (size > 0 && size <= BUILD_ID_MAX)
		to_hex(id, (size_t)size, own);
	if (!strcmp(own, build_id))
		return 0;
	return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, -1,
			     "%s is not this kernel's: its build-id is %s, the dump's is %s", path,
			     own[0] ? own : "unknown", build_id);
}

/* ---------------------------------------------------------------- opening */

/* Is @name, of a unit, that of init/main.c in some directory? @length: of that */
static bool is_main(const char *name, size_t *length)
{
	static const char tail[] = "init/main.c";
	const size_t all = name ? strlen(name) : 0;

	if (all < sizeof(tail) - 1)
		return false;
	*length = all - (sizeof(tail) - 1);
	if (strcmp(name + *length, tail))
		return false;
	return !*length || name[--*length] == '/';
}

static void find_main(struct sdeistop_vmlinux *vmlinux)
{
	Dwarf_CU *unit = NULL;
	size_t length;

	for (unsigned int i = 0; i < UNITS_MAX && !vmlinux->has_main; i++) {
		if (dwarf_get_units(vmlinux->dwarf, unit, &unit, NULL, NULL, &vmlinux->main, NULL))
			return;
		vmlinux->has_main = is_main(dwarf_diename(&vmlinux->main), &length);
	}
}

const char *sdeistop_vmlinux_root(struct sdeistop_vmlinux *vmlinux, size_t *length)
{
	const char *name = vmlinux->has_main ? dwarf_diename(&vmlinux->main) : NULL;

	return is_main(name, length) ? name : NULL;
}

static int report(struct sdeistop_vmlinux *vmlinux, const char *path, struct sdeistop_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return sdeistop_fail(error, SDEISTOP_ERR_OPEN, -1, "%s: cannot open: %s", path,
				     strerrordesc_np(errno));
	vmlinux->dwfl = dwfl_begin(&callbacks);
	if (vmlinux->dwfl)
		vmlinux->module = dwfl_report_elf(vmlinux->dwfl, "vmlinux", path, fd, 0, true);
	if (!vmlinux->module) {
		fail_dwfl(path, error);
		close(fd);
		return (int)error->code;
	}
	if (dwfl_report_end(vmlinux->dwfl, NULL, NULL) ||
	    !dwfl_module_info(vmlinux->module, NULL, &vmlinux->start, &vmlinux->end, NULL, NULL,
			      NULL, NULL))
		return fail_dwfl(path, error);
	return 0;
}

int sdeistop_vmlinux_open(const char *path, const char *build_id, uint64_t offset,
			  sdeistop_no_memory_fn no_memory, struct sdeistop_vmlinux **ret,
			  struct sdeistop_error *error)
{
	struct sdeistop_vmlinux *vmlinux = calloc(1, sizeof(*vmlinux));
	Dwarf_Addr bias;
	int status;

	if (!vmlinux)
		return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
	vmlinux->offset = offset;
	status = report(vmlinux, path, error);
	if (!status)
		status = check_kernel(vmlinux, path, build_id, error);
	if (status) {
		sdeistop_vmlinux_close(vmlinux);
		return status;
	}
	vmlinux->dwarf = dwfl_module_getdwarf(vmlinux->module, &bias);
	if (vmlinux->dwarf) {
		dwarf_new_oom_handler(vmlinux->dwarf, no_memory);
		find_main(vmlinux);
	}
	*ret = vmlinux;
	return 0;
}

void sdeistop_vmlinux_close(struct sdeistop_vmlinux *vmlinux)
{
	if (!vmlinux)
		return;
	if (vmlinux->dwfl)
		dwfl_end(vmlinux->dwfl);
	free(vmlinux);
}

bool sdeistop_vmlinux_has_debuginfo(const struct sdeistop_vmlinux *vmlinux)
{
	return vmlinux->dwarf;
}

/* ---------------------------------------------------------------- symbols */

bool sdeistop_vmlinux_find(struct sdeistop_vmlinux *vmlinux, uint64_t address,
			   struct sdeistop_place *ret)
{
	const Dwarf_Addr at = address - vmlinux->offset;
	const char *name = NULL;
	GElf_Off offset;
	GElf_Sym symbol;

	*ret = (struct sdeistop_place) { 0 };
	if (at >= vmlinux->start && at < vmlinux->end)
		name = dwfl_module_addrinfo(vmlinux->module, at, &offset, &symbol, NULL, NULL, NULL);
	if (!name)
		return false;
	snprintf(ret->function, sizeof(ret->function), "%s", name);
	ret->offset = offset;
	ret->size = symbol.st_size;
	ret->type = GELF_ST_TYPE(symbol.st_info) == STT_OBJECT ? 'd' : 't';
	return true;
}

bool sdeistop_vmlinux_symbol(struct sdeistop_vmlinux *vmlinux, const char *name, uint64_t *ret)
{
	const int nr = dwfl_module_getsymtab(vmlinux->module);

	for (int i = 1; i < nr; i++) {
		GElf_Addr address;
		GElf_Sym symbol;
		const char *here = dwfl_module_getsym_info(vmlinux->module, i, &symbol, &address,
							   NULL, NULL, NULL);

		if (here && !strcmp(here, name) && symbol.st_shndx != SHN_UNDEF) {
			*ret = address + vmlinux->offset;
			return true;
		}
	}
	return false;
}
