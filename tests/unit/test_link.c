// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who called an interrupted function by its link register: code that is made here,
 * a few instructions and the functions that these are in.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_memory.h"

#include "../../lib/memory/names.h"

#define LEAF		0xffff800080010000ull
#define COLD		0xffff800080018000ull
#define CALLER		0xffff800080020000ull
#define MODULE		0xffff800079000000ull	/* without a name, and so all around it */
#define MASK		0x007f000000000000ull

#define BLR_X1		0xd63f0020u
#define BLRAA_X1_SP	0xd73f083fu
#define NOP		0xd503201fu

static const struct function { uint64_t start, size; const char *name; char type; } functions[] = {
	{ LEAF, 0x100, "leaf", 't' },
	{ COLD, 0x100, "leaf.cold", 't' },
	{ CALLER, 0x100, "caller", 'T' },
	{ CALLER + 0x1000, 0x100, "data", 'd' },
};

static const struct fake_line mask = { "NUMBER(KERNELPACMASK)", MASK };
static struct sdeistop_memory memory;
static struct sdeistop_names names;
static struct sdeistop_caller told;		/* by call frame information */

static uint64_t call_at;
static uint32_t call;

/* One instruction is in the dump */
static bool read_memory(void *arg, uint64_t address, void *to, size_t size)
{
	(void)arg;
	if (address != call_at || size != sizeof(call))
		return false;
	for (size_t i = 0; i < size; i++)
		((uint8_t *)to)[i] = (uint8_t)(call >> 8 * i);
	return true;
}

void sdeistop_names_find(struct sdeistop_names *all, const uint64_t address[], size_t nr,
			 struct sdeistop_code ret[])
{
	(void)all;
	memset(ret, 0, nr * sizeof(*ret));
	for (size_t i = 0; i < nr; i++) {
		for (size_t k = 0; k < sizeof(functions) / sizeof(*functions); k++) {
			if (address[i] - functions[k].start >= functions[k].size)
				continue;
			strcpy(ret[i].place.function, functions[k].name);
			ret[i].place.offset = address[i] - functions[k].start;
			ret[i].place.type = functions[k].type;
		}
	}
}

void sdeistop_vmlinux_caller(struct sdeistop_vmlinux *vmlinux,
			     const struct sdeistop_reader *reader,
			     const struct sdeistop_regs *regs, struct sdeistop_caller *ret)
{
	(void)vmlinux, (void)reader, (void)regs;
	*ret = told;
}

static int set_up(void **state)
{
	(void)state;
	memory = (struct sdeistop_memory) { .line = &mask, .nr_lines = 1 };
	names = (struct sdeistop_names) { .memory = &memory, .reader.read = read_memory };
	told = (struct sdeistop_caller) { 0 };
	return 0;
}

static uint32_t bl(uint64_t at, uint64_t to)
{
	return 0x94000000u | ((uint32_t)((to - at) / 4) & 0x03ffffffu);
}

/* Interrupted at @pc, after @instruction at @at, which lr tells of */
static enum sdeistop_caller_is judge(uint64_t pc, uint64_t at, uint32_t instruction,
				     uint64_t record_lr)
{
	struct sdeistop_regs regs = { .pc = pc };
	struct sdeistop_caller ret;

	call_at = at;
	call = instruction;
	regs.x[29] = 0x1230;
	regs.x[30] = at + 4;
	sdeistop_names_caller(&names, &regs, record_lr, &ret);
	if (ret.is == SDEISTOP_CALLER_FOUND || ret.is == SDEISTOP_CALLER_PROBABLE) {
		assert_int_equal(ret.pc, at + 4);
		assert_int_equal(ret.fp, 0x1230);
	}
	return ret.is;
}

static void test_named(void **state)
{
	const uint64_t at = CALLER + 0x40;

	(void)state;
	assert_int_equal(judge(LEAF + 8, at, bl(at, LEAF), 0), SDEISTOP_CALLER_FOUND);
	assert_int_equal(judge(LEAF + 8, at, BLR_X1, 0), SDEISTOP_CALLER_PROBABLE);
	assert_int_equal(judge(LEAF + 8, at, BLRAA_X1_SP, 0), SDEISTOP_CALLER_PROBABLE);
	/* of another function, which it may have been called by or have jumped from */
	assert_int_equal(judge(LEAF + 8, at, bl(at, COLD), 0), SDEISTOP_CALLER_PROBABLE);
	/* it has its record, and has called nothing since */
	assert_int_equal(judge(LEAF + 8, at, bl(at, LEAF), at + 4), SDEISTOP_CALLER_IN_RECORD);
	/* a jump into nowhere, or into data */
	assert_int_equal(judge(0x1000, at, BLR_X1, 0), SDEISTOP_CALLER_PROBABLE);
	assert_int_equal(judge(CALLER + 0x1010, at, BLR_X1, 0), SDEISTOP_CALLER_PROBABLE);
}

static void test_own_calls(void **state)
{
	const uint64_t at = LEAF + 0x40;

	(void)state;
	assert_int_equal(judge(LEAF + 0x80, at, bl(at, CALLER), 0), SDEISTOP_CALLER_IN_RECORD);
	assert_int_equal(judge(LEAF + 0x20, at, BLR_X1, 0), SDEISTOP_CALLER_IN_RECORD);
	/* it calls itself: the call has returned, or it is the call */
	assert_int_equal(judge(LEAF + 0x20, at, bl(at, LEAF), 0), SDEISTOP_CALLER_UNKNOWN);
	/* parts of one function */
	assert_int_equal(judge(LEAF + 0x20, COLD + 8, bl(COLD + 8, CALLER), 0),
			 SDEISTOP_CALLER_UNKNOWN);
	assert_int_equal(judge(COLD + 0x20, LEAF + 8, bl(LEAF + 8, COLD), 0),
			 SDEISTOP_CALLER_FOUND);
}

static void test_no_call(void **state)
{
	struct sdeistop_regs regs = { .pc = LEAF };
	struct sdeistop_caller ret;

	(void)state;
	assert_int_equal(judge(LEAF, CALLER, NOP, 0), SDEISTOP_CALLER_IN_RECORD);
	assert_int_equal(judge(LEAF, CALLER + 2, BLR_X1, 0), SDEISTOP_CALLER_IN_RECORD);
	assert_int_equal(judge(LEAF, UINT64_MAX - 3, BLR_X1, 8), SDEISTOP_CALLER_IN_RECORD);
	/* what it follows is not in the dump */
	regs.x[30] = CALLER + 0x80;
	sdeistop_names_caller(&names, &regs, 0, &ret);
	assert_int_equal(ret.is, SDEISTOP_CALLER_UNKNOWN);
}

/* Of the two only one has a name. */
static void test_half_named(void **state)
{
	const uint64_t at = MODULE + 0x40;

	(void)state;
	assert_int_equal(judge(LEAF + 8, at, bl(at, LEAF), 0), SDEISTOP_CALLER_FOUND);
	assert_int_equal(judge(LEAF + 8, at, BLR_X1, 0), SDEISTOP_CALLER_PROBABLE);
	assert_int_equal(judge(MODULE + 8, CALLER + 8, BLR_X1, 0), SDEISTOP_CALLER_PROBABLE);
}

/* None has one: a leaf of a module, called from there */
static void test_unnamed(void **state)
{
	const uint64_t pc = MODULE + 0x2010, above = MODULE + 0x3000, below = MODULE + 0x1000;

	(void)state;
	assert_int_equal(judge(pc, above, bl(above, pc - 16), 0), SDEISTOP_CALLER_PROBABLE);
	assert_int_equal(judge(pc, below, bl(below, pc - 16), 0), SDEISTOP_CALLER_PROBABLE);
	assert_int_equal(judge(pc, below, bl(below, pc), 0), SDEISTOP_CALLER_PROBABLE);
	/* in the record already */
	assert_int_equal(judge(pc, below, bl(below, pc - 16), below + 4),
			 SDEISTOP_CALLER_IN_RECORD);
	/* to a function above, or too far below, or one between which and pc it is */
	assert_int_equal(judge(pc, below, bl(below, pc + 4), 0), SDEISTOP_CALLER_UNKNOWN);
	assert_int_equal(judge(pc, above, bl(above, pc - 0x100000), 0), SDEISTOP_CALLER_UNKNOWN);
	assert_int_equal(judge(pc, pc - 8, bl(pc - 8, pc - 16), 0), SDEISTOP_CALLER_UNKNOWN);
	/* where that goes nobody knows */
	assert_int_equal(judge(pc, above, BLR_X1, 0), SDEISTOP_CALLER_UNKNOWN);
}

/* What call frame information says comes first; the register may be signed. */
static void test_sources(void **state)
{
	const uint64_t at = CALLER + 0x40;
	struct sdeistop_regs regs = { .pc = LEAF };
	struct sdeistop_caller ret;

	(void)state;
	call_at = at;
	call = bl(at, LEAF);
	regs.x[30] = (at + 4) & ~(MASK & 0x0055000000000000ull);
	sdeistop_names_caller(&names, &regs, 0, &ret);
	assert_int_equal(ret.is, SDEISTOP_CALLER_FOUND);
	assert_int_equal(ret.pc, at + 4);

	names.vmlinux = (struct sdeistop_vmlinux *)&told;
	sdeistop_names_caller(&names, &regs, 0, &ret);
	assert_int_equal(ret.is, SDEISTOP_CALLER_FOUND);
	told.is = SDEISTOP_CALLER_IN_RECORD;
	sdeistop_names_caller(&names, &regs, 0, &ret);
	assert_int_equal(ret.is, SDEISTOP_CALLER_IN_RECORD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_named, set_up),
		cmocka_unit_test_setup(test_own_calls, set_up),
		cmocka_unit_test_setup(test_no_call, set_up),
		cmocka_unit_test_setup(test_half_named, set_up),
		cmocka_unit_test_setup(test_unnamed, set_up),
		cmocka_unit_test_setup(test_sources, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
