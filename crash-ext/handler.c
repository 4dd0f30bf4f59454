// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a CPU did after it was interrupted: the frames of the handler that stopped
 * it. Its registers there are nowhere, so nothing says where its frame records
 * begin; but where they end is known, as the handler's entry saved what it
 * interrupted. From there the records that point to one another are searched
 * for, from the outermost in. A call that has returned leaves its record behind:
 * what is found may be what the handler did a moment before.
 */
#include "ext.h"

enum {
	MAX_HANDLER_FRAMES = 32,
	MAX_STACK = 1 << 18,		/* 64 KiB pages have such stacks */
	REGS_WORDS = sizeof(struct sdeistop_regs) / sizeof(ulong),	/* struct pt_regs begins so */
};

/* One of the CPU's stacks, copied */
struct copy {
	ulong base;
	size_t nr;			/* words */
	ulong *word;			/* a GETBUF() */
};

struct search {
	const struct sdeistop_regs *regs;
	struct copy copy[UNWIND_MAX_STACKS];
	unsigned int nr_copies;
	long record_offset;		/* of the frame record in struct pt_regs, < 0 none */
};

static void copy_stacks(const struct unwind *u, struct search *ret)
{
	unsigned int i;

	for (i = 0; i < u->nr_stacks; i++) {
		const ulong size = u->stack[i].high - u->stack[i].base;
		struct copy *copy = &ret->copy[ret->nr_copies];

		if (size > MAX_STACK)
			continue;
		copy->word = (ulong *)GETBUF(size);
		copy->base = u->stack[i].base;
		copy->nr = size / sizeof(ulong);
		if (read_memory(copy->base, copy->word, size))
			ret->nr_copies++;
		else
			FREEBUF(copy->word);
	}
}

/* crash has only so many buffers in one command, and there may be many CPUs */
static void free_copies(struct search *s)
{
	while (s->nr_copies)
		FREEBUF(s->copy[--s->nr_copies].word);
}

/* Where the handler's entry saved the interrupted pc with x29, or all registers. The
 * outermost such place: what the handler called has copies of them further down, and in
 * registers that it saved sp, which may be x29's, comes before pc, too. */
static ulong entry_record(const struct search *s)
{
	const struct sdeistop_regs *regs = s->regs;
	unsigned int c;
	size_t i;

	for (c = 0; c < s->nr_copies; c++) {
		const struct copy *copy = &s->copy[c];

		for (i = copy->nr - 1; i-- > 0; ) {
			const ulong *word = &copy->word[i];

			if (word[0] == regs->x[29] && word[1] == regs->pc && regs->x[29])
				return copy->base + i * sizeof(ulong);
			if (s->record_offset >= 0 && i + REGS_WORDS <= copy->nr &&
			    !memcmp(word, regs, REGS_WORDS * sizeof(*word)))
				return copy->base + i * sizeof(ulong) + s->record_offset;
		}
	}
	return 0;
}

static bool is_on(const struct copy *copy, ulong address)
{
	return address >= copy->base && address - copy->base < copy->nr * sizeof(ulong);
}

/* The nearest record below @outer on @copy that points to it and has a return
 * address, 0 if there is none */
static ulong record_on(const struct copy *copy, ulong outer, ulong *lr)
{
	size_t i = is_on(copy, outer) ? (outer - copy->base) / sizeof(ulong) : copy->nr - 1;

	while (i-- > 0) {
		*lr = strip_pac(copy->word[i + 1]);
		if (copy->word[i] == outer && is_kernel_text(*lr - 4))
			return copy->base + i * sizeof(ulong);
	}
	return 0;
}

/*
 * The record that points to the one at @outer. One on another stack comes first:
 * the handler went over there. On the same one the nearest is taken, as what a
 * longer call left lies further down.
 */
static ulong inner_record(const struct search *s, ulong outer, ulong *lr)
{
	const struct copy *own = NULL;
	unsigned int c;
	ulong at;

	for (c = 0; c < s->nr_copies; c++) {
		const struct copy *copy = &s->copy[c];

		if (is_on(copy, outer)) {
			own = copy;
			continue;
		}
		at = record_on(copy, outer, lr);
		if (at)
			return at;
	}
	return own ? record_on(own, outer, lr) : 0;
}

static void print_frame(ulong at, ulong lr, const struct style *style)
{
	char name[BUFSIZE];

	symbol_name(lr, true, style, name);
	fprintf(fp, "     ~ [%016lx] %s at %lx\n", at, *name ? name : "(no symbol)", lr - 4);
}

/* The CPU that panicked was not interrupted. One that gave way to it was if it says
 * whether interrupts were masked then. */
static bool was_interrupted(const struct sdeistop_cpu *cpu)
{
	if (cpu->note.method == CPUSTOP_METHOD_SELF)
		return cpu->note.flags & CPUSTOP_F_IRQS_KNOWN;
	return cpu->note.method != CPUSTOP_METHOD_PANIC;
}

void handler_print(const struct sdeistop_cpu *cpu, const struct style *style)
{
	struct search search = {
		.regs = &cpu->regs, .record_offset = MEMBER_OFFSET("pt_regs", "stackframe"),
	};
	ulong at[MAX_HANDLER_FRAMES], lr[MAX_HANDLER_FRAMES], outer;
	unsigned int nr = 0;
	struct frame first;
	struct unwind u;

	if (!was_interrupted(cpu)) {
		fprintf(fp, "    not interrupted: it came to its stop by these calls:\n");
		return;
	}
	unwind_start(&u, cpu, &first);
	copy_stacks(&u, &search);
	for (outer = entry_record(&search); outer && nr < MAX_HANDLER_FRAMES; outer = at[nr++]) {
		at[nr] = inner_record(&search, outer, &lr[nr]);
		if (!at[nr])
			break;
	}
	free_copies(&search);
	if (!nr) {
		fprintf(fp, "    no frames of what stopped it were found\n");
		return;
	}
	fprintf(fp, "    what stopped it, found by search, so perhaps not its last calls:\n");
	while (nr--)
		print_frame(at[nr], lr[nr], style);
	fprintf(fp, "    what it was doing:\n");
}
