// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backtrace of one CPU, from the point of interruption, printed as crash's
 * bt prints.
 */
#include "ext.h"

static void print_frame(unsigned int level, const struct frame *frame, const struct style *style)
{
	struct load_module *module;
	char name[BUFSIZE];
	ulong at = frame->pc - (frame->exact ? 0 : 4);

	if (frame->left)
		fprintf(fp, "--- <%s stack> ---\n", frame->left);
	symbol_name(frame->pc, !frame->exact, style, name);
	fprintf(fp, "%s#%u [%016lx] %s at %lx", level < 10 ? " " : "", level, frame->at,
		*name ? name : "(no symbol)", at);
	if (*name && module_symbol(at, NULL, &module, NULL, 0))
		fprintf(fp, " [%s]", module->mod_name);
	fprintf(fp, "%s\n", frame->from_lr ? " (link register)" : "");
}

static void print_pt_regs(const char *what, ulong address)
{
	struct sdeistop_regs regs;

	if (!readmem(address, KVADDR, &regs, sizeof(regs), "pt_regs", RETURN_ON_ERROR | QUIET))
		return;
	fprintf(fp, "    %s: PC: %016lx  LR: %016lx  SP: %016lx  PSTATE: %08lx\n", what,
		(ulong)regs.pc, (ulong)regs.x[30], (ulong)regs.sp, (ulong)regs.pstate);
}

static void print_user_context(const struct sdeistop_cpu *cpu)
{
	const struct sdeistop_regs *regs = &cpu->regs;

	fprintf(fp, "    user mode: PC: %016lx  LR: %016lx  SP: %016lx  PSTATE: %08lx\n",
		(ulong)regs->pc, (ulong)regs->x[30], (ulong)regs->sp, (ulong)regs->pstate);
}

static void print_end(const struct unwind *u, const struct sdeistop_cpu *cpu)
{
	struct task_context *tc = cpu_task(cpu);

	if (u->end != UNWIND_DONE)
		fprintf(fp, "    (ends here: %s)\n", unwind_end_text(u->end));
	else if (u->pt_regs && tc && !is_kernel_thread(tc->task))
		print_pt_regs("user mode", u->pt_regs);
}

void backtrace_print(const struct sdeistop_cpu *cpu, const struct style *style)
{
	unsigned int level = 0;
	struct frame frame;
	struct unwind u;

	if (user_mode(&cpu->regs)) {
		print_user_context(cpu);
		return;
	}
	unwind_start(&u, cpu, &frame);
	do {
		if (frame.pt_regs)
			print_pt_regs("exception", frame.pt_regs);
		print_frame(level++, &frame, style);
	} while (unwind_next(&u, &frame) && !received_SIGINT());
	print_end(&u, cpu);
}
