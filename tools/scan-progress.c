// SPDX-License-Identifier: GPL-2.0-or-later
/* How far a scan is, for who waits at a terminal. */

#include "scan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PERIOD_MS	200

void scan_progress_init(struct scan_progress *progress)
{
	*progress = (struct scan_progress) {
		.on = isatty(STDERR_FILENO),
		.next = now_ms() + PERIOD_MS,
	};
}

static size_t columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
}

/* As much of @text as has @room bytes, and so no more columns, without a part of
 * a character at its end */
static size_t fitting(const char *text, size_t size, size_t room)
{
	if (size <= room)
		return size;
	while (room && ((unsigned char)text[room] & 0xc0) == 0x80)
		room--;
	return room;
}

void scan_progress_show(struct scan_progress *progress, size_t nr_files, size_t nr_vmcores,
			const char *directory)
{
	size_t size = 0;
	char *text = NULL;
	FILE *out;

	if (!progress->on || now_ms() < progress->next)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	fprintf(out, "%zu files, %zu vmcores ", nr_files, nr_vmcores);
	sdeistop_print_name(directory, out);
	if (!fclose(out)) {
		/* the rest of the line, should it have been longer */
		fprintf(stderr, "\r%.*s\033[K", (int)fitting(text, size, columns() - 1), text);
		progress->shown = true;
		progress->next = now_ms() + PERIOD_MS;
	}
	free(text);
}

void scan_progress_clear(struct scan_progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
