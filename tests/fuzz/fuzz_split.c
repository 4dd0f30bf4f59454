// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two parts of a split dump: the halves of the input. The second gets the
 * headers of the first, so that it is of the same set, but for its frames.
 */

#include "target.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK		4096
#define HEADER_BYTES	464
#define SUB_BYTES	104

static void put(uint8_t *part, size_t at, const void *bytes, size_t size)
{
	memcpy(part + at, bytes, size);
}

static void make_set(uint8_t *one, uint8_t *other)
{
	static const uint8_t block_size[4] = { 0, BLOCK >> 8 }, yes[4] = { 1 };
	uint8_t frames[16], frames_64[16];

	put(one, 0, "KDUMP   ", 8);
	put(one, 428, block_size, 4);
	put(one, BLOCK + 12, yes, 4);
	memcpy(frames, other + BLOCK + 16, 16);
	memcpy(frames_64, other + BLOCK + 80, 16);
	put(other, 0, one, HEADER_BYTES);
	put(other, BLOCK, one + BLOCK, SUB_BYTES);
	put(other, BLOCK + 16, frames, 16);
	put(other, BLOCK + 80, frames_64, 16);
}

static void write_part(const uint8_t *data, size_t size, int *fd, char (*path)[32])
{
	*fd = memfd_create("vmcore", MFD_CLOEXEC);
	if (*fd < 0 || write(*fd, data, size) != (ssize_t)size)
		abort();
	snprintf(*path, sizeof(*path), "/proc/self/fd/%d", *fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t half = size / 2;
	sdeistop_autofree uint8_t *file = malloc(2 * half + !half);
	const char *path[2];
	char name[2][32];
	struct sdeistop_report *report;
	struct sdeistop_error error = { 0 };
	int fd[2];

	if (!file || half < BLOCK + SUB_BYTES)
		return 0;
	memcpy(file, data, 2 * half);
	make_set(file, file + half);
	for (int i = 0; i < 2; i++) {
		write_part(file + (i ? half : 0), half, &fd[i], &name[i]);
		path[i] = name[i];
	}
	if (!sdeistop_report_parts(path, 2, &report, &error))
		consume(report);
	else if (!error.code || !error.text[0])
		abort();
	close(fd[0]);
	close(fd[1]);
	return 0;
}
