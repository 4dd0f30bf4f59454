// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The notes of a dump against what it has of the same in memory: each CPU's
 * crash_notes buffer, and the word that says who may write there. The states
 * and who sets them: linux/cpustop.h, and kernel/crash_cpustop.c of the series.
 */

#include "internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* One comparison while it is made */
struct comparer {
	struct sdeistop_report *report;
	struct sdeistop_comparison *comparison;
	size_t room;		/* entries comparison->finding has memory for */
	bool no_memory;		/* sticky: there is no comparison then */
};

void sdeistop_comparison_free(struct sdeistop_comparison *comparison)
{
	if (comparison)
		free(comparison->finding);
	free(comparison);
}

static struct sdeistop_finding *new_finding(struct comparer *c)
{
	struct sdeistop_comparison *comparison = c->comparison;
	struct sdeistop_finding *grown;

	if (comparison->nr_findings == SDEISTOP_FINDING_LIMIT) {
		comparison->nr_not_stored++;
		return NULL;
	}
	grown = sdeistop_grow(comparison->finding, comparison->nr_findings, &c->room,
			      sizeof(*grown));
	if (!grown) {
		c->no_memory = true;
		return NULL;
	}
	comparison->finding = grown;
	return &grown[comparison->nr_findings++];
}

static void sdeistop_printf(4, 5) found(struct comparer *c, enum sdeistop_finding_code code,
					 uint32_t cpu, const char *format, ...)
{
	struct sdeistop_finding *finding;
	va_list args;

	c->comparison->corrupt |= code >= SDEISTOP_F_STATE_CONTRADICTS;
	finding = new_finding(c);
	if (!finding)
		return;
	finding->code = code;
	finding->cpu = cpu;
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
}

/* False if the CPU may have written since the notes were copied: its buffer then
 * says nothing about them. */
static bool compare_state(struct comparer *c, uint32_t cpu, uint32_t state, bool has_record)
{
	switch (state) {
	case CPUSTOP_STATE_CLOSED:
		return true;
	case CPUSTOP_STATE_LATE:
		found(c, SDEISTOP_F_RAN_ON, cpu,
		      "CPU %" PRIu32 " ran on after the verdict about it, and came to its stop later", cpu);
		return true;
	case CPUSTOP_STATE_WRITING:
		found(c, SDEISTOP_F_STILL_WRITING, cpu,
		      "CPU %" PRIu32 " began to write its record and never finished", cpu);
		return false;
	case CPUSTOP_STATE_DONE:
		found(c, SDEISTOP_F_FINISHED_LATE, cpu,
		      "CPU %" PRIu32 " finished its record when nobody waited for it any more", cpu);
		return false;
	case CPUSTOP_STATE_FREE:
	case CPUSTOP_STATE_SIGNALLED:
		if (has_record)
			found(c, SDEISTOP_F_STATE_CONTRADICTS, cpu,
			      "CPU %" PRIu32 " has a record, and its state word says that nobody wrote one",
			      cpu);
		return true;
	default:
		found(c, SDEISTOP_F_STATE_CONTRADICTS, cpu,
		      "CPU %" PRIu32 ": its state word is 0x%" PRIx32 ", which is none", cpu, state);
		return true;
	}
}

static const char *register_name(size_t index, char (*buf)[4])
{
	static const char *const last[] = { "lr", "sp", "pc", "pstate" };

	if (index >= 30)
		return last[index - 30];
	snprintf(*buf, sizeof(*buf), "x%zu", index);
	return *buf;
}

/* Tells the first of them that differs, and how many do */
static void compare_regs(struct comparer *c, const struct sdeistop_cpu *noted,
			 const struct sdeistop_cpu *in_memory)
{
	uint64_t a[sizeof(noted->regs) / 8], b[sizeof(noted->regs) / 8];
	const uint32_t cpu = noted->note.cpu;
	size_t first = 0, nr = 0;
	char name[4];

	if (noted->has_regs != in_memory->has_regs) {
		found(c, SDEISTOP_F_REGISTERS_DIFFER, cpu, "CPU %" PRIu32 " has registers in %s only",
		      cpu, noted->has_regs ? "the notes" : "memory");
		return;
	}
	memcpy(a, &noted->regs, sizeof(a));
	memcpy(b, &in_memory->regs, sizeof(b));
	for (size_t i = sizeof(a) / 8; i-- > 0;) {
		if (a[i] == b[i])
			continue;
		first = i;
		nr++;
	}
	if (nr)
		found(c, SDEISTOP_F_REGISTERS_DIFFER, cpu,
		      "CPU %" PRIu32 ": %zu register%s, the first is %s: 0x%" PRIx64
		      " in the notes, 0x%" PRIx64 " in memory",
		      cpu, nr, nr == 1 ? " differs" : "s differ", register_name(first, &name),
		      a[first], b[first]);
}

/* @read: the report of that CPU's buffer alone */
static void compare_record(struct comparer *c, uint32_t cpu, const struct sdeistop_cpu *noted,
			   const struct sdeistop_report *read)
{
	const struct sdeistop_cpu *in_memory = sdeistop_report_cpu(read, cpu);

	if (read->nr_cpu && (!in_memory || read->nr_cpu > 1)) {
		found(c, SDEISTOP_F_RECORD_OF_ANOTHER, cpu,
		      "the buffer of CPU %" PRIu32 " has the record of CPU %" PRIu32, cpu,
		      read->cpu[read->cpu[0].note.cpu == cpu].note.cpu);
	} else if (noted && !in_memory) {
		found(c, SDEISTOP_F_RECORD_LOST, cpu,
		      "CPU %" PRIu32 " has a record in the notes, and %s in memory", cpu,
		      read->nr_bad_records ? "a damaged one" : "none");
	} else if (!noted && in_memory) {
		found(c, SDEISTOP_F_RECORD_NEW, cpu,
		      "CPU %" PRIu32 " has a record in memory, and no valid one in the notes", cpu);
	} else if (noted) {
		if (memcmp(&noted->note, &in_memory->note, sizeof(noted->note)))
			found(c, SDEISTOP_F_RECORD_DIFFERS, cpu,
			      "CPU %" PRIu32 " has another record in memory than in the notes", cpu);
		compare_regs(c, noted, in_memory);
	}
}

static int compare_buffer(struct comparer *c, const struct sdeistop_buffer *buffer,
			  struct sdeistop_error *error)
{
	const struct sdeistop_cpu *noted = sdeistop_report_cpu(c->report, buffer->cpu);
	const struct sdeistop_source source = {
		.machine = c->report->source.machine, .big_endian = c->report->source.big_endian,
	};
	struct sdeistop_report *read;
	int ret;

	if (buffer->has_state && !compare_state(c, buffer->cpu, buffer->state, noted))
		return SDEISTOP_OK;
	if (!buffer->data || !buffer->has_state)
		c->comparison->nr_unread++;
	if (!buffer->data)
		return SDEISTOP_OK;
	ret = sdeistop_report_build(buffer->data, buffer->size, &source, &read, error);
	if (ret)
		return ret;
	c->comparison->nr_compared++;
	compare_record(c, buffer->cpu, noted, read);
	sdeistop_report_free(read);
	return SDEISTOP_OK;
}

int sdeistop_report_compare(struct sdeistop_report *report, const struct sdeistop_buffer *buffer,
			    size_t nr, struct sdeistop_error *error)
{
	struct comparer c = { .report = report };
	int ret = SDEISTOP_OK;

	c.comparison = calloc(1, sizeof(*c.comparison));
	if (!c.comparison)
		return sdeistop_no_memory(error);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = compare_buffer(&c, &buffer[i], error);
	if (!ret && c.no_memory)
		ret = sdeistop_no_memory(error);
	if (ret) {
		sdeistop_comparison_free(c.comparison);
		return ret;
	}
	report->comparison = c.comparison;
	return SDEISTOP_OK;
}

int sdeistop_report_not_compared(struct sdeistop_report *report, const char *why,
				 struct sdeistop_error *error)
{
	int ret = sdeistop_report_compare(report, NULL, 0, error);

	if (!ret)
		snprintf(report->comparison->why_not, sizeof(report->comparison->why_not), "%s", why);
	return ret;
}
