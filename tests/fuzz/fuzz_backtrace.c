// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A walk over frame records. The input is the memory from BASE on, after five
 * bytes: options, then where x29 and the stack pointer are. A word that is no
 * more than the memory has bytes counts as an address in it, so that chains are
 * within reach of a fuzzer.
 */

#include "target.h"

#include <string.h>

#include "../../lib/memory/backtrace.h"

#define BASE		0xffff800080000000ull
#define OPTIONS		5
#define TYPES		8	/* words below are of other kinds than addresses */

enum { BIG_ENDIAN_DUMP = 1, ONE_LAYOUT = 2, OTHER_LAYOUT = 4, CALLER = 8, USER = 16, PAC = 32 };

struct memory {
	const uint8_t *data;
	size_t size;
	unsigned int nr_reads;
};

static bool read_memory(void *arg, uint64_t address, void *to, size_t size)
{
	struct memory *memory = arg;

	memory->nr_reads++;
	if (address < BASE || address - BASE > memory->size ||
	    size > memory->size - (address - BASE))
		return false;
	for (size_t i = 0; i + 8 <= size; i += 8) {
		uint64_t word;

		memcpy(&word, memory->data + (address - BASE) + i, sizeof(word));
		if (word >= TYPES && word < memory->size)
			word += BASE;
		memcpy((uint8_t *)to + i, &word, sizeof(word));
	}
	return true;
}

/* Somebody, and of any kind: as the registers are */
static void tell_caller(void *arg, const struct sdeistop_regs *regs, uint64_t record_lr,
			struct sdeistop_caller *ret)
{
	(void)arg;
	*ret = (struct sdeistop_caller) {
		.is = (enum sdeistop_caller_is)(regs->x[0] % 4), .pc = record_lr + 4,
		.fp = regs->x[29],
	};
}

static void check(const struct sdeistop_backtrace *backtrace, const struct memory *memory)
{
	char text[128] = "";

	require(backtrace->nr >= 1 && backtrace->nr <= SDEISTOP_FRAMES_MAX);
	for (size_t i = 0; i < backtrace->nr; i++) {
		const struct sdeistop_frame *frame = &backtrace->frame[i];

		require(frame->kind <= SDEISTOP_FRAME_LINK_PROBABLE);
		require(frame->kind != SDEISTOP_FRAME_USER || backtrace->nr == 1);
		require(frame->kind != SDEISTOP_FRAME_RETURN || frame->pc >> 52 == 0xfff);
	}
	/* a record, its type, two layouts around it, and one ahead of it */
	require(memory->nr_reads <= 5 * (SDEISTOP_FRAMES_MAX + 1));
	sdeistop_end_text(backtrace, text, sizeof(text));
	require(*text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memory memory = { .data = data + OPTIONS, .size = size - OPTIONS };
	struct sdeistop_backtrace backtrace;
	struct sdeistop_unwinder unwinder;
	struct sdeistop_regs regs = { 0 };

	if (size < OPTIONS)
		return 0;
	unwinder = (struct sdeistop_unwinder) {
		.reader = {
			.read = read_memory, .arg = &memory,
			.big_endian = data[0] & BIG_ENDIAN_DUMP,
		},
		.pac_mask = data[0] & PAC ? 0x007f000000000000ull : 0,
		.stack_bytes = sdeistop_stack_bytes(0),
		.pt_regs = &sdeistop_known_pt_regs[!!(data[0] & OTHER_LAYOUT)],
		.nr_pt_regs = 1,
		.caller = data[0] & CALLER ? tell_caller : NULL,
	};
	if (!(data[0] & ONE_LAYOUT)) {
		unwinder.pt_regs = sdeistop_known_pt_regs;
		unwinder.nr_pt_regs = 2;
	}
	regs.x[0] = data[1];
	regs.x[29] = BASE + sdeistop_get16(data + 1, false);
	regs.sp = BASE + sdeistop_get16(data + 3, false);
	regs.pc = BASE;
	regs.pstate = data[0] & USER ? 0 : 5;
	sdeistop_unwind(&unwinder, &regs, &backtrace);
	check(&backtrace, &memory);
	return 0;
}
