// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calls that led to where a CPU was interrupted. Its registers are those
 * of its record; from there on the arm64 frame records, {fp, lr} pairs linked
 * through x29, are followed over the stacks a CPU may be on.
 *
 * Nothing here trusts memory: every record must lie on a known stack, above the
 * last one, and a stack once left is not entered again. So each walk ends.
 */
#include "ext.h"

/*
 * What follows a {0, 0} record where frame records have a type (struct
 * frame_record_meta); where they have none, it is the last record.
 */
enum { META_FINAL = 1, META_PT_REGS = 2 };

/* struct pt_regs starts like the registers of NT_PRSTATUS on every kernel */
bool read_pt_regs(ulong address, struct sdeistop_regs *ret)
{
	return read_memory(address, ret, sizeof(*ret));
}

static bool read_pointer(ulong address, ulong *ret)
{
	return read_memory(address, ret, sizeof(*ret));
}

static void add_stack(struct unwind *u, const char *name, ulong low, ulong size)
{
	if (low && size && low + size > low)
		u->stack[u->nr_stacks++] = (struct stack) { name, low, low, low + size };
}

/* A per-CPU pointer to a stack, as VMAP_STACK kernels have */
static void add_percpu_stack(struct unwind *u, const char *name, char *symbol, unsigned int cpu)
{
	struct syment *sp = per_cpu_symbol_search(symbol);
	ulong low;

	if (sp && cpu < NR_CPUS && read_pointer(sp->value + kt->__per_cpu_offset[cpu], &low))
		add_stack(u, name, low, STACKSIZE());
}

static void add_task_stack(struct unwind *u, const struct sdeistop_cpu *cpu)
{
	struct task_context *tc = cpu_task(cpu);
	ulong low;

	if (tc && VALID_MEMBER(task_struct_stack) &&
	    read_pointer(tc->task + OFFSET(task_struct_stack), &low))
		add_stack(u, "task", low, STACKSIZE());
}

static int stack_of(const struct unwind *u, ulong address)
{
	unsigned int i;

	for (i = 0; i < u->nr_stacks; i++)
		if (address >= u->stack[i].low && address <= u->stack[i].high - 16)
			return i;
	return -1;
}

/*
 * The stack pointer tells of one more where it is on none of the others, as
 * when the task is unknown: stacks are aligned to their size.
 */
static void find_stacks(struct unwind *u, const struct sdeistop_cpu *cpu)
{
	const struct machine_specific *ms = machdep->machspec;
	unsigned int nr = cpu->note.cpu;

	add_task_stack(u, cpu);
	if (ms->irq_stacks && nr < (unsigned int)kt->cpus)
		add_stack(u, "IRQ", ms->irq_stacks[nr], ms->irq_stack_size);
	if (ms->overflow_stacks && nr < (unsigned int)kt->cpus)
		add_stack(u, "overflow", ms->overflow_stacks[nr], ms->overflow_stack_size);
	add_percpu_stack(u, "SDEI", "sdei_stack_normal_ptr", nr);
	add_percpu_stack(u, "SDEI critical", "sdei_stack_critical_ptr", nr);
	if (stack_of(u, cpu->regs.sp) < 0)
		add_stack(u, "unknown", cpu->regs.sp & ~(STACKSIZE() - 1), STACKSIZE());
}

/* Below the stack pointer nothing is a frame of the interrupted context */
void unwind_start(struct unwind *u, const struct sdeistop_cpu *cpu, struct frame *first)
{
	const struct sdeistop_regs *regs = &cpu->regs;

	memset(u, 0, sizeof(*u));
	find_stacks(u, cpu);
	u->on = u->shown_on = stack_of(u, regs->sp);
	if (u->on >= 0)
		u->stack[u->on].low = regs->sp;
	u->record_offset = MEMBER_OFFSET("pt_regs", "stackframe");
	u->record_size = MEMBER_SIZE("pt_regs", "stackframe");
	u->fp = regs->x[29];
	u->lr = regs->x[30];
	u->pc = regs->pc;
	u->nr_frames = 1;
	*first = (struct frame) { .pc = regs->pc, .at = regs->sp, .exact = true };
}

static bool stop(struct unwind *u, enum unwind_end end)
{
	u->end = end;
	return false;
}

/* A record that is on no stack, or in the used part of the one being walked */
static bool stop_outside(struct unwind *u)
{
	const struct stack *on = u->on >= 0 ? &u->stack[u->on] : NULL;
	bool below = on && u->fp >= on->base && u->fp < on->low;

	return stop(u, below ? UNWIND_NOT_UP : UNWIND_OFF_STACK);
}

/* Enter the stack the next record is on; the one that is left is used up */
static bool enter_stack(struct unwind *u)
{
	int next = stack_of(u, u->fp);

	if (!u->fp)
		return stop(u, UNWIND_DONE);
	if (next < 0 || u->fp % 8)
		return stop_outside(u);
	if (next != u->on && u->on >= 0)
		u->stack[u->on].low = u->stack[u->on].high;
	u->on = next;
	return true;
}

/* Registers saved by an exception entry: on from what it interrupted */
static bool cross_exception(struct unwind *u, ulong address, struct frame *frame)
{
	struct sdeistop_regs regs;

	if (!read_pt_regs(address, &regs))
		return stop(u, UNWIND_UNREADABLE);
	if (user_mode(&regs)) {
		u->pt_regs = address;
		return stop(u, UNWIND_DONE);
	}
	u->fp = regs.x[29];
	u->lr = regs.x[30];
	*frame = (struct frame) { .pc = regs.pc, .at = regs.sp, .exact = true,
				  .pt_regs = address };
	return true;
}

/* A record of two zeros ends the task, or stands for saved registers */
static bool end_or_exception(struct unwind *u, ulong record, struct frame *frame)
{
	ulong type = META_FINAL;

	if (u->record_offset < 0)
		return stop(u, UNWIND_DONE);
	if (u->record_size > 16 && !read_pointer(record + 16, &type))
		return stop(u, UNWIND_UNREADABLE);
	if (type == META_PT_REGS)
		return cross_exception(u, record - u->record_offset, frame);
	u->pt_regs = record - u->record_offset;
	return stop(u, UNWIND_DONE);
}

/*
 * Without types, an exception taken from the kernel has the interrupted pc and
 * fp as its record in pt_regs: what it holds is then not a return address.
 */
static bool is_exception_record(const struct unwind *u, ulong at, const ulong record[2])
{
	struct sdeistop_regs regs;

	return u->record_offset >= 0 && u->record_size == 16 &&
	       read_pt_regs(at - u->record_offset, &regs) && !user_mode(&regs) &&
	       regs.x[29] == record[0] && regs.pc == record[1];
}

/*
 * The entry of an SDEI event leaves the first record on its stack: of what the
 * event interrupted, which is no return address; two zeros if that was no kernel
 * code.
 */
static bool is_sdei_record(const struct unwind *u, ulong at)
{
	const struct stack *on = &u->stack[u->on];

	return STRNEQ(on->name, "SDEI") && at == on->high - 16;
}

/*
 * The registers that such an event saved, 0 if they are not found. They are in
 * memory of the event, whose address the entry kept in a register, and the
 * function it called keeps on the stack, below the entry's record.
 */
static ulong sdei_registers(const struct unwind *u, ulong at, const ulong record[2])
{
	ulong word, low = u->stack[u->on].low;
	struct sdeistop_regs regs;

	for (at -= 8; at >= low; at -= 8)
		if (read_pointer(at, &word) && IS_KVADDR(word) && word % 8 == 0 &&
		    read_pt_regs(word, &regs) && !user_mode(&regs) &&
		    regs.x[29] == record[0] && regs.pc == record[1])
			return word;
	return 0;
}

/* What an SDEI event interrupted, with the registers it had if they can be had */
static bool cross_sdei(struct unwind *u, ulong regs, const ulong record[2], struct frame *frame)
{
	if (!record[0] && !record[1])
		return stop(u, UNWIND_DONE);
	if (regs)
		return cross_exception(u, regs, frame);
	u->fp = record[0];
	*frame = (struct frame) { .pc = record[1], .at = record[0], .exact = true };
	return true;
}

/*
 * A function without a record of its own has its caller in the link register
 * of interrupted code, and u->fp belongs to that caller or to one above it.
 */
static bool caller_in_lr(struct unwind *u, ulong record_lr, struct frame *frame)
{
	enum lr_says says = LR_NOT_THE_CALLER;
	ulong lr = u->lr;

	u->lr = 0;
	if (lr)
		says = lr_tells_caller(u->pc, lr, record_lr);
	if (says == LR_NOT_THE_CALLER)
		return false;
	*frame = (struct frame) { .pc = strip_pac(lr), .at = u->fp, .from_lr = says };
	return true;
}

/* The frame that the record at u->fp tells of, or one that comes before it */
static bool next_frame(struct unwind *u, struct frame *frame)
{
	ulong record[2], at = u->fp, regs;
	bool sdei;

	if (!enter_stack(u))
		return caller_in_lr(u, 0, frame);
	if (!read_memory(at, record, sizeof(record)))
		return stop(u, UNWIND_UNREADABLE) || caller_in_lr(u, 0, frame);
	if (caller_in_lr(u, record[1], frame))
		return true;
	sdei = is_sdei_record(u, at);
	regs = sdei ? sdei_registers(u, at, record) : 0;
	u->stack[u->on].low = at + sizeof(record);
	if (sdei)
		return cross_sdei(u, regs, record, frame);
	if (!record[0] && !record[1])
		return end_or_exception(u, at, frame);
	if (is_exception_record(u, at, record))
		return cross_exception(u, at - u->record_offset, frame);
	u->fp = record[0];
	*frame = (struct frame) { .pc = strip_pac(record[1]), .at = record[0] };
	return true;
}

/* The name of the stack that ended before @frame, as crash marks it */
static void note_stack_change(struct unwind *u, struct frame *frame)
{
	int on = stack_of(u, frame->at);

	if (on < 0 || on == u->shown_on)
		return;
	if (u->shown_on >= 0)
		frame->left = u->stack[u->shown_on].name;
	u->shown_on = on;
}

/* The caller of the frame handed out last; false at the end, told in u->end */
bool unwind_next(struct unwind *u, struct frame *ret)
{
	if (u->nr_frames++ == UNWIND_MAX_FRAMES)
		return stop(u, UNWIND_TOO_DEEP);
	if (!next_frame(u, ret))
		return false;
	note_stack_change(u, ret);
	u->pc = ret->pc;
	return true;
}

const char *unwind_end_text(enum unwind_end end)
{
	static const char *const text[] = {
		[UNWIND_UNREADABLE] = "the dump lacks the memory of the next frame",
		[UNWIND_OFF_STACK] = "the next frame is on none of this CPU's stacks",
		[UNWIND_NOT_UP] = "the next frame does not lie above the last one",
		[UNWIND_TOO_DEEP] = "too many frames",
	};

	return end < sizeof(text) / sizeof(text[0]) && text[end] ? text[end] : "";
}
