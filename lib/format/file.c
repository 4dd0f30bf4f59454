// SPDX-License-Identifier: GPL-2.0-or-later
/* Bounded reads from a file whose contents are not to be trusted. */

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int sdeistop_fail(struct sdeistop_error *error, enum sdeistop_errno code, int64_t offset,
		  const char *format, ...)
{
	va_list args;

	error->code = code;
	error->offset = offset;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return (int)code;
}

static int fail_errno(struct sdeistop_error *error, enum sdeistop_errno code, const char *what)
{
	char text[128];

	/* GNU's: the text may be in the buffer or elsewhere */
	return sdeistop_fail(error, code, -1, "%s: %s", what,
			     strerror_r(errno, text, sizeof(text)));
}

/* The size of what @file->fd refers to, if that is something with bytes at
 * offsets */
static int measure(struct sdeistop_file *file, struct sdeistop_error *error)
{
	struct stat st;
	off_t end;

	if (fstat(file->fd, &st))
		return fail_errno(error, SDEISTOP_ERR_READ, "cannot stat");
	if (S_ISDIR(st.st_mode))
		return sdeistop_fail(error, SDEISTOP_ERR_READ, -1, "is a directory, expected a vmcore");
	if (S_ISREG(st.st_mode)) {
		file->size = (uint64_t)st.st_size;
		return 0;
	}
	if (!S_ISBLK(st.st_mode))
		return sdeistop_fail(error, SDEISTOP_ERR_READ, -1,
				     "is neither a regular file nor a block device");
	end = lseek(file->fd, 0, SEEK_END);
	if (end < 0)
		return fail_errno(error, SDEISTOP_ERR_READ, "cannot seek");
	file->size = (uint64_t)end;
	return 0;
}

int sdeistop_file_open(const char *path, struct sdeistop_file *ret, struct sdeistop_error *error)
{
	int status;

	*ret = (struct sdeistop_file) { .fd = -1 };
	/* O_NONBLOCK: a FIFO without a writer is to be refused, not waited for */
	ret->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (ret->fd < 0)
		return fail_errno(error, SDEISTOP_ERR_OPEN, "cannot open");
	status = measure(ret, error);
	if (status)
		sdeistop_file_close(ret);
	return status;
}

void sdeistop_file_close(struct sdeistop_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

uint64_t sdeistop_file_has(const struct sdeistop_file *file, uint64_t offset, uint64_t size)
{
	uint64_t left = offset < file->size ? file->size - offset : 0;

	return size < left ? size : left;
}

uint64_t sdeistop_end(uint64_t offset, uint64_t size)
{
	uint64_t end;

	return __builtin_add_overflow(offset, size, &end) ? UINT64_MAX : end;
}

int sdeistop_file_read(const struct sdeistop_file *file, uint64_t offset, void *to, size_t size,
		       struct sdeistop_error *error)
{
	char *p = to;

	while (size) {
		ssize_t got = pread(file->fd, p, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(error, SDEISTOP_ERR_READ, "cannot read");
		if (!got)
			return sdeistop_fail(error, SDEISTOP_ERR_READ, (int64_t)offset,
					     "ends at byte %llu, %zu bytes before it should: cut while it was read?",
					     (unsigned long long)offset, size);
		p += got;
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}
