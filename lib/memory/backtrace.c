// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frame records of arm64: pairs {fp, lr}, linked through x29 from one function
 * to its caller, and from one stack to the next (IRQ, SDEI and overflow stacks
 * have one that points to what was interrupted). An exception entry puts a
 * record into its pt_regs. Kernels before 6.13 write {x29, interrupted pc} there,
 * so that the chain goes on by itself; later ones {0, 0} and a type, and what
 * was interrupted is in the pt_regs alone. {0, 0} without a type is the end.
 *
 * The entry of an SDEI event puts {x29, interrupted pc} at the top of the event's
 * stack, {0, 0} if that was user space, and the registers into memory of the event.
 */

#include "backtrace.h"

#include "../core/bytes.h"

#include <inttypes.h>

#define RECORD_BYTES	16

/* Of a record in pt_regs that has a type */
enum { META_FINAL = 1, META_PT_REGS = 2 };

/* A CPU has five: task, IRQ, overflow, SDEI normal and critical; KASAN doubles
 * their size, and each half counts as one then. */
#define STACKS_MAX	10

#define STACK_BYTES_MIN	(16u << 10)

/* Words of a frame that are looked at for the address of an event's registers */
#define FRAME_WORDS	64

#define PSTATE_MODE	0xfu
#define PSTATE_EL0	0u

const struct sdeistop_pt_regs sdeistop_known_pt_regs[2] = {
	{ .stackframe = 304, .typed = false },
	{ .stackframe = 296, .typed = true },
};

/* What was walked of one stack: all below @low */
struct stack {
	uint64_t base;
	uint64_t low;
};

struct walk {
	const struct sdeistop_unwinder *unwinder;
	struct sdeistop_backtrace *ret;
	uint64_t fp;
	uint64_t below;				/* end of the last record on the stack of @fp */
	struct stack stack[STACKS_MAX];		/* the last one is walked now */
	size_t nr_stacks;
};

/* ---------------------------------------------------------------- reading */

bool sdeistop_reader_u32(const struct sdeistop_reader *reader, uint64_t address, uint32_t *ret)
{
	uint8_t bytes[sizeof(*ret)];

	if (!reader->read(reader->arg, address, bytes, sizeof(bytes)))
		return false;
	*ret = sdeistop_get32(bytes, reader->big_endian);
	return true;
}

bool sdeistop_reader_u64(const struct sdeistop_reader *reader, uint64_t address, uint64_t ret[],
			 size_t nr)
{
	if (!reader->read(reader->arg, address, ret, nr * sizeof(*ret)))
		return false;
	for (size_t i = 0; i < nr; i++)
		ret[i] = sdeistop_get64((const uint8_t *)&ret[i], reader->big_endian);
	return true;
}

static bool read_regs(const struct walk *walk, uint64_t address, struct sdeistop_regs *ret)
{
	uint64_t value[34];

	if (!sdeistop_reader_u64(&walk->unwinder->reader, address, value, 34))
		return false;
	for (int i = 0; i < 31; i++)
		ret->x[i] = value[i];
	ret->sp = value[31];
	ret->pc = value[32];
	ret->pstate = value[33];
	return true;
}

/* -------------------------------------------------------------- addresses */

uint64_t sdeistop_stack_bytes(uint64_t page_bytes)
{
	const bool power = page_bytes && !(page_bytes & (page_bytes - 1));

	return power && page_bytes > STACK_BYTES_MIN ? page_bytes : STACK_BYTES_MIN;
}

/* Bit 55 tells the halves of the address space apart, and PAC leaves it alone */
uint64_t sdeistop_strip_pac(uint64_t address, uint64_t mask)
{
	return address & 1ull << 55 ? address | mask : address & ~mask;
}

static bool user_mode(const struct sdeistop_regs *regs)
{
	return (regs->pstate & PSTATE_MODE) == PSTATE_EL0;
}

/* The kernel's half of the address space, of up to 52 bits */
static bool is_kernel(uint64_t address)
{
	return address >> 52 == 0xfff;
}

/* ------------------------------------------------------------------- walk */

static bool stop(struct walk *walk, enum sdeistop_end end, uint64_t at)
{
	walk->ret->end = end;
	walk->ret->end_at = at;
	return false;
}

static bool push(struct walk *walk, uint64_t pc, enum sdeistop_frame_kind kind)
{
	struct sdeistop_backtrace *ret = walk->ret;

	if (ret->nr == SDEISTOP_FRAMES_MAX)
		return stop(walk, SDEISTOP_END_TOO_DEEP, walk->fp);
	ret->frame[ret->nr++] = (struct sdeistop_frame) { .pc = pc, .fp = walk->fp, .kind = kind };
	return true;
}

/* The stack that @at is on, entered if it is another than the last one */
static struct stack *stack_of(struct walk *walk, uint64_t at)
{
	const uint64_t base = at & ~(walk->unwinder->stack_bytes - 1);

	if (walk->nr_stacks && walk->stack[walk->nr_stacks - 1].base == base)
		return &walk->stack[walk->nr_stacks - 1];
	for (size_t i = 0; i < walk->nr_stacks; i++) {
		if (walk->stack[i].base == base) {
			stop(walk, SDEISTOP_END_BACKWARDS, at);
			return NULL;
		}
	}
	if (walk->nr_stacks == STACKS_MAX) {
		stop(walk, SDEISTOP_END_STACKS, at);
		return NULL;
	}
	walk->stack[walk->nr_stacks] = (struct stack) { .base = base, .low = at };
	return &walk->stack[walk->nr_stacks++];
}

/* Nothing below the @size bytes at @at is to be read of their stack any more */
static bool consume(struct walk *walk, uint64_t at, uint64_t size)
{
	struct stack *stack = stack_of(walk, at);
	uint64_t end;

	if (!stack)
		return false;
	if (__builtin_add_overflow(at, size, &end))
		return stop(walk, SDEISTOP_END_MISALIGNED, at);
	if (at < stack->low)
		return stop(walk, SDEISTOP_END_BACKWARDS, at);
	walk->below = stack->low;
	stack->low = end;
	return true;
}

/* Frame of interrupted code, and of its caller if that is not in the record
 * that comes next. Its @regs are the CPU's, or saved by an exception entry. */
static bool interrupted(struct walk *walk, const struct sdeistop_regs *regs)
{
	struct sdeistop_frame *frame = &walk->ret->frame[walk->ret->nr];
	const struct sdeistop_unwinder *unwinder = walk->unwinder;
	struct sdeistop_caller caller = { 0 };
	uint64_t record[2] = { 0 };
	enum sdeistop_frame_kind kind;

	walk->fp = regs->x[29];
	if (!push(walk, regs->pc, SDEISTOP_FRAME_EXACT))
		return false;
	if (!unwinder->caller)
		return true;
	if (walk->fp % 8 || !sdeistop_reader_u64(&unwinder->reader, walk->fp, record, 2))
		record[1] = 0;
	unwinder->caller(unwinder->arg, regs, sdeistop_strip_pac(record[1], unwinder->pac_mask),
			 &caller);
	caller.pc = sdeistop_strip_pac(caller.pc, unwinder->pac_mask);
	if (caller.is == SDEISTOP_CALLER_IN_RECORD)
		return true;
	if (caller.is == SDEISTOP_CALLER_UNKNOWN || !is_kernel(caller.pc)) {
		frame->kind = SDEISTOP_FRAME_UNSURE;
		return true;
	}
	walk->fp = caller.fp;
	kind = caller.is == SDEISTOP_CALLER_FOUND ? SDEISTOP_FRAME_LINK :
						    SDEISTOP_FRAME_LINK_PROBABLE;
	return push(walk, caller.pc, kind);
}

/*
 * The registers that an exception entry saved around its @record at @at, if it
 * is one's. Without a type two of them say it: what the record holds was
 * interrupted, and is in the registers too.
 */
static bool find_pt_regs(const struct walk *walk, uint64_t at, const uint64_t record[2],
			 uint64_t type, struct sdeistop_regs *ret)
{
	for (size_t i = 0; i < walk->unwinder->nr_pt_regs; i++) {
		const struct sdeistop_pt_regs *layout = &walk->unwinder->pt_regs[i];

		if (layout->typed != (type == META_PT_REGS) || at < layout->stackframe ||
		    !read_regs(walk, at - layout->stackframe, ret) || user_mode(ret))
			continue;
		if (layout->typed ? is_kernel(ret->sp) :
				    ret->pc == record[1] && ret->x[29] == record[0])
			return true;
	}
	return false;
}

/* The same of an SDEI event: somewhere between the last record and its own on
 * that stack, where the function that its entry called saved the entry's x19, is
 * the address of the registers. */
static bool find_event_regs(const struct walk *walk, uint64_t at, const uint64_t record[2],
			    struct sdeistop_regs *ret)
{
	const struct sdeistop_reader *reader = &walk->unwinder->reader;
	const uint64_t words = (at - walk->below) / 8;
	uint64_t word;

	if (!((at ^ record[0]) & ~(walk->unwinder->stack_bytes - 1)))
		return false;
	for (uint64_t i = 0; i < words && i < FRAME_WORDS; i++)
		if (sdeistop_reader_u64(reader, at - 8 * (i + 1), &word, 1) && is_kernel(word) &&
		    !(word % 8) && read_regs(walk, word, ret) && !user_mode(ret) &&
		    ret->pc == record[1] && ret->x[29] == record[0])
			return true;
	return false;
}

/* {0, 0} at @at: the end, or what comes before it where records have types */
static bool end_or_exception(struct walk *walk, uint64_t at)
{
	static const uint64_t zeros[2];
	const struct sdeistop_unwinder *unwinder = walk->unwinder;
	struct sdeistop_regs regs;
	bool typed = false, untyped = false;
	uint64_t type;

	for (size_t i = 0; i < unwinder->nr_pt_regs; i++) {
		typed |= unwinder->pt_regs[i].typed;
		untyped |= !unwinder->pt_regs[i].typed;
	}
	/* At the top of a stack there is no room for a type: an event in user space */
	if (!typed || !((at + RECORD_BYTES) % unwinder->stack_bytes))
		return stop(walk, SDEISTOP_END_OF_STACK, at);
	if (!sdeistop_reader_u64(&unwinder->reader, at + RECORD_BYTES, &type, 1))
		return stop(walk, SDEISTOP_END_NOT_IN_DUMP, at + RECORD_BYTES);
	if (type == META_PT_REGS && find_pt_regs(walk, at, zeros, type, &regs))
		return interrupted(walk, &regs);
	if (type == META_FINAL || (untyped && type != META_PT_REGS))
		return stop(walk, SDEISTOP_END_OF_STACK, at);
	return stop(walk, SDEISTOP_END_BAD_RECORD, at);
}

/* One record on */
static bool next(struct walk *walk)
{
	const struct sdeistop_unwinder *unwinder = walk->unwinder;
	const uint64_t at = walk->fp;
	struct sdeistop_regs regs;
	uint64_t record[2], lr;

	if (!at)
		return stop(walk, SDEISTOP_END_OF_STACK, at);
	if (at % 8)
		return stop(walk, SDEISTOP_END_MISALIGNED, at);
	if (!consume(walk, at, RECORD_BYTES))
		return false;
	if (!sdeistop_reader_u64(&unwinder->reader, at, record, 2))
		return stop(walk, SDEISTOP_END_NOT_IN_DUMP, at);
	if (!record[0] && !record[1])
		return end_or_exception(walk, at);
	if (find_pt_regs(walk, at, record, 0, &regs) || find_event_regs(walk, at, record, &regs))
		return interrupted(walk, &regs);
	lr = sdeistop_strip_pac(record[1], unwinder->pac_mask);
	if (!is_kernel(lr))
		return stop(walk, SDEISTOP_END_NO_CODE, at);
	walk->fp = record[0];
	return push(walk, lr, SDEISTOP_FRAME_RETURN) || stop(walk, SDEISTOP_END_TOO_DEEP, at);
}

void sdeistop_unwind(const struct sdeistop_unwinder *unwinder, const struct sdeistop_regs *regs,
		     struct sdeistop_backtrace *ret)
{
	struct walk walk = { .unwinder = unwinder, .ret = ret, .fp = regs->x[29] };

	*ret = (struct sdeistop_backtrace) { 0 };
	if (user_mode(regs)) {
		push(&walk, regs->pc, SDEISTOP_FRAME_USER);
		stop(&walk, SDEISTOP_END_USER, 0);
		return;
	}
	/* Below the stack pointer there is no frame of what was interrupted. */
	consume(&walk, regs->sp, 0);
	if (!interrupted(&walk, regs))
		return;
	while (next(&walk))
		;
}

/* The first frame whose caller may be missing; as many as there are, if none */
static size_t find_unsure(const struct sdeistop_backtrace *backtrace)
{
	size_t i = 0;

	while (i < backtrace->nr && backtrace->frame[i].kind != SDEISTOP_FRAME_UNSURE)
		i++;
	return i;
}

bool sdeistop_backtrace_is_whole(const struct sdeistop_backtrace *backtrace)
{
	return (backtrace->end == SDEISTOP_END_OF_STACK || backtrace->end == SDEISTOP_END_USER) &&
	       find_unsure(backtrace) == backtrace->nr;
}

void sdeistop_end_text(const struct sdeistop_backtrace *backtrace, char *text, size_t size)
{
	static const struct {
		const char *before, *after;	/* the address; without @after there is none */
	} words[] = {
		[SDEISTOP_END_OF_STACK] = { "end of the stack", NULL },
		[SDEISTOP_END_USER] = { "the CPU was in user space", NULL },
		[SDEISTOP_END_NOT_IN_DUMP] = { "the frame record at ", " is not in the dump" },
		[SDEISTOP_END_MISALIGNED] = { "", " cannot be the address of a frame record" },
		[SDEISTOP_END_BACKWARDS] = { "the chain of frame records goes backwards at ", "" },
		[SDEISTOP_END_STACKS] = { "at ", " begins one more stack than a CPU has" },
		[SDEISTOP_END_NO_CODE] = { "the frame record at ",
					   " has no return address of the kernel" },
		[SDEISTOP_END_BAD_RECORD] = { "the frame record at ", " is of an unknown type" },
		[SDEISTOP_END_TOO_DEEP] = { "more frames than are shown, from ", " on" },
	};

	if (backtrace->end == SDEISTOP_END_OF_STACK && !sdeistop_backtrace_is_whole(backtrace))
		snprintf(text, size, "%s, but the caller of #%zu may be missing",
			 words[backtrace->end].before, find_unsure(backtrace));
	else if (words[backtrace->end].after)
		snprintf(text, size, "%s0x%" PRIx64 "%s", words[backtrace->end].before,
			 backtrace->end_at, words[backtrace->end].after);
	else
		snprintf(text, size, "%s", words[backtrace->end].before);
}
