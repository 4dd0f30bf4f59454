/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of the protocol, a field at a time (protocol.h). */
#ifndef SDEISTOP_PRINT_H
#define SDEISTOP_PRINT_H

#include <stdint.h>

#include "../../lib/memory/symbols.h"

/* Begins the line, with its first field */
void print_word(const char *word);
/* Text as it is, perhaps empty */
void print_text(const char *text);
/* A name; not known if NULL or empty */
void print_name(const char *name);
void print_hex(uint64_t value);
void print_number(uint64_t value);
void print_unknown(void);
/* FUNCTION OFFSET MODULE; not known if it has no function */
void print_place(const struct sdeistop_place *place);
void print_end(void);

/* The whole line that says why nothing more can be told; 1, the exit status of that */
int print_error(const struct sdeistop_error *error);

#endif /* SDEISTOP_PRINT_H */
