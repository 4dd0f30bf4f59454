// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reader concludes: docs/note-format.md, the section of that name. */

#include "internal.h"

/* Missing CPUs that are named one by one; a record may claim any number. */
#define NAMED_LIMIT	256

bool sdeistop_cpu_online(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition != CPUSTOP_DISP_OFFLINE &&
	       cpu->note.disposition != CPUSTOP_DISP_ABSENT;
}

bool sdeistop_cpu_offline(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_OFFLINE;
}

bool sdeistop_cpu_running(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_RUNNING;
}

bool sdeistop_cpu_wedged(const struct sdeistop_cpu *cpu)
{
	if (!sdeistop_cpu_online(cpu) || cpu->note.disposition == CPUSTOP_DISP_CRASHING ||
	    cpu->note.method == CPUSTOP_METHOD_PANIC || cpu->note.method == CPUSTOP_METHOD_SELF)
		return false;
	return sdeistop_cpu_running(cpu) ||
	       cpu->note.rungs & (CPUSTOP_RUNG_NMI | CPUSTOP_RUNG_FIRMWARE);
}

/* Numbers that are free in the table, below nr_present and as many as CPUs are
 * missing, are those CPUs. Otherwise the present CPUs are not numbered without
 * gaps, and only how many are missing is known. */
static void name_missing(struct sdeistop_builder *builder, unsigned int missing)
{
	const struct sdeistop_report *report = builder->report;
	unsigned int below = 0, next = 0;

	while (below < report->nr_cpu && report->cpu[below].note.cpu < report->nr_present)
		below++;
	if (missing > NAMED_LIMIT || report->nr_present - below != missing) {
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, -1,
				     "%u of %u CPUs present at the crash without a valid record",
				     missing, report->nr_present);
		return;
	}
	for (unsigned int cpu = 0; cpu < report->nr_present; cpu++) {
		if (next < below && report->cpu[next].note.cpu == cpu)
			next++;
		else
			sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, cpu,
					     "CPU %u was present at the crash and has no valid record",
					     cpu);
	}
}

/* True if a CPU that was present has no valid record */
static bool judge_presence(struct sdeistop_builder *builder)
{
	struct sdeistop_report *report = builder->report;
	unsigned int recorded = 0;

	if (!report->nr_cpu) {
		/* A damaged record is still one that some CPU had. */
		bool expected = report->announced && report->crash_time >= 0;

		if (expected || report->nr_bad_records)
			sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, -1, "%s",
					     expected ? "the kernel announces records and there is no valid one" :
					     "there are records and none is valid");
		return expected || report->nr_bad_records;
	}

	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct cpustop_note *note = &report->cpu[i].note;

		recorded += note->disposition != CPUSTOP_DISP_ABSENT;
		if (note->nr_present > report->nr_present)
			report->nr_present = note->nr_present;
	}
	if (report->nr_present <= recorded) {
		report->nr_present = recorded;
		return false;
	}
	name_missing(builder, report->nr_present - recorded);
	return true;
}

/* True if something of the CPU is missing: its stop or its registers */
static bool judge_cpu(struct sdeistop_builder *builder, const struct sdeistop_cpu *cpu)
{
	const unsigned int nr = cpu->note.cpu;
	const char *regs = cpu->has_regs ? "" : ": no registers";

	if (!sdeistop_cpu_online(cpu))
		return false;
	if (sdeistop_cpu_running(cpu)) {
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NOT_STOPPED, nr,
				     "CPU %u never stopped%s", nr, regs);
		return true;
	}
	if (cpu->note.disposition == CPUSTOP_DISP_UNKNOWN) {
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NOT_STOPPED, nr,
				     "CPU %u is not known to have stopped%s", nr, regs);
		return true;
	}
	if (cpu->has_regs)
		return false;
	sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_REGS, nr, "CPU %u was online at the crash and %s",
			     nr, cpu->note.flags & CPUSTOP_F_REGS ?
			     "its NT_PRSTATUS is missing or not its own" : "has no registers");
	return true;
}

void sdeistop_report_judge(struct sdeistop_builder *builder)
{
	struct sdeistop_report *report = builder->report;
	bool missing;

	if (!report->has_vmcoreinfo && !report->source.notes_missing)
		sdeistop_problem_add(builder, SDEISTOP_P_VMCOREINFO_MISSING, -1,
				     "no VMCOREINFO note: the kernel and the time are not known");
	if (builder->nr_newer)
		sdeistop_problem_add(builder, SDEISTOP_P_RECORD_NEWER_VERSION, -1,
				     "%u record%s of a version above %u, read as version %u",
				     builder->nr_newer, builder->nr_newer == 1 ? "" : "s",
				     CPUSTOP_VERSION, CPUSTOP_VERSION);

	missing = judge_presence(builder);
	report->nr_records = (unsigned int)report->nr_cpu;
	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct sdeistop_cpu *cpu = &report->cpu[i];

		report->nr_online += sdeistop_cpu_online(cpu);
		report->nr_with_regs += cpu->has_regs;
		missing |= judge_cpu(builder, cpu);
	}

	if (builder->broken || builder->contradiction)
		report->verdict = SDEISTOP_MALFORMED;
	else if (missing || report->source.truncated || report->source.incomplete_flag)
		report->verdict = SDEISTOP_INCOMPLETE;
	else if (!report->nr_cpu)
		report->verdict = SDEISTOP_UNKNOWN;
	else
		report->verdict = SDEISTOP_COMPLETE;
}
