/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The physical memory of a small arm64 machine that crashed, with page tables, tasks,
 * stacks, per-CPU areas and a log, and the notes of its vmcore. Written after the
 * kernel's layout, not after lib/triage. No cmocka: the fuzz target has it too.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include "../../lib/triage/internal.h"

/* Where physical memory begins, and how much there is */
#define RAM_BASE	UINT64_C(0x40000000)
#define RAM_BYTES	(8u << 20)

/* The kernel's image, above the linear mapping of all machines here */
#define IMAGE		UINT64_C(0xfffffffc80000000)
/* Of its symbols, in the image */
#define PER_CPU_OFFSET	UINT64_C(0x00000)
#define PRB_POINTER	UINT64_C(0x10000)
#define UTS		UINT64_C(0x20000)
#define BANNER		UINT64_C(0x30000)
#define CRASH_NOTES	UINT64_C(0x40000)
#define PRB		UINT64_C(0x50000)
#define CODE		UINT64_C(0x60000)
#define PGD		UINT64_C(0x70000)
#define IMAGE_BYTES	UINT64_C(0x80000)

/* Stacks that are mapped page by page, IMAGE + VMAP on, so far apart */
#define VMAP		UINT64_C(0x1000000)
#define STACK_STRIDE	UINT64_C(0x40000)
#define STACK_BYTES_OF(machine) ((machine)->page > 16384 ? (machine)->page : UINT64_C(16384))

/* Per-CPU variables, before any offset is added: offsets in the area */
#define PER_CPU_START	UINT64_C(0xffffffff00000000)
#define IRQ_STACK_PTR	0x100
#define SDEI_STACK_PTR	0x108
#define OVERFLOW_STACK	0x1000
#define NOTES_BUFFER	0x2000

/* In task_struct and mm_struct */
#define TASK_STACK	0x20
#define TASK_MM		0x400
#define MM_PGD		0x48

/* User space of CPU 0's task */
#define USER_CODE	UINT64_C(0x5500000000)
#define USER_STACK	UINT64_C(0x7fc0000000)

/* Of the log: its text, 1024 descriptors and infos, one after the other */
#define LOG_TEXT_BITS	15
#define LOG_COUNT_BITS	10
#define LOG_DESC_BYTES	24
#define LOG_INFO_BYTES	88

#define MACHINE_CPUS	4

struct geometry {
	const char *name;
	unsigned int page_shift;
	unsigned int va_bits;
	unsigned int bits;		/* that the CPU translates */
	unsigned int nr_levels;
	unsigned int shift[5];		/* of the levels, from the upper one */
	uint64_t phys_offset;
};

/* The last one is where the linear mapping of a 52-bit kernel lies as one of 48 bits:
 * PHYS_OFFSET is negative. */
enum { GEOMETRY_4K, GEOMETRY_39, GEOMETRY_LPA2, GEOMETRY_16K, GEOMETRY_16K_52, GEOMETRY_64K,
       GEOMETRY_64K_52, GEOMETRY_NEGATIVE, NR_GEOMETRIES };
extern const struct geometry geometries[NR_GEOMETRIES];

struct machine {
	const struct geometry *geometry;
	uint64_t page;
	bool big;
	uint8_t *ram;
	uint64_t next;			/* the first page that nobody has, physical */
	uint64_t image;			/* physical */
	uint64_t log;			/* of the text, physical */
	uint64_t task[MACHINE_CPUS], stack[MACHINE_CPUS], irq_stack[MACHINE_CPUS];
	uint64_t per_cpu[MACHINE_CPUS];	/* linear addresses */
	uint64_t user_code, user_stack;	/* physical */
	unsigned int reads;		/* that were asked for */
	uint64_t hole;			/* a page that the dump does not have; 0 none */
	bool straddles;			/* a read went over the end of a page */
};

void machine_init(struct machine *machine, const struct geometry *geometry, bool big);
/* All of it: RAM with tables, CPUs and the log */
void machine_build(struct machine *machine, const struct geometry *geometry, bool big);
void machine_free(struct machine *machine);

uint64_t machine_alloc(struct machine *machine, uint64_t bytes);
void machine_set64(struct machine *machine, uint64_t physical, uint64_t value);
uint64_t machine_linear(const struct machine *machine, uint64_t physical);
/* By tables from @root on; a block of the level above the last ones if @block */
void machine_map(struct machine *machine, uint64_t root, uint64_t address, uint64_t physical,
		 bool block);
/* The descriptor of @address on level @level from the upper one: its physical address */
uint64_t machine_entry(struct machine *machine, uint64_t root, uint64_t address,
		       unsigned int level);

/* VMCOREINFO, to be freed; @first are lines that come before the others */
char *machine_info(const struct machine *machine, const char *first);
/* Registers of @cpu where machine_build() put it */
struct sdeistop_regs machine_regs(const struct machine *machine, unsigned int cpu);
struct cpustop_note machine_record(const struct machine *machine, unsigned int cpu);

/* struct sdeistop_physical: @arg is the machine */
bool machine_read(void *arg, uint64_t address, void *to, size_t size);

#endif /* FAKE_MACHINE_H */
