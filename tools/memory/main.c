// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sdeistop-memory: what the pages of a vmcore tell, for the sdeistop command,
 * which starts it. Not a command for people: no help beyond its usage line.
 */

#include <stdio.h>
#include <string.h>

#include "../../lib/memory/memory.h"
#include "protocol.h"

static int run(const char *command, int nr, char *argv[])
{
	sdeistop_cleanup(sdeistop_memory_closep) struct sdeistop_memory *memory = NULL;
	struct sdeistop_error error;

	if (sdeistop_memory_open((const char *const *)argv, (size_t)nr, &memory, &error)) {
		printf(PROTOCOL_ERROR "\t%s\n", error.text);
		return 1;
	}
	printf(PROTOCOL_ERROR "\tno command %s\n", command);
	return 1;
}

int main(int argc, char *argv[])
{
	if (argc < 3) {
		fputs("usage: sdeistop-memory COMMAND VMCORE...\n", stderr);
		return 2;
	}
	return run(argv[1], argc - 2, argv + 2);
}
