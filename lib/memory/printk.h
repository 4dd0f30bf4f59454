/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The panic log, out of the ring buffer that printk() writes to. */
#ifndef SDEISTOP_PRINTK_H
#define SDEISTOP_PRINTK_H

#include "memory.h"

/* What is read at most: the newest records, and bytes of their text */
#define SDEISTOP_LOG_RECORDS	4096
#define SDEISTOP_LOG_BYTES	(256u << 10)
/* Bytes of one record; the kernel cuts them shorter itself */
#define SDEISTOP_LOG_RECORD_MAX	2048

/* @line: without its newline, with the time as the kernel prints it,
 * "[    5.123456] text". Borrowed until the callee returns. @first: of its record;
 * what follows in it may look like another, and is text of whoever wrote that one. */
typedef void (*sdeistop_log_fn)(const char *line, bool first, void *arg);

/**
 * sdeistop_log_read() - the newest lines of the log, oldest first
 *
 * Records that were being written, lost their text, or lie in pages that are not
 * in the dump are left out.
 *
 * Return: 0; SDEISTOP_ERR_UNSUPPORTED if VMCOREINFO does not describe the log (a
 * kernel before 5.10); SDEISTOP_ERR_READ if it cannot be read or has no line.
 */
int sdeistop_log_read(struct sdeistop_memory *memory, sdeistop_log_fn line, void *arg,
		      struct sdeistop_error *error);

#endif /* SDEISTOP_PRINTK_H */
