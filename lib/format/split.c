// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts of a dump that makedumpfile --split wrote, as one vmcore. */

#include "format.h"

#include <stdlib.h>
#include <string.h>

/* Which frames a part has */
struct range {
	uint64_t first, end;
};

static int compare(const void *a, const void *b)
{
	const struct range *one = a, *other = b;

	return (one->first > other->first) - (one->first < other->first);
}

static void tell_missing(struct sdeistop_source *source, uint64_t first, uint64_t end)
{
	if (source->parts_missing[0])
		return;
	snprintf(source->parts_missing, sizeof(source->parts_missing),
		 "page frames 0x%llx to 0x%llx of 0x%llx are in other parts of this split dump",
		 (unsigned long long)first, (unsigned long long)end - 1,
		 (unsigned long long)source->split.frames);
}

/* Sorts @range. Frames of no part go to @source, the first of them. */
static void find_missing(struct range *range, size_t nr, struct sdeistop_source *source)
{
	uint64_t next = 0;

	qsort(range, nr, sizeof(*range), compare);
	for (size_t i = 0; i < nr; i++) {
		if (range[i].first > next)
			tell_missing(source, next, range[i].first);
		if (range[i].end > next)
			next = range[i].end;
	}
	if (next < source->split.frames)
		tell_missing(source, next, source->split.frames);
}

static bool whole_notes(const struct sdeistop_vmcore *vmcore)
{
	for (size_t i = 0; i < vmcore->nr_segments; i++)
		if (vmcore->segment[i].size < vmcore->segment[i].claimed)
			return false;
	return vmcore->nr_segments;
}

static bool same_notes(const struct sdeistop_vmcore *one, const struct sdeistop_vmcore *other)
{
	if (one->nr_segments != other->nr_segments)
		return false;
	for (size_t i = 0; i < one->nr_segments; i++)
		if (one->segment[i].size != other->segment[i].size ||
		    memcmp(one->segment[i].data, other->segment[i].data, one->segment[i].size))
			return false;
	return true;
}

static void tell_cut(struct sdeistop_source *source, const struct sdeistop_vmcore *part,
		     size_t index)
{
	snprintf(source->detail, sizeof(source->detail), "part %zu: %.100s", index + 1,
		 part->source.detail);
}

/* The first of @nr parts */
static void begin(struct sdeistop_vmcore *whole, struct sdeistop_vmcore *part, size_t nr)
{
	*whole = *part;
	if (part->source.truncated && nr > 1)
		tell_cut(&whole->source, part, 0);
	*part = (struct sdeistop_vmcore) { 0 };
}

/* What @part lacks, the dump lacks; its notes are a copy of those in the others,
 * and the first whole copy is the one to read. */
static void merge(struct sdeistop_vmcore *whole, struct sdeistop_vmcore *part, size_t index)
{
	struct sdeistop_source source = whole->source;

	if (!source.truncated && part->source.truncated) {
		source.truncated = true;
		tell_cut(&source, part, index);
	}
	source.incomplete_flag |= part->source.incomplete_flag;

	if (whole_notes(whole) && whole_notes(part)) {
		source.parts_differ |= !same_notes(whole, part);
	} else if (whole_notes(part)) {
		struct sdeistop_vmcore swap = *whole;

		*whole = *part;
		*part = swap;
		source.vmcoreinfo = whole->source.vmcoreinfo;
		source.vmcoreinfo_size = whole->source.vmcoreinfo_size;
	}
	whole->source = source;
}

static int read_part(const char *path, const struct sdeistop_vmcore *first,
		     struct sdeistop_vmcore *part, struct sdeistop_error *error)
{
	int status;

	status = sdeistop_vmcore_read(path, part, error);
	if (status || !first)
		return status;
	if (!part->source.split.is_part || !first->source.split.is_part ||
	    part->source.split.set != first->source.split.set)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, -1,
				     "is no part of the split dump that the first is one of");
	return 0;
}

/* Which of several @error is about */
static int tell_part(struct sdeistop_error *error, size_t index)
{
	const struct sdeistop_error of_part = *error;

	return sdeistop_fail(error, of_part.code, of_part.offset, "part %zu: %.200s", index + 1,
			     of_part.text);
}

static int read_parts(const char *const path[], size_t nr, struct range *range,
		      struct sdeistop_vmcore *whole, struct sdeistop_error *error)
{
	for (size_t i = 0; i < nr; i++) {
		struct sdeistop_vmcore part = { .source.file = path[0] };
		int status;

		status = read_part(path[i], i ? whole : NULL, &part, error);
		if (!status) {
			range[i] = (struct range) {
				part.source.split.first, part.source.split.end,
			};
			if (i)
				merge(whole, &part, i);
			else
				begin(whole, &part, nr);
		}
		sdeistop_vmcore_deinit(&part);
		if (status)
			return nr > 1 ? tell_part(error, i) : status;
	}
	return 0;
}

int sdeistop_vmcore_read_parts(const char *const path[], size_t nr, struct sdeistop_vmcore *ret,
			       struct sdeistop_error *error)
{
	struct range *range = calloc(nr + !nr, sizeof(*range));
	int status;

	if (!range)
		return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
	status = read_parts(path, nr, range, ret, error);
	if (!status && ret->source.split.is_part) {
		ret->source.nr_parts = (unsigned int)nr;
		find_missing(range, nr, &ret->source);
	}
	free(range);
	return status;
}

int sdeistop_report_parts(const char *const path[], size_t nr, struct sdeistop_report **ret,
			  struct sdeistop_error *error)
{
	struct sdeistop_vmcore vmcore = { 0 };
	int status;

	status = sdeistop_vmcore_read_parts(path, nr, &vmcore, error);
	if (!status)
		status = sdeistop_vmcore_report(&vmcore, ret, error);
	sdeistop_vmcore_deinit(&vmcore);
	return status;
}
