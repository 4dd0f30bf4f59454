// SPDX-License-Identifier: GPL-2.0-or-later
/* From a path to a report: which format it is, its notes, and their report. */

#include "format.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void sdeistop_vmcore_deinit(struct sdeistop_vmcore *vmcore)
{
	for (size_t i = 0; i < vmcore->nr_segments; i++)
		free((void *)(uintptr_t)vmcore->segment[i].data);	/* const for who reads */
	free(vmcore->segment);
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
	uint64_t has = sdeistop_file_has(file, offset, size);
	struct sdeistop_segment segment = { .claimed = size, .offset = offset };
	void *data;
	int status;

	if (!has || vmcore->source.notes_overlap)
		return 0;
	if (has > file->size - vmcore->nr_bytes) {
		/* together more bytes than there are: some are in two segments */
		vmcore->source.notes_overlap = true;
		vmcore->source.overlap_offset = offset;
		return 0;
	}
	if (has > SDEISTOP_NOTES_MAX - vmcore->nr_bytes)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, (int64_t)offset,
				     "more than %u MiB of notes", SDEISTOP_NOTES_MAX >> 20);

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

/* makedumpfile's format for pipes: "makedumpfile", padded with zeros to 16 */
static bool is_flattened(const uint8_t *head, size_t size)
{
	static const uint8_t magic[16] = "makedumpfile";

	return size >= sizeof(magic) && !memcmp(head, magic, sizeof(magic));
}

static const struct sdeistop_format *find_format(const uint8_t *head, size_t size,
						 struct sdeistop_error *error)
{
	static const struct sdeistop_format *const formats[] = {
		&sdeistop_format_elf, &sdeistop_format_kdump,
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (formats[i]->probe(head, size))
			return formats[i];
	if (is_flattened(head, size))
		sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, 0,
			      "flattened makedumpfile output is not read yet: rearrange it with makedumpfile -R");
	else if (!size)
		sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, 0, "is empty, expected a vmcore");
	else
		sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, 0,
			      "is no vmcore: neither ELF nor KDUMP at byte 0");
	return NULL;
}

static int read_vmcore(const struct sdeistop_file *file, struct sdeistop_vmcore *ret,
		       struct sdeistop_error *error)
{
	size_t size = (size_t)sdeistop_file_has(file, 0, SDEISTOP_HEAD_BYTES);
	uint8_t head[SDEISTOP_HEAD_BYTES];
	const struct sdeistop_format *format;
	int status;

	status = sdeistop_file_read(file, 0, head, size, error);
	if (status)
		return status;
	format = find_format(head, size, error);
	if (!format)
		return (int)error->code;
	return format->read(file, head, size, ret, error);
}

int sdeistop_report_file(const char *path, struct sdeistop_report **ret,
			 struct sdeistop_error *error)
{
	struct sdeistop_vmcore vmcore = { .source.file = path };
	struct sdeistop_file file;
	int status;

	status = sdeistop_file_open(path, &file, error);
	if (status)
		return status;
	status = read_vmcore(&file, &vmcore, error);
	if (!status) {
		vmcore.source.notes_missing = !vmcore.nr_segments;
		status = sdeistop_report_build_segments(vmcore.segment, vmcore.nr_segments,
							&vmcore.source, ret, error);
	}
	sdeistop_vmcore_deinit(&vmcore);
	sdeistop_file_close(&file);
	return status;
}
