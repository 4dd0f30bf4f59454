// SPDX-License-Identifier: GPL-2.0-or-later
/* Bounded reads from a file whose contents are not to be trusted. */

#include "file.h"
#include "flattened.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

static int measure_seekable(struct sdeistop_file *file, const struct stat *st,
			    struct sdeistop_error *error)
{
	off_t end = st->st_size;

	if (S_ISBLK(st->st_mode)) {
		end = lseek(file->fd, 0, SEEK_END);
		if (end < 0)
			return fail_errno(error, SDEISTOP_ERR_READ, "cannot seek");
	}
	file->size = file->bytes = (uint64_t)end;
	return 0;
}

static int measure(struct sdeistop_file *file, struct sdeistop_error *error)
{
	struct stat st;

	if (fstat(file->fd, &st))
		return fail_errno(error, SDEISTOP_ERR_READ, "cannot stat");
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return measure_seekable(file, &st, error);
	if (S_ISDIR(st.st_mode))
		return sdeistop_fail(error, SDEISTOP_ERR_READ, -1, "is a directory, expected a vmcore");
	/* only of a descriptor that was handed in: that is open already */
	if (file->borrowed && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
		file->stream = true;
		return 0;
	}
	return sdeistop_fail(error, SDEISTOP_ERR_READ, -1,
			     "is neither a regular file nor a block device, expected a vmcore");
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

int sdeistop_file_borrow(int fd, struct sdeistop_file *ret, struct sdeistop_error *error)
{
	*ret = (struct sdeistop_file) { .fd = fd, .borrowed = true };
	return measure(ret, error);
}

void sdeistop_file_close(struct sdeistop_file *file)
{
	sdeistop_flattened_close(file->flattened);
	if (file->fd >= 0 && !file->borrowed)
		close(file->fd);
	*file = (struct sdeistop_file) { .fd = -1 };
}

uint64_t sdeistop_file_has(const struct sdeistop_file *file, uint64_t offset, uint64_t size)
{
	uint64_t left = offset < file->size ? file->size - offset : 0;

	if (file->flattened)
		return sdeistop_flattened_has(file->flattened, offset, size);
	return size < left ? size : left;
}

bool sdeistop_file_keeps(const struct sdeistop_file *file, uint64_t end)
{
	return !file->stream || end <= SDEISTOP_STREAM_KEPT;
}

uint64_t sdeistop_end(uint64_t offset, uint64_t size)
{
	uint64_t end;

	return __builtin_add_overflow(offset, size, &end) ? UINT64_MAX : end;
}

static int fail_short(uint64_t offset, size_t missing, struct sdeistop_error *error)
{
	return sdeistop_fail(error, SDEISTOP_ERR_READ, (int64_t)offset,
			     "ends at byte %llu, %zu bytes before it should: cut while it was read?",
			     (unsigned long long)offset, missing);
}

static int fail_read(struct sdeistop_error *error, uint64_t offset, size_t size)
{
	char what[64];

	snprintf(what, sizeof(what), "cannot read %zu bytes at byte %llu", size,
		 (unsigned long long)offset);
	fail_errno(error, SDEISTOP_ERR_READ, what);
	error->offset = (int64_t)offset;
	return SDEISTOP_ERR_READ;
}

int sdeistop_file_read(const struct sdeistop_file *file, uint64_t offset, void *to, size_t size,
		       struct sdeistop_error *error)
{
	char *p = to;

	if (file->flattened)
		return sdeistop_flattened_read(file, offset, to, size, error);
	while (size) {
		ssize_t got = pread(file->fd, p, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_read(error, offset, size);
		if (!got)
			return fail_short(offset, size, error);
		p += got;
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

/* Whoever has the other end may have made it one that does not wait */
static bool wait_for(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll(&pollfd, 1, -1) >= 0;
}

int sdeistop_stream_read(const struct sdeistop_file *file, void *to, size_t size, size_t *got,
			 struct sdeistop_error *error)
{
	char *p = to;

	*got = 0;
	while (*got < size) {
		ssize_t more = read(file->fd, p + *got, size - *got);

		if (more < 0 && errno == EAGAIN)
			more = wait_for(file->fd) ? 0 : -1;
		else if (!more)
			break;
		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return fail_errno(error, SDEISTOP_ERR_READ, "cannot read from the pipe");
		*got += (size_t)more;
	}
	return 0;
}
