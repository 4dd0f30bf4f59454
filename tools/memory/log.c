// SPDX-License-Identifier: GPL-2.0-or-later
/* log: the newest lines of the panic log. */

#include "../../lib/memory/printk.h"
#include "commands.h"
#include "print.h"
#include "protocol.h"

static void print_line(const char *line, bool first, void *arg)
{
	(void)arg;
	print_word(first ? PROTOCOL_LOG : PROTOCOL_LOG_MORE);
	print_text(line);
	print_end();
}

int cmd_log(struct sdeistop_memory *memory, char *const args[])
{
	struct sdeistop_error error;

	(void)args;
	if (sdeistop_log_read(memory, print_line, NULL, &error))
		return print_error(&error);
	return 0;
}
