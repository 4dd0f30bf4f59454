// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backtrace of one CPU, from the point of interruption, printed as crash's
 * bt prints.
 */
#include "ext.h"

static const char *lr_mark(enum lr_says says)
{
	if (says == LR_NOT_THE_CALLER)
		return "";
	return says == LR_PROVEN ? " (link register)" : " (link register, probable)";
}

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
	fprintf(fp, "%s\n", lr_mark(frame->from_lr));
}

static void print_context(const char *what, const struct sdeistop_regs *regs)
{
	fprintf(fp, "    %s: PC: %016lx  LR: %016lx  SP: %016lx  PSTATE: %08lx\n", what,
		(ulong)regs->pc, (ulong)regs->x[30], (ulong)regs->sp, (ulong)regs->pstate);
}

/*
 * Did a task of user space enter the kernel with these? A kernel thread has
 * them too. Of an unknown task the mode tells, and the first task of a CPU was
 * given zeros, which would be user mode.
 */
static bool entered_from_user(const struct sdeistop_cpu *cpu, const struct sdeistop_regs *regs)
{
	struct task_context *tc = cpu_task(cpu);

	if (tc)
		return !is_kernel_thread(tc->task);
	return user_mode(regs) && (regs->pc || regs->sp);
}

static void print_end(const struct unwind *u, const struct sdeistop_cpu *cpu)
{
	struct sdeistop_regs regs;

	if (u->end == UNWIND_GOES_ON)		/* interrupted */
		return;
	if (u->end != UNWIND_DONE)
		fprintf(fp, "    (ends here: %s)\n", unwind_end_text(u->end));
	else if (u->pt_regs && read_pt_regs(u->pt_regs, &regs) && entered_from_user(cpu, &regs))
		print_context("user mode", &regs);
}

void backtrace_print(const struct sdeistop_cpu *cpu, const struct style *style)
{
	struct sdeistop_regs regs;
	unsigned int level = 0;
	struct frame frame;
	struct unwind u;

	if (user_mode(&cpu->regs)) {
		print_context("user mode", &cpu->regs);
		return;
	}
	unwind_start(&u, cpu, &frame);
	do {
		if (frame.pt_regs && read_pt_regs(frame.pt_regs, &regs))
			print_context("exception", &regs);
		print_frame(level++, &frame, style);
	} while (unwind_next(&u, &frame) && !received_SIGINT());
	print_end(&u, cpu);
}
