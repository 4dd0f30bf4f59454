/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls that led to where an arm64 CPU was interrupted. Memory is read
 * through a function of the caller's, so that this part can be tried on memory
 * of any kind; it knows neither dumps nor names.
 */
#ifndef SDEISTOP_BACKTRACE_H
#define SDEISTOP_BACKTRACE_H

#include <sdeistop.h>

struct sdeistop_reader {
	/* All of @size bytes at kernel virtual @address, or false */
	bool (*read)(void *arg, uint64_t address, void *to, size_t size);
	void *arg;
	bool big_endian;
};

/* The integers at @address, in the host's byte order, or false */
bool sdeistop_reader_u32(const struct sdeistop_reader *reader, uint64_t address, uint32_t *ret);
bool sdeistop_reader_u64(const struct sdeistop_reader *reader, uint64_t address, uint64_t ret[],
			 size_t nr);

/* --------------------------------------------------------------- pt_regs */

/* How struct pt_regs and the frame record in it look. It begins with the
 * registers of NT_PRSTATUS on every kernel. */
struct sdeistop_pt_regs {
	uint32_t stackframe;	/* offset of the record, at least SDEISTOP_USER_REGS_BYTES */
	bool typed;		/* the record is a frame_record_meta: two zeros, then a type */
};

#define SDEISTOP_USER_REGS_BYTES	272

/* --------------------------------------------------------------- callers */

enum sdeistop_caller_is {
	SDEISTOP_CALLER_UNKNOWN,	/* nothing tells: it may be in the record or missing */
	SDEISTOP_CALLER_IN_RECORD,	/* the record at x29 is this function's own */
	SDEISTOP_CALLER_FOUND,
	SDEISTOP_CALLER_PROBABLE,	/* a guess, and the frame says so */
};

/* The caller of an interrupted function that has no record yet, or no longer */
struct sdeistop_caller {
	enum sdeistop_caller_is is;
	uint64_t pc;		/* return address, PAC may be in it */
	uint64_t fp;		/* x29 of the caller */
};

/* ------------------------------------------------------------------ walk */

#define SDEISTOP_FRAMES_MAX	128

enum sdeistop_frame_kind {
	SDEISTOP_FRAME_EXACT,		/* interrupted there: @pc is of the next instruction */
	SDEISTOP_FRAME_UNSURE,		/* the same, and its caller may be missing after it */
	SDEISTOP_FRAME_USER,		/* interrupted in user space */
	SDEISTOP_FRAME_RETURN,		/* called something: @pc is after the call */
	SDEISTOP_FRAME_LINK,		/* the same, and no frame record tells of it */
	SDEISTOP_FRAME_LINK_PROBABLE,	/* perhaps the caller, perhaps not on the stack at all */
};

struct sdeistop_frame {
	uint64_t pc;			/* without PAC */
	uint64_t fp;			/* x29 in that function */
	enum sdeistop_frame_kind kind;
};

enum sdeistop_end {
	SDEISTOP_END_OF_STACK,
	SDEISTOP_END_USER,		/* the CPU was in user space */
	SDEISTOP_END_NOT_IN_DUMP,
	SDEISTOP_END_MISALIGNED,
	SDEISTOP_END_BACKWARDS,		/* not above the last record, or on a stack left before */
	SDEISTOP_END_STACKS,		/* on more stacks than a CPU has */
	SDEISTOP_END_NO_CODE,		/* a return address that is none of the kernel */
	SDEISTOP_END_BAD_RECORD,	/* of a type that is not known */
	SDEISTOP_END_TOO_DEEP,
};

struct sdeistop_backtrace {
	struct sdeistop_frame frame[SDEISTOP_FRAMES_MAX];
	size_t nr;			/* at least 1 */
	enum sdeistop_end end;
	uint64_t end_at;		/* the record that @end is about */
};

struct sdeistop_unwinder {
	struct sdeistop_reader reader;
	uint64_t pac_mask;		/* bits of kernel code addresses that PAC takes */
	uint64_t stack_bytes;		/* size of a stack, or its half; a power of two */
	/* One if debuginfo tells, otherwise what kernels are known to have had */
	const struct sdeistop_pt_regs *pt_regs;
	size_t nr_pt_regs;
	/* May be NULL. @record_lr: in the record at x29, 0 if there is none. */
	void (*caller)(void *arg, const struct sdeistop_regs *regs, uint64_t record_lr,
		       struct sdeistop_caller *ret);
	void *arg;
};

/* The layouts without debuginfo; each is checked against what is in memory. */
extern const struct sdeistop_pt_regs sdeistop_known_pt_regs[2];

/* Size of a stack of kernels with such pages */
uint64_t sdeistop_stack_bytes(uint64_t page_bytes);

uint64_t sdeistop_strip_pac(uint64_t address, uint64_t mask);

/* Every record that is followed lies above the last one on its stack, and no
 * stack is entered twice: each walk ends, whatever memory holds. */
void sdeistop_unwind(const struct sdeistop_unwinder *unwinder, const struct sdeistop_regs *regs,
		     struct sdeistop_backtrace *ret);

/* Was the stack walked to its end, and is no caller missing? */
bool sdeistop_backtrace_is_whole(const struct sdeistop_backtrace *backtrace);
/* Why there is no further frame, or not each of them, in words */
void sdeistop_end_text(const struct sdeistop_backtrace *backtrace, char *text, size_t size);

#endif /* SDEISTOP_BACKTRACE_H */
