// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sdeistop-memory: what the pages of a vmcore tell, for the sdeistop command,
 * which starts it. Not a command for people: no help beyond its usage line.
 */

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "print.h"

static const struct command {
	const char *name;
	int nr_args;		/* before the vmcores */
	int (*run)(struct sdeistop_memory *memory, char *const args[]);
} commands[] = {
	{ "backtrace", 2, cmd_backtrace },
	{ "log", 0, cmd_log },
	{ "pages", 0, cmd_pages },
	{ "places", 1, cmd_places },
};

static int run(const struct command *command, char *argv[], int argc)
{
	sdeistop_cleanup(sdeistop_memory_closep) struct sdeistop_memory *memory = NULL;
	const char *const *path = (const char *const *)argv + command->nr_args;
	struct sdeistop_error error;
	int status;

	if (sdeistop_memory_open(path, (size_t)(argc - command->nr_args), &memory, &error))
		status = print_error(&error);
	else
		status = command->run(memory, argv);
	/* before the libraries clean up, which is not to take it along if they crash */
	fflush(stdout);
	return status;
}

int main(int argc, char *argv[])
{
	for (size_t i = 0; argc > 2 && i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(argv[1], commands[i].name) && argc - 2 > commands[i].nr_args)
			return run(&commands[i], argv + 2, argc - 2);
	fputs("usage: sdeistop-memory COMMAND [ARGUMENT...] VMCORE...\n", stderr);
	return 2;
}
