// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who called the function that a CPU was interrupted in. A leaf function, and
 * any function before it has made its frame record or after it took it down,
 * has its caller in the link register only.
 */
#include "ext.h"

/* BL, or BLR in any of its forms; others do not set the link register */
static bool is_call(uint32_t insn)
{
	return (insn & 0xfc000000) == 0x94000000 || (insn & 0xfefff000) == 0xd63f0000;
}

/* Is @insn at @at a BL, which has its target in it, to @target? */
static bool calls_directly(uint32_t insn, ulong at, ulong target)
{
	long words = (int32_t)(insn << 6) >> 6;

	return (insn & 0xfc000000) == 0x94000000 && at + 4 * words == target;
}

/*
 * GCC moves what is unlikely into NAME.cold, which is the same function; the
 * names of its other parts (NAME.part.0, NAME.isra.0) and of statics that share
 * one do not tell.
 */
static bool same_name(const struct syment *a, const struct syment *b)
{
	size_t a_len = strcspn(a->name, "."), b_len = strcspn(b->name, ".");

	return a_len == b_len && !strncmp(a->name, b->name, a_len);
}

/*
 * Is @lr the return address of the call that led to @at, and not in the frame
 * record the next frame will come from? After any call that the function itself
 * made, the link register points into the function; before, a record of its own
 * holds the same as the register. Where there is no function, a jump into
 * nowhere, nothing has changed the register since the call.
 */
enum lr_says lr_tells_caller(ulong at, ulong lr, ulong record_lr)
{
	struct syment *here, *caller;
	uint32_t insn;

	lr = strip_pac(lr);
	if (!lr || lr % 4 || lr == strip_pac(record_lr) || !is_kernel_text(lr - 4))
		return LR_NOT_THE_CALLER;
	if (!read_memory(lr - 4, &insn, sizeof(insn)) || !is_call(insn))
		return LR_NOT_THE_CALLER;
	caller = value_search(lr - 4, NULL);
	if (!caller)
		return LR_NOT_THE_CALLER;
	here = value_search(at, NULL);
	if (!here)
		return LR_PROBABLE;
	if (here->value == caller->value)
		return LR_NOT_THE_CALLER;
	if (calls_directly(insn, lr - 4, here->value))
		return LR_PROVEN;
	return same_name(here, caller) ? LR_NOT_THE_CALLER : LR_PROBABLE;
}
