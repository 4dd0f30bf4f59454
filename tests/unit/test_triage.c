// SPDX-License-Identifier: GPL-2.0-or-later
/* What a triage dump has of a small machine, and the file that is written of it. */

#include "fixture.h"

#include "fake_machine.h"

/* A machine with its notes, report and plan */
struct bed {
	struct machine machine;
	struct sdeistop_physical memory;
	struct bytes notes;
	struct sdeistop_segment segment[3];
	size_t nr_segments;
	struct sdeistop_report *report;
	struct sdeistop_triage *triage;
	struct bytes file;
};

static void put_machine_cpu(struct bed *bed, unsigned int cpu)
{
	const struct cpustop_note record = machine_record(&bed->machine, cpu);
	const struct sdeistop_regs regs = machine_regs(&bed->machine, cpu);

	if (record.flags & CPUSTOP_F_REGS)
		put_prstatus_regs(&bed->notes, record.pid, &regs);
	put_record(&bed->notes, &record);
}

static void put_info(struct bed *bed, const char *first)
{
	sdeistop_autofree char *info = machine_info(&bed->machine, first);

	put_vmcoreinfo(&bed->notes, info);
}

/* VMCOREINFO begins with @first; what tests want otherwise comes before bed_plan() */
static void bed_init(struct bed *bed, const struct geometry *geometry, bool big,
		     const char *first)
{
	*bed = (struct bed) { .notes.big = big };
	machine_build(&bed->machine, geometry, big);
	bed->memory = (struct sdeistop_physical) { machine_read, &bed->machine };
	for (unsigned int cpu = 0; cpu < MACHINE_CPUS; cpu++)
		put_machine_cpu(bed, cpu);
	put_info(bed, first);
}

static void bed_free(struct bed *bed)
{
	sdeistop_triage_free(bed->triage);
	sdeistop_report_free(bed->report);
	bytes_free(&bed->notes);
	bytes_free(&bed->file);
	assert_false(bed->machine.straddles);
	machine_free(&bed->machine);
}

#define autobed __attribute__((cleanup(bed_free))) struct bed

static int try_plan(struct bed *bed, uint64_t max_size, struct sdeistop_error *error)
{
	const struct sdeistop_source source = {
		.file = "made", .format = "elf", .machine = "aarch64", .big_endian = bed->notes.big,
	};

	if (!bed->nr_segments) {
		bed->nr_segments = 1;
		bed->segment[0] = (struct sdeistop_segment) {
			bed->notes.data, bed->notes.size, bed->notes.size, 0,
		};
	}
	if (!bed->report)
		assert_int_equal(sdeistop_report_build_segments(bed->segment, bed->nr_segments,
								&source, &bed->report, error), 0);
	return sdeistop_triage_plan(&(struct sdeistop_triage_input) {
					.report = bed->report, .segment = bed->segment,
					.nr_segments = bed->nr_segments, .memory = &bed->memory,
					.max_size = max_size,
				    }, &bed->triage, error);
}

static bool take(void *arg, const void *bytes, size_t size)
{
	struct bed *bed = arg;

	assert_true(size <= sdeistop_triage_size(bed->triage) - bed->file.size);
	memcpy(bed->file.data + bed->file.size, bytes, size);
	bed->file.size += size;
	return true;
}

static void bed_write(struct bed *bed)
{
	struct sdeistop_error error;

	bed->file.big = bed->notes.big;
	bed->file.data = malloc(sdeistop_triage_size(bed->triage));
	assert_non_null(bed->file.data);
	assert_int_equal(sdeistop_triage_write(bed->triage, take, bed, &error), 0);
	assert_int_equal(bed->file.size, sdeistop_triage_size(bed->triage));
}

/* Pages of all parts: each is counted once */
static size_t kept(const struct bed *bed)
{
	const struct sdeistop_triage_part *part;
	size_t nr, sum = 0;

	part = sdeistop_triage_parts(bed->triage, &nr);
	for (size_t i = 0; i < nr; i++)
		sum += part[i].kept;
	return sum;
}

/* Pages in order, and a file as large as was said, no larger than it may be */
static void bed_plan(struct bed *bed, uint64_t max_size)
{
	const struct sdeistop_triage_page *page;
	struct sdeistop_error error;
	size_t nr;

	assert_int_equal(try_plan(bed, max_size, &error), 0);
	page = sdeistop_triage_pages(bed->triage, &nr);
	for (size_t i = 0; i < nr; i++) {
		assert_int_equal(page[i].physical % bed->machine.page, 0);
		if (i)
			assert_true(page[i - 1].physical < page[i].physical ||
				    (page[i - 1].physical == page[i].physical &&
				     page[i - 1].address < page[i].address));
	}
	assert_int_equal(kept(bed), nr);
	bed_write(bed);
	assert_true(bed->file.size <= (max_size ? max_size : bed->machine.page == 65536 ?
				       4 * SDEISTOP_TRIAGE_BYTES : SDEISTOP_TRIAGE_BYTES));
}

/* ------------------------------------------------------------- the file */

static uint64_t word(const struct bed *bed, uint64_t offset, unsigned int size)
{
	uint64_t value = 0;

	assert_true(offset + size <= bed->file.size);
	for (unsigned int i = 0; i < size; i++)
		value = value << 8 | bed->file.data[offset + (bed->file.big ? i : size - 1 - i)];
	return value;
}

/* The PT_LOAD that has @address: its p_filesz is 0 of blanks */
static bool find_load(const struct bed *bed, uint64_t address, Elf64_Phdr *ret)
{
	const uint64_t nr = word(bed, 56, 2);

	for (uint64_t at = 64; at < 64 + nr * 56; at += 56) {
		const uint64_t vaddr = word(bed, at + 16, 8), memsz = word(bed, at + 40, 8);

		if (word(bed, at, 4) != PT_LOAD || address < vaddr || address - vaddr >= memsz)
			continue;
		*ret = (Elf64_Phdr) {
			.p_offset = word(bed, at + 8, 8), .p_vaddr = vaddr,
			.p_paddr = word(bed, at + 24, 8), .p_filesz = word(bed, at + 32, 8),
			.p_memsz = memsz,
		};
		return true;
	}
	return false;
}

enum found { NOT_THERE, BLANK, THERE };

/* How a debugger finds the byte at @address; that of @physical if it is there */
static enum found find(const struct bed *bed, uint64_t address, uint64_t physical)
{
	const uint8_t *ram = bed->machine.ram + (physical - RAM_BASE);
	Elf64_Phdr load;

	if (!find_load(bed, address, &load))
		return NOT_THERE;
	assert_int_equal(load.p_paddr + (address - load.p_vaddr), physical);
	if (!load.p_filesz)
		return BLANK;
	assert_int_equal(load.p_filesz, load.p_memsz);
	assert_int_equal(bed->file.data[load.p_offset + (address - load.p_vaddr)], *ram);
	return THERE;
}

static enum found find_linear(const struct bed *bed, uint64_t physical)
{
	return find(bed, machine_linear(&bed->machine, physical), physical);
}

/* By the tables of the machine: where the kernel has @address */
static uint64_t physical_of(struct bed *bed, uint64_t address)
{
	struct triage_path path;

	assert_true(triage_translate(&bed->triage->mmu, address, &path));
	return path.physical;
}

static enum found find_mapped(struct bed *bed, uint64_t address)
{
	return find(bed, address, physical_of(bed, address));
}

static const struct sdeistop_triage_part *part(const struct bed *bed, enum triage_part which)
{
	size_t nr;
	const struct sdeistop_triage_part *parts = sdeistop_triage_parts(bed->triage, &nr);

	assert_int_equal(nr, NR_PARTS);
	assert_non_null(parts[which].what);
	return &parts[which];
}

/* -------------------------------------------------------------- contexts */

/* Each kind of machine, each byte order */
static void everything(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2 * NR_GEOMETRIES; i++) {
		autobed bed;

		bed_init(&bed, &geometries[i / 2], i % 2, "");
		bed_plan(&bed, UINT64_C(8) << 20);
		for (unsigned int cpu = 0; cpu < MACHINE_CPUS; cpu++) {
			const struct machine *machine = &bed.machine;

			assert_int_equal(find_mapped(&bed, machine->task[cpu]), THERE);
			assert_int_equal(find_mapped(&bed, machine->per_cpu[cpu]), THERE);
			assert_int_equal(find_mapped(&bed, machine->per_cpu[cpu] + NOTES_BUFFER),
					 THERE);
			for (unsigned int stack = 0; stack < 3; stack++)
				assert_int_equal(find_mapped(&bed, machine->stack[cpu] +
							     stack * STACK_STRIDE), THERE);
		}
		for (uint64_t at = 0; at < IMAGE_BYTES; at += 0x10000)
			assert_int_equal(find_mapped(&bed, IMAGE + at), THERE);
		assert_int_equal(find_linear(&bed, bed.machine.user_code), THERE);
		assert_int_equal(find_linear(&bed, bed.machine.user_stack), THERE);
		for (unsigned int n = 0; n < NR_PARTS; n++) {
			assert_int_equal(part(&bed, n)->dropped, 0);
			assert_int_equal(part(&bed, n)->missing, 0);
		}
	}
}

/* The tables of what is kept are there where the kernel has them itself */
static void tables(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2 * NR_GEOMETRIES; i++) {
		autobed bed;
		struct triage_path path;

		bed_init(&bed, &geometries[i / 2], i % 2, "");
		bed_plan(&bed, UINT64_C(8) << 20);
		assert_true(triage_translate(&bed.triage->mmu, bed.machine.stack[1], &path));
		for (unsigned int n = 0; n < path.nr_tables; n++)
			assert_int_equal(find_linear(&bed, path.table[n]), THERE);
	}
}

/* The most useful in the least room: stacks from the stack pointer up, and of a CPU
 * that was on another one that of its task */
static void live_stacks(void **state)
{
	const uint64_t page = 4096;
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed_plan(&bed, 224 << 10);
	assert_int_equal(find_mapped(&bed, bed.machine.stack[0] + 3 * page), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.stack[0] + 2 * page), NOT_THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.irq_stack[1] + 3 * page), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.irq_stack[1] + 2 * page), NOT_THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.stack[1]), THERE);
	/* what tells where it is */
	assert_int_equal(find_mapped(&bed, bed.machine.per_cpu[1] + IRQ_STACK_PTR), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.per_cpu[0] + IRQ_STACK_PTR), NOT_THERE);
	/* never stopped: no registers, so all of its task's stack */
	assert_int_equal(find_mapped(&bed, bed.machine.stack[2]), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.task[2]), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.task[2] + 4999), THERE);
	/* where it was, and where it would have returned to */
	assert_int_equal(find_mapped(&bed, IMAGE + CODE), THERE);
	assert_int_equal(find_mapped(&bed, IMAGE + CODE + 0x8000), THERE);
	assert_true(part(&bed, PART_STACKS)->cpus > 0);
	assert_int_equal(part(&bed, PART_WEDGED)->dropped, 0);
}

static struct bytes notes_of_one(const struct bed *bed, const struct sdeistop_regs *regs,
				 uint64_t task)
{
	struct bytes notes = { .big = bed->notes.big };
	struct cpustop_note record = machine_record(&bed->machine, 0);

	record.task = task;
	put_prstatus_regs(&notes, record.pid, regs);
	put_record(&notes, &record);
	return notes;
}

/* One CPU, whose registers and task are those; VMCOREINFO begins with @first */
static void plan_one(struct bed *bed, const struct sdeistop_regs *regs, uint64_t task,
		     const char *first)
{
	struct bytes notes = notes_of_one(bed, regs, task);

	bytes_free(&bed->notes);
	bed->notes = notes;
	put_info(bed, first);
	bed_plan(bed, 0);
}

/* Nothing is mapped there, or it is the end of all addresses */
static void pointing_nowhere(void **state)
{
	static const uint64_t nowhere[] = {
		0, 1, UINT64_MAX, UINT64_MAX - 100, UINT64_C(0xffff7fffffffffff),
		UINT64_C(0x0080000000000000), UINT64_C(0xfffffffc90000000),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		struct sdeistop_regs regs = { .pc = nowhere[i], .sp = nowhere[i], .pstate = 5 };
		autobed bed;

		for (unsigned int n = 0; n < 31; n++)
			regs.x[n] = nowhere[i];
		bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
		plan_one(&bed, &regs, nowhere[i], "");
		assert_int_equal(find_mapped(&bed, IMAGE + BANNER), THERE);
		assert_int_equal(part(&bed, PART_POINTED)->kept, 0);
	}
}

static void registers_that_point(void **state)
{
	struct sdeistop_regs regs;
	autobed bed;
	uint64_t far;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	regs = machine_regs(&bed.machine, 0);
	far = machine_alloc(&bed.machine, 4096 * 3) + 4096;
	/* what is before it is in the page before */
	regs.x[7] = machine_linear(&bed.machine, far + 8);
	/* signed, as a pointer to code can be */
	regs.x[30] = (IMAGE + CODE + 0x4000) & ~(UINT64_C(0x5a) << 56);
	plan_one(&bed, &regs, bed.machine.task[0], "");
	assert_int_equal(find_linear(&bed, far), THERE);
	assert_int_equal(find_linear(&bed, far - 1), THERE);
	assert_int_equal(find_linear(&bed, far + 4096), NOT_THERE);
	assert_int_equal(find_mapped(&bed, IMAGE + CODE + 0x4000), THERE);
}

/* A stack that is nobody's: as much as is above the stack pointer */
static void foreign_stack(void **state)
{
	struct sdeistop_regs regs;
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	regs = machine_regs(&bed.machine, 0);
	/* that of another task */
	regs.sp = bed.machine.stack[3] + 4096 + 16;
	plan_one(&bed, &regs, bed.machine.task[0], "");
	assert_int_equal(find_mapped(&bed, bed.machine.stack[3]), NOT_THERE);
	for (unsigned int n = 1; n < 4; n++)
		assert_int_equal(find_mapped(&bed, bed.machine.stack[3] + n * 4096), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.stack[0]), THERE);
}

/* ------------------------------------------------------------------ user */

/* By the registers at the top of the stack */
static void user_of_a_system_call(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed_plan(&bed, 0);
	assert_true(part(&bed, PART_USER)->kept >= 2);
	assert_int_equal(find_linear(&bed, bed.machine.user_code), THERE);
	assert_int_equal(find_linear(&bed, bed.machine.user_stack), THERE);
}

/* By the CPU's own registers: nothing is at the top of the stack */
static void user_itself(void **state)
{
	struct sdeistop_regs regs = { .pc = USER_CODE + 0x300, .sp = USER_STACK + 0x100 };
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], true, "");
	plan_one(&bed, &regs, bed.machine.task[0], "OFFSET(task_struct.stack)=6000\n");
	assert_int_equal(find_linear(&bed, bed.machine.user_code), THERE);
	assert_int_equal(find_linear(&bed, bed.machine.user_stack), THERE);
}

/* A kernel thread, and a process whose tables lead nowhere */
static void no_user(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		autobed bed;
		uint64_t mm, task;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
		task = bed.machine.task[0] - machine_linear(&bed.machine, 0);
		mm = machine_alloc(&bed.machine, 4096);
		machine_set64(&bed.machine, mm + MM_PGD, i == 1 ? machine_linear(&bed.machine, mm) :
							 UINT64_C(0x1000));
		machine_set64(&bed.machine, task + TASK_MM,
			      i ? machine_linear(&bed.machine, mm) : 0);
		bed_plan(&bed, 0);
		assert_int_equal(find_linear(&bed, bed.machine.user_code), NOT_THERE);
		/* an mm is kept, whatever its page tables are */
		assert_int_equal(part(&bed, PART_USER)->kept, i ? 1 : 0);
		assert_int_equal(part(&bed, PART_USER)->missing, i ? 2 : 0);
	}
}

/* ------------------------------------------------------------------- log */

#define TEXT_BYTES	(UINT64_C(1) << LOG_TEXT_BITS)
#define DESCS_BYTES	((UINT64_C(1) << LOG_COUNT_BITS) * LOG_DESC_BYTES)
#define INFOS_BYTES	((UINT64_C(1) << LOG_COUNT_BITS) * LOG_INFO_BYTES)

/* The newest part ends at the head; what is before it reads as zeros, and pages that
 * the arrays share with each other or with somebody else are whole */
static void newest_of_log(void **state)
{
	autobed bed;
	uint64_t log, page = 4096;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	log = bed.machine.log;
	bed_plan(&bed, 232 << 10);
	/* 58 of 147 KiB: some 13 of text, that end at 5000 and go on at the end */
	assert_int_equal(find_linear(&bed, log + 4999), THERE);
	assert_int_equal(find_linear(&bed, log), THERE);
	assert_int_equal(find_linear(&bed, log + 3 * page), BLANK);
	assert_int_equal(find_linear(&bed, log + 5 * page), BLANK);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES - 1), THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES), THERE);
	/* entry 100 */
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + 100 * LOG_DESC_BYTES), THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + 400 * LOG_DESC_BYTES), BLANK);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES - 1), THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES), THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES + 300 * LOG_INFO_BYTES),
			 BLANK);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES + INFOS_BYTES - 1),
			 THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES + INFOS_BYTES + page),
			 NOT_THERE);
	assert_int_equal(bed.triage->log_bytes, TEXT_BYTES);
	assert_in_range(bed.triage->log_kept, 12000, 13500);
}

/* A head in the middle of each: no array begins or ends with a page that is blank, for
 * somebody else's bytes are in it */
static void ends_of_log(void **state)
{
	static const uint64_t ends[] = {
		0, TEXT_BYTES - 1, TEXT_BYTES, TEXT_BYTES + DESCS_BYTES - 1,
		TEXT_BYTES + DESCS_BYTES, TEXT_BYTES + DESCS_BYTES + INFOS_BYTES - 1,
	};
	autobed bed;
	uint64_t log;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	log = bed.machine.log;
	machine_set64(&bed.machine, bed.machine.image + PRB + 24, 3 * 1024 + 900);
	machine_set64(&bed.machine, bed.machine.image + PRB + 64, 5 * TEXT_BYTES + 25000);
	bed_plan(&bed, 248 << 10);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		assert_int_equal(find_linear(&bed, log + ends[i]), THERE);
	assert_int_equal(find_linear(&bed, log + 24999), THERE);
	assert_int_equal(find_linear(&bed, log + 5000), BLANK);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + 500 * LOG_DESC_BYTES), THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + 200 * LOG_DESC_BYTES), BLANK);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES + 500 * LOG_INFO_BYTES),
			 THERE);
	assert_int_equal(find_linear(&bed, log + TEXT_BYTES + DESCS_BYTES + 200 * LOG_INFO_BYTES),
			 BLANK);
}

static void whole_log(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed_plan(&bed, 0);
	for (uint64_t at = 0; at < TEXT_BYTES + DESCS_BYTES + INFOS_BYTES; at += 256)
		assert_int_equal(find_linear(&bed, bed.machine.log + at), THERE);
	assert_int_equal(bed.triage->log_kept, TEXT_BYTES);
}

/* What a register points to is there, in the middle of what is blank, too */
static void pointer_into_blank(void **state)
{
	struct sdeistop_regs regs;
	autobed bed;
	struct bytes notes;
	uint64_t at;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	regs = machine_regs(&bed.machine, 0);
	at = (bed.machine.log + TEXT_BYTES + DESCS_BYTES + 50000) & ~UINT64_C(4095);
	regs.x[3] = machine_linear(&bed.machine, at + 2000);
	notes = notes_of_one(&bed, &regs, bed.machine.task[0]);
	bytes_free(&bed.notes);
	bed.notes = notes;
	put_info(&bed, "");
	bed_plan(&bed, 200 << 10);
	assert_int_equal(find_linear(&bed, at), THERE);
	assert_int_equal(find_linear(&bed, at - 1), BLANK);
	assert_int_equal(find_linear(&bed, at + 4096), BLANK);
}

static uint64_t prb_word(const struct bed *bed, uint64_t offset)
{
	return bed->machine.image + PRB + offset;
}

/* Sizes that the ring says of itself: no more is looked at than a dump can have, and
 * the newest part is there */
static void log_of_any_size(void **state)
{
	static const uint64_t bits[] = { 0, 1, 20, 25, 31 };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(bits); i++) {
		const uint64_t max_size = i % 2 ? UINT64_MAX : UINT64_C(1) << 20;
		autobed bed;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
		machine_set64(&bed.machine, prb_word(&bed, 0), bits[i / 2]);
		machine_set64(&bed.machine, prb_word(&bed, 48), bits[i / 2]);
		machine_set64(&bed.machine, prb_word(&bed, 24), 0);
		machine_set64(&bed.machine, prb_word(&bed, 64), 5000);
		bed_plan(&bed, max_size);
		assert_int_equal(bed.triage->log_bytes, UINT64_C(1) << bits[i / 2]);
		assert_true(bed.triage->log_kept <= bed.triage->log_bytes);
		assert_true(bed.triage->log_kept <= 64 << 20);
		if (bits[i / 2] >= 20)
			assert_int_equal(find_linear(&bed, bed.machine.log + 4096), THERE);
		assert_true(bed.machine.reads < 200000);
	}
}

/* So many pages in what would be blank that it has no more than some gaps: no page is
 * hidden by one */
static void many_gaps(void **state)
{
	struct sdeistop_regs regs;
	autobed bed;
	unsigned int blanks = 0;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	regs = machine_regs(&bed.machine, 0);
	machine_set64(&bed.machine, prb_word(&bed, 48), 20);
	machine_set64(&bed.machine, prb_word(&bed, 64), 5000);
	for (unsigned int i = 0; i < 30; i++)
		regs.x[i] = machine_linear(&bed.machine, bed.machine.log + 100000 + i * 8192);
	plan_one(&bed, &regs, bed.machine.task[0], "");
	/* as many as have a place in 4 MiB: all; in less the rest is blank */
	for (unsigned int i = 0; i < 30; i++)
		assert_int_equal(find_linear(&bed, bed.machine.log + 100000 + i * 8192), THERE);
	sdeistop_triage_free(bed.triage);
	bytes_free(&bed.file);
	bed.file = (struct bytes) { 0 };
	bed_plan(&bed, 400 << 10);
	for (unsigned int i = 0; i < 30; i++) {
		assert_int_equal(find_linear(&bed, bed.machine.log + 100000 + i * 8192), THERE);
		blanks += find_linear(&bed, bed.machine.log + 104096 + i * 8192) == BLANK;
	}
	assert_in_range(blanks, TRIAGE_GAPS_MAX / 2, TRIAGE_GAPS_MAX);
}

/* A ring that is not in one piece has no blank parts: where they are is not told */
static void scattered_log(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	machine_set64(&bed.machine, prb_word(&bed, 48), 22);
	machine_set64(&bed.machine, prb_word(&bed, 56), IMAGE + (1 << 30));
	machine_set64(&bed.machine, prb_word(&bed, 64), 5000);
	for (unsigned int i = 0; i < 2; i++)
		machine_map(&bed.machine, bed.machine.image + PGD, IMAGE + (1 << 30) + (i << 21),
			    RAM_BASE, true);
	bed_plan(&bed, 400 << 10);
	assert_int_equal(find(&bed, IMAGE + (1 << 30), RAM_BASE), THERE);
	assert_int_equal(find(&bed, IMAGE + (1 << 30) + (1 << 20), RAM_BASE + (1 << 20)),
			 NOT_THERE);
}

/* Sizes that no kernel has, and a ring that is not there */
static void no_log(void **state)
{
	static const uint64_t offset[] = { 0, 48 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		autobed bed;

		bed_init(&bed, &geometries[GEOMETRY_4K], false,
			 i == 3 ? "SIZE(prb_desc)=513\n" : "");
		if (i < 2)
			machine_set64(&bed.machine, prb_word(&bed, offset[i]), 32);
		else if (i == 2)
			machine_set64(&bed.machine, bed.machine.image + PRB_POINTER, 0x1000);
		bed_plan(&bed, 0);
		assert_int_equal(find_linear(&bed, bed.machine.log + 4096), NOT_THERE);
		assert_int_equal(part(&bed, PART_LOG)->missing, i < 3);
		assert_int_equal(part(&bed, PART_LOG)->kept, 0);
	}
}

/* ------------------------------------------------------------------ room */

/* The least useful is left out, and what is left out is told */
static void any_room(void **state)
{
	unsigned int dropped_before = UINT32_MAX;

	(void)state;
	for (uint64_t size = SDEISTOP_TRIAGE_BYTES_MIN; size <= 1 << 20; size += 20000) {
		autobed bed;
		unsigned int dropped = 0;
		bool full = false;
		uint64_t log;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
		bed_plan(&bed, size);
		for (unsigned int n = 0; n < NR_PARTS; n++) {
			/* nothing is kept of what comes after */
			assert_true(!full || !part(&bed, n)->kept);
			full |= part(&bed, n)->dropped > 0 || part(&bed, n)->cpus > 0;
			dropped += part(&bed, n)->cpus;
		}
		/* whatever of the log is kept is its newest part, of all that it takes */
		log = bed.machine.log;
		if (bed.triage->log_kept) {
			assert_int_equal(find_linear(&bed, log + 4999), THERE);
			log += TEXT_BYTES;
			assert_int_equal(find_linear(&bed, log + 100 * LOG_DESC_BYTES), THERE);
			log += DESCS_BYTES;
			assert_int_equal(find_linear(&bed, log + 100 * LOG_INFO_BYTES), THERE);
		}
		/* all of the log is asked for once a quarter of the file is enough */
		if (size > 640 << 10)
			assert_true(dropped <= dropped_before);
		dropped_before = dropped;
		assert_true(full || size > 200 << 10);
	}
	assert_int_equal(dropped_before, 0);
}

static void no_room(void **state)
{
	struct sdeistop_error error = { 0 };
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	assert_int_equal(try_plan(&bed, 1000, &error), SDEISTOP_ERR_UNSUPPORTED);
	assert_int_equal(error.code, SDEISTOP_ERR_UNSUPPORTED);
	assert_non_null(strstr(error.text, "more than the 1000 that the file may have"));
	assert_null(bed.triage);
}

/* The same area of all CPUs, as large as can be asked for: work has an end */
static void work_has_an_end(void **state)
{
	enum { CPUS = 300 };
	autobed bed;
	struct cpustop_note record;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	record = machine_record(&bed.machine, 2);
	bytes_free(&bed.notes);
	bed.notes = (struct bytes) { 0 };
	record.nr_present = record.nr_online = CPUS;
	for (record.cpu = 0; record.cpu < CPUS; record.cpu++)
		put_record(&bed.notes, &record);
	put_info(&bed, "SYMBOL(__per_cpu_end)=ffffffff04000000\n");
	for (uint64_t at = 0; at < 8 * CPUS; at += 8)
		machine_set64(&bed.machine, bed.machine.image + PER_CPU_OFFSET + at,
			      machine_linear(&bed.machine, RAM_BASE) - PER_CPU_START);
	bed_plan(&bed, UINT64_C(1) << 40);
	assert_true(bed.machine.reads <= TRIAGE_WORK_MAX);
	assert_int_equal(find_linear(&bed, RAM_BASE), THERE);
	assert_true(part(&bed, PART_PER_CPU)->dropped > 0);
}

/* Every per-CPU area is 64 MiB, the same 2 MiB again and again: more pages than an ELF
 * header counts segments, were they not next to one another */
static void pages_have_an_end(void **state)
{
	autobed bed;
	size_t nr;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "SYMBOL(__per_cpu_end)=ffffffff04000000\n");
	for (uint64_t at = 0; at < UINT64_C(256) << 20; at += 2 << 20)
		machine_map(&bed.machine, bed.machine.image + PGD, IMAGE + (1 << 30) + at, RAM_BASE,
			    true);
	for (unsigned int cpu = 0; cpu < MACHINE_CPUS; cpu++)
		machine_set64(&bed.machine, bed.machine.image + PER_CPU_OFFSET + 8 * cpu,
			      IMAGE + (1 << 30) + (cpu << 26) - PER_CPU_START);
	bed_plan(&bed, UINT64_MAX);
	sdeistop_triage_pages(bed.triage, &nr);
	assert_int_equal(nr, TRIAGE_PAGES_MAX);
	assert_true(part(&bed, PART_OTHER_PER_CPU)->dropped > 0);
}

/* Larger than anything that a CPU has: not there, and that is told */
static void absurd_sizes(void **state)
{
	static const char *const lines[] = {
		"SYMBOL(__per_cpu_end)=ffffffff04000001\n",
		"SYMBOL(__per_cpu_end)=fffffffffffffffe\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		autobed bed;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, lines[i]);
		bed_plan(&bed, 0);
		/* of the others the buffer of notes */
		assert_int_equal(part(&bed, PART_PER_CPU)->missing, 3);
		assert_int_equal(part(&bed, PART_OTHER_PER_CPU)->missing, 1);
	}
}

/* A stack larger than any, or none: what it is asked for is not there */
static void absurd_stacks(void **state)
{
	static const char *const lines[] = {
		"NUMBER(THREAD_SIZE)=0\n", "NUMBER(THREAD_SIZE)=2097152\n",
		"NUMBER(THREAD_SIZE)=18446744073709551614\n", "NUMBER(THREAD_SIZE)=\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		autobed bed;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, lines[i]);
		bed_plan(&bed, 0);
		assert_int_equal(find_mapped(&bed, bed.machine.task[0]), THERE);
		assert_int_equal(find_mapped(&bed, bed.machine.stack[0]), NOT_THERE);
		assert_true(bed.machine.reads < 10000);
	}
}

/* Tables that lead to one another, in each CPU's memory */
static void tables_in_circles(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NR_GEOMETRIES; i++) {
		autobed bed;
		const uint64_t type = 3;

		bed_init(&bed, &geometries[i], false, "");
		for (uint64_t at = 0; at < bed.machine.page; at += 8)
			machine_set64(&bed.machine, bed.machine.image + PGD + at,
				      (bed.machine.image + PGD) | type);
		bed_plan(&bed, 0);
		assert_true(bed.machine.reads < 100000);
		assert_int_equal(find(&bed, IMAGE + BANNER, bed.machine.image + PGD), THERE);
	}
}

/* What was looked at is in the file, though it can be read no more */
static void page_gone(void **state)
{
	struct sdeistop_error error;
	uint64_t task, stack;
	autobed bed;
	Elf64_Phdr load;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	assert_int_equal(try_plan(&bed, 0, &error), 0);
	task = bed.machine.task[0];
	stack = bed.machine.stack[0];
	bed.machine.hole = physical_of(&bed, task);
	bed_write(&bed);
	assert_true(find_load(&bed, task, &load));
	assert_int_equal(word(&bed, load.p_offset + (task - load.p_vaddr) + TASK_STACK, 8), stack);
}

/* The same pages, without their contents */
static void only_list(void **state)
{
	const struct sdeistop_triage_page *page, *listed;
	struct sdeistop_triage *list;
	struct sdeistop_error error;
	size_t nr, nr_listed;
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed_plan(&bed, 0);
	assert_int_equal(sdeistop_triage_plan(&(struct sdeistop_triage_input) {
				.report = bed.report, .segment = bed.segment,
				.nr_segments = bed.nr_segments, .memory = &bed.memory,
				.only_list = true,
			 }, &list, &error), 0);
	page = sdeistop_triage_pages(bed.triage, &nr);
	listed = sdeistop_triage_pages(list, &nr_listed);
	assert_int_equal(nr, nr_listed);
	assert_memory_equal(page, listed, nr * sizeof(*page));
	sdeistop_triage_free(list);
}

/* More CPUs than there is room for, and the one that crashed is the last of them: it is
 * there, and the log, and of the others it is told of how many there is nothing */
static void crashing_is_last(void **state)
{
	enum { OTHERS = 400, FEW = 20 };
	struct sdeistop_regs regs;
	struct cpustop_note record;
	uint64_t last = 0;
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bytes_free(&bed.notes);
	bed.notes = (struct bytes) { 0 };
	for (unsigned int cpu = 0; cpu < OTHERS; cpu++) {
		record = machine_record(&bed.machine, 1);
		last = machine_linear(&bed.machine, machine_alloc(&bed.machine, 8192));
		record.cpu = cpu;
		record.task = last;
		record.flags = 0;
		put_record(&bed.notes, &record);
	}
	record = machine_record(&bed.machine, 0);
	regs = machine_regs(&bed.machine, 0);
	record.cpu = OTHERS;
	put_prstatus_regs(&bed.notes, record.pid, &regs);
	put_record(&bed.notes, &record);
	put_info(&bed, "");
	bed_plan(&bed, 1 << 20);
	assert_int_equal(find_mapped(&bed, bed.machine.stack[0] + 3 * 4096), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.task[0]), THERE);
	assert_int_equal(find_mapped(&bed, last), NOT_THERE);
	assert_int_equal(bed.triage->log_kept, TEXT_BYTES);
	assert_true(sdeistop_triage_cpus(bed.triage) > FEW);
	assert_int_equal(sdeistop_triage_cpus(bed.triage) + part(&bed, PART_WEDGED)->cpus,
			 OTHERS + 1);
	/* and nothing is read of those, over and over */
	assert_true(bed.machine.reads < 5000);
}

static void page_missing(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed.machine.hole = bed.machine.task[2] - machine_linear(&bed.machine, 0);
	bed_plan(&bed, 0);
	assert_int_equal(find(&bed, bed.machine.task[2], bed.machine.hole), NOT_THERE);
	assert_int_equal(part(&bed, PART_WEDGED)->missing, 1);
}

/* ----------------------------------------------------------------- notes */

/* Reports of both, of the notes and of the file, say the same */
static void assert_same_report(const struct bed *bed)
{
	struct sdeistop_error error;
	struct sdeistop_report *report = report_of_file(&bed->file, &error);

	assert_non_null(report);
	assert_int_equal(report->verdict, bed->report->verdict);
	assert_int_equal(report->nr_cpu, bed->report->nr_cpu);
	assert_memory_equal(report->cpu, bed->report->cpu, report->nr_cpu * sizeof(*report->cpu));
	assert_int_equal(report->nr_problems, bed->report->nr_problems);
	assert_string_equal(report->release, bed->report->release);
	assert_true(report->triage);
	sdeistop_report_free(report);
}

static bool contains(const struct bytes *bytes, const char *text)
{
	return memmem(bytes->data, bytes->size, text, strlen(text));
}

static unsigned int count(const struct bytes *bytes, const char *text)
{
	const uint8_t *at = bytes->data;
	unsigned int nr = 0;

	while ((at = memmem(at, bytes->size - (size_t)(at - bytes->data), text, strlen(text)))) {
		at++;
		nr++;
	}
	return nr;
}

static void same_report(void **state)
{
	(void)state;
	for (unsigned int big = 0; big < 2; big++) {
		autobed bed;

		bed_init(&bed, &geometries[GEOMETRY_4K], big, "");
		bed_plan(&bed, 0);
		assert_int_equal(bed.report->verdict, SDEISTOP_INCOMPLETE);
		assert_same_report(&bed);
		assert_true(contains(&bed.file, "VERDICT=incomplete\nMAX_SIZE=4194304\n"));
		assert_true(contains(&bed.file, "LOG_BYTES=32768\nLOG_BYTES_KEPT=32768\n"));
		assert_true(contains(&bed.file, "PART(log of the kernel)=3"));
	}
}

/* A device dump goes, and what was on both sides of it stays apart; an earlier note of
 * a triage dump makes way for the new one */
static void notes_left_out(void **state)
{
	static const char old[] = "an earlier run";
	const uint8_t device[1000] = "device memory";
	autobed bed;
	struct cpustop_note record;
	struct sdeistop_regs regs;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	put_note(&bed.notes, "LINUX", 0x700, device, sizeof(device));
	put_note(&bed.notes, "CPUSTOP", SDEISTOP_NT_TRIAGE, old, sizeof(old));
	/* registers, and a record that is not beside them */
	record = machine_record(&bed.machine, 3);
	regs = machine_regs(&bed.machine, 3);
	record.cpu = 4;
	put_prstatus_regs(&bed.notes, record.pid, &regs);
	put_note(&bed.notes, "LINUX", 0x700, device, 8);
	put_record(&bed.notes, &record);
	bed_plan(&bed, 0);
	assert_false(contains(&bed.file, "device memory"));
	assert_false(contains(&bed.file, old));
	assert_true(contains(&bed.file, "DEVICE_DUMPS_LEFT_OUT=2\n"));
	assert_int_equal(count(&bed.file, "sdeistop triage dump"), 1);
	assert_false(bed.report->cpu[4].has_regs);
	assert_same_report(&bed);
}

static struct sdeistop_segment part_of(const struct bytes *bytes, size_t from, size_t to)
{
	return (struct sdeistop_segment) { bytes->data + from, to - from, to - from, from };
}

/* Registers at the end of one segment are not of the record that begins the next; what
 * is after a broken segment is found */
static void segments(void **state)
{
	const struct sdeistop_regs regs = { .pc = 1 };
	autobytes broken = { 0 };
	autobed bed;
	struct cpustop_note record;
	size_t between;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	record = machine_record(&bed.machine, 3);
	record.cpu = 4;
	put_prstatus_regs(&bed.notes, record.pid, &regs);
	between = bed.notes.size;
	put_record(&bed.notes, &record);
	put_header(&broken, 8, 5000, 1);
	bed.segment[0] = part_of(&broken, 0, broken.size);
	bed.segment[1] = part_of(&bed.notes, 0, between);
	bed.segment[2] = part_of(&bed.notes, between, bed.notes.size);
	bed.nr_segments = 3;
	bed_plan(&bed, 0);
	assert_int_equal(bed.report->verdict, SDEISTOP_MALFORMED);
	assert_false(bed.report->cpu[4].has_regs);
	assert_same_report(&bed);
	assert_int_equal(find_mapped(&bed, bed.machine.task[0]), THERE);
}

/* One that begins with a note that has no owner, behind one that ends with padding: the
 * zeros of the first are not taken for more of the second */
static void nameless_note(void **state)
{
	autobytes nameless = { 0 };
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	put_header(&nameless, 0, 12, 0x100);
	put_header(&nameless, 0x7fffffff, 0, 0);	/* what it holds */
	bed.segment[0] = part_of(&nameless, 0, nameless.size);
	bed.segment[1] = part_of(&bed.notes, 0, bed.notes.size);
	put_header(&bed.notes, 0, 0, 0);
	bed.segment[1] = part_of(&bed.notes, 0, bed.notes.size);
	bed.segment[2] = part_of(&nameless, 0, nameless.size);
	bed.nr_segments = 3;
	bed_plan(&bed, 0);
	assert_int_equal(bed.report->verdict, SDEISTOP_INCOMPLETE);
	assert_same_report(&bed);
}

/* Of the note that the file cuts off nothing is left: the file made of it is whole */
static void cut_segment(void **state)
{
	struct sdeistop_report *report;
	struct sdeistop_error error;
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed.nr_segments = 1;
	put_note(&bed.notes, "TEST", 1, "this is cut", 12);
	bed.segment[0] = part_of(&bed.notes, 0, bed.notes.size - 2);
	bed.segment[0].claimed += 2;
	bed_plan(&bed, 0);
	assert_false(contains(&bed.file, "this is c"));
	assert_int_equal(count_problems(bed.report, SDEISTOP_P_FILE_TRUNCATED), 1);
	report = report_of_file(&bed.file, &error);
	assert_non_null(report);
	assert_int_equal(count_problems(report, SDEISTOP_P_FILE_TRUNCATED), 0);
	assert_int_equal(report->nr_problems, bed.report->nr_problems - 1);
	assert_int_equal(report->nr_cpu, bed.report->nr_cpu);
	sdeistop_report_free(report);
}

/* Nothing tells where anything is: the notes only, and no room is needed for more */
static void no_vmcoreinfo(void **state)
{
	static const char *const infos[] = { NULL, "OSRELEASE=6.12.0\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(infos); i++) {
		autobed bed;
		size_t nr;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
		bytes_free(&bed.notes);
		bed.notes = (struct bytes) { 0 };
		put_cpu(&bed.notes, 0, 1);
		if (infos[i])
			put_vmcoreinfo(&bed.notes, infos[i]);
		bed_plan(&bed, 0);
		sdeistop_triage_pages(bed.triage, &nr);
		assert_int_equal(nr, 0);
		sdeistop_triage_parts(bed.triage, &nr);
		assert_int_equal(nr, 0);
		assert_int_equal(sdeistop_triage_page_bytes(bed.triage), 0);
		assert_int_equal(bed.machine.reads, 0);
		assert_false(contains(&bed.file, "PART("));
		assert_same_report(&bed);
	}
}

/* No record: what says which kernel it is, and the log */
static void no_records(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bytes_free(&bed.notes);
	bed.notes = (struct bytes) { 0 };
	put_prstatus(&bed.notes, 1, 0x1000);
	put_info(&bed, "");
	bed_plan(&bed, 0);
	assert_int_equal(find_mapped(&bed, IMAGE + UTS), THERE);
	assert_int_equal(find_linear(&bed, bed.machine.log), THERE);
	assert_int_equal(find_mapped(&bed, bed.machine.task[0]), NOT_THERE);
	assert_same_report(&bed);
}

static void other_machines(void **state)
{
	static const char *const machines[] = { "riscv64", "x86_64" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct sdeistop_error error = { 0 };
		autobed bed;

		bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
		bed.report = report_from(&bed.notes, (struct sdeistop_source) {
						.file = "made", .machine = machines[i] });
		assert_int_equal(try_plan(&bed, 0, &error), SDEISTOP_ERR_UNSUPPORTED);
		assert_string_equal(error.text,
				    "no vmcore of arm64: contexts of other machines are not known");
	}
}

/* Notes of thousands of CPUs have their share without being asked */
static void many_notes(void **state)
{
	autobed bed;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	for (unsigned int i = 0; i < 3; i++) {
		autobytes large = { 0 };

		large.data = calloc(1, 1 << 20);
		put_note(&bed.notes, "TEST", 2, large.data, 1 << 20);
	}
	assert_int_equal(try_plan(&bed, 0, &(struct sdeistop_error) { 0 }), 0);
	assert_true(sdeistop_triage_size(bed.triage) > 3 << 20);
	assert_true(bed.triage->max_size >= 6 << 20);
	assert_int_equal(part(&bed, PART_OTHER_PER_CPU)->dropped, 0);
}

/* ----------------------------------------------------------------- write */

struct failing {
	unsigned int left;
	size_t written;
};

static bool take_some(void *arg, const void *bytes, size_t size)
{
	struct failing *failing = arg;

	(void)bytes;
	if (!failing->left)
		return false;
	failing->left--;
	failing->written += size;
	return true;
}

/* Each piece in turn: an error, and nothing is written after it */
static void failing_write(void **state)
{
	autobed bed;
	size_t last = 0;
	int status;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed_plan(&bed, 200 << 10);
	for (unsigned int nth = 0; ; nth++) {
		struct failing failing = { .left = nth };
		struct sdeistop_error error = { 0 };

		status = sdeistop_triage_write(bed.triage, take_some, &failing, &error);
		if (!status)
			break;
		assert_int_equal(status, SDEISTOP_ERR_READ);
		assert_int_equal(error.code, SDEISTOP_ERR_READ);
		assert_int_equal(failing.left, 0);
		assert_true(!nth || failing.written > last);
		last = failing.written;
	}
	assert_true(last < bed.file.size);
}

/* The file is a vmcore, of which another one can be made: the same one */
static void triage_of_triage(void **state)
{
	autobed bed;
	autobed again;

	(void)state;
	bed_init(&bed, &geometries[GEOMETRY_4K], false, "");
	bed_plan(&bed, 300 << 10);
	bed_init(&again, &geometries[GEOMETRY_4K], false, "");
	bytes_free(&again.notes);
	again.notes = (struct bytes) { 0 };
	put(&again.notes, bed.file.data + word(&bed, 64 + 8, 8), word(&bed, 64 + 32, 8));
	bed_plan(&again, 300 << 10);
	assert_int_equal(again.file.size, bed.file.size);
	assert_memory_equal(again.file.data, bed.file.data, bed.file.size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything),
		cmocka_unit_test(tables),
		cmocka_unit_test(live_stacks),
		cmocka_unit_test(pointing_nowhere),
		cmocka_unit_test(registers_that_point),
		cmocka_unit_test(foreign_stack),
		cmocka_unit_test(user_of_a_system_call),
		cmocka_unit_test(user_itself),
		cmocka_unit_test(no_user),
		cmocka_unit_test(newest_of_log),
		cmocka_unit_test(ends_of_log),
		cmocka_unit_test(whole_log),
		cmocka_unit_test(pointer_into_blank),
		cmocka_unit_test(log_of_any_size),
		cmocka_unit_test(many_gaps),
		cmocka_unit_test(scattered_log),
		cmocka_unit_test(no_log),
		cmocka_unit_test(any_room),
		cmocka_unit_test(no_room),
		cmocka_unit_test(work_has_an_end),
		cmocka_unit_test(pages_have_an_end),
		cmocka_unit_test(absurd_sizes),
		cmocka_unit_test(absurd_stacks),
		cmocka_unit_test(tables_in_circles),
		cmocka_unit_test(page_gone),
		cmocka_unit_test(only_list),
		cmocka_unit_test(crashing_is_last),
		cmocka_unit_test(page_missing),
		cmocka_unit_test(same_report),
		cmocka_unit_test(notes_left_out),
		cmocka_unit_test(segments),
		cmocka_unit_test(nameless_note),
		cmocka_unit_test(cut_segment),
		cmocka_unit_test(no_vmcoreinfo),
		cmocka_unit_test(no_records),
		cmocka_unit_test(other_machines),
		cmocka_unit_test(many_notes),
		cmocka_unit_test(failing_write),
		cmocka_unit_test(triage_of_triage),
	};

	return cmocka_run_group_tests_name("triage", tests, NULL, NULL);
}
