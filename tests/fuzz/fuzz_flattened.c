// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records of a flattened file; the header before them is put there. The first
 * byte is not part of them: with bit 0 they come through a pipe as well, and if
 * all of the dump is kept of a stream, that has to give the same report.
 */

#include "target.h"

#include "../../lib/format/flattened.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEADER_BYTES	4096

static char *render(struct sdeistop_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	sdeistop_report_json(report, false, out);
	fclose(out);
	return text;
}

/* NULL if there is no report */
static char *report_fd(int fd)
{
	struct sdeistop_report *report;
	struct sdeistop_error error = { 0 };
	char *text;

	if (sdeistop_report_fd(fd, "fuzz", &report, &error)) {
		if (!error.code || !error.text[0])
			abort();
		return NULL;
	}
	text = render(report);
	consume(report);
	return text;
}

static char *through_pipe(const uint8_t *file, size_t size)
{
	int fds[2];
	char *text;

	/* it holds 64 KiB, more than an input has */
	if (pipe(fds) || write(fds[1], file, size) != (ssize_t)size)
		abort();
	close(fds[1]);
	text = report_fd(fds[0]);
	close(fds[0]);
	return text;
}

static char *as_file(const uint8_t *file, size_t size)
{
	int fd = memfd_create("vmcore", MFD_CLOEXEC);
	char *text;

	if (fd < 0 || write(fd, file, size) != (ssize_t)size)
		abort();
	text = report_fd(fd);
	close(fd);
	return text;
}

/* True if no record is past what is kept of a stream */
static bool all_kept(const uint8_t *record, size_t size)
{
	while (size >= 16) {
		uint64_t offset = sdeistop_get64(record, true);
		uint64_t bytes = sdeistop_get64(record + 8, true);

		if (offset > SDEISTOP_STREAM_KEPT || bytes > SDEISTOP_STREAM_KEPT - offset)
			return offset == UINT64_MAX || bytes > INT64_MAX || offset > INT64_MAX;
		if (bytes > size - 16)
			break;
		record += 16 + bytes;
		size -= 16 + bytes;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t header[HEADER_BYTES] = {
		"makedumpfile\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1",
	};
	sdeistop_autofree uint8_t *file = NULL;
	sdeistop_autofree char *one = NULL, *other = NULL;

	if (!size || size > 60000 - HEADER_BYTES)
		return 0;
	file = malloc(HEADER_BYTES + size - 1);
	if (!file)
		return 0;
	memcpy(file, header, HEADER_BYTES);
	memcpy(file + HEADER_BYTES, data + 1, size - 1);
	size += HEADER_BYTES - 1;

	one = as_file(file, size);
	if (!(data[0] & 1))
		return 0;
	other = through_pipe(file, size);
	if (all_kept(file + HEADER_BYTES, size - HEADER_BYTES) &&
	    (!one != !other || (one && strcmp(one, other))))
		abort();
	return 0;
}
