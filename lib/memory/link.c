// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who called an interrupted function, where call frame information does not tell:
 * there is no debuginfo, or it is assembly or a module. The link register holds
 * the caller of a leaf function, and of any other before it has made its frame
 * record; what it holds else was left there by a call that has returned.
 */

#include "names.h"

#include <string.h>

/* A function without a name is taken to be no longer */
#define FUNCTION_BYTES_MAX	(64u << 10)

static bool is_bl(uint32_t instruction)
{
	return (instruction & 0xfc000000) == 0x94000000;
}

/* BL, or BLR in any of its forms; nothing else sets the link register */
static bool is_call(uint32_t instruction)
{
	return is_bl(instruction) || (instruction & 0xfefff000) == 0xd63f0000;
}

/* From a BL to where it goes, which may be before it */
static uint64_t branch_bytes(uint32_t instruction)
{
	const int64_t words = (int32_t)(instruction << 6) >> 6;

	return (uint64_t)(4 * words);
}

static bool calls(uint32_t instruction, uint64_t at, uint64_t target)
{
	return is_bl(instruction) && at + branch_bytes(instruction) == target;
}

static bool is_text(const struct sdeistop_place *place)
{
	return place->function[0] && strchr("tTwW", place->type);
}

/* Parts that the compiler moves away from a function have its name, a dot and
 * more; calls between them do not tell. */
static bool same_function(const struct sdeistop_place *a, const struct sdeistop_place *b)
{
	const size_t length = strcspn(a->function, ".");

	return length == strcspn(b->function, ".") && !strcmp(a->module, b->module) &&
	       !strncmp(a->function, b->function, length);
}

/* Instructions are little-endian on machines of either kind. */
static bool read_instruction(const struct sdeistop_reader *reader, uint64_t address, uint32_t *ret)
{
	uint8_t bytes[4];

	if (!reader->read(reader->arg, address, bytes, sizeof(bytes)))
		return false;
	*ret = sdeistop_get32(bytes, false);
	return true;
}

/* Neither @pc nor what called at @at has a name. If that is a BL to a function
 * which @pc may be in, and not in that function itself, it called this one. */
static enum sdeistop_caller_is judge_unnamed(uint32_t instruction, uint64_t at, uint64_t pc)
{
	const uint64_t target = at + branch_bytes(instruction);

	if (!is_bl(instruction) || target > pc || pc - target > FUNCTION_BYTES_MAX ||
	    (at >= target && at <= pc))
		return SDEISTOP_CALLER_UNKNOWN;
	return SDEISTOP_CALLER_PROBABLE;
}

/*
 * After a call of its own the link register points into the function itself, and
 * before the first one its record, once made, holds the same as the register. What
 * follows no call is not from a call: the function uses the register as any other,
 * and has saved it.
 */
static enum sdeistop_caller_is judge(struct sdeistop_names *names, uint64_t pc, uint64_t lr,
				     uint64_t record_lr)
{
	const uint64_t address[] = { pc, lr - 4 };
	struct sdeistop_code code[2];
	uint32_t instruction;
	bool called;

	if (lr % 4 || lr < 4 || lr == record_lr)
		return SDEISTOP_CALLER_IN_RECORD;
	if (!read_instruction(&names->reader, lr - 4, &instruction))
		return SDEISTOP_CALLER_UNKNOWN;
	if (!is_call(instruction))
		return SDEISTOP_CALLER_IN_RECORD;
	sdeistop_names_find(names, address, 2, code);
	if (!is_text(&code[0].place))	/* a jump into nowhere changes no register */
		return is_text(&code[1].place) ? SDEISTOP_CALLER_PROBABLE :
						 judge_unnamed(instruction, lr - 4, pc);
	called = calls(instruction, lr - 4, pc - code[0].place.offset);
	if (!is_text(&code[1].place))
		return called ? SDEISTOP_CALLER_FOUND : SDEISTOP_CALLER_PROBABLE;
	/* a function that calls itself may be either of the two */
	if (pc - code[0].place.offset == lr - 4 - code[1].place.offset)
		return called ? SDEISTOP_CALLER_UNKNOWN : SDEISTOP_CALLER_IN_RECORD;
	if (called)
		return SDEISTOP_CALLER_FOUND;
	return same_function(&code[0].place, &code[1].place) ? SDEISTOP_CALLER_UNKNOWN :
							       SDEISTOP_CALLER_PROBABLE;
}

void sdeistop_names_caller(void *arg, const struct sdeistop_regs *regs, uint64_t record_lr,
			   struct sdeistop_caller *ret)
{
	struct sdeistop_names *names = arg;
	uint64_t mask = 0;

	*ret = (struct sdeistop_caller) { .is = SDEISTOP_CALLER_UNKNOWN };
	if (names->vmlinux)
		sdeistop_vmlinux_caller(names->vmlinux, &names->reader, regs, ret);
	if (ret->is != SDEISTOP_CALLER_UNKNOWN)
		return;
	sdeistop_memory_number(names->memory, "NUMBER(KERNELPACMASK)", 0, &mask);
	ret->pc = sdeistop_strip_pac(regs->x[30], mask);
	ret->fp = regs->x[29];
	ret->is = judge(names, regs->pc, ret->pc, record_lr);
}
