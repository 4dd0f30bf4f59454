// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reader concludes: sdeistop-note(5), the section of that name. */

#include "internal.h"

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

bool sdeistop_cpu_undecided(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_UNKNOWN ||
	       cpu->note.disposition > CPUSTOP_DISP_ABSENT;
}

bool sdeistop_cpu_wedged(const struct sdeistop_cpu *cpu)
{
	if (!sdeistop_cpu_online(cpu) || cpu->note.disposition == CPUSTOP_DISP_CRASHING ||
	    cpu->note.method == CPUSTOP_METHOD_PANIC || cpu->note.method == CPUSTOP_METHOD_SELF)
		return false;
	return sdeistop_cpu_running(cpu) ||
	       cpu->note.rungs & (CPUSTOP_RUNG_NMI | CPUSTOP_RUNG_FIRMWARE);
}

/*
 * The number of the one CPU that is missing, -1 if that would be a guess: it is
 * the only number below nr_present without a record, and no damaged record
 * hints at numbers with gaps, which go beyond that.
 */
static int64_t missing_cpu(const struct sdeistop_builder *builder)
{
	const struct sdeistop_report *report = builder->report;
	size_t below = 0, hole = 0;

	while (below < report->nr_cpu && report->cpu[below].note.cpu < report->nr_present)
		below++;
	if (report->nr_present - below != 1 || builder->bad_end > report->nr_present)
		return -1;
	while (hole < below && report->cpu[hole].note.cpu == hole)
		hole++;
	return (int64_t)hole;
}

static void tell_missing(struct sdeistop_builder *builder, unsigned int missing)
{
	int64_t cpu = missing == 1 ? missing_cpu(builder) : -1;

	if (cpu >= 0)
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, cpu,
				     "CPU %lld was present at the crash and has no valid record",
				     (long long)cpu);
	else
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, -1,
				     "%u of %u CPUs present at the crash have no valid record",
				     missing, builder->report->nr_present);
}

static bool judge_no_record(struct sdeistop_builder *builder)
{
	const struct sdeistop_report *report = builder->report;
	const bool expected = report->announced && report->has_crash_time;

	/* A damaged record is still one that some CPU had. */
	if (!expected && !report->nr_bad_records)
		return false;
	sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, -1, "%s", expected ?
			     "the kernel announces records and there is no valid one" :
			     "there are records and none is valid");
	return true;
}

/* What is wrong with records of as many CPUs as they tell of, NULL if nothing:
 * some CPU ran the crash path, and records that a crash wrote count the CPUs. */
static const char *implausible(bool crashing, bool counted)
{
	if (!crashing)
		return "no valid record is that of the CPU that ran the crash path";
	if (!counted)
		return "no valid record tells how many CPUs were present at the crash";
	return NULL;
}

/* True if a CPU that was present has no valid record */
static bool judge_presence(struct sdeistop_builder *builder)
{
	struct sdeistop_report *report = builder->report;
	unsigned int recorded = 0, claimed = 0;
	bool crashing = false;
	const char *what;

	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct cpustop_note *note = &report->cpu[i].note;

		recorded += note->disposition != CPUSTOP_DISP_ABSENT;
		crashing |= note->disposition == CPUSTOP_DISP_CRASHING;
		if (note->nr_present > claimed)
			claimed = note->nr_present;
	}
	report->nr_present = claimed > recorded ? claimed : recorded;
	if (report->nr_present > recorded) {
		tell_missing(builder, report->nr_present - recorded);
		return true;
	}
	what = implausible(crashing, claimed);
	if (what)
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_RECORD, -1, "%s", what);
	return what;
}

static void tell_no_regs(struct sdeistop_builder *builder, const struct sdeistop_cpu *cpu)
{
	const char *machine = builder->report->source.machine;
	const unsigned int nr = cpu->note.cpu;

	if (!(cpu->note.flags & CPUSTOP_F_REGS))
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_REGS, nr,
				     "CPU %u was online at the crash and has no registers", nr);
	else if (!sdeistop_prstatus_is_arm64(machine))
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_REGS, nr,
				     "CPU %u was online at the crash; registers of %s are not read",
				     nr, machine);
	else
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NO_REGS, nr,
				     "CPU %u was online at the crash and its NT_PRSTATUS is missing or not its own",
				     nr);
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
	if (sdeistop_cpu_undecided(cpu)) {
		sdeistop_problem_add(builder, SDEISTOP_P_CPU_NOT_STOPPED, nr,
				     "CPU %u is not known to have stopped%s", nr, regs);
		return true;
	}
	if (cpu->has_regs)
		return false;
	tell_no_regs(builder, cpu);
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

	missing = report->nr_cpu ? judge_presence(builder) : judge_no_record(builder);
	report->nr_records = (unsigned int)report->nr_cpu;
	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct sdeistop_cpu *cpu = &report->cpu[i];

		report->nr_online += sdeistop_cpu_online(cpu);
		report->nr_with_regs += cpu->has_regs;
		missing |= judge_cpu(builder, cpu);
	}

	if (builder->broken || builder->contradiction)
		report->verdict = SDEISTOP_MALFORMED;
	else if (missing || report->source.truncated || report->source.incomplete_flag ||
		 report->source.parts_missing[0])
		report->verdict = SDEISTOP_INCOMPLETE;
	else if (!report->nr_cpu)
		report->verdict = SDEISTOP_UNKNOWN;
	else
		report->verdict = SDEISTOP_COMPLETE;
}
