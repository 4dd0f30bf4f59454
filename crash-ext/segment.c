// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The note segment of the dump file crash has open.
 *
 * crash keeps the notes it read to itself, so the file is opened once more.
 * The library's readers of files are not used: they need libelf, which crash
 * does not have, and know nothing of crash's table of a flattened file. What is
 * needed of the two formats is where the notes lie; crash has already checked
 * the rest.
 */
#include "ext.h"
#include <elf.h>
#include <sys/stat.h>

/* makedumpfile and the kernel write one note segment; a few more can be told apart */
enum { MAX_SEGMENTS = 16 };

struct dump {
	int fd;
	off_t size;			/* of the file */
	uint64_t limit;			/* nothing is read from here on */
	struct sdeistop_source source;
	struct sdeistop_segment segment[MAX_SEGMENTS];
	unsigned int nr_segments;
};

static bool dump_read(const struct dump *d, uint64_t offset, void *buf, size_t size)
{
	ssize_t n;

	if (offset > d->limit || size > d->limit - offset)
		return false;
	if (FLAT_FORMAT())
		return read_flattened_format(d->fd, offset, buf, size);
	for (; size; size -= n, offset += n, buf = (char *)buf + n) {
		do
			n = pread(d->fd, buf, size, offset);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			return false;
	}
	return true;
}

static int dump_error(const struct dump *d, enum sdeistop_errno code, const char *what,
		      struct sdeistop_error *ret)
{
	ret->code = code;
	ret->offset = -1;
	snprintf(ret->text, sizeof(ret->text), "%s: %s", d->source.file, what);
	return code;
}

/* Read the @claimed bytes of notes at @offset, or those of them that there are */
static int add_segment(struct dump *d, uint64_t offset, uint64_t claimed,
		       struct sdeistop_error *problem)
{
	struct sdeistop_segment *segment = &d->segment[d->nr_segments];
	uint64_t there = offset < d->limit ? d->limit - offset : 0;
	size_t size = claimed < there ? claimed : there;
	void *data;

	d->source.truncated |= size < claimed;
	if (!size)
		return SDEISTOP_OK;
	if (d->nr_segments == MAX_SEGMENTS)
		return dump_error(d, SDEISTOP_ERR_READ, "too many note segments", problem);
	data = malloc(size);
	if (!data)
		return dump_error(d, SDEISTOP_ERR_NO_MEMORY, "no memory for the notes", problem);
	*segment = (struct sdeistop_segment) { data, size, claimed, offset };
	d->nr_segments++;
	d->source.notes_missing = false;
	if (!dump_read(d, offset, data, size))
		return dump_error(d, SDEISTOP_ERR_READ, "cannot read the notes", problem);
	return SDEISTOP_OK;
}

static uint64_t elf_nr_segments(const struct dump *d, const Elf64_Ehdr *ehdr)
{
	Elf64_Shdr shdr;

	if (ehdr->e_phnum != PN_XNUM)
		return ehdr->e_phnum;
	return dump_read(d, ehdr->e_shoff, &shdr, sizeof(shdr)) ? shdr.sh_info : 0;
}

static bool elf_phdr(const struct dump *d, const Elf64_Ehdr *ehdr, uint64_t i, Elf64_Phdr *ret)
{
	return dump_read(d, ehdr->e_phoff + i * sizeof(*ret), ret, sizeof(*ret));
}

/*
 * A flattened file has no size of its own, and reading past its last byte with
 * crash's function is a wild access. What lies below the first PT_LOAD is safe:
 * crash has read all of that before.
 */
static uint64_t elf_first_load(const struct dump *d, const Elf64_Ehdr *ehdr, uint64_t nr)
{
	uint64_t i, first = d->limit;
	Elf64_Phdr phdr;

	for (i = 0; i < nr && elf_phdr(d, ehdr, i, &phdr); i++)
		if (phdr.p_type == PT_LOAD && phdr.p_offset && phdr.p_offset < first)
			first = phdr.p_offset;
	return first;
}

static int elf_segment(struct dump *d, const Elf64_Phdr *phdr, struct sdeistop_error *problem)
{
	uint64_t size = d->size;

	if (!FLAT_FORMAT() && (phdr->p_filesz > size || phdr->p_offset > size - phdr->p_filesz))
		d->source.truncated = true;
	if (phdr->p_type != PT_NOTE || !phdr->p_filesz)
		return SDEISTOP_OK;
	return add_segment(d, phdr->p_offset, phdr->p_filesz, problem);
}

static int elf_notes(struct dump *d, struct sdeistop_error *problem)
{
	uint64_t i, nr;
	Elf64_Phdr phdr;
	Elf64_Ehdr ehdr;
	int ret = SDEISTOP_OK;

	if (!dump_read(d, 0, &ehdr, sizeof(ehdr)) || ehdr.e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr.e_ident[EI_DATA] != ELFDATA2LSB)
		return dump_error(d, SDEISTOP_ERR_NOT_A_VMCORE,
				  "not a 64-bit little-endian ELF file", problem);
	nr = elf_nr_segments(d, &ehdr);
	if (FLAT_FORMAT())
		d->limit = elf_first_load(d, &ehdr, nr);
	for (i = 0; i < nr && !ret; i++) {
		if (!elf_phdr(d, &ehdr, i, &phdr)) {
			d->source.truncated = true;
			break;
		}
		ret = elf_segment(d, &phdr, problem);
	}
	return ret;
}

/* Offsets in a 64-bit kdump-compressed file: of its header's fields, and of
 * the pair that tells where the notes are, in the sub-header. */
enum {
	KDUMP_VERSION = 8,
	KDUMP_RELEASE = 142,
	KDUMP_BLOCK_SIZE = 428,
	KDUMP_NOTE_RANGE = 0x30,	/* version 4 and later */
};

static int kdump_notes(struct dump *d, struct sdeistop_error *problem)
{
	uint32_t header_version, block_size;
	uint64_t range[2] = { 0, 0 };

	if (!dump_read(d, KDUMP_VERSION, &header_version, sizeof(header_version)) ||
	    !dump_read(d, KDUMP_RELEASE, d->source.release, sizeof(d->source.release) - 1) ||
	    !dump_read(d, KDUMP_BLOCK_SIZE, &block_size, sizeof(block_size)) ||
	    (header_version >= 4 &&
	     !dump_read(d, (uint64_t)block_size + KDUMP_NOTE_RANGE, range, sizeof(range)))) {
		d->source.truncated = true;
		return SDEISTOP_OK;
	}
	if (!range[0] || !range[1])
		return SDEISTOP_OK;
	return add_segment(d, range[0], range[1], problem);
}

static int find_notes(struct dump *d, struct sdeistop_error *problem)
{
	char magic[8] = "";

	dump_read(d, 0, magic, sizeof(magic));
	if (!memcmp(magic, ELFMAG, SELFMAG)) {
		d->source.format = FLAT_FORMAT() ? "flattened" : "elf";
		return elf_notes(d, problem);
	}
	if (!memcmp(magic, "KDUMP   ", sizeof(magic))) {
		d->source.format = FLAT_FORMAT() ? "flattened" : "kdump";
		return kdump_notes(d, problem);
	}
	return dump_error(d, SDEISTOP_ERR_NOT_A_VMCORE,
			  "neither an ELF nor a kdump-compressed vmcore", problem);
}

static int dump_open(struct dump *d, struct sdeistop_error *problem)
{
	struct stat status;

	d->fd = open(d->source.file, O_RDONLY | O_CLOEXEC);
	if (d->fd < 0 || fstat(d->fd, &status))
		return dump_error(d, SDEISTOP_ERR_OPEN, strerror(errno), problem);
	d->size = status.st_size;
	d->limit = status.st_size;
	return SDEISTOP_OK;
}

static void dump_close(struct dump *d)
{
	while (d->nr_segments)
		free((void *)d->segment[--d->nr_segments].data);
	if (d->fd >= 0)
		close(d->fd);
}

/* The report of the dump file @path; @path must outlive it */
int segment_report(const char *path, struct sdeistop_report **ret,
		   struct sdeistop_error *problem)
{
	struct dump d = {
		.fd = -1,
		.source = {
			.file = path,
			.machine = "aarch64",
			.notes_missing = true,
			.incomplete_flag = is_incomplete_dump(),
		},
	};
	int err;

	err = dump_open(&d, problem);
	if (!err)
		err = find_notes(&d, problem);
	if (!err)
		err = sdeistop_report_build_segments(d.segment, d.nr_segments, &d.source,
						     ret, problem);
	dump_close(&d);
	return err;
}
