// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One step with call frame information, from where a function was interrupted
 * to its caller: at its beginning and its end, and in a leaf function all along,
 * there is no frame record of its own, and the caller is in the link register or
 * where that has just been saved.
 */

#include "debuginfo.h"

#include <dwarf.h>

enum { DWARF_X29 = 29, DWARF_X30 = 30, DWARF_SP = 31 };

/* What a rule says of a register */
enum rule {
	RULE_UNKNOWN,
	RULE_SAME,		/* the caller has the same value in it */
	RULE_SAVED,		/* it is at an address */
};

static uint64_t register_value(const struct sdeistop_regs *regs, unsigned int number)
{
	return number == DWARF_SP ? regs->sp : regs->x[number];
}

/*
 * The rules of compiled code: a register and an offset for the canonical frame
 * address, and that and an offset for what was saved. Others are not evaluated.
 */
static bool evaluate(const Dwarf_Op *op, size_t nr, const struct sdeistop_regs *regs,
		     uint64_t cfa, uint64_t *ret)
{
	if (!nr)
		return false;
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		*ret = register_value(regs, op->atom - DW_OP_breg0) + op->number;
	else if (op->atom == DW_OP_bregx && op->number <= DWARF_SP)
		*ret = register_value(regs, (unsigned int)op->number) + op->number2;
	else if (op->atom == DW_OP_call_frame_cfa)
		*ret = cfa;
	else
		return false;
	for (size_t i = 1; i < nr; i++) {
		if (op[i].atom != DW_OP_plus_uconst)
			return false;
		*ret += op[i].number;
	}
	return true;
}

static enum rule rule_of(Dwarf_Frame *frame, int number, const struct sdeistop_regs *regs,
			 uint64_t cfa, uint64_t *at)
{
	Dwarf_Op mem[3], *ops;
	size_t nr;

	if (dwarf_frame_register(frame, number, mem, &ops, &nr))
		return RULE_UNKNOWN;
	if (!nr)
		return ops ? RULE_UNKNOWN : RULE_SAME;
	return evaluate(ops, nr, regs, cfa, at) ? RULE_SAVED : RULE_UNKNOWN;
}

static Dwarf_Frame *frame_at(struct sdeistop_vmlinux *vmlinux, uint64_t address)
{
	const Dwarf_Addr at = address - vmlinux->offset;
	Dwarf_Frame *frame;
	Dwarf_Addr bias;
	Dwarf_CFI *cfi;

	cfi = dwfl_module_dwarf_cfi(vmlinux->module, &bias);
	if (cfi && !dwarf_cfi_addrframe(cfi, at - bias, &frame))
		return frame;
	cfi = dwfl_module_eh_cfi(vmlinux->module, &bias);
	if (cfi && !dwarf_cfi_addrframe(cfi, at - bias, &frame))
		return frame;
	return NULL;
}

static void take_step(Dwarf_Frame *frame, const struct sdeistop_reader *reader,
		      const struct sdeistop_regs *regs, struct sdeistop_caller *ret)
{
	uint64_t cfa, fp_at, lr_at;
	enum rule fp, lr;
	Dwarf_Op *ops;
	size_t nr;

	if (dwarf_frame_cfa(frame, &ops, &nr) || !evaluate(ops, nr, regs, 0, &cfa))
		return;
	fp = rule_of(frame, DWARF_X29, regs, cfa, &fp_at);
	lr = rule_of(frame, DWARF_X30, regs, cfa, &lr_at);
	if (fp == RULE_UNKNOWN || lr == RULE_UNKNOWN)
		return;
	ret->pc = regs->x[30];
	ret->fp = regs->x[29];
	if (fp == RULE_SAVED && lr == RULE_SAVED && fp_at == regs->x[29] && lr_at == fp_at + 8) {
		ret->is = SDEISTOP_CALLER_IN_RECORD;
		return;
	}
	if ((fp == RULE_SAVED && !sdeistop_reader_u64(reader, fp_at, &ret->fp, 1)) ||
	    (lr == RULE_SAVED && !sdeistop_reader_u64(reader, lr_at, &ret->pc, 1)))
		return;
	ret->is = SDEISTOP_CALLER_FOUND;
}

void sdeistop_vmlinux_caller(struct sdeistop_vmlinux *vmlinux,
			     const struct sdeistop_reader *reader,
			     const struct sdeistop_regs *regs, struct sdeistop_caller *ret)
{
	sdeistop_autofree Dwarf_Frame *frame = vmlinux->dwarf ? frame_at(vmlinux, regs->pc) : NULL;

	*ret = (struct sdeistop_caller) { .is = SDEISTOP_CALLER_UNKNOWN };
	if (frame)
		take_step(frame, reader, regs, ret);
}
