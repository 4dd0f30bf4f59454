// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From notes to one entry a CPU: which records count, and whose registers are
 * whose. A record owns the NT_PRSTATUS right before it or none at all.
 */

#include "internal.h"

#include <string.h>

struct place {
	struct sdeistop_builder *builder;
	uint64_t segment;	/* its offset in the file */
	bool big_endian;
};

static void bad_record(const struct place *place, const struct sdeistop_note *note,
		       const struct cpustop_note *record, enum sdeistop_record_fault fault)
{
	struct sdeistop_builder *builder = place->builder;
	unsigned long long at = place->segment + note->offset;

	builder->report->nr_bad_records++;
	if (record->cpu >= builder->bad_end)
		builder->bad_end = (uint64_t)record->cpu + 1;
	switch (fault) {
	case SDEISTOP_RECORD_VALID:
		break;
	case SDEISTOP_RECORD_SHORT:
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_BAD_VERSION, -1,
				     "record at byte %llu: %u bytes, expected %u or more",
				     at, note->descsz, SDEISTOP_RECORD_BYTES);
		break;
	case SDEISTOP_RECORD_CRC:
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_BAD_CRC, -1,
				     "record at byte %llu: bad checksum (it says it is CPU %u's)",
				     at, record->cpu);
		break;
	case SDEISTOP_RECORD_VERSION:
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_BAD_VERSION, record->cpu,
				     "record of CPU %u at byte %llu: version %u",
				     record->cpu, at, record->version);
		break;
	case SDEISTOP_RECORD_SIZE:
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_BAD_VERSION, record->cpu,
				     "record of CPU %u at byte %llu: size %u in a note of %u",
				     record->cpu, at, record->size, note->descsz);
		break;
	case SDEISTOP_RECORD_RANGE:
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_OUT_OF_RANGE, record->cpu,
				     "record at byte %llu: CPU %u, method %u or disposition %u is out of range",
				     at, record->cpu, record->method, record->disposition);
		break;
	}
}

/* @before: the NT_PRSTATUS right before the record, NULL if there is none */
static void take_prstatus(const struct place *place, const struct sdeistop_note *before,
			  const struct cpustop_note *record, struct sdeistop_candidate *entry)
{
	uint32_t pid;

	if (!(record->flags & CPUSTOP_F_REGS) || !before)
		return;
	if (!sdeistop_prstatus_is_arm64(place->builder->report->source.machine) ||
	    !sdeistop_prstatus_pid(before->desc, before->descsz, place->big_endian, &pid))
		return;
	if (pid == record->pid) {
		entry->prstatus = before->desc;
		return;
	}
	/* Somebody's registers: nobody's that can be named */
	entry->in_doubt = true;
	place->builder->contradiction = true;
	sdeistop_problem_add(place->builder, SDEISTOP_P_RECORD_CONTRADICTION, record->cpu,
			     "CPU %u: record of pid %u after an NT_PRSTATUS of pid %u",
			     record->cpu, record->pid, pid);
}

static void take_record(const struct place *place, const struct sdeistop_note *note,
			const struct sdeistop_note *before, struct sdeistop_candidates *ret)
{
	enum sdeistop_record_fault fault;
	struct sdeistop_candidate *entry;
	struct cpustop_note record;

	fault = sdeistop_record_decode(note->desc, note->descsz, place->big_endian, &record);
	if (fault != SDEISTOP_RECORD_VALID) {
		bad_record(place, note, &record, fault);
		return;
	}
	if (ret->nr == ret->room)
		return;		/* cannot be: they were counted */

	entry = &ret->entry[ret->nr];
	*entry = (struct sdeistop_candidate) {
		.desc = note->desc, .descsz = note->descsz, .cpu = record.cpu, .order = ret->nr++,
	};
	take_prstatus(place, before, &record, entry);
	if (record.version > CPUSTOP_VERSION)
		place->builder->nr_newer++;
}

static void finish(const struct place *place, enum sdeistop_step step, uint64_t at)
{
	struct sdeistop_source *source = &place->builder->report->source;

	if (step == SDEISTOP_STEP_BROKEN) {
		place->builder->broken = true;
		sdeistop_problem_add(place->builder, SDEISTOP_P_NOTES_MALFORMED, -1,
				     "the note at byte %llu would end past its segment",
				     (unsigned long long)(place->segment + at));
	} else if (step == SDEISTOP_STEP_CUT && !source->truncated) {
		source->truncated = true;
		sdeistop_problem_add(place->builder, SDEISTOP_P_FILE_TRUNCATED, -1,
				     "the file ends inside its note segment");
	}
}

void sdeistop_candidates_collect(struct sdeistop_builder *builder,
				 const struct sdeistop_segment *segment,
				 struct sdeistop_candidates *ret)
{
	struct sdeistop_report *report = builder->report;
	struct place place = { builder, segment->offset, report->source.big_endian };
	struct sdeistop_note note, prstatus;
	const struct sdeistop_note *before = NULL;
	struct sdeistop_walk walk;
	enum sdeistop_step step;

	sdeistop_walk_init(&walk, segment, place.big_endian);
	while ((step = sdeistop_walk_next(&walk, &note)) == SDEISTOP_STEP_NOTE) {
		if (sdeistop_note_is(&note, "CORE", SDEISTOP_NT_PRSTATUS)) {
			report->nr_prstatus++;
			prstatus = note;
			before = &prstatus;
			continue;
		}
		if (sdeistop_note_is(&note, CPUSTOP_NOTE_NAME, CPUSTOP_NOTE_TYPE))
			take_record(&place, &note, note.adjacent ? before : NULL, ret);
		else if (sdeistop_note_is(&note, "VMCOREINFO", 0))
			sdeistop_vmcoreinfo_read(report, note.desc, note.descsz);
		else if (sdeistop_note_is(&note, CPUSTOP_NOTE_NAME, SDEISTOP_NT_TRIAGE))
			report->triage = true;
		before = NULL;
	}
	finish(&place, step, walk.pos);
}

static int compare(const void *a, const void *b)
{
	const struct sdeistop_candidate *one = a, *other = b;

	if (one->cpu != other->cpu)
		return one->cpu < other->cpu ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void take_regs(const struct sdeistop_candidate *entry, bool big_endian,
		      struct sdeistop_cpu *ret)
{
	if (!entry->prstatus)
		return;
	sdeistop_prstatus_regs(entry->prstatus, big_endian, &ret->regs);
	ret->has_regs = true;
}

/* One CPU while its records are put together: the first one is @kept. */
struct merge {
	struct sdeistop_builder *builder;
	const struct sdeistop_candidate *kept;
	struct sdeistop_cpu *cpu;
	bool in_doubt;		/* whose its registers are cannot be told any more */
};

static void first_of_cpu(struct merge *merge, const struct sdeistop_candidate *entry)
{
	struct sdeistop_report *report = merge->builder->report;
	const bool big_endian = report->source.big_endian;

	merge->kept = entry;
	merge->cpu = &report->cpu[report->nr_cpu++];
	merge->in_doubt = entry->in_doubt;
	sdeistop_record_decode(entry->desc, entry->descsz, big_endian, &merge->cpu->note);
	take_regs(entry, big_endian, merge->cpu);
}

static void drop_regs(struct merge *merge)
{
	merge->in_doubt = true;
	merge->cpu->has_regs = false;
	memset(&merge->cpu->regs, 0, sizeof(merge->cpu->regs));
}

static void contradiction(struct merge *merge, const char *what)
{
	const uint32_t cpu = merge->kept->cpu;

	drop_regs(merge);
	merge->builder->contradiction = true;
	sdeistop_problem_add(merge->builder, SDEISTOP_P_RECORD_CONTRADICTION, cpu,
			     "CPU %u has two records with different %s", cpu, what);
}

/* @entry is of the same CPU as @merge->kept, which stays. */
static void next_of_cpu(struct merge *merge, const struct sdeistop_candidate *entry)
{
	const struct sdeistop_candidate *kept = merge->kept;
	const bool big_endian = merge->builder->report->source.big_endian;
	struct sdeistop_cpu other = { 0 };

	if (kept->descsz != entry->descsz || memcmp(kept->desc, entry->desc, kept->descsz)) {
		contradiction(merge, "contents");
		return;
	}
	sdeistop_problem_add(merge->builder, SDEISTOP_P_RECORD_DUPLICATE, kept->cpu,
			     "CPU %u has the same record twice", kept->cpu);
	if (entry->in_doubt)
		drop_regs(merge);
	if (merge->in_doubt)
		return;
	take_regs(entry, big_endian, &other);
	if (!merge->cpu->has_regs)
		take_regs(entry, big_endian, merge->cpu);
	else if (other.has_regs && memcmp(&merge->cpu->regs, &other.regs, sizeof(other.regs)))
		contradiction(merge, "registers");
}

void sdeistop_candidates_merge(struct sdeistop_builder *builder, struct sdeistop_candidates *from)
{
	struct merge merge = { .builder = builder };

	if (from->nr)
		qsort(from->entry, from->nr, sizeof(*from->entry), compare);
	for (size_t i = 0; i < from->nr; i++) {
		const struct sdeistop_candidate *entry = &from->entry[i];

		if (merge.kept && merge.kept->cpu == entry->cpu)
			next_of_cpu(&merge, entry);
		else
			first_of_cpu(&merge, entry);
	}
}
