// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who called an interrupted function, where call frame information does not tell:
 * there is no debuginfo, or it is assembly or a module. The link register holds
 * the caller of a leaf function, and of any other before it has made its frame
 * record; what it holds else was left there by a call that has returned.
 */

#include "names.h"

#include <string.h>

/* BL, or BLR in any of its forms; nothing else sets the link register */
static bool is_call(uint32_t instruction)
{
	return (instruction & 0xfc000000) == 0x94000000 ||
	       (instruction & 0xfefff000) == 0xd63f0000;
}

/* Is @instruction at @at a BL, which tells where it goes, to @target? */
static bool calls(uint32_t instruction, uint64_t at, uint64_t target)
{
	const int64_t words = (int32_t)(instruction << 6) >> 6;

	return (instruction & 0xfc000000) == 0x94000000 && at + (uint64_t)(4 * words) == target;
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

/*
 * After a call of its own the link register points into the function itself, and
 * before the first one its record, once made, holds the same as the register.
 */
static enum sdeistop_caller_is judge(struct sdeistop_names *names, uint64_t pc, uint64_t lr,
				     uint64_t record_lr)
{
	const uint64_t address[] = { pc, lr - 4 };
	struct sdeistop_code code[2];
	uint32_t instruction;

	if (lr % 4 || lr < 4 || lr == record_lr ||
	    !read_instruction(&names->reader, lr - 4, &instruction) || !is_call(instruction))
		return SDEISTOP_CALLER_UNKNOWN;
	sdeistop_names_find(names, address, 2, code);
	if (!is_text(&code[1].place))
		return SDEISTOP_CALLER_UNKNOWN;
	if (!is_text(&code[0].place))	/* a jump into nowhere changes no register */
		return SDEISTOP_CALLER_PROBABLE;
	if (pc - code[0].place.offset == lr - 4 - code[1].place.offset)
		return SDEISTOP_CALLER_IN_RECORD;
	if (calls(instruction, lr - 4, pc - code[0].place.offset))
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
