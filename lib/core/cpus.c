// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From notes to one entry a CPU: which records count, and whose registers are
 * whose. A record owns the NT_PRSTATUS right before it or none at all.
 */

#include "internal.h"

#include <string.h>

#define NT_PRSTATUS_TYPE	1

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
static void take_regs(const struct place *place, const struct sdeistop_note *before,
		      struct sdeistop_cpu *cpu)
{
	uint32_t pid;

	if (!(cpu->note.flags & CPUSTOP_F_REGS) || !before)
		return;
	if (!sdeistop_prstatus_is_arm64(place->builder->report->source.machine) ||
	    !sdeistop_prstatus_decode(before->desc, before->descsz, place->big_endian,
				      &pid, &cpu->regs))
		return;
	if (pid == cpu->note.pid) {
		cpu->has_regs = true;
		return;
	}
	/* Somebody's registers: nobody's that can be named */
	memset(&cpu->regs, 0, sizeof(cpu->regs));
	place->builder->contradiction = true;
	sdeistop_problem_add(place->builder, SDEISTOP_P_RECORD_CONTRADICTION, cpu->note.cpu,
			     "CPU %u: record of pid %u after an NT_PRSTATUS of pid %u",
			     cpu->note.cpu, cpu->note.pid, pid);
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
	entry->cpu.note = record;
	entry->desc = note->desc;
	entry->descsz = note->descsz;
	entry->order = ret->nr++;
	take_regs(place, before, &entry->cpu);
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
		if (sdeistop_note_is(&note, "CORE", NT_PRSTATUS_TYPE)) {
			report->nr_prstatus++;
			prstatus = note;
			before = &prstatus;
			continue;
		}
		if (sdeistop_note_is(&note, CPUSTOP_NOTE_NAME, CPUSTOP_NOTE_TYPE))
			take_record(&place, &note, note.adjacent ? before : NULL, ret);
		else if (sdeistop_note_is(&note, "VMCOREINFO", 0))
			sdeistop_vmcoreinfo_read(report, note.desc, note.descsz);
		before = NULL;
	}
	finish(&place, step, walk.pos);
}

static int compare(const void *a, const void *b)
{
	const struct sdeistop_candidate *one = a, *other = b;

	if (one->cpu.note.cpu != other->cpu.note.cpu)
		return one->cpu.note.cpu < other->cpu.note.cpu ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void contradiction(struct sdeistop_builder *builder, uint32_t cpu, const char *what)
{
	builder->contradiction = true;
	sdeistop_problem_add(builder, SDEISTOP_P_RECORD_CONTRADICTION, cpu,
			     "CPU %u has two records with different %s", cpu, what);
}

/* @second is of the same CPU as @first, which stays. */
static void merge_one(struct sdeistop_builder *builder, struct sdeistop_cpu *first,
		      const struct sdeistop_candidate *kept,
		      const struct sdeistop_candidate *second)
{
	const uint32_t cpu = first->note.cpu;

	if (kept->descsz != second->descsz || memcmp(kept->desc, second->desc, kept->descsz)) {
		contradiction(builder, cpu, "contents");
		return;
	}
	sdeistop_problem_add(builder, SDEISTOP_P_RECORD_DUPLICATE, cpu,
			     "CPU %u has the same record twice", cpu);
	if (!second->cpu.has_regs)
		return;
	if (!first->has_regs) {
		first->regs = second->cpu.regs;
		first->has_regs = true;
	} else if (memcmp(&first->regs, &second->cpu.regs, sizeof(first->regs))) {
		contradiction(builder, cpu, "registers");
	}
}

void sdeistop_candidates_merge(struct sdeistop_builder *builder, struct sdeistop_candidates *from)
{
	struct sdeistop_report *report = builder->report;
	const struct sdeistop_candidate *kept = NULL;

	if (from->nr)
		qsort(from->entry, from->nr, sizeof(*from->entry), compare);
	for (size_t i = 0; i < from->nr; i++) {
		const struct sdeistop_candidate *entry = &from->entry[i];

		if (kept && kept->cpu.note.cpu == entry->cpu.note.cpu) {
			merge_one(builder, &report->cpu[report->nr_cpu - 1], kept, entry);
		} else {
			report->cpu[report->nr_cpu++] = entry->cpu;
			kept = entry;
		}
	}
}
