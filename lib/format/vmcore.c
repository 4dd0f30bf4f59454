// SPDX-License-Identifier: GPL-2.0-or-later
/* From a path to a report: which format it is, its notes, and their report. */

#include "format.h"
#include "flattened.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void sdeistop_vmcore_deinit(struct sdeistop_vmcore *vmcore)
{
	for (size_t i = 0; i < vmcore->nr_segments; i++)
		free((void *)(uintptr_t)vmcore->segment[i].data);	/* const for who reads */
	free(vmcore->segment);
	free(vmcore->vmcoreinfo);
	free(vmcore->loads.load);
}

static int add_segment(struct sdeistop_vmcore *vmcore, const struct sdeistop_segment *segment)
{
	struct sdeistop_segment *grown;

	/* the room doubles at powers of two */
	if (!(vmcore->nr_segments & (vmcore->nr_segments - 1))) {
		size_t room = vmcore->nr_segments ? vmcore->nr_segments * 2 : 1;

		grown = reallocarray(vmcore->segment, room, sizeof(*grown));
		if (!grown)
			return SDEISTOP_ERR_NO_MEMORY;
		vmcore->segment = grown;
	}
	vmcore->segment[vmcore->nr_segments++] = *segment;
	return 0;
}

int sdeistop_vmcore_add_notes(struct sdeistop_vmcore *vmcore, const struct sdeistop_file *file,
			      uint64_t offset, uint64_t size, struct sdeistop_error *error)
{
	const uint64_t has = sdeistop_file_has(file, offset, size);
	struct sdeistop_segment segment = { .claimed = size, .offset = offset };
	void *data;
	int status;

	if (vmcore->source.notes_overlap)
		return 0;
	status = sdeistop_vmcore_must_keep(file, offset, size, "the notes", error);
	if (status || !has)
		return status;
	if (has > file->bytes - vmcore->nr_bytes) {
		/* together more bytes than there are: some are in two segments */
		vmcore->source.notes_overlap = true;
		vmcore->source.overlap_offset = offset;
		return 0;
	}
	if (has > SDEISTOP_NOTES_MAX - vmcore->nr_bytes)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, (int64_t)offset,
				     "notes at byte %llu: more than the %u MiB that are read",
				     (unsigned long long)offset, SDEISTOP_NOTES_MAX >> 20);

	data = malloc((size_t)has);
	if (!data)
		return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
	status = sdeistop_file_read(file, offset, data, (size_t)has, error);
	if (status)
		goto out;
	segment.data = data;
	segment.size = (size_t)has;
	status = add_segment(vmcore, &segment);
	if (status) {
		sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
		goto out;
	}
	vmcore->nr_bytes += (size_t)has;
	return 0;
out:
	free(data);
	return status;
}

void sdeistop_vmcore_cut(struct sdeistop_vmcore *vmcore, const char *format, ...)
{
	struct sdeistop_source *source = &vmcore->source;
	va_list args;

	if (source->truncated)
		return;
	source->truncated = true;
	va_start(args, format);
	vsnprintf(source->detail, sizeof(source->detail), format, args);
	va_end(args);
}

bool sdeistop_vmcore_past_end(struct sdeistop_vmcore *vmcore, const struct sdeistop_file *file,
			      uint64_t end, const char *what)
{
	const unsigned long long size = file->size;

	if (end <= file->size)
		return false;
	if (end == UINT64_MAX)
		sdeistop_vmcore_cut(vmcore, "%s would end past any file, this one at byte %llu",
				    what, size);
	else
		sdeistop_vmcore_cut(vmcore, "%s would end at byte %llu, the file ends at %llu",
				    what, (unsigned long long)end, size);
	return true;
}

bool sdeistop_vmcore_lacks(struct sdeistop_vmcore *vmcore, const struct sdeistop_file *file,
			   uint64_t offset, uint64_t size, const char *what)
{
	uint64_t has;

	if (sdeistop_vmcore_past_end(vmcore, file, sdeistop_end(offset, size), what))
		return true;
	if (!sdeistop_file_keeps(file, offset + size))
		return false;
	has = sdeistop_file_has(file, offset, size);
	if (has < size)
		sdeistop_vmcore_cut(vmcore, "no record has byte %llu of the dump, in %s",
				    (unsigned long long)(offset + has), what);
	return has < size;
}

int sdeistop_vmcore_must_keep(const struct sdeistop_file *file, uint64_t offset, uint64_t size,
			      const char *what, struct sdeistop_error *error)
{
	const uint64_t end = sdeistop_end(offset, size);

	if (end > file->size || sdeistop_file_keeps(file, end))
		return 0;
	return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, (int64_t)offset,
			     "of a stream %u bytes are kept, and %s would be read up to byte %llu: save it to a file",
			     SDEISTOP_STREAM_KEPT, what, (unsigned long long)end);
}

/* NULL, and @error says why */
static const struct sdeistop_format *find_format(const uint8_t *head, size_t size,
						 struct sdeistop_error *error)
{
	static const struct sdeistop_format *const formats[] = {
		&sdeistop_format_elf, &sdeistop_format_kdump,
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (formats[i]->probe(head, size))
			return formats[i];
	if (!size)
		sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, 0, "is empty, expected a vmcore");
	else
		sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, 0,
			      "is no vmcore: at byte 0 neither ELF nor KDUMP nor makedumpfile's signature");
	return NULL;
}

/* The dump in a flattened file, whose first bytes then become @head */
static int open_flattened(struct sdeistop_file *file, uint8_t *head, size_t *size,
			  struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	int status;

	status = sdeistop_flattened_open(file, head, *size, ret, error);
	if (status)
		return status;
	*size = (size_t)sdeistop_file_has(file, 0, SDEISTOP_HEAD_BYTES);
	if (!*size)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, -1,
				     "is no vmcore: flattened, and no record has byte 0 of the dump");
	return sdeistop_file_read(file, 0, head, *size, error);
}

static int read_head(const struct sdeistop_file *file, uint8_t *head, size_t *size,
		     struct sdeistop_error *error)
{
	int status;

	if (!file->stream) {
		*size = (size_t)sdeistop_file_has(file, 0, SDEISTOP_HEAD_BYTES);
		return sdeistop_file_read(file, 0, head, *size, error);
	}
	status = sdeistop_stream_read(file, head, SDEISTOP_HEAD_BYTES, size, error);
	if (!status && *size && !sdeistop_flattened_probe(head, *size))
		status = sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, 0,
				       "is no flattened vmcore, and from a pipe no other can be read");
	return status;
}

static int read_vmcore(struct sdeistop_file *file, struct sdeistop_vmcore *ret,
		       struct sdeistop_error *error)
{
	const struct sdeistop_format *format;
	uint8_t head[SDEISTOP_HEAD_BYTES];
	bool flattened;
	size_t size;
	int status;

	status = read_head(file, head, &size, error);
	if (status)
		return status;
	flattened = sdeistop_flattened_probe(head, size);
	if (flattened) {
		status = open_flattened(file, head, &size, ret, error);
		if (status)
			return status;
	}
	format = find_format(head, size, error);
	if (!format)
		return (int)error->code;
	ret->source.format = flattened ? "flattened" : format->name;
	return format->read(file, head, size, ret, error);
}

int sdeistop_vmcore_open(const char *path, struct sdeistop_file *file,
			 struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	int status;

	status = sdeistop_file_open(path, file, error);
	if (!status)
		status = read_vmcore(file, ret, error);
	return status;
}

int sdeistop_vmcore_read(const char *path, struct sdeistop_vmcore *ret,
			 struct sdeistop_error *error)
{
	struct sdeistop_file file;
	int status;

	status = sdeistop_vmcore_open(path, &file, ret, error);
	sdeistop_file_close(&file);
	return status;
}

int sdeistop_vmcore_report(struct sdeistop_vmcore *vmcore, struct sdeistop_report **ret,
			   struct sdeistop_error *error)
{
	vmcore->source.notes_missing = !vmcore->nr_segments;
	return sdeistop_report_build_segments(vmcore->segment, vmcore->nr_segments,
					      &vmcore->source, ret, error);
}

int sdeistop_report_file(const char *path, struct sdeistop_report **ret,
			 struct sdeistop_error *error)
{
	return sdeistop_report_parts(&path, 1, ret, error);
}

int sdeistop_report_fd(int fd, const char *name, struct sdeistop_report **ret,
		       struct sdeistop_error *error)
{
	struct sdeistop_vmcore vmcore = { .source.file = name };
	struct sdeistop_file file;
	int status;

	status = sdeistop_file_borrow(fd, &file, error);
	if (!status)
		status = read_vmcore(&file, &vmcore, error);
	sdeistop_file_close(&file);
	if (!status)
		status = sdeistop_vmcore_report(&vmcore, ret, error);
	sdeistop_vmcore_deinit(&vmcore);
	return status;
}

int sdeistop_probe(const char *path, struct sdeistop_probe *ret, struct sdeistop_error *error)
{
	const struct sdeistop_format *format;
	uint8_t head[SDEISTOP_HEAD_BYTES];
	struct sdeistop_error none;
	struct sdeistop_file file;
	size_t size = 0;
	int status;

	*ret = (struct sdeistop_probe) { 0 };
	status = sdeistop_file_open(path, &file, error);
	if (!status)
		status = read_head(&file, head, &size, error);
	format = status ? NULL : find_format(head, size, &none);
	if (format) {
		ret->format = format->name;
		if (format->split)
			format->split(&file, head, size, &ret->split);
	} else if (!status && sdeistop_flattened_probe(head, size)) {
		ret->format = "flattened";
	}
	sdeistop_file_close(&file);
	return status;
}
