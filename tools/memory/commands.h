/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands of sdeistop-memory. Each prints its lines, and says what it
 * cannot tell; the exit status: 0, or 1 after an error line. */
#ifndef SDEISTOP_COMMANDS_H
#define SDEISTOP_COMMANDS_H

#include "../../lib/memory/memory.h"

/* @args: what the command takes before the vmcores, and these, NULL at the end */
int cmd_backtrace(struct sdeistop_memory *memory, char *const args[]);
int cmd_log(struct sdeistop_memory *memory, char *const args[]);
int cmd_pages(struct sdeistop_memory *memory, char *const args[]);
int cmd_places(struct sdeistop_memory *memory, char *const args[]);

#endif /* SDEISTOP_COMMANDS_H */
