/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of lib/triage share. */
#ifndef SDEISTOP_TRIAGE_INTERNAL_H
#define SDEISTOP_TRIAGE_INTERNAL_H

#include "triage.h"

#include "../core/internal.h"

#include <elf.h>

/* ----------------------------------------------------------------- info.c */

/* Of a number that VMCOREINFO does not tell */
#define TRIAGE_UNKNOWN	UINT64_MAX

/* What VMCOREINFO says that contexts are found by. Symbols are addresses, those of
 * per-CPU variables without any CPU's offset. */
struct triage_info {
	uint64_t page_bytes;
	uint64_t va_bits;		/* that the kernel was built for */
	uint64_t t1sz;			/* TCR_EL1.T1SZ: 64 - T1SZ bits are translated */
	uint64_t phys_offset;
	uint64_t kimage_voffset;
	uint64_t swapper_pg_dir;
	uint64_t init_uts_ns, uts_name, linux_banner, prb;
	uint64_t crash_notes, crash_notes_bytes;
	uint64_t per_cpu_offset, per_cpu_start, per_cpu_end;
	uint64_t irq_stack_ptr, sdei_stack_ptr, overflow_stack;
	uint64_t thread_bytes;
	uint64_t task_bytes, task_stack, task_mm, mm_pgd;
	/* of the printk ring buffer */
	uint64_t desc_ring, text_ring, count_bits, descs, infos, head_id;
	uint64_t desc_bytes, info_bytes, size_bits, data, head_lpos;
};

/* @text: VMCOREINFO. False if it does not say how addresses are translated, or so
 * that it cannot be. */
bool triage_info_read(struct triage_info *info, const uint8_t *text, size_t size);

/* ------------------------------------------------------------ translate.c */

/* Levels of page tables: 5 at most */
#define TRIAGE_LEVELS_MAX	5

struct triage_path {
	uint64_t physical;			/* of the address itself */
	uint64_t table[TRIAGE_LEVELS_MAX];	/* physical addresses of the tables on the way */
	unsigned int nr_tables;
};

/* How the dump's CPUs translate addresses */
struct triage_mmu {
	const struct triage_info *info;
	const struct sdeistop_physical *memory;
	bool big_endian;
	unsigned int page_shift;
};

/* Is it one of the kernel's half of addresses? */
static inline bool triage_is_kernel(uint64_t address)
{
	return address >> 55 & 1;
}

/* @address without what pointer authentication and tags put into its upper bits */
uint64_t triage_plain(const struct triage_mmu *mmu, uint64_t address);

/* Where the linear mapping has @physical */
uint64_t triage_linear(const struct triage_mmu *mmu, uint64_t physical);

/* Of the kernel address @address; false if nothing is mapped there */
bool triage_translate(const struct triage_mmu *mmu, uint64_t address, struct triage_path *ret);
/* The same of user @address, by the page tables at kernel address @pgd */
bool triage_translate_user(const struct triage_mmu *mmu, uint64_t pgd, uint64_t address,
			   struct triage_path *ret);

/* ---------------------------------------------------------------- pages.c */

/* More would not leave e_phnum its meaning */
#define TRIAGE_PAGES_MAX	65000

/* Reads and looks at pages that a plan takes, at most; 4096 CPUs take a tenth of it.
 * Without a limit VMCOREINFO and records could ask for the same areas for hours. */
#define TRIAGE_WORK_MAX		(4u << 20)

/* Of an array in the dump whose pages read as zeros unless they are wanted */
struct triage_blank {
	uint64_t address;
	uint64_t physical;
	uint64_t bytes;
};

/* Those of a log: two arrays and a ring. In each, as many gaps between wanted pages. */
#define TRIAGE_BLANKS_MAX	3
#define TRIAGE_GAPS_MAX		16

struct triage_wanted;

struct triage_pages {
	struct triage_wanted *first;	/* all of them, the last one first; owned */
	void *tree;			/* the same, by address: tsearch(3) */
	size_t nr;
	struct triage_blank blank[TRIAGE_BLANKS_MAX];
	unsigned int nr_blanks;
	uint64_t room;			/* bytes of the file that are left for pages */
	bool full;			/* something had no room; nothing after it is taken */
	bool no_memory;
};

/* ----------------------------------------------------------------- plan.c */

enum triage_part {
	PART_KERNEL, PART_CRASHING, PART_LOG, PART_WEDGED, PART_USER, PART_POINTED, PART_STACKS,
	PART_OTHERS, PART_PER_CPU, PART_OTHER_STACKS, PART_OTHER_PER_CPU, NR_PARTS
};

/* The caller's memory, as long as there is work left */
struct triage_limited {
	const struct sdeistop_physical *memory;
	uint64_t work;
	struct sdeistop_physical physical;	/* what the plan reads by */
};

struct sdeistop_triage {
	struct sdeistop_triage_input input;
	struct triage_limited limited;
	uint64_t max_size;
	struct triage_info info;
	struct triage_mmu mmu;
	struct triage_pages pages;
	struct sdeistop_triage_part part[NR_PARTS];
	struct sdeistop_triage_part *now;	/* what is being added */
	uint8_t *notes;
	size_t notes_bytes;
	size_t sound_bytes;			/* of them before anything that is broken */
	bool separate;				/* the next note from those before it */
	unsigned int left_out_notes;		/* device dumps */
	uint64_t log_kept, log_bytes;		/* of the text of the log */
	size_t nr_contexts;			/* CPUs whose context is kept */
	struct sdeistop_triage_page *page;	/* with contents, by physical address */
	size_t nr_pages;
	size_t nr_frames;			/* different physical addresses among them */
	uint8_t **frame;			/* the contents of each, NULL if not copied */
	Elf64_Phdr *phdr;			/* PT_NOTE, then PT_LOAD by address */
	size_t nr_phdrs;
	uint64_t data;				/* where the pages begin in the file */
};

/* ---------------------------------------------------------------- pages.c */

/* All of @size bytes at kernel @address */
bool triage_read(const struct sdeistop_triage *triage, uint64_t address, void *to, size_t size);
bool triage_read64(const struct sdeistop_triage *triage, uint64_t address, uint64_t *ret);

/* The pages of @size bytes at kernel @address are wanted, with the tables that lead
 * there. Counted as @triage->now; what is not there only if it is @surely something. */
void triage_want(struct sdeistop_triage *triage, uint64_t address, uint64_t size, bool surely);
/* The same in user space, by the page tables at @pgd */
void triage_want_user(struct sdeistop_triage *triage, uint64_t pgd, uint64_t address,
		      uint64_t size, bool surely);
/* Readers shall find zeros there, but for the pages that are wanted and those that
 * have something else, too */
void triage_want_blank(struct sdeistop_triage *triage, uint64_t address, uint64_t size);

/* Turns the tree into @page and @phdr, and frees it: SDEISTOP_OK or no memory */
int triage_pages_finish(struct sdeistop_triage *triage, struct sdeistop_error *error);
void triage_pages_free(struct triage_pages *pages);

/* ------------------------------------------------------------- contexts.c */

void triage_add_contexts(struct sdeistop_triage *triage);

/* ----------------------------------------------------------------- user.c */

/* The user pages of the task that @cpu's record tells of */
void triage_add_user(struct sdeistop_triage *triage, const struct sdeistop_cpu *cpu,
		     uint64_t task, uint64_t stack);

/* ------------------------------------------------------------------ log.c */

/* The newest part of the printk ring buffer, up to @bytes; the rest is blank */
void triage_add_log(struct sdeistop_triage *triage, uint64_t bytes);

/* ---------------------------------------------------------------- notes.c */

/* @notes and what goes with it: the notes of the dump; the text of VMCOREINFO in them,
 * NULL if there is none. */
int triage_notes_read(struct sdeistop_triage *triage, const uint8_t **vmcoreinfo, size_t *size,
		      struct sdeistop_error *error);
/* The note that says what the file is, into @to */
#define TRIAGE_NOTE_BYTES	2048
void triage_note_write(const struct sdeistop_triage *triage, uint8_t to[TRIAGE_NOTE_BYTES]);

#endif /* SDEISTOP_TRIAGE_INTERNAL_H */
