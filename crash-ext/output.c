// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a command prints to. fp has no buffer when it is a pipe or a file, and
 * each fprintf() would be a write(): so the output is collected in crash's
 * temporary file, which an error or an interrupt closes, and is passed on whole.
 */
#include "ext.h"

void output_begin(void)
{
	open_tmpfile();
}

/* 0, or why not all of fp, from its beginning, could be written */
static int pass_on(FILE *to)
{
	char buf[16 * BUFSIZE];
	size_t nr;

	rewind(fp);
	while ((nr = fread(buf, 1, sizeof(buf), fp)))
		if (fwrite(buf, 1, nr, to) != nr)
			return errno;
	return fflush(to) ? errno : 0;
}

void output_end(void)
{
	bool cut = fflush(fp) || ferror(fp);
	int err = pass_on(pc->saved_fp);

	close_tmpfile();
	if (cut)
		error(INFO, "no room in the temporary file for the output: it is cut\n");
	/* Whoever closes a pipe early has had enough */
	else if (err && err != EPIPE)
		error(INFO, "cannot write: %s\n", strerror(err));
}
