// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the memory of the dump has of each CPU: its crash_notes buffer, which the
 * notes of the file are a copy of, and its cpustop_state. Found through symbols
 * alone, so that it works in minimal mode and without debuginfo of these.
 */
#include "ext.h"

/* A buffer has two notes; what VMCOREINFO tells is not taken for more than this */
enum { DEFAULT_BUFFER = 512, MAX_BUFFER = 4096 };

struct places {
	ulong notes;		/* of CPU 0, before its offset is added */
	ulong state;		/* 0: this kernel has none */
	ulong *offset;		/* of each CPU's per-CPU area, 0 none */
	unsigned int nr_offsets;
	size_t size;		/* of a buffer */
};

static void ask_vmcoreinfo(void *arg)
{
	*(char **)arg = pc->read_vmcoreinfo("NUMBER(CRASH_NOTES_BYTES)");
}

static size_t buffer_size(void)
{
	unsigned long size;
	char *text = NULL;

	if (pc->read_vmcoreinfo)
		guarded(ask_vmcoreinfo, &text, NULL);
	size = text ? strtoul(text, NULL, 10) : 0;

	free(text);
	if (!size && VALID_SIZE(note_buf))
		size = SIZE(note_buf);
	return size && size <= MAX_BUFFER ? size : DEFAULT_BUFFER;
}

static ulong symbol_address(char *name)
{
	struct syment *sp = symbol_search(name);

	return sp ? sp->value : 0;
}

/* The array ends where the next symbol begins: its length needs no debuginfo.
 * NULL, or why there are none. */
static const char *read_offsets(unsigned int limit, struct places *ret)
{
	struct syment *sp = symbol_search("__per_cpu_offset"), *next;
	ulong length;

	if (!sp)
		return "this kernel has no __per_cpu_offset";
	next = next_symbol(NULL, sp);
	length = next && next->value > sp->value ? (next->value - sp->value) / sizeof(ulong) : 0;
	ret->nr_offsets = length < limit ? length : limit;
	ret->offset = calloc(ret->nr_offsets ? ret->nr_offsets : 1, sizeof(*ret->offset));
	if (!ret->offset)
		return "out of memory";
	if (!read_memory(sp->value, ret->offset, ret->nr_offsets * sizeof(*ret->offset)))
		return "the dump lacks __per_cpu_offset";
	return NULL;
}

/* NULL, or why there are none: a clause */
static const char *find_places(unsigned int limit, struct places *ret)
{
	ulong pointer = symbol_address("crash_notes");
	struct syment *state = per_cpu_symbol_search("cpustop_state");

	if (!pointer)
		return "this kernel has no crash_notes";
	if (!read_memory(pointer, &ret->notes, sizeof(ret->notes)))
		return "the dump lacks the pointer to crash_notes";
	if (!ret->notes)
		return "crash_notes were never allocated";
	ret->state = state ? state->value : 0;
	ret->size = buffer_size();
	return read_offsets(limit, ret);
}

static void read_cpu(const struct places *places, unsigned int cpu, unsigned char *storage,
		     struct sdeistop_buffer *ret)
{
	ulong offset = cpu < places->nr_offsets ? places->offset[cpu] : 0;

	ret->cpu = cpu;
	ret->size = places->size;
	if (!offset)
		return;
	if (read_memory(places->notes + offset, storage, places->size))
		ret->data = storage;
	ret->has_state = places->state &&
			 read_memory(places->state + offset, &ret->state, sizeof(ret->state));
}

/* NULL, or why there are none */
static const char *read_cpus(const struct sdeistop_report *report, const struct places *places,
			     unsigned int limit, struct memory *ret)
{
	unsigned int cpu, nr = cpus_count(report);

	ret->buffer = calloc(nr, sizeof(*ret->buffer));
	ret->storage = calloc(nr, places->size);
	if (!ret->buffer || !ret->storage)
		return "out of memory";
	for (cpu = 0; cpu < limit; cpu++) {
		if (!cpus_possible(report, cpu))
			continue;
		read_cpu(places, cpu, ret->storage + ret->nr * places->size,
			 &ret->buffer[ret->nr]);
		ret->nr++;
	}
	return NULL;
}

/* With interrupts held */
void memory_open(const struct sdeistop_report *report, struct memory *ret)
{
	unsigned int limit = cpus_limit(report);
	struct places places = { .offset = NULL };

	memset(ret, 0, sizeof(*ret));
	ret->why_not = limit ? find_places(limit, &places) : "no CPU is known here";
	if (!ret->why_not)
		ret->why_not = read_cpus(report, &places, limit, ret);
	free(places.offset);
}

void memory_close(struct memory *memory)
{
	free(memory->buffer);
	free(memory->storage);
	memset(memory, 0, sizeof(*memory));
}
