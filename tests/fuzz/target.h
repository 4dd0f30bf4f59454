/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target is one function from bytes to nothing. libFuzzer calls it, or
 * replay.c on files. What holds of every report is checked too: a sanitizer
 * does not see another CPU's registers.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "../../lib/core/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(bool holds)
{
	if (!holds)
		abort();
}

/* Renders @report in every way, checks what must hold, and frees it. */
void consume(struct sdeistop_report *report);

/* The report of a file with these bytes, if there is one */
void consume_file(const uint8_t *data, size_t size);

#endif /* TARGET_H */
