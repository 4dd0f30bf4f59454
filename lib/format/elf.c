// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ELF vmcores: /proc/vmcore, makedumpfile -E, hypervisor dumps. libelf turns
 * headers into host byte order and does nothing else: it would allocate and map
 * by what the file claims.
 */

#include "format.h"

#include <libelf.h>
#include <string.h>

/* makedumpfile's mark in e_flags of an ELF file it could not finish */
#define DUMP_ELF_INCOMPLETE	0x1

/* More than makedumpfile makes of 8 TiB with every second 2 MiB excluded */
#define PHDR_MAX	(4u << 20)
#define PHDR_CHUNK	64

struct elf {
	const struct sdeistop_file *file;
	unsigned int encoding;		/* ELFDATA2LSB or ELFDATA2MSB */
	Elf64_Ehdr ehdr;
	uint32_t phnum;
};

static bool probe(const uint8_t *head, size_t size)
{
	return size >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG);
}

static const char *machine_name(unsigned int machine)
{
	switch (machine) {
	case EM_AARCH64:
		return "aarch64";
	case EM_RISCV:
		return "riscv64";
	case EM_X86_64:
		return "x86_64";
	case EM_PPC64:
		return "ppc64";
	case EM_S390:
		return "s390x";
	default:
		return NULL;
	}
}

/* In place; @size bytes, a whole number of @type */
static int to_host(void *data, size_t size, Elf_Type type, unsigned int encoding,
		   struct sdeistop_error *error)
{
	Elf_Data source = {
		.d_buf = data, .d_type = type, .d_size = size, .d_version = EV_CURRENT,
	};
	Elf_Data target = source;

	if (elf_version(EV_CURRENT) == EV_NONE || !elf64_xlatetom(&target, &source, encoding))
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, -1, "libelf: %s",
				     elf_errmsg(-1));
	return 0;
}

static int read_ehdr(struct elf *elf, const uint8_t *head, size_t size,
		     struct sdeistop_error *error)
{
	int status;

	if (size < sizeof(elf->ehdr))
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, (int64_t)size,
				     "is no vmcore: its ELF header ends at byte %zu, expected %zu",
				     size, sizeof(elf->ehdr));
	if (head[EI_CLASS] != ELFCLASS64)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, EI_CLASS,
				     "ELF class %u at byte %d, expected %d: only 64-bit vmcores are read",
				     head[EI_CLASS], EI_CLASS, ELFCLASS64);
	elf->encoding = head[EI_DATA];
	if (elf->encoding != ELFDATA2LSB && elf->encoding != ELFDATA2MSB)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, EI_DATA,
				     "is no vmcore: ELF byte order %u at byte %d, expected 1 or 2",
				     elf->encoding, EI_DATA);

	memcpy(&elf->ehdr, head, sizeof(elf->ehdr));
	status = to_host(&elf->ehdr, sizeof(elf->ehdr), ELF_T_EHDR, elf->encoding, error);
	if (status)
		return status;
	if (elf->ehdr.e_type != ET_CORE)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, offsetof(Elf64_Ehdr, e_type),
				     "is no vmcore: ELF type %u at byte %zu, expected %u (core)",
				     elf->ehdr.e_type, offsetof(Elf64_Ehdr, e_type), ET_CORE);
	return 0;
}

/* From 65535 program headers on, section header 0 has their number. */
static int read_phnum(struct elf *elf, struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	const uint64_t offset = elf->ehdr.e_shoff;
	Elf64_Shdr shdr;
	int status;

	elf->phnum = elf->ehdr.e_phnum;
	if (elf->phnum != PN_XNUM || !offset)
		return 0;
	if (sdeistop_vmcore_lacks(ret, elf->file, offset, sizeof(shdr), "section header 0"))
		return 0;
	status = sdeistop_vmcore_must_keep(elf->file, offset, sizeof(shdr), "section header 0",
					   error);
	if (!status)
		status = sdeistop_file_read(elf->file, offset, &shdr, sizeof(shdr), error);
	if (!status)
		status = to_host(&shdr, sizeof(shdr), ELF_T_SHDR, elf->encoding, error);
	if (status)
		return status;
	elf->phnum = shdr.sh_info;
	if (!elf->phnum)
		sdeistop_vmcore_cut(ret, "section header 0 at byte %llu is blank: the dump was not finished",
				    (unsigned long long)offset);
	return 0;
}

/* Where the file has the number of program headers */
static uint64_t phnum_at(const struct elf *elf)
{
	if (elf->ehdr.e_phnum != PN_XNUM || !elf->ehdr.e_shoff)
		return offsetof(Elf64_Ehdr, e_phnum);
	return elf->ehdr.e_shoff + offsetof(Elf64_Shdr, sh_info);
}

static int check_phdrs(const struct elf *elf, struct sdeistop_error *error)
{
	if (elf->phnum && elf->ehdr.e_phentsize != sizeof(Elf64_Phdr))
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE,
				     offsetof(Elf64_Ehdr, e_phentsize),
				     "is no vmcore: program headers of %u bytes at byte %zu, expected %zu",
				     elf->ehdr.e_phentsize, offsetof(Elf64_Ehdr, e_phentsize),
				     sizeof(Elf64_Phdr));
	if (elf->phnum > PHDR_MAX)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, (int64_t)phnum_at(elf),
				     "%u program headers by the number at byte %llu, expected %u at most",
				     elf->phnum, (unsigned long long)phnum_at(elf), PHDR_MAX);
	return 0;
}

static int take_load(const Elf64_Phdr *phdr, struct sdeistop_vmcore *ret,
		     struct sdeistop_error *error)
{
	const struct sdeistop_load load = {
		.physical = phdr->p_paddr, .bytes = phdr->p_filesz, .offset = phdr->p_offset,
	};

	return ret->loads.wanted ? sdeistop_loads_add(&ret->loads, &load, error) : 0;
}

static int take_phdr(const struct elf *elf, uint32_t index, const Elf64_Phdr *phdr,
		     struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	static const Elf64_Phdr blank;
	char what[48];

	/* makedumpfile makes room for the table, and fills it in as it goes */
	if (!memcmp(phdr, &blank, sizeof(blank)))
		sdeistop_vmcore_cut(ret, "program header %u at byte %llu is blank: the dump was not finished",
				    index, (unsigned long long)(elf->ehdr.e_phoff +
							       (uint64_t)index * sizeof(*phdr)));
	if (phdr->p_type != PT_LOAD && phdr->p_type != PT_NOTE)
		return 0;
	snprintf(what, sizeof(what), "%s segment %u",
		 phdr->p_type == PT_NOTE ? "PT_NOTE" : "PT_LOAD", index);
	/* without bytes in the file the offset says nothing: QEMU writes -1 */
	if (phdr->p_filesz)
		sdeistop_vmcore_past_end(ret, elf->file,
					 sdeistop_end(phdr->p_offset, phdr->p_filesz), what);
	if (phdr->p_type == PT_LOAD)
		return take_load(phdr, ret, error);
	return sdeistop_vmcore_add_notes(ret, elf->file, phdr->p_offset, phdr->p_filesz, error);
}

/* A chunk at a time: their number is the file's claim. */
static int take_phdrs(const struct elf *elf, struct sdeistop_vmcore *ret,
		      struct sdeistop_error *error)
{
	const uint64_t table = elf->ehdr.e_phoff;
	const uint64_t table_size = (uint64_t)elf->phnum * sizeof(Elf64_Phdr);
	Elf64_Phdr phdr[PHDR_CHUNK];
	uint32_t whole;
	int status;

	status = sdeistop_vmcore_must_keep(elf->file, table, table_size,
					   "the program header table", error);
	if (status)
		return status;
	sdeistop_vmcore_lacks(ret, elf->file, table, table_size, "the program header table");
	whole = (uint32_t)(sdeistop_file_has(elf->file, table, table_size) / sizeof(*phdr));

	for (uint32_t done = 0; done < whole; ) {
		uint32_t nr = whole - done < PHDR_CHUNK ? whole - done : PHDR_CHUNK;
		size_t size = nr * sizeof(*phdr);

		status = sdeistop_file_read(elf->file, table + done * sizeof(*phdr), phdr, size, error);
		if (!status)
			status = to_host(phdr, size, ELF_T_PHDR, elf->encoding, error);
		for (uint32_t i = 0; !status && i < nr; i++)
			status = take_phdr(elf, done + i, &phdr[i], ret, error);
		if (status)
			return status;
		done += nr;
	}
	return 0;
}

static int read_elf(const struct sdeistop_file *file, const uint8_t *head, size_t size,
		    struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	struct elf elf = { .file = file };
	int status;

	status = read_ehdr(&elf, head, size, error);
	if (status)
		return status;
	ret->source.machine = machine_name(elf.ehdr.e_machine);
	ret->source.big_endian = elf.encoding == ELFDATA2MSB;
	ret->source.incomplete_flag = elf.ehdr.e_flags & DUMP_ELF_INCOMPLETE;

	status = read_phnum(&elf, ret, error);
	if (!status)
		status = check_phdrs(&elf, error);
	if (!status)
		status = take_phdrs(&elf, ret, error);
	sdeistop_loads_sort(&ret->loads);
	return status;
}

const struct sdeistop_format sdeistop_format_elf = {
	.name = "elf", .probe = probe, .read = read_elf,
};
