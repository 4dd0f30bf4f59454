// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPUs without records, of a dump or of a running system: what memory shows of
 * them. Registers are a CPU's own here too, as they come from its own crash_notes
 * buffer; how it was stopped, and what it did then, nobody wrote down.
 */
#include "ext.h"

#define NO_CPU	(-1)

struct row {
	struct sdeistop_cpu cpu;	/* number, pid and registers, nothing else */
	const char *state;
	ulong task;			/* that was current, 0 not known */
};

/* The CPU that panicked; kernels that lack the symbol have other names for it */
static int panic_cpu(void)
{
	int cpu;

	if (try_get_symbol_data("panic_cpu", sizeof(cpu), &cpu) ||
	    try_get_symbol_data("crashing_cpu", sizeof(cpu), &cpu))
		return cpu;
	return NO_CPU;
}

static const char *state_of(const struct row *row, int panicked)
{
	const unsigned int cpu = row->cpu.note.cpu;
	const bool online = cpu < NR_CPUS && kt->cpu_flags[cpu] & ONLINE_MAP;

	if (panicked != NO_CPU && cpu == (unsigned int)panicked)
		return "panicked";
	if (row->cpu.has_regs)
		return "stopped";
	if (!online)
		return "not online";
	return panicked == NO_CPU ? "online" : "still online";
}

/* What runs there: as the registers tell, which are of that instant, or as crash does */
static ulong task_of(const struct row *row)
{
	struct task_context *tc;

	if (row->cpu.has_regs) {
		tc = cpu_task(&row->cpu);
		return tc ? tc->task : 0;
	}
	return kt->cpu_flags[row->cpu.note.cpu] & ONLINE_MAP ?
		get_active_task(row->cpu.note.cpu) : 0;
}

static unsigned int count_possible(void)
{
	unsigned int cpu, nr = 0;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		nr += !!(kt->cpu_flags[cpu] & POSSIBLE_MAP);
	return nr;
}

static void read_registers(const struct sdeistop_report *report, struct row *rows, unsigned int nr)
{
	struct memory memory;
	sigset_t before;
	size_t i;

	hold_interrupts(&before);
	if (!memory_open(report, &memory))
		for (i = 0; i < memory.nr && i < nr; i++)
			rows[i].cpu.has_regs = memory.buffer[i].cpu == rows[i].cpu.note.cpu &&
				sdeistop_buffer_regs(&memory.buffer[i], &rows[i].cpu.note.pid,
						     &rows[i].cpu.regs);
	memory_close(&memory);
	release_interrupts(&before);
}

/* A GETBUF(), so that an interrupted command leaves nothing */
static struct row *make_rows(const struct sdeistop_report *report, unsigned int *ret)
{
	const unsigned int nr = count_possible();
	struct row *rows = (struct row *)GETBUF((nr ? nr : 1) * sizeof(*rows));
	unsigned int cpu, i = 0;
	int panicked;

	for (cpu = 0; cpu < NR_CPUS && i < nr; cpu++)
		if (kt->cpu_flags[cpu] & POSSIBLE_MAP)
			rows[i++].cpu.note.cpu = cpu;
	/* A buffer of an earlier crash, or of none, is no stop of a running system */
	if (!is_live())
		read_registers(report, rows, nr);
	panicked = is_live() ? NO_CPU : panic_cpu();
	for (i = 0; i < nr; i++) {
		rows[i].state = state_of(&rows[i], panicked);
		rows[i].task = task_of(&rows[i]);
	}
	*ret = nr;
	return rows;
}

static void print_row(const struct row *row, const struct style *style)
{
	struct task_context *tc = row->task ? task_to_context(row->task) : NULL;
	char pid[16] = "-", buf[BUFSIZE] = "-";

	if (tc)
		snprintf(pid, sizeof(pid), "%lu", tc->pid);
	else if (row->cpu.has_regs)
		snprintf(pid, sizeof(pid), "%u", row->cpu.note.pid);
	if (row->cpu.has_regs)
		pc_name(&row->cpu.regs, style, buf);
	fprintf(fp, "  %4u  %-12s  %7s  %-15s  %s\n", row->cpu.note.cpu, row->state, pid,
		tc ? tc->comm : "-", buf);
}

static void print_table(const struct row *rows, unsigned int nr,
			const struct sdeistop_report *report, const struct cpu_set *set,
			const struct style *style)
{
	unsigned int i;

	fprintf(fp, "   CPU  STATE             PID  COMMAND          PC\n");
	for (i = 0; i < nr && !received_SIGINT(); i++)
		if (cpus_selected(set, report, rows[i].cpu.note.cpu))
			print_row(&rows[i], style);
}

static void print_contexts(const struct row *rows, unsigned int nr,
			   const struct sdeistop_report *report, const struct cpu_set *set,
			   const struct context *context)
{
	struct task_context *tc;
	unsigned int i, shown = 0;

	for (i = 0; i < nr && !received_SIGINT(); i++) {
		const struct row *row = &rows[i];

		if (!cpus_selected(set, report, row->cpu.note.cpu))
			continue;
		tc = row->task ? task_to_context(row->task) : NULL;
		if (shown++)
			fprintf(fp, "\n");
		if (tc)
			fprintf(fp, "PID: %-7lu  TASK: %016lx  CPU: %-3u  COMMAND: \"%s\"\n",
				tc->pid, tc->task, row->cpu.note.cpu, tc->comm);
		else
			fprintf(fp, "CPU: %u\n", row->cpu.note.cpu);
		fprintf(fp, "    inferred: %s\n", row->state);
		context_print(&row->cpu, context);
	}
}

static const char *heading(void)
{
	if (is_live())
		return "A running system has no CPUSTOP notes: they are written when it crashes.\n"
		       "What its CPUs do now:\n";
	return panic_cpu() == NO_CPU ?
		"Inferred from memory (no CPU of this kernel has panicked):\n" :
		"Inferred from memory:\n";
}

/* @context: what to print of each CPU, NULL a table */
void inferred_print(const struct sdeistop_report *report, const struct cpu_set *set,
		    const struct context *context, const struct style *style)
{
	struct row *rows;
	unsigned int nr;

	if (in_minimal_mode()) {
		fprintf(fp, "In minimal mode it is not known which CPUs there are.\n");
		return;
	}
	rows = make_rows(report, &nr);
	fprintf(fp, "%s", heading());
	if (context)
		print_contexts(rows, nr, report, set, context);
	else
		print_table(rows, nr, report, set, style);
}
