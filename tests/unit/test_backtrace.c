// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks over memory that is made here: a few words at a few addresses, and
 * nothing else is in the dump.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/memory/backtrace.h"

#define TEXT		0xffff800080010000ull
#define TASK_STACK	0xffff800080108000ull
#define IRQ_STACK	0xffff800080008000ull
#define EVENT_STACK	0xffff800080210000ull
#define EVENT		0xffff000000123450ull	/* what the kernel keeps of one */
#define MASK		0x007f000000000000ull	/* as NUMBER(KERNELPACMASK) of 48 bits has it */
#define WORDS_MAX	4096

enum { EL0 = 0x0, EL1 = 0x5 };

static struct { uint64_t address, value; } words[WORDS_MAX];
static size_t nr_words;

static struct sdeistop_unwinder unwinder;
static struct sdeistop_backtrace backtrace;
static struct sdeistop_caller caller;
static uint64_t caller_of;	/* the function that @caller is of, 0 any */
static uint64_t caller_record;

static void put(uint64_t address, uint64_t value)
{
	assert_true(nr_words < WORDS_MAX);
	words[nr_words].address = address;
	words[nr_words++].value = value;
}

static void put_record(uint64_t at, uint64_t fp, uint64_t lr)
{
	put(at, fp);
	put(at + 8, lr);
}

/* The registers that an exception entry saves; x29 is all of them that counts */
static void put_regs(uint64_t at, uint64_t fp, uint64_t sp, uint64_t pc, uint64_t pstate)
{
	for (int i = 0; i < 31; i++)
		put(at + 8 * i, i == 29 ? fp : 0);
	put(at + 248, sp);
	put(at + 256, pc);
	put(at + 264, pstate);
}

static bool find(uint64_t address, uint64_t *ret)
{
	for (size_t i = 0; i < nr_words; i++) {
		if (words[i].address == address) {
			*ret = words[i].value;
			return true;
		}
	}
	return false;
}

static void forget(uint64_t address)
{
	for (size_t i = 0; i < nr_words; i++)
		if (words[i].address == address)
			words[i].address = 0;
}

static bool read_words(void *arg, uint64_t address, void *to, size_t size)
{
	const bool swap = unwinder.reader.big_endian !=
			  (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);

	(void)arg;
	for (size_t i = 0; i < size; i += 8) {
		uint64_t value;

		if (!find(address + i, &value))
			return false;
		if (swap)
			value = __builtin_bswap64(value);
		memcpy((uint8_t *)to + i, &value, sizeof(value));
	}
	return true;
}

static void tell_caller(void *arg, const struct sdeistop_regs *regs, uint64_t record_lr,
			struct sdeistop_caller *ret)
{
	(void)arg;
	caller_record = record_lr;
	*ret = caller;
	if (caller_of && regs->pc != caller_of)
		ret->is = SDEISTOP_CALLER_IN_RECORD;
}

static int set_up(void **state)
{
	(void)state;
	nr_words = 0;
	caller_of = 0;
	memset(&caller, 0, sizeof(caller));
	unwinder = (struct sdeistop_unwinder) {
		.reader = { .read = read_words }, .pac_mask = MASK,
		.stack_bytes = sdeistop_stack_bytes(4096),
		.pt_regs = sdeistop_known_pt_regs, .nr_pt_regs = 2,
	};
	return 0;
}

static void unwind(uint64_t fp, uint64_t sp, uint64_t pstate)
{
	struct sdeistop_regs regs = { .sp = sp, .pc = TEXT, .pstate = pstate };

	regs.x[29] = fp;
	sdeistop_unwind(&unwinder, &regs, &backtrace);
}

static void expect_frame(size_t i, enum sdeistop_frame_kind kind, uint64_t pc, uint64_t fp)
{
	assert_true(i < backtrace.nr);
	assert_int_equal(backtrace.frame[i].kind, kind);
	assert_int_equal(backtrace.frame[i].pc, pc);
	assert_int_equal(backtrace.frame[i].fp, fp);
}

static void expect_end(size_t nr, enum sdeistop_end end, const char *text)
{
	char told[128];

	assert_int_equal(backtrace.nr, nr);
	assert_int_equal(backtrace.end, end);
	sdeistop_end_text(&backtrace, told, sizeof(told));
	assert_string_equal(told, text);
}

static void test_to_the_end(void **state)
{
	(void)state;
	put_record(TASK_STACK + 0x100, TASK_STACK + 0x140, TEXT + 0x10);
	put_record(TASK_STACK + 0x140, TASK_STACK + 0x3f0, TEXT + 0x20);
	put_record(TASK_STACK + 0x3f0, 0, 0);
	put(TASK_STACK + 0x400, 0xdead);	/* no type: these kernels have something else there */
	unwind(TASK_STACK + 0x100, TASK_STACK + 0x100, EL1);
	expect_frame(0, SDEISTOP_FRAME_EXACT, TEXT, TASK_STACK + 0x100);
	expect_frame(1, SDEISTOP_FRAME_RETURN, TEXT + 0x10, TASK_STACK + 0x140);
	expect_frame(2, SDEISTOP_FRAME_RETURN, TEXT + 0x20, TASK_STACK + 0x3f0);
	expect_end(3, SDEISTOP_END_OF_STACK, "end of the stack");
	assert_true(sdeistop_backtrace_is_whole(&backtrace));
}

static void test_big_endian(void **state)
{
	(void)state;
	unwinder.reader.big_endian = true;
	put_record(TASK_STACK, TASK_STACK + 0x40, TEXT + 0x10);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_frame(1, SDEISTOP_FRAME_RETURN, TEXT + 0x10, TASK_STACK + 0x40);
}

static void test_user(void **state)
{
	(void)state;
	unwind(TASK_STACK, TASK_STACK, EL0);
	expect_frame(0, SDEISTOP_FRAME_USER, TEXT, TASK_STACK);
	expect_end(1, SDEISTOP_END_USER, "the CPU was in user space");
	assert_true(sdeistop_backtrace_is_whole(&backtrace));
}

static void test_pac(void **state)
{
	(void)state;
	put_record(TASK_STACK, 0, (TEXT + 0x10) & ~0x0055000000000000ull);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_frame(1, SDEISTOP_FRAME_RETURN, TEXT + 0x10, 0);
	expect_end(2, SDEISTOP_END_OF_STACK, "end of the stack");
	assert_int_equal(sdeistop_strip_pac(0x0055000000401000, MASK), 0x401000);
	assert_int_equal(sdeistop_strip_pac(TEXT, 0), TEXT);
}

static void test_no_page(void **state)
{
	(void)state;
	unwind(TASK_STACK + 0x100, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_NOT_IN_DUMP,
		   "the frame record at 0xffff800080108100 is not in the dump");
	assert_false(sdeistop_backtrace_is_whole(&backtrace));
	/* half a record is none */
	put(TASK_STACK + 0x100, TASK_STACK + 0x200);
	unwind(TASK_STACK + 0x100, TASK_STACK, EL1);
	assert_int_equal(backtrace.end, SDEISTOP_END_NOT_IN_DUMP);
}

static void test_loops(void **state)
{
	(void)state;
	put_record(TASK_STACK, TASK_STACK, TEXT + 0x10);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_end(2, SDEISTOP_END_BACKWARDS,
		   "the chain of frame records goes backwards at 0xffff800080108000");

	/* over two stacks */
	nr_words = 0;
	put_record(TASK_STACK, IRQ_STACK, TEXT + 0x10);
	put_record(IRQ_STACK, TASK_STACK + 0x100, TEXT + 0x20);
	put_record(TASK_STACK + 0x100, 0, 0);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_end(3, SDEISTOP_END_BACKWARDS,
		   "the chain of frame records goes backwards at 0xffff800080108100");
}

static void test_backwards(void **state)
{
	(void)state;
	put_record(TASK_STACK + 0x100, TASK_STACK + 0x80, TEXT + 0x10);
	put_record(TASK_STACK + 0x80, 0, 0);
	unwind(TASK_STACK + 0x100, TASK_STACK, EL1);
	expect_end(2, SDEISTOP_END_BACKWARDS,
		   "the chain of frame records goes backwards at 0xffff800080108080");
	/* overlapping the one before it */
	put_record(TASK_STACK + 0x200, TASK_STACK + 0x208, TEXT + 0x10);
	put_record(TASK_STACK + 0x208, 0, 0);
	unwind(TASK_STACK + 0x200, TASK_STACK, EL1);
	assert_int_equal(backtrace.end, SDEISTOP_END_BACKWARDS);
	/* below the stack pointer */
	unwind(TASK_STACK + 0x100, TASK_STACK + 0x108, EL1);
	expect_end(1, SDEISTOP_END_BACKWARDS,
		   "the chain of frame records goes backwards at 0xffff800080108100");
}

static void test_odd_addresses(void **state)
{
	(void)state;
	unwind(TASK_STACK + 4, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_MISALIGNED,
		   "0xffff800080108004 cannot be the address of a frame record");
	/* its end wraps, and so would everything above it */
	unwind(UINT64_MAX - 7, TASK_STACK, EL1);
	assert_int_equal(backtrace.end, SDEISTOP_END_MISALIGNED);
	unwind(0, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_OF_STACK, "end of the stack");
	put_record(TASK_STACK, TASK_STACK + 0x40, 0x401000);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_NO_CODE,
		   "the frame record at 0xffff800080108000 has no return address of the kernel");
}

static void test_too_deep(void **state)
{
	uint64_t at = TASK_STACK;

	(void)state;
	for (int i = 0; i < SDEISTOP_FRAMES_MAX + 1; i++, at += 16)
		put_record(at, at + 16, TEXT + 0x10);
	unwind(TASK_STACK, TASK_STACK, EL1);
	/* the record that the last frame would come from */
	expect_end(SDEISTOP_FRAMES_MAX, SDEISTOP_END_TOO_DEEP,
		   "more frames than are shown, from 0xffff8000801087f0 on");
}

static void test_too_many_stacks(void **state)
{
	uint64_t at = TASK_STACK;

	(void)state;
	for (int i = 0; i < 20; i++, at += 0x8000)
		put_record(at, at + 0x8000, TEXT + 0x10);
	unwind(TASK_STACK, TASK_STACK, EL1);
	assert_int_equal(backtrace.end, SDEISTOP_END_STACKS);
	assert_int_equal(backtrace.nr, 11);
}

/* IRQ stack, then the pt_regs of the exception entry on the stack of the task */
static void put_exception(uint32_t stackframe, bool typed, uint64_t interrupted_pstate)
{
	const uint64_t pt_regs = TASK_STACK + 0x1000, record = pt_regs + stackframe;

	put_record(IRQ_STACK, record, TEXT + 0x10);
	put_regs(pt_regs, TASK_STACK + 0x1200, pt_regs + 0x150, TEXT + 0x100, interrupted_pstate);
	put(record, typed ? 0 : TASK_STACK + 0x1200);
	put(record + 8, typed ? 0 : TEXT + 0x100);
	if (typed)
		put(record + 16, 2);
	put_record(TASK_STACK + 0x1200, TASK_STACK + 0x13f0, TEXT + 0x20);
	put_record(TASK_STACK + 0x13f0, 0, 0);
	put(TASK_STACK + 0x1400, 1);
}

static void expect_exception(void)
{
	expect_frame(0, SDEISTOP_FRAME_EXACT, TEXT, IRQ_STACK);
	expect_frame(1, SDEISTOP_FRAME_RETURN, TEXT + 0x10, backtrace.frame[1].fp);
	expect_frame(2, SDEISTOP_FRAME_EXACT, TEXT + 0x100, TASK_STACK + 0x1200);
	expect_frame(3, SDEISTOP_FRAME_RETURN, TEXT + 0x20, TASK_STACK + 0x13f0);
	expect_end(4, SDEISTOP_END_OF_STACK, "end of the stack");
}

/* The layout is known, or has to be found out */
static void test_exception(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct sdeistop_pt_regs *layout = &sdeistop_known_pt_regs[i];

		set_up(NULL);
		put_exception(layout->stackframe, layout->typed, EL1);
		unwind(IRQ_STACK, IRQ_STACK, EL1);
		expect_exception();
		unwinder.pt_regs = layout;
		unwinder.nr_pt_regs = 1;
		unwind(IRQ_STACK, IRQ_STACK, EL1);
		expect_exception();
	}
}

/* A record that only looks as if it were in pt_regs is a record */
static void test_no_exception(void **state)
{
	(void)state;
	put_exception(304, false, EL0);
	unwind(IRQ_STACK, IRQ_STACK, EL1);
	expect_frame(2, SDEISTOP_FRAME_RETURN, TEXT + 0x100, TASK_STACK + 0x1200);
}

static void test_types(void **state)
{
	static const struct sdeistop_pt_regs typed = { .stackframe = 296, .typed = true };

	(void)state;
	unwinder.pt_regs = &typed;
	unwinder.nr_pt_regs = 1;
	put_record(TASK_STACK, 0, 0);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_NOT_IN_DUMP,
		   "the frame record at 0xffff800080108010 is not in the dump");
	put(TASK_STACK + 16, 7);
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_BAD_RECORD,
		   "the frame record at 0xffff800080108000 is of an unknown type");
	words[nr_words - 1].value = 2;		/* and there are no registers around it */
	unwind(TASK_STACK, TASK_STACK, EL1);
	assert_int_equal(backtrace.end, SDEISTOP_END_BAD_RECORD);
	/* nor is that the end where it is not known whether records have types */
	unwinder.pt_regs = sdeistop_known_pt_regs;
	unwinder.nr_pt_regs = 2;
	unwind(TASK_STACK, TASK_STACK, EL1);
	assert_int_equal(backtrace.end, SDEISTOP_END_BAD_RECORD);
	words[nr_words - 1].value = 1;
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_end(1, SDEISTOP_END_OF_STACK, "end of the stack");
}

/*
 * The stack of an SDEI event: the frame of the function that its entry called, in
 * which the address of the registers is saved, and the entry's record at the top.
 */
static void put_event(uint64_t saved_pc, uint64_t saved_fp, uint64_t pstate)
{
	const uint64_t top = EVENT_STACK + 0x4000 - 16;

	put_record(top - 0x20, top, TEXT + 0x10);
	put(top - 0x10, EVENT);
	put(top - 0x8, 0x1234);
	put_record(top, TASK_STACK + 0x100, TEXT + 0x100);
	put_regs(EVENT, saved_fp, TASK_STACK + 0xf0, saved_pc, pstate);
	put_record(TASK_STACK + 0x100, 0, TEXT + 0x20);
}

static void unwind_event(void)
{
	unwind(EVENT_STACK + 0x4000 - 0x30, EVENT_STACK + 0x3f00, EL1);
}

static void test_event(void **state)
{
	(void)state;
	unwinder.caller = tell_caller;
	caller = (struct sdeistop_caller) {
		.is = SDEISTOP_CALLER_FOUND, .pc = TEXT + 0x50, .fp = TASK_STACK + 0x100,
	};
	caller_of = TEXT + 0x100;
	put_event(TEXT + 0x100, TASK_STACK + 0x100, EL1);
	unwind_event();
	expect_frame(1, SDEISTOP_FRAME_RETURN, TEXT + 0x10, EVENT_STACK + 0x3ff0);
	expect_frame(2, SDEISTOP_FRAME_EXACT, TEXT + 0x100, TASK_STACK + 0x100);
	expect_frame(3, SDEISTOP_FRAME_LINK, TEXT + 0x50, TASK_STACK + 0x100);
	expect_frame(4, SDEISTOP_FRAME_RETURN, TEXT + 0x20, 0);
	expect_end(5, SDEISTOP_END_OF_STACK, "end of the stack");
}

/* Registers that are not those of the record, or not in the dump */
static void test_other_event(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		set_up(NULL);
		put_event(TEXT + 0x100 + 4 * (i == 0), TASK_STACK + 0x100 + 8 * (i == 1),
			  i == 2 ? EL0 : EL1);
		if (i == 3)
			forget(EVENT + 256);
		unwind_event();
		expect_frame(2, SDEISTOP_FRAME_RETURN, TEXT + 0x100, TASK_STACK + 0x100);
	}
}

/* The record of an event in user space has two zeros, and nothing is above it. */
static void test_event_in_user_space(void **state)
{
	const uint64_t top = EVENT_STACK + 0x4000 - 16;

	(void)state;
	put_record(top - 0x20, top, TEXT + 0x10);
	put_record(top, 0, 0);
	unwind_event();
	expect_end(2, SDEISTOP_END_OF_STACK, "end of the stack");
}

static void test_caller(void **state)
{
	(void)state;
	put_record(TASK_STACK, 0, (TEXT + 0x10) & ~0x0055000000000000ull);
	unwinder.caller = tell_caller;
	caller.pc = (TEXT + 0x50) & ~0x0055000000000000ull;
	caller.fp = TASK_STACK;
	caller.is = SDEISTOP_CALLER_UNKNOWN;
	unwind(TASK_STACK, TASK_STACK, EL1);
	assert_int_equal(caller_record, TEXT + 0x10);
	expect_frame(0, SDEISTOP_FRAME_UNSURE, TEXT, TASK_STACK);
	expect_end(2, SDEISTOP_END_OF_STACK,
		   "end of the stack, but the caller of #0 may be missing");
	assert_false(sdeistop_backtrace_is_whole(&backtrace));
	caller.is = SDEISTOP_CALLER_IN_RECORD;
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_frame(0, SDEISTOP_FRAME_EXACT, TEXT, TASK_STACK);
	expect_end(2, SDEISTOP_END_OF_STACK, "end of the stack");
	caller.is = SDEISTOP_CALLER_FOUND;
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_frame(1, SDEISTOP_FRAME_LINK, TEXT + 0x50, TASK_STACK);
	expect_frame(2, SDEISTOP_FRAME_RETURN, TEXT + 0x10, 0);
	caller.is = SDEISTOP_CALLER_PROBABLE;
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_frame(1, SDEISTOP_FRAME_LINK_PROBABLE, TEXT + 0x50, TASK_STACK);
	caller.pc = 0x401000;			/* nobody the kernel was called by */
	unwind(TASK_STACK, TASK_STACK, EL1);
	expect_frame(0, SDEISTOP_FRAME_UNSURE, TEXT, TASK_STACK);
	expect_frame(1, SDEISTOP_FRAME_RETURN, TEXT + 0x10, 0);
	/* a record that cannot be read tells the callee nothing */
	unwind(TASK_STACK + 0x800, TASK_STACK, EL1);
	assert_int_equal(caller_record, 0);
}

static void test_stack_bytes(void **state)
{
	(void)state;
	assert_int_equal(sdeistop_stack_bytes(4096), 16384);
	assert_int_equal(sdeistop_stack_bytes(16384), 16384);
	assert_int_equal(sdeistop_stack_bytes(65536), 65536);
	assert_int_equal(sdeistop_stack_bytes(0), 16384);
	assert_int_equal(sdeistop_stack_bytes(70000), 16384);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_to_the_end, set_up),
		cmocka_unit_test_setup(test_big_endian, set_up),
		cmocka_unit_test_setup(test_user, set_up),
		cmocka_unit_test_setup(test_pac, set_up),
		cmocka_unit_test_setup(test_no_page, set_up),
		cmocka_unit_test_setup(test_loops, set_up),
		cmocka_unit_test_setup(test_backwards, set_up),
		cmocka_unit_test_setup(test_odd_addresses, set_up),
		cmocka_unit_test_setup(test_too_deep, set_up),
		cmocka_unit_test_setup(test_too_many_stacks, set_up),
		cmocka_unit_test_setup(test_exception, set_up),
		cmocka_unit_test_setup(test_no_exception, set_up),
		cmocka_unit_test_setup(test_types, set_up),
		cmocka_unit_test_setup(test_event, set_up),
		cmocka_unit_test_setup(test_other_event, set_up),
		cmocka_unit_test_setup(test_event_in_user_space, set_up),
		cmocka_unit_test_setup(test_caller, set_up),
		cmocka_unit_test_setup(test_stack_bytes, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
