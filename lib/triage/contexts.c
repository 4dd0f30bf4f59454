// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which memory tells where each CPU was: its task, its stacks, the code it ran, its
 * per-CPU area. The most useful comes first, and when there is no more room the rest
 * is left out.
 */

#include "internal.h"

/* struct task_struct where VMCOREINFO does not tell its size, and at most */
#define TASK_BYTES	8192
#define TASK_BYTES_MAX	(32u << 10)

/* OVERFLOW_STACK_SIZE of arm64 */
#define OVERFLOW_STACK_BYTES	4096

/* Before and after an address in code or data: what a debugger shows of it */
#define AROUND		256

/* Of the log: this part of the file, at most, and this part of what is left of it */
#define LOG_SHARE	4
#define LOG_SHARE_OF_REST	2

/* The six names of struct new_utsname; a line of a banner */
#define UTS_NAME_BYTES	390
#define BANNER_BYTES	512

#define NR(array)	(sizeof(array) / sizeof(*(array)))

/* Entries of __per_cpu_offset: of every possible CPU, and a record tells of these */
static uint64_t nr_cpus(const struct sdeistop_triage *triage)
{
	const struct sdeistop_report *report = triage->input.report;

	return report->nr_cpu ? report->cpu[report->nr_cpu - 1].note.cpu + UINT64_C(1) : 0;
}

static bool is_crashing(const struct sdeistop_cpu *cpu)
{
	return cpu->note.disposition == CPUSTOP_DISP_CRASHING;
}

/* What the crash may be about, or nobody knows what it did */
static bool is_wedged(const struct sdeistop_cpu *cpu)
{
	return !is_crashing(cpu) && (sdeistop_cpu_wedged(cpu) || sdeistop_cpu_running(cpu) ||
				     sdeistop_cpu_undecided(cpu));
}

/* The CPUs that somebody opens the dump for */
static bool is_special(const struct sdeistop_cpu *cpu)
{
	return is_crashing(cpu) || is_wedged(cpu);
}

static bool is_other(const struct sdeistop_cpu *cpu)
{
	return !is_special(cpu);
}

/* ----------------------------------------------------------------- stacks */

struct stack {
	uint64_t base;		/* 0: not known */
	uint64_t bytes;
	uint64_t pointer;	/* where it is told, for who reads the file; 0 nowhere */
};

static bool is_on(const struct stack *stack, uint64_t address)
{
	return stack->base && address >= stack->base && address - stack->base < stack->bytes;
}

/* Offset of @cpu's per-CPU variables; false if that cannot be told */
static bool per_cpu_offset(const struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu,
			   uint64_t *ret)
{
	const uint64_t array = triage->info.per_cpu_offset;

	return array != TRIAGE_UNKNOWN && triage_read64(triage, array + cpu->note.cpu * 8ull, ret);
}

static struct stack stack_at(const struct sdeistop_triage *triage, uint64_t pointer)
{
	struct stack stack = { .bytes = triage->info.thread_bytes, .pointer = pointer };

	/* powers of two, and no kernel has larger ones */
	if (stack.bytes > 1u << 20 || !triage_read64(triage, pointer, &stack.base) ||
	    !triage_is_kernel(stack.base))
		stack.base = 0;
	return stack;
}

static struct stack per_cpu_stack(const struct sdeistop_triage *triage,
				  const struct sdeistop_cpu *cpu, uint64_t variable)
{
	uint64_t offset;

	if (variable == TRIAGE_UNKNOWN || !per_cpu_offset(triage, cpu, &offset))
		return (struct stack) { 0 };
	return stack_at(triage, variable + offset);
}

/* In the per-CPU area itself */
static struct stack overflow_stack(const struct sdeistop_triage *triage,
				   const struct sdeistop_cpu *cpu)
{
	uint64_t offset;

	if (triage->info.overflow_stack == TRIAGE_UNKNOWN ||
	    !per_cpu_offset(triage, cpu, &offset))
		return (struct stack) { 0 };
	return (struct stack) {
		.base = triage->info.overflow_stack + offset, .bytes = OVERFLOW_STACK_BYTES,
	};
}

static uint64_t task_of(const struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	const uint64_t task = triage_plain(&triage->mmu, cpu->note.task);

	return cpu->note.task && triage_is_kernel(task) ? task : 0;
}

static struct stack task_stack(const struct sdeistop_triage *triage,
			       const struct sdeistop_cpu *cpu)
{
	const uint64_t task = task_of(triage, cpu);

	if (!task || triage->info.task_stack == TRIAGE_UNKNOWN)
		return (struct stack) { 0 };
	return stack_at(triage, task + triage->info.task_stack);
}

static void want_part_of_stack(struct sdeistop_triage *triage, const struct stack *stack,
			       uint64_t from)
{
	if (stack->pointer)
		triage_want(triage, stack->pointer, 8, true);
	triage_want(triage, from, stack->base + stack->bytes - from, true);
}

static void want_stack(struct sdeistop_triage *triage, const struct stack *stack)
{
	if (stack->base)
		want_part_of_stack(triage, stack, stack->base);
}

/* What a call left there, from the stack pointer up */
static void want_live(struct sdeistop_triage *triage, const struct stack *stack, uint64_t sp)
{
	want_part_of_stack(triage, stack, sp);
}

/* ------------------------------------------------------------ of each CPU */

static void want_code(struct sdeistop_triage *triage, uint64_t address)
{
	address = triage_plain(&triage->mmu, address);
	if (triage_is_kernel(address) && address < UINT64_MAX - 2 * AROUND)
		triage_want(triage, address - AROUND, 2 * AROUND, false);
}

/* On a stack that is nobody's own: as much as a stack has above it. All stacks of a
 * kernel with VMAP_STACK begin at a multiple of their size. */
static void want_around_sp(struct sdeistop_triage *triage, uint64_t sp)
{
	const uint64_t bytes = triage->info.thread_bytes;

	if (bytes <= 1u << 20 && bytes && triage_is_kernel(sp))
		triage_want(triage, sp, bytes - sp % bytes, false);
}

/* The stack that the CPU was on, and that of its task, where it came from */
static void want_stacks_in_use(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	const struct stack task = task_stack(triage, cpu);
	const struct stack stacks[] = {
		task,
		per_cpu_stack(triage, cpu, triage->info.irq_stack_ptr),
		per_cpu_stack(triage, cpu, triage->info.sdei_stack_ptr),
		overflow_stack(triage, cpu),
	};
	const uint64_t sp = cpu->regs.sp;
	size_t i = 0;

	while (cpu->has_regs && i < NR(stacks) && !is_on(&stacks[i], sp))
		i++;
	if (cpu->has_regs && i < NR(stacks))
		want_live(triage, &stacks[i], sp);
	else if (cpu->has_regs)
		want_around_sp(triage, sp);
	if (i || !cpu->has_regs)
		want_stack(triage, &task);
}

static void add_context(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	const uint64_t known = triage->info.task_bytes, task = task_of(triage, cpu);
	const unsigned int missing = triage->now->missing;

	if (task)
		triage_want(triage, task, known && known <= TASK_BYTES_MAX ? known : TASK_BYTES,
			    true);
	want_stacks_in_use(triage, cpu);
	if (cpu->has_regs) {
		want_code(triage, cpu->regs.pc);
		want_code(triage, cpu->regs.x[30]);
	}
	triage->nr_contexts += task && sdeistop_cpu_online(cpu) && !triage->pages.full &&
			       triage->now->missing == missing;
}

static void add_user(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	const struct stack stack = task_stack(triage, cpu);
	const uint64_t task = task_of(triage, cpu);

	if (task)
		triage_add_user(triage, cpu, task, stack.base ? stack.base + stack.bytes : 0);
}

/* What its registers point to: a lock that it waits for, among others */
static void add_pointed(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	for (size_t i = 0; cpu->has_regs && i < 31; i++)
		want_code(triage, cpu->regs.x[i]);
}

static void add_stacks(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	const struct stack stacks[] = {
		task_stack(triage, cpu),
		per_cpu_stack(triage, cpu, triage->info.irq_stack_ptr),
		per_cpu_stack(triage, cpu, triage->info.sdei_stack_ptr),
		overflow_stack(triage, cpu),
	};

	for (size_t i = 0; i < NR(stacks); i++)
		want_stack(triage, &stacks[i]);
}

/* The state word of the stop is in it. The buffer of notes is
 * not: it is allocated, and @crash_notes points to where for a CPU without offset. */
static void add_per_cpu(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu)
{
	const struct triage_info *info = &triage->info;
	uint64_t offset, notes;

	if (!per_cpu_offset(triage, cpu, &offset))
		return;
	if (info->crash_notes != TRIAGE_UNKNOWN && info->crash_notes_bytes <= info->page_bytes &&
	    triage_read64(triage, info->crash_notes, &notes))
		triage_want(triage, notes + offset, info->crash_notes_bytes, true);
	if (info->per_cpu_start != TRIAGE_UNKNOWN && info->per_cpu_end != TRIAGE_UNKNOWN &&
	    info->per_cpu_end > info->per_cpu_start)
		triage_want(triage, info->per_cpu_start + offset,
			    info->per_cpu_end - info->per_cpu_start, true);
}

/* ------------------------------------------------------------------ parts */

static void want_symbol(struct sdeistop_triage *triage, uint64_t address, uint64_t bytes)
{
	if (address != TRIAGE_UNKNOWN)
		triage_want(triage, address, bytes, true);
}

/* What says which kernel it is, and what the rest is found by */
static void add_kernel(struct sdeistop_triage *triage)
{
	const struct triage_info *info = &triage->info;

	want_symbol(triage, info->swapper_pg_dir, 8);
	if (info->uts_name != TRIAGE_UNKNOWN)
		want_symbol(triage, info->init_uts_ns, info->uts_name + UTS_NAME_BYTES);
	want_symbol(triage, info->linux_banner, BANNER_BYTES);
	want_symbol(triage, info->prb, 8);
	want_symbol(triage, info->crash_notes, 8);
	want_symbol(triage, info->per_cpu_offset, nr_cpus(triage) * 8);
}

static void add_log(struct sdeistop_triage *triage)
{
	const uint64_t most = triage->max_size / LOG_SHARE;
	const uint64_t rest = triage->pages.room / LOG_SHARE_OF_REST;

	triage_add_log(triage, most < rest ? most : rest);
}

/* In the order of enum triage_part: either of the machine or of CPUs */
static const struct {
	const char *what;
	void (*add)(struct sdeistop_triage *triage);
	bool (*of)(const struct sdeistop_cpu *cpu);
	void (*add_cpu)(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu);
} parts[NR_PARTS] = {
	[PART_KERNEL] = { .what = "version of the kernel", .add = add_kernel },
	[PART_CRASHING] = { .what = "task, stack in use and code of the crashing CPU",
			    .of = is_crashing, .add_cpu = add_context },
	[PART_LOG] = { .what = "log of the kernel", .add = add_log },
	[PART_WEDGED] = { .what = "tasks, stacks in use and code of wedged CPUs",
			  .of = is_wedged, .add_cpu = add_context },
	[PART_USER] = { .what = "user code and stacks of crashing and wedged CPUs",
			.of = is_special, .add_cpu = add_user },
	[PART_POINTED] = { .what = "what registers of crashing and wedged CPUs point to",
			   .of = is_special, .add_cpu = add_pointed },
	[PART_STACKS] = { .what = "all stacks of crashing and wedged CPUs",
			  .of = is_special, .add_cpu = add_stacks },
	[PART_OTHERS] = { .what = "tasks, stacks in use and code of other CPUs",
			  .of = is_other, .add_cpu = add_context },
	[PART_PER_CPU] = { .what = "per-CPU areas of crashing and wedged CPUs",
			   .of = is_special, .add_cpu = add_per_cpu },
	[PART_OTHER_STACKS] = { .what = "all stacks of other CPUs",
				.of = is_other, .add_cpu = add_stacks },
	[PART_OTHER_PER_CPU] = { .what = "per-CPU areas of other CPUs",
				 .of = is_other, .add_cpu = add_per_cpu },
};

/* Once there is no room nothing is read any more: there may be thousands of them. */
static void add_cpu(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu,
		    void (*add)(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu))
{
	const unsigned int dropped = triage->now->dropped;

	if (!triage->pages.full)
		add(triage, cpu);
	triage->now->cpus += triage->pages.full || triage->now->dropped != dropped;
}

void triage_add_contexts(struct sdeistop_triage *triage)
{
	const struct sdeistop_report *report = triage->input.report;

	for (size_t i = 0; i < NR_PARTS; i++) {
		triage->now = &triage->part[i];
		triage->now->what = parts[i].what;
		if (parts[i].add)
			parts[i].add(triage);
		for (size_t k = 0; parts[i].of && k < report->nr_cpu; k++)
			if (parts[i].of(&report->cpu[k]))
				add_cpu(triage, &report->cpu[k], parts[i].add_cpu);
	}
}
