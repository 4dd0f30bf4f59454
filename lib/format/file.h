/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded reads from a file whose contents are not to be trusted. */
#ifndef SDEISTOP_FILE_H
#define SDEISTOP_FILE_H

#include <sdeistop.h>

struct sdeistop_flattened;

/*
 * The bytes of a dump: those of a file, or those that a flattened file tells to
 * put together (flattened.h). Offsets and @size are of the dump either way.
 */
struct sdeistop_file {
	int fd;			/* -1 closed */
	bool borrowed;		/* @fd is somebody else's to close */
	bool stream;		/* @fd has bytes once, and no size */
	uint64_t size;		/* when it was opened, or past the last record */
	uint64_t bytes;		/* that are there: less than @size with holes between records */
	struct sdeistop_flattened *flattened;	/* NULL if it is not; owned */
};

/* A regular file or a block device, never one whose opening would block */
int sdeistop_file_open(const char *path, struct sdeistop_file *ret, struct sdeistop_error *error);
/* @fd stays the caller's; a pipe or a socket is a stream. */
int sdeistop_file_borrow(int fd, struct sdeistop_file *ret, struct sdeistop_error *error);
void sdeistop_file_close(struct sdeistop_file *file);

/* How many of @size bytes at @offset the file has, up to the first it has not */
uint64_t sdeistop_file_has(const struct sdeistop_file *file, uint64_t offset, uint64_t size);

/* False of bytes that went by in a stream: they are there and cannot be read. */
bool sdeistop_file_keeps(const struct sdeistop_file *file, uint64_t end);

/* @offset + @size, UINT64_MAX where that overflows: past the end of any file */
uint64_t sdeistop_end(uint64_t offset, uint64_t size);

/* All of @size bytes, which the file keeps. Bytes below its size that no record
 * of a flattened file has are zero, as they are in the file it stands for. */
int sdeistop_file_read(const struct sdeistop_file *file, uint64_t offset, void *to, size_t size,
		       struct sdeistop_error *error);

/* The next bytes of a stream, @size or what comes until its end: @got */
int sdeistop_stream_read(const struct sdeistop_file *file, void *to, size_t size, size_t *got,
			 struct sdeistop_error *error);

/* Fills in @error and returns @code; @offset as in struct sdeistop_error */
int sdeistop_fail(struct sdeistop_error *error, enum sdeistop_errno code, int64_t offset,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif /* SDEISTOP_FILE_H */
