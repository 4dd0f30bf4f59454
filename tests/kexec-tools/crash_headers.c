// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kexec makes of the sysfs in a directory: its own crash_create_elf64_headers(),
 * as "kexec -p" calls it, and the PT_NOTE headers that come out, a line each.
 *
 * usage: crash_headers ROOT NR_CPUS
 *
 * ROOT has sys/ and proc/. NR_CPUS is what the C library tells of CPUs. Linked
 * to crashdump.o of a built tree, with --wrap for the calls that look at the
 * machine.
 */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kexec.h"
#include "crashdump.h"
#include "kexec-xen.h"

int kexec_debug;
static const char *root;
static long nr_cpus;

/* ------------------------------------------------- what looks at the machine */

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_stat(const char *path, struct stat *st);
int __wrap_stat(const char *path, struct stat *st);
long __wrap_sysconf(int name);

static const char *below_root(const char *path)
{
	static char below[4096];

	snprintf(below, sizeof(below), "%s%s", root, path);
	return below;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	return __real_fopen(below_root(path), mode);
}

int __wrap_open(const char *path, int flags, ...)
{
	return __real_open(below_root(path), flags);
}

int __wrap_stat(const char *path, struct stat *st)
{
	return __real_stat(below_root(path), st);
}

long __wrap_sysconf(int name)
{
	(void)name;
	return nr_cpus;
}

/* -------------------------------------------- what else of kexec it is linked to */

int xen_present(void)
{
	return 0;
}

int xen_get_nr_phys_cpus(void)
{
	return -1;
}

int xen_get_note(int cpu, uint64_t *addr, uint64_t *len)
{
	(void)cpu;
	*addr = *len = 0;
	return -1;
}

int get_xen_vmcoreinfo(uint64_t *addr, uint64_t *len)
{
	*addr = *len = 0;
	return -1;
}

unsigned long xen_architecture(struct crash_elf_info *info)
{
	return info->machine;
}

unsigned long phys_to_virt(struct crash_elf_info *info, unsigned long long paddr)
{
	(void)info;
	return (unsigned long)paddr;
}

void *xmalloc(size_t size)
{
	void *buf = malloc(size);

	if (!buf)
		die("out of memory\n");
	return buf;
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	exit(1);
}

int main(int argc, char *argv[])
{
	struct crash_elf_info elf_info = {
		.class = ELFCLASS64, .data = ELFDATA2LSB, .machine = EM_X86_64,
	};
	struct memory_range range = { .start = 0, .end = 0xfff, .type = RANGE_RAM };
	struct kexec_info info = { 0 };
	const Elf64_Phdr *phdr;
	const Elf64_Ehdr *ehdr;
	unsigned long size;
	void *headers;

	if (argc != 3) {
		fputs("usage: crash_headers ROOT NR_CPUS\n", stderr);
		return 2;
	}
	root = argv[1];
	nr_cpus = atol(argv[2]);

	if (crash_create_elf64_headers(&info, &elf_info, &range, 1, &headers, &size,
				       ELF_CORE_HEADER_ALIGN))
		die("no headers\n");
	ehdr = headers;
	phdr = (const void *)((const char *)headers + ehdr->e_phoff);
	for (unsigned int i = 0; i < ehdr->e_phnum; i++)
		if (phdr[i].p_type == PT_NOTE)
			printf("note 0x%llx %llu\n", (unsigned long long)phdr[i].p_offset,
			       (unsigned long long)phdr[i].p_filesz);
	free(headers);
	return 0;
}
