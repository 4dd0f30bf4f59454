// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * User space of a CPU that was wedged there, or in a system call from there: the code
 * and the stack. Few pages, whatever the registers say.
 */

#include "internal.h"

#include <string.h>

#define PSTATE_MODE	0xf	/* 0: EL0 */
/* Bits of PSTATE that no arm64 kernel saves for EL0: M[3:0], and the upper half but
 * for what debugging and later extensions use in it */
#define PSTATE_AARCH32	(1u << 4)

/* struct pt_regs at the top of a task's stack begins with the registers of the
 * process; what follows them differs between kernels */
#define REGS_BYTES	(34 * 8)
#define PT_REGS_MAX	512

#define CODE_BYTES	512
#define STACK_BYTES	(16u << 10)

struct user {
	uint64_t pc, lr, sp;
};

static bool is_user(uint64_t pc, uint64_t sp, uint64_t pstate)
{
	return !(pstate & PSTATE_MODE) && pc && !triage_is_kernel(pc) && !triage_is_kernel(sp) &&
	       (pstate & PSTATE_AARCH32 || (!(pc % 4) && !(sp % 16)));
}

/* The registers that the process entered the kernel with: the first from the top of
 * its stack that can be some */
static bool find_entry(const struct sdeistop_triage *triage, uint64_t top, struct user *ret)
{
	uint8_t bytes[PT_REGS_MAX];
	const bool big = triage->mmu.big_endian;

	if (!top || !triage_read(triage, top - sizeof(bytes), bytes, sizeof(bytes)))
		return false;
	for (size_t size = REGS_BYTES; size <= sizeof(bytes); size += 16) {
		const uint8_t *p = bytes + sizeof(bytes) - size;
		const uint64_t sp = sdeistop_get64(p + 31 * 8, big);
		const uint64_t pc = sdeistop_get64(p + 32 * 8, big);

		if (!sp || !is_user(pc, sp, sdeistop_get64(p + 33 * 8, big)))
			continue;
		*ret = (struct user) { .pc = pc, .sp = sp, .lr = sdeistop_get64(p + 30 * 8, big) };
		return true;
	}
	return false;
}

void triage_add_user(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu,
		     uint64_t task, uint64_t top)
{
	const struct triage_info *info = &triage->info;
	const struct sdeistop_regs *regs = &cpu->regs;
	struct user user = { .pc = regs->pc, .lr = regs->x[30], .sp = regs->sp };
	uint64_t mm, pgd, at;

	if (info->task_mm == TRIAGE_UNKNOWN || info->mm_pgd == TRIAGE_UNKNOWN ||
	    !triage_read64(triage, task + info->task_mm, &mm) || !triage_is_kernel(mm))
		return;		/* a kernel thread, most likely */
	at = triage_plain(&triage->mmu, mm) + info->mm_pgd;
	if (!triage_read64(triage, at, &pgd))
		return;
	if (!(cpu->has_regs && is_user(user.pc, user.sp, regs->pstate)) &&
	    !find_entry(triage, top, &user))
		return;
	/* readers find the page tables by it, too */
	triage_want(triage, at, sizeof(pgd), true);
	triage_want_user(triage, pgd, user.pc, 4, true);
	triage_want_user(triage, pgd, user.pc, CODE_BYTES, false);
	triage_want_user(triage, pgd, triage_plain(&triage->mmu, user.lr), CODE_BYTES, false);
	triage_want_user(triage, pgd, user.sp, 8, true);
	triage_want_user(triage, pgd, user.sp, STACK_BYTES, false);
}
