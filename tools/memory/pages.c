// SPDX-License-Identifier: GPL-2.0-or-later
/* pages: what is at physical addresses, as long as somebody asks. */

#include <stdio.h>

#include "commands.h"
#include "protocol.h"

int cmd_pages(struct sdeistop_memory *memory, char *const args[])
{
	static uint8_t bytes[PAGE_QUESTION_MAX];
	struct page_question question;

	(void)args;
	while (fread(&question, sizeof(question), 1, stdin)) {
		struct sdeistop_error error;
		const bool there = question.size <= sizeof(bytes) &&
				   !sdeistop_memory_read_physical(memory, question.address, bytes,
								  (size_t)question.size, &error);

		putchar(there ? PAGE_THERE : PAGE_MISSING);
		if (there)
			fwrite(bytes, (size_t)question.size, 1, stdout);
		if (fflush(stdout))
			return 1;
	}
	return 0;
}
