// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that is there whole or not at all: written without a name, and given it once
 * it is on the disk. Where the file system has no files without a name it has another
 * one beside its own, which is removed if a signal ends the process. What is no file
 * is written as it is.
 */

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX	".XXXXXX"
/* Where a file without a name can be linked from */
#define BY_FD	"/proc/self/fd"

/* Names that are tried, if files have them that a process of this PID once left */
#define NAMES_MAX	100

/* ----------------------------------------------------------------- signals */

/* What a signal removes. Changed with signals blocked. */
static struct {
	const char *path;
	pid_t owner;	/* not a child that has yet to become another program */
} left_over;

static void remove_left_over(int signal)
{
	if (left_over.path && left_over.owner == getpid())
		unlink(left_over.path);
	raise(signal);	/* comes when this returns, and ends the process */
}

static void catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction action = {
		.sa_handler = remove_left_over, .sa_flags = (int)SA_RESETHAND,
	};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction before;

		/* as nohup has it: ignored stays ignored */
		if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static void block_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, before);
}

static void unblock_signals(const sigset_t *before)
{
	const int saved = errno;

	sigprocmask(SIG_SETMASK, before, NULL);
	errno = saved;
}

/* -------------------------------------------------------------------- open */

/* A device, a pipe, a link, which may lead to one (/dev/stdout): written as it is, and
 * never replaced by a file */
static bool is_special(const char *path)
{
	struct stat stat_buf;

	return !lstat(path, &stat_buf) && !S_ISREG(stat_buf.st_mode);
}

/* -1 where there are no such files, or no way to give it a name */
static int open_nameless(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	int fd;

	if (access(BY_FD, X_OK))
		return -1;
	dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	if (!dir)
		return -1;
	/* readable to its owner only: it has memory in it */
	fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	free(dir);
	return fd;
}

static bool open_temporary(struct output_file *file)
{
	sigset_t before;

	if (asprintf(&file->temporary, "%s" SUFFIX, file->path) < 0) {
		file->temporary = NULL;
		return false;
	}
	catch_signals();
	block_signals(&before);
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd >= 0) {
		left_over.path = file->temporary;
		left_over.owner = getpid();
	}
	unblock_signals(&before);
	return file->fd >= 0;
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
	ret->fd = open_nameless(path);
	return ret->fd >= 0 || open_temporary(ret);
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

/* ------------------------------------------------------------------ commit */

static bool rename_temporary(struct output_file *file)
{
	if (rename(file->temporary, file->path))
		return false;
	left_over.path = NULL;
	free(file->temporary);
	file->temporary = NULL;
	return true;
}

static bool link_as(const struct output_file *file, const char *path)
{
	char from[sizeof(BY_FD) + 16];

	snprintf(from, sizeof(from), BY_FD "/%d", file->fd);
	return !linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

/* Under a name that nothing has */
static bool link_temporary(struct output_file *file)
{
	for (unsigned int i = 0; i < NAMES_MAX; i++) {
		char *name;

		if (asprintf(&name, "%s.%ld.%u", file->path, (long)getpid(), i) < 0)
			return false;
		if (link_as(file, name)) {
			file->temporary = name;
			return true;
		}
		free(name);
		if (errno != EEXIST)
			return false;
	}
	return false;
}

/* A link replaces no file: that takes another name, for a moment. */
static bool give_name(struct output_file *file)
{
	if (link_as(file, file->path))
		return true;
	return errno == EEXIST && link_temporary(file) && rename_temporary(file);
}

bool output_file_commit(struct output_file *file)
{
	sigset_t before;
	bool done;

	if (!file->is_file)
		return true;
	if (fsync(file->fd))
		return false;
	block_signals(&before);
	done = file->temporary ? rename_temporary(file) : give_name(file);
	unblock_signals(&before);
	return done;
}

void output_file_close(struct output_file *file)
{
	const int saved = errno;
	sigset_t before;

	block_signals(&before);
	if (file->temporary && file->fd >= 0)
		unlink(file->temporary);
	left_over.path = NULL;
	unblock_signals(&before);
	free(file->temporary);
	if (file->fd >= 0 && file->fd != STDOUT_FILENO)
		close(file->fd);
	errno = saved;
}
