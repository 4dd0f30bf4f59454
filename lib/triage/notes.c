// SPDX-License-Identifier: GPL-2.0-or-later
/* The notes of the dump as they go into the file, and the one that says what it is. */

#include "internal.h"

#include <stdarg.h>
#include <string.h>

#define NHDR_BYTES	12
#define NOTE_OWNER	"CPUSTOP"
#define NOTE_HEADER	(NHDR_BYTES + sizeof(NOTE_OWNER))

/* Of drivers, of any size, and not about CPUs: NT_VMCOREDD of the kernel */
#define NT_DEVICE_DUMP	0x700

static bool is_device_dump(const struct sdeistop_note *note)
{
	return sdeistop_note_is(note, "LINUX", NT_DEVICE_DUMP);
}

static bool is_own(const struct sdeistop_note *note)
{
	return sdeistop_note_is(note, NOTE_OWNER, SDEISTOP_NT_TRIAGE);
}

static size_t total(const struct sdeistop_triage_input *input)
{
	size_t size = 0;

	for (size_t i = 0; i < input->nr_segments; i++)
		size += input->segment[i].size + NHDR_BYTES + 4;
	return size;
}

/* What stood between two notes is gone, or they are of two segments: a header of zeros
 * is padding, over which no registers belong to the record after them. A note that has
 * no owner is no record, and at @next would be taken for more of that padding. */
static void separate(struct sdeistop_triage *triage, const uint8_t *next, size_t size)
{
	static const uint8_t none[4];
	const bool nameless = size >= sizeof(none) && !memcmp(next, none, sizeof(none));

	if (triage->separate && triage->notes_bytes && !nameless) {
		memset(triage->notes + triage->notes_bytes, 0, NHDR_BYTES);
		triage->notes_bytes += NHDR_BYTES;
	}
	triage->separate = false;
}

/* Bytes @from to @to of the segment */
static void copy(struct sdeistop_triage *triage, const struct sdeistop_segment *segment,
		 size_t from, size_t to)
{
	const uint8_t *bytes = segment->data;

	if (to == from)
		return;
	separate(triage, bytes + from, to - from);
	memcpy(triage->notes + triage->notes_bytes, bytes + from, to - from);
	triage->notes_bytes += to - from;
}

/* All but device dumps and what an earlier run said of itself. What is broken stays so;
 * of a note that the file cuts off nothing is left. */
static void copy_segment(struct sdeistop_triage *triage, const struct sdeistop_segment *segment)
{
	enum sdeistop_step step;
	struct sdeistop_walk walk;
	struct sdeistop_note note;
	size_t done = 0, end = 0;

	sdeistop_walk_init(&walk, segment, triage->mmu.big_endian);
	while ((step = sdeistop_walk_next(&walk, &note)) == SDEISTOP_STEP_NOTE) {
		if (is_device_dump(&note) || is_own(&note)) {
			copy(triage, segment, done, end);
			triage->separate = true;
			done = walk.pos;
			triage->left_out_notes += is_device_dump(&note);
		}
		end = walk.pos;
	}
	/* without padding at its end, which would take zeros after it along */
	copy(triage, segment, done, step == SDEISTOP_STEP_BROKEN ? segment->size : end);
	while (triage->notes_bytes % 4)
		triage->notes[triage->notes_bytes++] = 0;
	triage->separate = true;
}

static bool is_broken(const struct sdeistop_triage *triage, const struct sdeistop_segment *segment)
{
	enum sdeistop_step step;
	struct sdeistop_walk walk;
	struct sdeistop_note note;

	sdeistop_walk_init(&walk, segment, triage->mmu.big_endian);
	do {
		step = sdeistop_walk_next(&walk, &note);
	} while (step == SDEISTOP_STEP_NOTE);
	return step == SDEISTOP_STEP_BROKEN;
}

/* Broken ones last, after our own: nobody finds what comes after them. */
static void copy_segments(struct sdeistop_triage *triage)
{
	const struct sdeistop_triage_input *input = &triage->input;

	for (size_t i = 0; i < input->nr_segments; i++)
		if (!is_broken(triage, &input->segment[i]))
			copy_segment(triage, &input->segment[i]);
	triage->sound_bytes = triage->notes_bytes;
	for (size_t i = 0; i < input->nr_segments; i++)
		if (is_broken(triage, &input->segment[i]))
			copy_segment(triage, &input->segment[i]);
}

static bool find_vmcoreinfo(const struct sdeistop_triage *triage, const uint8_t **text,
			    size_t *size)
{
	const struct sdeistop_segment all = {
		triage->notes, triage->notes_bytes, triage->notes_bytes, 0,
	};
	struct sdeistop_walk walk;
	struct sdeistop_note note;

	sdeistop_walk_init(&walk, &all, triage->mmu.big_endian);
	while (sdeistop_walk_next(&walk, &note) == SDEISTOP_STEP_NOTE) {
		if (!sdeistop_note_is(&note, "VMCOREINFO", 0))
			continue;
		*text = note.desc;
		*size = note.descsz;
		return true;
	}
	return false;
}

int triage_notes_read(struct sdeistop_triage *triage, const uint8_t **vmcoreinfo, size_t *size,
		      struct sdeistop_error *error)
{
	const struct sdeistop_triage_input *input = &triage->input;

	*vmcoreinfo = NULL;
	*size = 0;
	triage->notes = calloc(1, total(input) + TRIAGE_NOTE_BYTES);
	if (!triage->notes)
		return sdeistop_no_memory(error);
	copy_segments(triage);
	find_vmcoreinfo(triage, vmcoreinfo, size);
	return 0;
}

/* ----------------------------------------------------------------- our own */

struct text {
	char *to;
	size_t room, length;
};

sdeistop_printf(2, 3)
static void add(struct text *text, const char *format, ...)
{
	const size_t left = text->room - text->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text->to + text->length, left, format, args);
	va_end(args);
	if (length > 0)
		text->length += (size_t)length < left ? (size_t)length : left - 1;
}

static void put32(uint8_t *to, uint32_t value, bool big)
{
	for (unsigned int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (big ? 24 - 8 * i : 8 * i));
}

/* What of it all is here, and what is not: a line each */
static void describe(const struct sdeistop_triage *triage, struct text *text)
{
	add(text, "sdeistop triage dump: contexts of CPUs, not the whole memory\n");
	add(text, "VERDICT=%s\n", sdeistop_verdict_name(triage->input.report->verdict));
	add(text, "MAX_SIZE=%llu\n", (unsigned long long)triage->max_size);
	add(text, "CONTEXTS=%zu\n", triage->nr_contexts);
	add(text, "LOG_BYTES=%llu\nLOG_BYTES_KEPT=%llu\n", (unsigned long long)triage->log_bytes,
	    (unsigned long long)triage->log_kept);
	add(text, "DEVICE_DUMPS_LEFT_OUT=%u\n", triage->left_out_notes);
	for (size_t i = 0; triage->info.page_bytes && i < NR_PARTS; i++) {
		const struct sdeistop_triage_part *part = &triage->part[i];

		add(text, "PART(%s)=%u kept, %u left out, %u missing", part->what, part->kept,
		    part->dropped, part->missing);
		if (part->cpus)
			add(text, ", not all of %u CPUs", part->cpus);
		add(text, "\n");
	}
}

void triage_note_write(const struct sdeistop_triage *triage, uint8_t to[TRIAGE_NOTE_BYTES])
{
	struct text text = {
		.to = (char *)to + NOTE_HEADER, .room = TRIAGE_NOTE_BYTES - NOTE_HEADER,
	};
	const bool big = triage->mmu.big_endian;

	memset(to, 0, TRIAGE_NOTE_BYTES);
	put32(to, sizeof(NOTE_OWNER), big);
	put32(to + 4, TRIAGE_NOTE_BYTES - NOTE_HEADER, big);
	put32(to + 8, SDEISTOP_NT_TRIAGE, big);
	memcpy(to + NHDR_BYTES, NOTE_OWNER, sizeof(NOTE_OWNER));
	describe(triage, &text);
}
