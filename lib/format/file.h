/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bounded reads from a file whose contents are not to be trusted. */
#ifndef SDEISTOP_FILE_H
#define SDEISTOP_FILE_H

#include <sdeistop.h>

struct sdeistop_file {
	int fd;			/* -1 closed */
	uint64_t size;		/* when it was opened */
};

/* A regular file or a block device, never one whose opening would block */
int sdeistop_file_open(const char *path, struct sdeistop_file *ret, struct sdeistop_error *error);
void sdeistop_file_close(struct sdeistop_file *file);

/* How many of @size bytes at @offset the file has */
uint64_t sdeistop_file_has(const struct sdeistop_file *file, uint64_t offset, uint64_t size);

/* @offset + @size, UINT64_MAX where that overflows: past the end of any file */
uint64_t sdeistop_end(uint64_t offset, uint64_t size);

/* All of @size bytes; the caller has asked sdeistop_file_has() */
int sdeistop_file_read(const struct sdeistop_file *file, uint64_t offset, void *to, size_t size,
		       struct sdeistop_error *error);

/* Fills in @error and returns @code; @offset as in struct sdeistop_error */
int sdeistop_fail(struct sdeistop_error *error, enum sdeistop_errno code, int64_t offset,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif /* SDEISTOP_FILE_H */
