// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that is there whole or not at all: written under another name beside its
 * own, and renamed once it is on the disk. What is no file is written as it is.
 */

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX	".XXXXXX"

/* A device, a pipe, a link, which may lead to one (/dev/stdout): written as it is, and
 * never replaced by a file */
static bool is_special(const char *path)
{
	struct stat stat_buf;

	return !lstat(path, &stat_buf) && !S_ISREG(stat_buf.st_mode);
}

bool output_file_open(const char *path, struct output_file *ret)
{
	*ret = (struct output_file) { .path = path, .fd = -1 };
	if (is_stdin(path)) {
		ret->fd = STDOUT_FILENO;
		return true;
	}
	if (is_special(path)) {
		ret->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		return ret->fd >= 0;
	}
	ret->is_file = true;
	ret->temporary = malloc(strlen(path) + sizeof(SUFFIX));
	if (!ret->temporary)
		return false;
	memcpy(ret->temporary, path, strlen(path));
	memcpy(ret->temporary + strlen(path), SUFFIX, sizeof(SUFFIX));
	/* readable to its owner only: it has memory in it */
	ret->fd = mkostemp(ret->temporary, O_CLOEXEC);
	return ret->fd >= 0;
}

bool output_file_write(void *arg, const void *bytes, size_t size)
{
	const struct output_file *file = arg;
	const uint8_t *p = bytes;

	while (size) {
		const ssize_t nr = write(file->fd, p, size);

		if (nr < 0 && errno == EINTR)
			continue;
		if (nr <= 0)
			return false;
		p += nr;
		size -= (size_t)nr;
	}
	return true;
}

bool output_file_commit(struct output_file *file)
{
	if (!file->temporary)
		return true;
	if (fsync(file->fd) || rename(file->temporary, file->path))
		return false;
	free(file->temporary);
	file->temporary = NULL;
	return true;
}

void output_file_close(struct output_file *file)
{
	const int saved = errno;

	if (file->temporary && file->fd >= 0)
		unlink(file->temporary);
	free(file->temporary);
	if (file->fd >= 0 && file->fd != STDOUT_FILENO)
		close(file->fd);
	errno = saved;
}
