/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The triage dump: of a vmcore of any size the few megabytes that tell where each
 * CPU was. Contexts of CPUs are found through their records and VMCOREINFO, without
 * debuginfo; what is kept becomes an ELF vmcore that debuggers open.
 *
 * Needs lib/core and the C library only: the patches of makedumpfile carry both. It
 * reads physical memory through a function of the caller's and knows no file format.
 * Nothing in the dump decides how much is read or kept; only arm64 is read.
 */
#ifndef SDEISTOP_TRIAGE_H
#define SDEISTOP_TRIAGE_H

#include <sdeistop.h>

/* Bytes of the file if nobody says otherwise, four times as many where pages have
 * 64 KiB; and the fewest that can be asked for */
#define SDEISTOP_TRIAGE_BYTES		(4u << 20)
#define SDEISTOP_TRIAGE_BYTES_MIN	(64u << 10)

/* The physical memory of the dump */
struct sdeistop_physical {
	/* All of @size bytes at physical @address, which are in one page of the dump;
	 * false if the dump does not have them */
	bool (*read)(void *arg, uint64_t address, void *to, size_t size);
	void *arg;
};

struct sdeistop_triage_input {
	/* Of the same file: @report was made of the @nr_segments of @segment. Both and
	 * what @memory needs have to stay until the plan is freed. */
	const struct sdeistop_report *report;
	const struct sdeistop_segment *segment;
	size_t nr_segments;
	const struct sdeistop_physical *memory;
	uint64_t max_size;	/* bytes of the file; 0: SDEISTOP_TRIAGE_BYTES */
	/* Pages are copied when the plan is made, so that they are in the file whatever
	 * becomes of @memory. Not so if it is only asked which they are: nothing can be
	 * written then. */
	bool only_list;
};

/* A page that is to be kept */
struct sdeistop_triage_page {
	uint64_t physical;	/* address, a multiple of the page size */
	uint64_t address;	/* kernel virtual, where debuggers look for it */
};

/* What became of one kind of contents, the most useful first */
struct sdeistop_triage_part {
	const char *what;	/* in words; static */
	unsigned int kept;	/* pages, those of page tables on the way to them too */
	unsigned int dropped;	/* pages for which there was no room, tables not counted */
	unsigned int missing;	/* pages that the dump does not have or nothing maps */
	unsigned int cpus;	/* of so many CPUs there is nothing or not all, for lack of room */
};

struct sdeistop_triage;

/**
 * sdeistop_triage_plan() - find the pages that a triage dump has
 * @ret: to be freed with sdeistop_triage_free()
 *
 * A vmcore without records has no contexts, one without VMCOREINFO has its notes only.
 * Memory taken: 256 bytes a page that is kept, and its copy. Time: that of the file's
 * pages, and a look at each record.
 *
 * Return: 0, SDEISTOP_ERR_UNSUPPORTED of another machine than arm64 and of notes that
 * leave no room in @max_size, or SDEISTOP_ERR_NO_MEMORY.
 */
int sdeistop_triage_plan(const struct sdeistop_triage_input *input, struct sdeistop_triage **ret,
			 struct sdeistop_error *error);
void sdeistop_triage_free(struct sdeistop_triage *triage);

static inline void sdeistop_triage_freep(struct sdeistop_triage **triage)
{
	sdeistop_triage_free(*triage);
}

/* Bytes of a page of the dump */
uint64_t sdeistop_triage_page_bytes(const struct sdeistop_triage *triage);

/* The pages in the order of their physical addresses. One that is looked for at
 * several virtual addresses is there several times. */
const struct sdeistop_triage_page *sdeistop_triage_pages(const struct sdeistop_triage *triage,
							 size_t *nr);

/* The kinds of contents, *@nr of them */
const struct sdeistop_triage_part *sdeistop_triage_parts(const struct sdeistop_triage *triage,
							 size_t *nr);

/* CPUs that were online whose task and stack in use are in it, none of them missing */
size_t sdeistop_triage_cpus(const struct sdeistop_triage *triage);

/* Bytes that sdeistop_triage_write() will write */
uint64_t sdeistop_triage_size(const struct sdeistop_triage *triage);

/**
 * sdeistop_triage_write() - write the file
 * @write: takes the next @size bytes of it, in order; false: they could not be written
 *
 * The file is an ELF vmcore: the notes as they were and one that says what the file
 * is (sdeistop-note(5)), then the pages. Not of a plan that only lists them.
 *
 * Return: 0; SDEISTOP_ERR_READ if @write failed, @error without a text; or
 * SDEISTOP_ERR_NO_MEMORY.
 */
int sdeistop_triage_write(const struct sdeistop_triage *triage,
			  bool (*write)(void *arg, const void *bytes, size_t size), void *arg,
			  struct sdeistop_error *error);

#endif /* SDEISTOP_TRIAGE_H */
