/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a format reader does: find the note segments, and whether the file has
 * all that its structures say it has, in time that does not depend on the size
 * of the memory image.
 */
#ifndef SDEISTOP_FORMAT_H
#define SDEISTOP_FORMAT_H

#include <sdeistop.h>

#include "file.h"

/* The first bytes of a file, enough for the fixed header of every format */
#define SDEISTOP_HEAD_BYTES	512

/* Most that is read of note segments, together: 65536 CPUs have 32 MiB, the
 * rest is for device dumps. Nor is more read than the file has bytes. Memory is
 * taken for what is read, some three times as much: sdeistop_report_file(). */
#define SDEISTOP_NOTES_MAX	(256u << 20)

/* Physical memory that is in the file: a PT_LOAD */
struct sdeistop_load {
	uint64_t physical;	/* address */
	uint64_t bytes;		/* that are in the file, from @offset on */
	uint64_t offset;
	size_t furthest;	/* of this one and those before it; set by sorting */
};

/* Only gathered if they are wanted: a large dump has many. */
struct sdeistop_loads {
	bool wanted;
	struct sdeistop_load *load;	/* by physical address; owned */
	size_t nr, room;
};

/* What a reader hands over. Free with sdeistop_vmcore_deinit(). */
struct sdeistop_vmcore {
	struct sdeistop_source source;
	struct sdeistop_segment *segment;	/* each owns its data */
	size_t nr_segments;
	size_t nr_bytes;			/* of all of them */
	void *vmcoreinfo;			/* what @source.vmcoreinfo leads to; owned */
	struct sdeistop_loads loads;
};

void sdeistop_vmcore_deinit(struct sdeistop_vmcore *vmcore);

/* Reads @size bytes of notes at @offset, or as many as the file has of them.
 * Nothing once it is certain that segments overlap: a few headers over the same
 * bytes would make work and memory of any size. */
int sdeistop_vmcore_add_notes(struct sdeistop_vmcore *vmcore, const struct sdeistop_file *file,
			      uint64_t offset, uint64_t size, struct sdeistop_error *error);

/* The file lacks what its structures say it has. The first thing to be missing
 * is the one that is told of. */
void sdeistop_vmcore_cut(struct sdeistop_vmcore *vmcore, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* True if @end, where @what ends, is past the end of the file: truncated */
bool sdeistop_vmcore_past_end(struct sdeistop_vmcore *vmcore, const struct sdeistop_file *file,
			      uint64_t end, const char *what);

/* The same, and also if bytes of @what are missing before the end: no record of a
 * flattened file has them */
bool sdeistop_vmcore_lacks(struct sdeistop_vmcore *vmcore, const struct sdeistop_file *file,
			   uint64_t offset, uint64_t size, const char *what);

/* 0, or SDEISTOP_ERR_UNSUPPORTED of @what in a stream that ends past what is kept
 * of it, though it is there */
int sdeistop_vmcore_must_keep(const struct sdeistop_file *file, uint64_t offset, uint64_t size,
			      const char *what, struct sdeistop_error *error);

struct sdeistop_format {
	const char *name;
	bool (*probe)(const uint8_t *head, size_t size);
	/* @head: the first bytes, @size of them up to SDEISTOP_HEAD_BYTES.
	 * @ret is initialised, and freed by the caller in any case. */
	int (*read)(const struct sdeistop_file *file, const uint8_t *head, size_t size,
		    struct sdeistop_vmcore *ret, struct sdeistop_error *error);
	/* Which part of a split dump it is; NULL of a format that is not split */
	void (*split)(const struct sdeistop_file *file, const uint8_t *head, size_t size,
		      struct sdeistop_split *ret);
};

extern const struct sdeistop_format sdeistop_format_elf;
extern const struct sdeistop_format sdeistop_format_kdump;

/* --------------------------------------------------------------- vmcore.c */

/* The vmcore at @path, whichever format it is. @ret is initialised, and freed by
 * the caller in any case. */
int sdeistop_vmcore_read(const char *path, struct sdeistop_vmcore *ret,
			 struct sdeistop_error *error);
/* The same, and @file stays open, for its pages: closed by the caller in any case.
 * @ret->loads is filled in if it is wanted. */
int sdeistop_vmcore_open(const char *path, struct sdeistop_file *file,
			 struct sdeistop_vmcore *ret, struct sdeistop_error *error);
int sdeistop_vmcore_report(struct sdeistop_vmcore *vmcore, struct sdeistop_report **ret,
			   struct sdeistop_error *error);

/* ---------------------------------------------------------------- split.c */

/* sdeistop_vmcore_read() of the @nr parts of a split dump, or of one file */
int sdeistop_vmcore_read_parts(const char *const path[], size_t nr, struct sdeistop_vmcore *ret,
			       struct sdeistop_error *error);

/* ---------------------------------------------------------------- loads.c */

int sdeistop_loads_add(struct sdeistop_loads *loads, const struct sdeistop_load *load,
		       struct sdeistop_error *error);
void sdeistop_loads_sort(struct sdeistop_loads *loads);
/* All of @size bytes at physical @address, which are in one page of the dump */
bool sdeistop_loads_read(const struct sdeistop_loads *loads, const struct sdeistop_file *file,
			 uint64_t address, void *to, size_t size);

#endif /* SDEISTOP_FORMAT_H */
