// SPDX-License-Identifier: GPL-2.0-or-later
/* A report: made of note segments, and freed. */

#include "internal.h"

#include <string.h>

int sdeistop_no_memory(struct sdeistop_error *error)
{
	*error = (struct sdeistop_error) { .code = SDEISTOP_ERR_NO_MEMORY, .offset = -1 };
	snprintf(error->text, sizeof(error->text), "out of memory");
	return SDEISTOP_ERR_NO_MEMORY;
}

void *sdeistop_grow(void *list, size_t nr, size_t *room, size_t size)
{
	const size_t more = *room ? *room * 2 : 8;
	void *grown;

	if (nr < *room)
		return list;
	grown = reallocarray(list, more, size);
	if (grown)
		*room = more;
	return grown;
}

static void source_problems(struct sdeistop_builder *builder)
{
	const struct sdeistop_source *source = &builder->report->source;

	if (source->truncated)
		sdeistop_problem_add(builder, SDEISTOP_P_FILE_TRUNCATED, -1, "%s", source->detail[0] ?
				     source->detail : "the file ends before its structures do");
	if (source->incomplete_flag)
		sdeistop_problem_add(builder, SDEISTOP_P_FILE_INCOMPLETE_FLAG, -1,
				     "marked INCOMPLETE by what wrote it");
	if (source->parts_missing[0])
		sdeistop_problem_add(builder, SDEISTOP_P_FILE_PARTS_MISSING, -1, "%s",
				     source->parts_missing);
	if (source->parts_differ) {
		builder->contradiction = true;
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_CONTRADICTION, -1,
				     "the parts of this split dump have different notes");
	}
	if (source->notes_missing)
		sdeistop_problem_add(builder, SDEISTOP_P_NOTES_MISSING, -1,
				     "there is no note segment to read");
	if (source->notes_overlap) {
		builder->broken = true;
		sdeistop_problem_add(builder, SDEISTOP_P_NOTES_MALFORMED, -1,
				     "note segments overlap: none is read from the one at byte %llu on",
				     (unsigned long long)source->overlap_offset);
	}
}

/* An upper bound of the valid records, so that they need memory once */
static size_t count_records(const struct sdeistop_segment *segment, size_t nr_segments,
			    bool big_endian)
{
	struct sdeistop_note note;
	struct sdeistop_walk walk;
	size_t nr = 0;

	for (size_t i = 0; i < nr_segments; i++) {
		sdeistop_walk_init(&walk, &segment[i], big_endian);
		while (sdeistop_walk_next(&walk, &note) == SDEISTOP_STEP_NOTE)
			nr += note.descsz >= SDEISTOP_RECORD_BYTES &&
			      sdeistop_note_is(&note, CPUSTOP_NOTE_NAME, CPUSTOP_NOTE_TYPE);
	}
	return nr;
}

static void fill(struct sdeistop_builder *builder, const struct sdeistop_segment *segment,
		 size_t nr_segments)
{
	struct sdeistop_report *report = builder->report;
	sdeistop_autofree struct sdeistop_candidate *entry = NULL;
	struct sdeistop_candidates candidates = { 0 };
	size_t room;

	room = count_records(segment, nr_segments, report->source.big_endian);
	candidates.room = room;
	if (room) {
		entry = calloc(room, sizeof(*entry));
		report->cpu = calloc(room < SDEISTOP_CPU_LIMIT ? room : SDEISTOP_CPU_LIMIT,
				     sizeof(*report->cpu));
		if (!entry || !report->cpu) {
			builder->no_memory = true;
			return;
		}
	}
	candidates.entry = entry;

	source_problems(builder);
	for (size_t i = 0; i < nr_segments; i++)
		sdeistop_candidates_collect(builder, &segment[i], &candidates);
	sdeistop_candidates_merge(builder, &candidates);
	if (!report->has_vmcoreinfo && report->source.vmcoreinfo)
		sdeistop_vmcoreinfo_read(report, report->source.vmcoreinfo,
					 report->source.vmcoreinfo_size);
	report->source.vmcoreinfo = NULL;
	sdeistop_report_judge(builder);
	sdeistop_problems_close(builder);
}

int sdeistop_report_build_segments(const struct sdeistop_segment *segment, size_t nr_segments,
				   const struct sdeistop_source *source,
				   struct sdeistop_report **ret, struct sdeistop_error *error)
{
	struct sdeistop_builder builder = { 0 };

	builder.report = calloc(1, sizeof(*builder.report));
	if (!builder.report)
		goto no_memory;
	builder.report->source = *source;
	builder.report->crash_time = -1;
	memcpy(builder.report->release, source->release, sizeof(source->release));
	builder.report->release[sizeof(source->release) - 1] = '\0';

	fill(&builder, segment, nr_segments);
	if (builder.no_memory)
		goto no_memory;
	*ret = builder.report;
	return 0;

no_memory:
	sdeistop_report_free(builder.report);
	return sdeistop_no_memory(error);
}

int sdeistop_report_build(const void *notes, size_t size, const struct sdeistop_source *source,
			  struct sdeistop_report **ret, struct sdeistop_error *error)
{
	/* How much is cut off is not known here: everything may be. */
	struct sdeistop_segment segment = {
		.data = notes,
		.size = size,
		.claimed = source->truncated ? UINT64_MAX : size,
	};

	return sdeistop_report_build_segments(&segment, 1, source, ret, error);
}

void sdeistop_report_free(struct sdeistop_report *report)
{
	if (!report)
		return;
	free(report->cpu);
	free(report->problem);
	sdeistop_inference_free(report->inference);
	sdeistop_comparison_free(report->comparison);
	free(report);
}

const struct sdeistop_cpu *sdeistop_report_cpu(const struct sdeistop_report *report,
					       unsigned int cpu)
{
	size_t low = 0, high = report->nr_cpu;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (report->cpu[middle].note.cpu == cpu)
			return &report->cpu[middle];
		if (report->cpu[middle].note.cpu < cpu)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
