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

/* GCC moves what is unlikely into NAME.cold, which is the same function */
static bool same_function(const struct syment *a, const struct syment *b)
{
	size_t a_len = strcspn(a->name, "."), b_len = strcspn(b->name, ".");

	return a_len == b_len && !strncmp(a->name, b->name, a_len);
}

/*
 * Is @lr the return address of the call that led to @at, and not in the frame
 * record the next frame will come from? After any call that the function itself
 * made, the link register points into the function; before, a record of its own
 * holds the same as the register.
 */
bool lr_is_caller(ulong at, ulong lr, ulong record_lr)
{
	struct syment *here, *caller;
	uint32_t insn;

	lr = strip_pac(lr);
	if (!lr || lr % 4 || lr == strip_pac(record_lr) || !is_kernel_text(lr - 4))
		return false;
	if (!readmem(lr - 4, KVADDR, &insn, sizeof(insn), "call instruction",
		     RETURN_ON_ERROR | QUIET) || !is_call(insn))
		return false;
	here = value_search(at, NULL);
	caller = value_search(lr - 4, NULL);
	return here && caller && !same_function(here, caller);
}
