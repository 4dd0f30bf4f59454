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
		ret->cpu[ret->nr++].cpu = cpu->note.cpu;
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

/* A copy, NULL if it is not known or there is no memory, which is the same here */
static const char *copy(const char *field)
{
	return is_known(field) ? strdup(field) : NULL;
}

/* A word that is a constant here, NULL if it is none of them */
static const char *kind_of(const char *field)
{
	static const char *const kinds[] = {
		FRAME_EXACT, FRAME_USER, FRAME_RETURN, FRAME_LINK, FRAME_LINK_PROBABLE,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(field, kinds[i]))
			return kinds[i];
	return NULL;
}

/* Fields are those after CPU NR: PC FP KIND FUNCTION OFFSET MODULE SIZE FILE LINE */
static void take_frame(struct backtrace *backtrace, uint64_t nr, char *const field[])
{
	enum { PC, FP, KIND, FUNCTION, OFFSET, MODULE, SIZE, FILE_NAME, LINE };
	struct sdeistop_call call = { .kind = kind_of(field[KIND]) };
	uint64_t line = 0;

	if (nr != backtrace->nr || nr == FRAMES_MAX || !call.kind ||
	    !memory_parse_hex(field[PC], &call.pc) ||
	    (is_known(field[OFFSET]) && !memory_parse_hex(field[OFFSET], &call.offset)) ||
	    (is_known(field[SIZE]) && !memory_parse_hex(field[SIZE], &call.size)) ||
	    (is_known(field[LINE]) && !memory_parse_number(field[LINE], &line)) ||
	    line > UINT32_MAX)
		return;
	if (!backtrace->call)
		backtrace->call = calloc(FRAMES_MAX, sizeof(*backtrace->call));
	if (!backtrace->call)
		return;
	call.line = (uint32_t)line;
	call.function = copy(field[FUNCTION]);
	call.module = copy(field[MODULE]);
	call.file = copy(field[FILE_NAME]);
	backtrace->call[backtrace->nr++] = call;
}

static void take_line(char *const field[], size_t nr, void *arg)
{
	struct backtrace *backtrace;
	uint64_t cpu, number;

	if (nr < 4 || !memory_parse_number(field[1], &cpu))
		return;
	backtrace = find(arg, cpu);
	if (!backtrace)
		return;
	if (nr == 12 && !strcmp(field[0], PROTOCOL_FRAME) &&
	    memory_parse_number(field[2], &number))
		take_frame(backtrace, number, field + 3);
	else if (nr == 4 && !strcmp(field[0], PROTOCOL_END) && !strcmp(field[2], END_CUT) &&
		 !backtrace->end)
		backtrace->end = strdup(field[3]);
}

/* ------------------------------------------------------------- interface */

void backtraces_read(const struct sdeistop_report *report, const struct dump *dump,
		     const struct cpulist *cpus, const char *vmlinux, struct backtraces *ret)
{
	char list[CPUS_MAX * CPU_DIGITS + 1] = "";
	const char *argv[3 + MEMORY_FILES_MAX + 1] = {
		"backtrace", list, vmlinux ? vmlinux : PROTOCOL_UNKNOWN,
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
	memcpy(argv + 3, dump->path, dump->nr * sizeof(*dump->path));
	memory_run(argv, take_line, ret, &end);
	if (end.outcome != MEMORY_TOLD)
		snprintf(ret->error, sizeof(ret->error), "%s", end.text);
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
		free(backtrace->end);
	}
	free(backtraces->cpu);
}

bool backtraces_calls(unsigned int cpu, struct sdeistop_calls *ret, void *arg)
{
	const struct backtrace *backtrace = find(arg, cpu);

	if (!backtrace || !backtrace->nr)
		return false;
	*ret = (struct sdeistop_calls) {
		.call = backtrace->call, .nr = backtrace->nr, .end = backtrace->end,
	};
	return true;
}
