// SPDX-License-Identifier: GPL-2.0-or-later
/* Backtraces of CPUs, from sdeistop-memory, of which no line is trusted. */

#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "memory/protocol.h"

/* Frames are kept until they are printed: this many CPUs at once, and of each no
 * more than sdeistop-memory tells. */
#define CPUS_MAX	256
#define FRAMES_MAX	128
#define CPU_DIGITS	6	/* and a comma */

static bool is_wanted(const struct sdeistop_cpu *cpu, const struct cpulist *cpus, bool any_wedged)
{
	if (cpus)
		return cpulist_has(cpu->note.cpu, (void *)(uintptr_t)cpus);
	if (any_wedged)
		return sdeistop_cpu_wedged(cpu);
	return cpu->note.disposition == CPUSTOP_DISP_CRASHING;
}

/* Entries for the CPUs that are wanted, and a list of those with registers */
static bool choose(const struct sdeistop_report *report, const struct cpulist *cpus,
		   struct backtraces *ret, char *list, size_t size)
{
	bool any_wedged = false;
	size_t length = 0;

	for (size_t i = 0; i < report->nr_cpu; i++)
		any_wedged |= sdeistop_cpu_wedged(&report->cpu[i]);
	ret->cpu = calloc(CPUS_MAX, sizeof(*ret->cpu));
	if (!ret->cpu)
		return false;
	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct sdeistop_cpu *cpu = &report->cpu[i];

		if (!is_wanted(cpu, cpus, any_wedged))
			continue;
		if (ret->nr == CPUS_MAX) {
			ret->left_out++;
			continue;
		}
		ret->cpu[ret->nr++] = (struct backtrace) {
			.cpu = cpu->note.cpu, .pc = cpu->regs.pc,
		};
		if (cpu->has_regs)
			length += (size_t)snprintf(list + length, size - length, "%s%u",
						   length ? "," : "", cpu->note.cpu);
	}
	return true;
}

static struct backtrace *find(const struct backtraces *backtraces, uint64_t cpu)
{
	for (size_t i = 0; i < backtraces->nr; i++)
		if (backtraces->cpu[i].cpu == cpu)
			return &backtraces->cpu[i];
	return NULL;
}

/* ----------------------------------------------------------------- lines */

static bool is_known(const char *field)
{
	return strcmp(field, PROTOCOL_UNKNOWN);
}

/* A copy, NULL if it is not known; false if there is no memory */
static bool copy(const char *field, const char **ret)
{
	*ret = is_known(field) ? strdup(field) : NULL;
	return *ret || !is_known(field);
}

/* A word that is a constant here, NULL if it is none of them */
static const char *kind_of(const char *field)
{
	static const char *const kinds[] = {
		FRAME_EXACT, FRAME_UNSURE, FRAME_USER, FRAME_RETURN, FRAME_LINK,
		FRAME_LINK_PROBABLE,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(field, kinds[i]))
			return kinds[i];
	return NULL;
}

/* JSON has no greater number, and no function either. */
static bool parse_bytes(const char *field, uint64_t *ret)
{
	return memory_parse_hex(field, ret) && *ret <= INT64_MAX;
}

/* False if that is no frame, or there is no memory to have it whole. Fields are
 * those after CPU NR: PC FP KIND FUNCTION OFFSET MODULE SIZE FILE LINE */
static bool take_frame(struct backtrace *backtrace, uint64_t nr, char *const field[])
{
	enum { PC, FP, KIND, FUNCTION, OFFSET, MODULE, SIZE, FILE_NAME, LINE };
	struct sdeistop_call call = { .kind = kind_of(field[KIND]) };
	uint64_t line = 0;

	if (nr != backtrace->nr || nr == FRAMES_MAX || !call.kind ||
	    !memory_parse_hex(field[PC], &call.pc) ||
	    (is_known(field[OFFSET]) && !parse_bytes(field[OFFSET], &call.offset)) ||
	    (is_known(field[SIZE]) && !parse_bytes(field[SIZE], &call.size)) ||
	    (is_known(field[LINE]) && !memory_parse_number(field[LINE], &line)) ||
	    line > UINT32_MAX)
		return false;
	if (!nr && call.pc != backtrace->pc) {
		backtrace->other = true;
		return true;
	}
	if (!backtrace->call)
		backtrace->call = calloc(FRAMES_MAX, sizeof(*backtrace->call));
	if (!backtrace->call)
		return false;
	call.line = (uint32_t)line;
	backtrace->call[backtrace->nr++] = call;
	return copy(field[FUNCTION], &backtrace->call[nr].function) &&
	       copy(field[MODULE], &backtrace->call[nr].module) &&
	       copy(field[FILE_NAME], &backtrace->call[nr].file);
}

/* The first reason is the one that is kept. Fields are WHOLE TEXT. */
static bool take_end(struct backtrace *backtrace, char *const field[])
{
	if (!strcmp(field[0], END_CUT) && field[1][0]) {
		if (!backtrace->end[0])
			snprintf(backtrace->end, sizeof(backtrace->end), "%s", field[1]);
		return true;
	}
	backtrace->whole = !strcmp(field[0], END_WHOLE);
	return backtrace->whole;
}

static void take_line(char *const field[], size_t nr, void *arg)
{
	struct backtrace *backtrace;
	uint64_t cpu, number;

	if (nr < 2 || !memory_parse_number(field[1], &cpu))
		return;
	backtrace = find(arg, cpu);
	if (!backtrace || backtrace->other)
		return;
	if (nr == 12 && !strcmp(field[0], PROTOCOL_FRAME) &&
	    memory_parse_number(field[2], &number))
		backtrace->rejected |= !take_frame(backtrace, number, field + 3);
	else if (nr == 4 && !strcmp(field[0], PROTOCOL_END))
		backtrace->rejected |= !take_end(backtrace, field + 2);
	else
		backtrace->rejected = true;
}

/* Nothing but what was said to be whole, and of which each line was one, is. */
static void judge(struct backtraces *backtraces)
{
	for (size_t i = 0; i < backtraces->nr; i++) {
		struct backtrace *backtrace = &backtraces->cpu[i];

		if (!backtrace->end[0] && (!backtrace->whole || backtrace->rejected))
			snprintf(backtrace->end, sizeof(backtrace->end), "the rest was not told");
		if (backtrace->other && !backtraces->error[0])
			snprintf(backtraces->error, sizeof(backtraces->error),
				 "of CPU %u sdeistop-memory has other registers than its record",
				 backtrace->cpu);
	}
}

/* ------------------------------------------------------------- interface */

void backtraces_read(const struct sdeistop_report *report, const struct dump *dump,
		     const struct cpulist *cpus, const char *vmlinux, struct backtraces *ret)
{
	char list[CPUS_MAX * CPU_DIGITS + 1] = "";
	const char *const words[] = {
		"backtrace", list, vmlinux ? vmlinux : PROTOCOL_UNKNOWN, NULL,
	};
	const char *cannot = memory_cannot(dump);
	struct memory_end end;

	*ret = (struct backtraces) { 0 };
	if (!choose(report, cpus, ret, list, sizeof(list))) {
		snprintf(ret->error, sizeof(ret->error), "out of memory");
		return;
	}
	if (!*list)
		return;
	if (cannot) {
		snprintf(ret->error, sizeof(ret->error), "%s", cannot);
		return;
	}
	memory_run(words, dump, take_line, ret, &end);
	if (end.outcome != MEMORY_TOLD)
		snprintf(ret->error, sizeof(ret->error), "%s", end.text);
	judge(ret);
}

void backtraces_free(struct backtraces *backtraces)
{
	for (size_t i = 0; i < backtraces->nr; i++) {
		struct backtrace *backtrace = &backtraces->cpu[i];

		for (size_t k = 0; k < backtrace->nr; k++) {
			free((void *)(uintptr_t)backtrace->call[k].function);
			free((void *)(uintptr_t)backtrace->call[k].module);
			free((void *)(uintptr_t)backtrace->call[k].file);
		}
		free(backtrace->call);
	}
	free(backtraces->cpu);
}

bool backtraces_calls(unsigned int cpu, struct sdeistop_calls *ret, void *arg)
{
	const struct backtrace *backtrace = find(arg, cpu);

	if (!backtrace || !backtrace->nr)
		return false;
	*ret = (struct sdeistop_calls) {
		.call = backtrace->call, .nr = backtrace->nr,
		.end = backtrace->end[0] ? backtrace->end : NULL,
	};
	return true;
}
