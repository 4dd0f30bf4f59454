/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flattened vmcores, what makedumpfile -F writes to a pipe: a header, then
 * records "these bytes belong at that offset", then an end record. The dump they
 * make is an ELF or kdump-compressed one, read by those readers.
 */
#ifndef SDEISTOP_FLATTENED_H
#define SDEISTOP_FLATTENED_H

#include "format.h"

/* Of a stream this much of the dump is kept, and memory taken for what of it
 * has come. Headers and notes are at its beginning; 8 MiB are 16000 CPUs. */
#define SDEISTOP_STREAM_KEPT	(8u << 20)

bool sdeistop_flattened_probe(const uint8_t *head, size_t size);

/*
 * Goes over the records of @file, from its beginning or, of a stream, after the
 * first @size bytes, which are in @head. Turns it into the file they make; what
 * the records lack of an end goes to @ret, sdeistop_vmcore_cut().
 *
 * Memory taken: 96 bytes at most for each record, which has 17 or more. Fails with
 * SDEISTOP_ERR_UNSUPPORTED where there are more of them than one of 250 GB has.
 */
int sdeistop_flattened_open(struct sdeistop_file *file, const uint8_t *head, size_t size,
			    struct sdeistop_vmcore *ret, struct sdeistop_error *error);
void sdeistop_flattened_close(struct sdeistop_flattened *flattened);

/* What file.h says of the file of the same name */
uint64_t sdeistop_flattened_has(const struct sdeistop_flattened *flattened, uint64_t offset,
				uint64_t size);
int sdeistop_flattened_read(const struct sdeistop_file *file, uint64_t offset, void *to,
			    size_t size, struct sdeistop_error *error);

#endif /* SDEISTOP_FLATTENED_H */
