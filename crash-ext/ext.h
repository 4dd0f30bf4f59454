/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the crash extension share. Everything here is hidden in
 * the shared object: crash loads extensions into one name space.
 */
#ifndef SDEISTOP_CRASH_EXT_H
#define SDEISTOP_CRASH_EXT_H

/* First, as it has macros for common words: "error" is one of them */
#include "defs.h"
#include <sdeistop.h>

/* CPUs named with -c; all of them without it */
struct cpu_set {
	bool all;
	unsigned int nr;		/* one above the highest CPU that can be named */
	unsigned char *bits;		/* a GETBUF(), NULL with @all */
};

/* How to print: the radix of symbol offsets, 0 for crash's current one */
struct style {
	ulong radix;
};

/* What is printed of a CPU, besides a line that names it */
struct context {
	bool regs, backtrace;
	bool handler;			/* in the backtrace too */
	struct style style;
};

/* guard.c */
void hold_interrupts(sigset_t *before);
void release_interrupts(const sigset_t *before);
bool guarded(void (*what)(void *arg), void *arg, FILE *out);
bool read_memory(ulong address, void *buf, size_t size);

/* output.c */
void output_begin(void);
void output_end(void);

/* memory.c */
struct memory {
	struct sdeistop_buffer *buffer;		/* of every possible CPU, ascending */
	size_t nr;
	unsigned char *storage;			/* of what they point to */
	const char *why_not;			/* there are none: a clause; NULL otherwise */
};

void memory_open(const struct sdeistop_report *report, struct memory *ret);
void memory_close(struct memory *memory);

/* segment.c */
int segment_report(const char *path, struct sdeistop_report **ret,
		   struct sdeistop_error *problem);

/* panic-log.c */
int panic_log_infer(struct sdeistop_report *report, struct sdeistop_error *problem);

/* report.c */
bool is_live(void);
bool writes_records(const struct sdeistop_report *report);
int report_make(struct sdeistop_report **ret, struct sdeistop_error *problem);

/* cpus.c */
bool in_minimal_mode(void);
unsigned int cpus_limit(const struct sdeistop_report *report);
unsigned int cpus_count(const struct sdeistop_report *report);
bool cpus_possible(const struct sdeistop_report *report, unsigned int cpu);
void cpus_parse(char *list, const struct sdeistop_report *report, struct cpu_set *ret);
bool cpus_selected(const struct cpu_set *set, const struct sdeistop_report *report,
		   unsigned int cpu);

/* names.c */
bool user_mode(const struct sdeistop_regs *regs);
ulong strip_pac(ulong address);
void names_forget(void);
char *symbol_name(ulong address, bool returns_there, const struct style *style,
		  char *buf);
char *pc_name(const struct sdeistop_regs *regs, const struct style *style, char *buf);
struct task_context *cpu_task(const struct sdeistop_cpu *cpu);
const char *cpu_command(const struct sdeistop_cpu *cpu);
void print_task_line(unsigned int cpu, ulong pid, ulong task, const struct task_context *tc);
void print_cpu_header(const struct sdeistop_report *report, unsigned int cpu);

/* help.c */
extern char *help_sdeistop[];

/* table.c */
void table_print(const struct sdeistop_report *report, const struct cpu_set *set,
		 const struct style *style);

/* regs.c */
void regs_print(const struct sdeistop_regs *regs, const struct style *style);

/* leaf.c */
enum lr_says {
	LR_NOT_THE_CALLER,
	LR_PROBABLE,		/* returns after a call, of what is not known */
	LR_PROVEN,		/* returns after a call of this very function */
};

enum lr_says lr_tells_caller(ulong at, ulong lr, ulong record_lr);

/* unwind.c */
enum { UNWIND_MAX_STACKS = 6, UNWIND_MAX_FRAMES = 256 };

/* A stack the CPU may have been on. @low rises from @base while it is walked. */
struct stack {
	const char *name;
	ulong base, low, high;
};

struct frame {
	ulong pc;
	ulong at;		/* address of the frame, for display */
	bool exact;		/* @pc is where the CPU was, not where a call returns to */
	enum lr_says from_lr;	/* known from the link register alone; 0 not */
	const char *left;	/* stack that ended before this frame, NULL none */
	ulong pt_regs;		/* interrupted here: the saved registers; 0 not */
};

enum unwind_end {
	UNWIND_GOES_ON,
	UNWIND_DONE,		/* at the first frame of the task */
	UNWIND_UNREADABLE,	/* the dump lacks the memory */
	UNWIND_OFF_STACK,	/* the next record is on none of the CPU's stacks */
	UNWIND_NOT_UP,		/* it does not lie above the last one */
	UNWIND_TOO_DEEP,
};

struct unwind {
	struct stack stack[UNWIND_MAX_STACKS];
	unsigned int nr_stacks;
	int on;			/* index of the stack being walked, -1 none yet */
	int shown_on;		/* of the stack of the frame handed out last */
	long record_offset;	/* of the frame record in struct pt_regs, < 0 none */
	long record_size;	/* 16, or 24 where the record has a type */
	unsigned int nr_frames;
	ulong fp;		/* the next frame record */
	ulong lr;		/* live link register of interrupted code, 0 none */
	ulong pc;		/* pc of the frame handed out last */
	ulong pt_regs;		/* the task's entry registers, once at the end */
	enum unwind_end end;
};

bool read_pt_regs(ulong address, struct sdeistop_regs *ret);
void unwind_start(struct unwind *u, const struct sdeistop_cpu *cpu, struct frame *first);
bool unwind_next(struct unwind *u, struct frame *ret);
const char *unwind_end_text(enum unwind_end end);

/* bt.c */
void backtrace_print(const struct sdeistop_cpu *cpu, const struct style *style);

/* handler.c */
void handler_print(const struct sdeistop_cpu *cpu, const struct style *style);

/* context.c */
void context_print(const struct sdeistop_cpu *cpu, const struct context *context);
void contexts_print(const struct sdeistop_report *report, const struct cpu_set *set,
		    const struct context *context);

/* inferred.c */
void inferred_print(const struct sdeistop_report *report, const struct cpu_set *set,
		    const struct context *context, const struct style *style);

#endif
