// SPDX-License-Identifier: GPL-2.0-or-later

#include "names.h"

#include <string.h>

static bool read_memory(void *arg, uint64_t address, void *to, size_t size)
{
	struct sdeistop_error error;

	return !sdeistop_memory_read(arg, address, to, size, &error);
}

static void open_symbols(struct sdeistop_names *names)
{
	struct sdeistop_error error;

	if (sdeistop_symbols_open(names->memory, &names->symbols, &error))
		snprintf(names->missing, sizeof(names->missing), "functions have no names: %.200s",
			 error.text);
}

static int open_vmlinux(struct sdeistop_names *names, const char *path,
			sdeistop_no_memory_fn no_memory, struct sdeistop_error *error)
{
	char build_id[129] = "";
	uint64_t offset = 0;
	int status;

	sdeistop_memory_line(names->memory, "BUILD-ID", build_id, sizeof(build_id));
	/* A kernel without KASLR has no such line. */
	sdeistop_memory_number(names->memory, "KERNELOFFSET", 16, &offset);
	status = sdeistop_vmlinux_open(path, build_id, offset, no_memory, &names->vmlinux, error);
	if (status)
		return status;
	names->has_modules = sdeistop_vmlinux_modules(names->vmlinux, &names->modules.layout) &&
			     sdeistop_vmlinux_symbol(names->vmlinux, "modules",
						     &names->modules.head);
	if (!sdeistop_vmlinux_has_debuginfo(names->vmlinux))
		snprintf(names->missing, sizeof(names->missing),
			 "%.160s has no debuginfo: no lines, and no functions of modules", path);
	else if (!names->has_modules)
		snprintf(names->missing, sizeof(names->missing),
			 "%.160s does not tell where modules are: no functions of theirs", path);
	return 0;
}

int sdeistop_names_open(struct sdeistop_memory *memory, const char *vmlinux,
			sdeistop_no_memory_fn no_memory, struct sdeistop_names *ret,
			struct sdeistop_error *error)
{
	*ret = (struct sdeistop_names) {
		.memory = memory,
		.reader = {
			.read = read_memory, .arg = memory,
			.big_endian = sdeistop_memory_big_endian(memory),
		},
	};
	ret->modules.reader = ret->reader;
	if (vmlinux)
		return open_vmlinux(ret, vmlinux, no_memory, error);
	open_symbols(ret);
	return 0;
}

void sdeistop_names_close(struct sdeistop_names *names)
{
	sdeistop_vmlinux_close(names->vmlinux);
	sdeistop_symbols_close(names->symbols);
}

/* With a vmlinux: one address at a time, nothing is faster together */
static void find_code(struct sdeistop_names *names, uint64_t address, struct sdeistop_code *ret)
{
	if (sdeistop_vmlinux_find(names->vmlinux, address, &ret->place))
		sdeistop_vmlinux_line(names->vmlinux, address, &ret->line);
	else if (names->has_modules)
		sdeistop_modules_find(&names->modules, address, &ret->place);
}

/* A table with gaps: what was found of it is valid. */
static void find_symbols(struct sdeistop_names *names, const uint64_t address[], size_t nr,
			 struct sdeistop_code ret[])
{
	sdeistop_autofree struct sdeistop_place *place = calloc(nr + !nr, sizeof(*place));
	struct sdeistop_error error = { .text = "out of memory" };

	if (!place || sdeistop_symbols_find(names->symbols, address, nr, place, &error))
		snprintf(names->missing, sizeof(names->missing),
			 "some functions have no names: %.200s", error.text);
	for (size_t i = 0; place && i < nr; i++)
		ret[i].place = place[i];
}

void sdeistop_names_find(struct sdeistop_names *names, const uint64_t address[], size_t nr,
			 struct sdeistop_code ret[])
{
	memset(ret, 0, nr * sizeof(*ret));
	if (names->symbols)
		find_symbols(names, address, nr, ret);
	for (size_t i = 0; names->vmlinux && i < nr; i++)
		find_code(names, address[i], &ret[i]);
}
