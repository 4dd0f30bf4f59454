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
	bool unread;			/* whether it has registers is not known */
	const char *state;
	ulong task;			/* that was current, 0 not known */
};

struct rows {
	struct row *row;		/* a GETBUF(), so that an interrupted command leaves nothing */
	unsigned int nr;
	int panicked;			/* the CPU that runs the crash path, NO_CPU none */
	const char *why_not;		/* registers could not be read: a clause, NULL they could */
};

/* The CPU that runs the crash path; kernels without the symbol have the other one */
static int panic_cpu(void)
{
	int cpu;

	if (try_get_symbol_data("panic_cpu", sizeof(cpu), &cpu) ||
	    try_get_symbol_data("crashing_cpu", sizeof(cpu), &cpu))
		return cpu;
	return NO_CPU;
}

/*
 * A stop takes a CPU out of the online mask only, unplugging takes it out of the
 * active one too.
 */
static const char *state_of(const struct row *row, int panicked)
{
	const ulong masks = kt->cpu_flags[row->cpu.note.cpu];

	if (row->cpu.note.method == CPUSTOP_METHOD_PANIC)
		return "crashing";
	if (row->cpu.has_regs)
		return "stopped";
	if (masks & ONLINE_MAP)
		return panicked == NO_CPU || row->unread ? "online" : "still online";
	if (!(masks & ACTIVE_MAP))
		return "offline";
	return row->unread ? "stopped" : "stopped, no regs";
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

static void read_registers(const struct sdeistop_report *report, struct rows *rows)
{
	struct memory memory;
	struct row *row;
	sigset_t before;
	size_t i;

	hold_interrupts(&before);
	memory_open(report, &memory);
	rows->why_not = memory.why_not;
	for (i = 0; i < rows->nr; i++) {
		row = &rows->row[i];
		row->unread = memory.why_not || i >= memory.nr || !memory.buffer[i].data ||
			      memory.buffer[i].cpu != row->cpu.note.cpu;
		row->cpu.has_regs = !row->unread &&
			sdeistop_buffer_regs(&memory.buffer[i], &row->cpu.note.pid,
					     &row->cpu.regs);
	}
	memory_close(&memory);
	release_interrupts(&before);
}

/* crash looks at the tasks of a running system when a command asks it to */
static void refresh_tasks(void)
{
	tt->refresh_task_table();
	sort_context_array();
	sort_tgid_array();
}

static void make_rows(const struct sdeistop_report *report, struct rows *ret)
{
	unsigned int cpu, i = 0, limit = cpus_limit(report);
	struct row *row;

	ret->nr = cpus_count(report);
	ret->row = (struct row *)GETBUF((ret->nr ? ret->nr : 1) * sizeof(*ret->row));
	ret->panicked = is_live() ? NO_CPU : panic_cpu();
	ret->why_not = NULL;
	for (cpu = 0; cpu < limit; cpu++)
		if (cpus_possible(report, cpu))
			ret->row[i++].cpu.note.cpu = cpu;
	/* A buffer of an earlier crash, or of none, is no stop of a running system */
	if (is_live())
		refresh_tasks();
	else
		read_registers(report, ret);
	for (i = 0; i < ret->nr; i++) {
		row = &ret->row[i];
		if (ret->panicked != NO_CPU && row->cpu.note.cpu == (unsigned int)ret->panicked)
			row->cpu.note.method = CPUSTOP_METHOD_PANIC;
		row->state = state_of(row, ret->panicked);
		row->task = task_of(row);
	}
}

/* "set offline hide" is heeded, unless -c names the CPU */
static bool is_shown(const struct row *row, const struct sdeistop_report *report,
		     const struct cpu_set *set)
{
	const unsigned int cpu = row->cpu.note.cpu;

	if (set->all && pc->flags2 & OFFLINE_HIDE &&
	    !(kt->cpu_flags[cpu] & (ONLINE_MAP | ACTIVE_MAP)))
		return false;
	return cpus_selected(set, report, cpu);
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
	fprintf(fp, "  %4u  %-16s  %7s  %-15s  %s\n", row->cpu.note.cpu, row->state, pid,
		tc ? tc->comm : "-", buf);
}

static void print_table(const struct rows *rows, const struct sdeistop_report *report,
			const struct cpu_set *set, const struct style *style)
{
	unsigned int i;

	fprintf(fp, "   CPU  STATE                 PID  COMMAND          PC\n");
	for (i = 0; i < rows->nr && !received_SIGINT(); i++)
		if (is_shown(&rows->row[i], report, set))
			print_row(&rows->row[i], style);
}

static void print_context(const struct row *row, const struct context *context)
{
	struct task_context *tc = row->task ? task_to_context(row->task) : NULL;

	if (tc)
		print_task_line(row->cpu.note.cpu, tc->pid, tc->task, tc);
	else
		fprintf(fp, "CPU: %u\n", row->cpu.note.cpu);
	fprintf(fp, "    inferred: %s\n", row->state);
	context_print(&row->cpu, context);
}

static void print_contexts(const struct rows *rows, const struct sdeistop_report *report,
			   const struct cpu_set *set, const struct context *context)
{
	unsigned int i, shown = 0;

	for (i = 0; i < rows->nr && !received_SIGINT(); i++) {
		if (!is_shown(&rows->row[i], report, set))
			continue;
		if (shown++)
			fprintf(fp, "\n");
		print_context(&rows->row[i], context);
	}
}

static void print_heading(const struct rows *rows)
{
	if (is_live())
		fprintf(fp, "What its CPUs do now:\n");
	else if (rows->panicked == NO_CPU)
		fprintf(fp, "Inferred from memory (no CPU of this kernel has panicked):\n");
	else
		fprintf(fp, "Inferred from memory:\n");
	if (rows->why_not)
		fprintf(fp, "(registers cannot be read: %s)\n", rows->why_not);
}

/* @context: what to print of each CPU, NULL a table */
void inferred_print(const struct sdeistop_report *report, const struct cpu_set *set,
		    const struct context *context, const struct style *style)
{
	struct rows rows;

	if (in_minimal_mode()) {
		fprintf(fp, "In minimal mode it is not known which CPUs there are.\n");
		return;
	}
	make_rows(report, &rows);
	print_heading(&rows);
	if (context)
		print_contexts(&rows, report, set, context);
	else
		print_table(&rows, report, set, style);
}
