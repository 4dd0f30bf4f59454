// SPDX-License-Identifier: GPL-2.0-or-later

#include "fake_machine.h"

#include <string.h>

const struct geometry geometries[NR_GEOMETRIES] = {
	[GEOMETRY_4K] = { "4K, 48 bits", 12, 48, 48, 4, { 39, 30, 21, 12 }, RAM_BASE },
	[GEOMETRY_39] = { "4K, 39 bits", 12, 39, 39, 3, { 30, 21, 12 }, RAM_BASE },
	[GEOMETRY_LPA2] = { "4K, 52 bits", 12, 52, 52, 5, { 48, 39, 30, 21, 12 }, RAM_BASE },
	[GEOMETRY_16K] = { "16K, 47 bits", 14, 47, 47, 3, { 36, 25, 14 }, RAM_BASE },
	[GEOMETRY_16K_52] = { "16K, 52 bits", 14, 52, 52, 4, { 47, 36, 25, 14 }, RAM_BASE },
	[GEOMETRY_64K] = { "64K, 48 bits", 16, 48, 48, 3, { 42, 29, 16 }, RAM_BASE },
	[GEOMETRY_64K_52] = { "64K, 52 bits", 16, 52, 52, 3, { 42, 29, 16 }, RAM_BASE },
	[GEOMETRY_NEGATIVE] = { "64K, 52 bits on a CPU of 48", 16, 52, 48, 3, { 42, 29, 16 },
				RAM_BASE - (UINT64_C(15) << 48) },
};

/* ----------------------------------------------------------------- memory */

void machine_init(struct machine *machine, const struct geometry *geometry, bool big)
{
	*machine = (struct machine) {
		.geometry = geometry, .page = UINT64_C(1) << geometry->page_shift, .big = big,
		.ram = calloc(1, RAM_BYTES), .next = RAM_BASE,
	};
	if (!machine->ram)
		abort();
}

void machine_free(struct machine *machine)
{
	free(machine->ram);
}

uint64_t machine_alloc(struct machine *machine, uint64_t bytes)
{
	const uint64_t ret = machine->next;

	machine->next += (bytes + machine->page - 1) & ~(machine->page - 1);
	if (machine->next > RAM_BASE + RAM_BYTES)
		abort();
	return ret;
}

static void set(struct machine *machine, uint64_t physical, uint64_t value, unsigned int size)
{
	uint8_t *p = machine->ram + (physical - RAM_BASE);

	if (physical < RAM_BASE || physical > RAM_BASE + RAM_BYTES - size)
		abort();
	for (unsigned int i = 0; i < size; i++)
		p[machine->big ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

void machine_set64(struct machine *machine, uint64_t physical, uint64_t value)
{
	set(machine, physical, value, 8);
}

static uint64_t get64(const struct machine *machine, uint64_t physical)
{
	const uint8_t *p = machine->ram + (physical - RAM_BASE);
	uint64_t value = 0;

	for (unsigned int i = 0; i < 8; i++)
		value = value << 8 | p[machine->big ? i : 7 - i];
	return value;
}

bool machine_read(void *arg, uint64_t address, void *to, size_t size)
{
	struct machine *machine = arg;
	const uint64_t page = address & ~(machine->page - 1), at = address - RAM_BASE;

	machine->reads++;
	machine->straddles |= size > machine->page - (address - page);
	if (address < RAM_BASE || at >= RAM_BYTES || size > RAM_BYTES - at ||
	    (machine->hole && page == machine->hole))
		return false;
	memcpy(to, machine->ram + at, size);
	return true;
}

/* ----------------------------------------------------------------- tables */

uint64_t machine_linear(const struct machine *machine, uint64_t physical)
{
	const uint64_t page_offset = UINT64_MAX << machine->geometry->va_bits;

	return physical - machine->geometry->phys_offset + page_offset;
}

/* Bits 51 to 48 are elsewhere in a descriptor */
static uint64_t descriptor(const struct geometry *geometry, uint64_t physical, uint64_t type)
{
	const uint64_t low = physical & UINT64_C(0x0000ffffffffffff);

	if (geometry->page_shift == 16)
		return low | (physical >> 48 & 15) << 12 | type;
	if (geometry->bits == 52)
		return low | (physical & UINT64_C(3) << 48) | (physical >> 50 & 3) << 8 | type;
	return low | type;
}

uint64_t machine_entry(struct machine *machine, uint64_t root, uint64_t address,
		       unsigned int level)
{
	const struct geometry *geometry = machine->geometry;
	uint64_t table = root;

	for (unsigned int i = 0; ; i++) {
		/* the upper table has what is left of the bits that the kernel knows */
		const unsigned int next = i ? geometry->shift[i - 1] : geometry->va_bits;
		const unsigned int full = geometry->shift[i] + geometry->page_shift - 3;
		const unsigned int end = next < full ? next : full;
		const uint64_t index = (address & ((UINT64_C(1) << end) - 1)) >> geometry->shift[i];
		const uint64_t entry = table + 8 * index;

		if (i == level)
			return entry;
		if (!get64(machine, entry))
			machine_set64(machine, entry,
				      descriptor(geometry,
						 machine_alloc(machine, machine->page), 3));
		table = get64(machine, entry) & UINT64_C(0xfffffffff000) & ~(machine->page - 1);
	}
}

void machine_map(struct machine *machine, uint64_t root, uint64_t address, uint64_t physical,
		 bool block)
{
	const struct geometry *geometry = machine->geometry;
	const unsigned int level = geometry->nr_levels - (block ? 2 : 1);
	/* accessible, and for the upper half of the descriptor what kernels put there */
	const uint64_t type = (block ? 1 : 3) | 1 << 10 | UINT64_C(0x60) << 48;

	machine_set64(machine, machine_entry(machine, root, address, level),
		      descriptor(geometry, physical, type));
}

/* ------------------------------------------------------------------- CPUs */

static void map_stack(struct machine *machine, uint64_t address)
{
	for (uint64_t at = 0; at < STACK_BYTES_OF(machine); at += machine->page) {
		const uint64_t physical = machine_alloc(machine, machine->page);

		/* not beside the next one, as vmalloc() has them */
		machine_alloc(machine, machine->page);
		machine_map(machine, machine->image + PGD, address + at, physical, false);
		/* nothing in it is zero by chance */
		memset(machine->ram + (physical - RAM_BASE), 0x5a, machine->page);
	}
}

static void build_cpu(struct machine *machine, unsigned int cpu)
{
	const uint64_t base = IMAGE + VMAP + cpu * 4 * STACK_STRIDE;
	const uint64_t task = machine_alloc(machine, 8192), area = machine_alloc(machine, 12288);

	machine->task[cpu] = machine_linear(machine, task);
	machine->per_cpu[cpu] = machine_linear(machine, area);
	machine->stack[cpu] = base;
	machine->irq_stack[cpu] = base + STACK_STRIDE;
	for (unsigned int i = 0; i < 3; i++)
		map_stack(machine, base + i * STACK_STRIDE);
	machine_set64(machine, task + TASK_STACK, machine->stack[cpu]);
	machine_set64(machine, area + IRQ_STACK_PTR, machine->irq_stack[cpu]);
	machine_set64(machine, area + SDEI_STACK_PTR, base + 2 * STACK_STRIDE);
	machine_set64(machine, machine->image + PER_CPU_OFFSET + 8 * cpu,
		      machine->per_cpu[cpu] - PER_CPU_START);
}

/* CPU 0's task is in a system call: its registers are at the top of its stack */
static void build_user(struct machine *machine)
{
	const uint64_t mm = machine_alloc(machine, 1024);
	const uint64_t pgd = machine_alloc(machine, machine->page);
	const uint64_t task = machine->task[0] - machine_linear(machine, 0);
	const uint64_t top = machine->stack[0] + STACK_BYTES_OF(machine);
	const unsigned int last = machine->geometry->nr_levels - 1;
	uint64_t regs = machine_entry(machine, machine->image + PGD, top - 336, last);

	machine->user_code = machine_alloc(machine, machine->page);
	machine->user_stack = machine_alloc(machine, machine->page);
	machine_set64(machine, task + TASK_MM, machine_linear(machine, mm));
	machine_set64(machine, mm + MM_PGD, machine_linear(machine, pgd));
	machine_map(machine, pgd, USER_CODE, machine->user_code, false);
	machine_map(machine, pgd, USER_STACK, machine->user_stack, false);
	regs = (get64(machine, regs) & UINT64_C(0xfffffffff000) & ~(machine->page - 1)) +
	       machine->page - 336;
	machine_set64(machine, regs + 30 * 8, USER_CODE + 64);
	machine_set64(machine, regs + 31 * 8, USER_STACK + 32);
	machine_set64(machine, regs + 32 * 8, USER_CODE + 128);
	machine_set64(machine, regs + 33 * 8, 0x1000);
}

/* struct printk_ringbuffer as machine_info() describes it */
static void build_log(struct machine *machine)
{
	const uint64_t prb = machine->image + PRB, text_bytes = UINT64_C(1) << LOG_TEXT_BITS;
	const uint64_t count = UINT64_C(1) << LOG_COUNT_BITS;
	const uint64_t bytes = text_bytes + count * (LOG_DESC_BYTES + LOG_INFO_BYTES);
	uint64_t text;

	/* in the middle of a page, as static arrays are */
	machine->log = machine_alloc(machine, bytes + 256) + 256;
	text = machine_linear(machine, machine->log);
	memset(machine->ram + (machine->log - RAM_BASE), 0xa5, bytes);
	machine_set64(machine, machine->image + PRB_POINTER, IMAGE + PRB);
	set(machine, prb, LOG_COUNT_BITS, 4);
	machine_set64(machine, prb + 8, text + text_bytes);
	machine_set64(machine, prb + 16, text + text_bytes + count * LOG_DESC_BYTES);
	machine_set64(machine, prb + 24, 3 * count + 100);	/* head_id: entry 100 */
	set(machine, prb + 48, LOG_TEXT_BITS, 4);
	machine_set64(machine, prb + 56, text);
	machine_set64(machine, prb + 64, 5 * text_bytes + 5000);	/* head_lpos */
}

void machine_build(struct machine *machine, const struct geometry *geometry, bool big)
{
	machine_init(machine, geometry, big);
	machine->image = machine_alloc(machine, IMAGE_BYTES);
	for (uint64_t at = 0; at < IMAGE_BYTES; at += machine->page)
		machine_map(machine, machine->image + PGD, IMAGE + at, machine->image + at, false);
	/* of the buffers of notes, which are allocated per CPU, too */
	machine_set64(machine, machine->image + CRASH_NOTES, PER_CPU_START + NOTES_BUFFER);
	for (unsigned int cpu = 0; cpu < MACHINE_CPUS; cpu++)
		build_cpu(machine, cpu);
	build_user(machine);
	build_log(machine);
}

/* ------------------------------------------------------------------ notes */

/* CPU 0 crashed on its task's stack; 1, wedged, is on its IRQ stack; 2 was never
 * stopped; 3 answered the IPI */
struct sdeistop_regs machine_regs(const struct machine *machine, unsigned int cpu)
{
	const uint64_t stack = cpu == 1 ? machine->irq_stack[cpu] : machine->stack[cpu];
	struct sdeistop_regs regs = {
		.pc = IMAGE + CODE + 0x200, .sp = stack + STACK_BYTES_OF(machine) - 1024,
		.pstate = 0x3c5,
	};

	regs.x[30] = IMAGE + CODE + 0x8000;
	return regs;
}

struct cpustop_note machine_record(const struct machine *machine, unsigned int cpu)
{
	static const uint8_t method[MACHINE_CPUS] = {
		CPUSTOP_METHOD_PANIC, CPUSTOP_METHOD_FIRMWARE, CPUSTOP_METHOD_NONE,
		CPUSTOP_METHOD_IPI,
	};
	static const uint8_t disposition[MACHINE_CPUS] = {
		CPUSTOP_DISP_CRASHING, CPUSTOP_DISP_PARKED, CPUSTOP_DISP_RUNNING, CPUSTOP_DISP_OFF,
	};

	return (struct cpustop_note) {
		.cpu = cpu, .hwid = cpu, .method = method[cpu], .disposition = disposition[cpu],
		.rungs = cpu ? CPUSTOP_RUNG_IPI | (cpu < 3 ? CPUSTOP_RUNG_FIRMWARE : 0) : 0,
		.flags = cpu == 2 ? CPUSTOP_F_BY_STOPPER : CPUSTOP_F_REGS,
		.acked = cpu == 2 ? 0 : 100, .task = machine->task[cpu], .pid = 100 + cpu,
		.nr_present = MACHINE_CPUS, .nr_online = MACHINE_CPUS,
	};
}

/* Bytes of the machine's log are told in numbers that its structures have here */
static const char log_lines[] =
	"OFFSET(printk_ringbuffer.desc_ring)=0\n"
	"OFFSET(printk_ringbuffer.text_data_ring)=48\n"
	"OFFSET(prb_desc_ring.count_bits)=0\n"
	"OFFSET(prb_desc_ring.descs)=8\n"
	"OFFSET(prb_desc_ring.infos)=16\n"
	"OFFSET(prb_desc_ring.head_id)=24\n"
	"SIZE(prb_desc)=24\n"
	"SIZE(printk_info)=88\n"
	"OFFSET(prb_data_ring.size_bits)=0\n"
	"OFFSET(prb_data_ring.data)=8\n"
	"OFFSET(prb_data_ring.head_lpos)=16\n";

char *machine_info(const struct machine *machine, const char *first)
{
	const struct geometry *geometry = machine->geometry;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	fprintf(out, "%sOSRELEASE=6.12.0\nPAGESIZE=%llu\nNUMBER(VA_BITS)=%u\n", first,
		(unsigned long long)machine->page, geometry->va_bits);
	fprintf(out, "NUMBER(TCR_EL1_T1SZ)=0x%x\nNUMBER(PHYS_OFFSET)=0x%llx\n",
		64 - geometry->bits, (unsigned long long)geometry->phys_offset);
	fprintf(out, "NUMBER(kimage_voffset)=0x%llx\n",
		(unsigned long long)(IMAGE - machine->image));
#define SYMBOL(name, address) \
	fprintf(out, "SYMBOL(" name ")=%llx\n", (unsigned long long)(address))
	SYMBOL("swapper_pg_dir", IMAGE + PGD);
	SYMBOL("init_uts_ns", IMAGE + UTS);
	SYMBOL("linux_banner", IMAGE + BANNER);
	SYMBOL("prb", IMAGE + PRB_POINTER);
	SYMBOL("__per_cpu_offset", IMAGE + PER_CPU_OFFSET);
	SYMBOL("__per_cpu_start", PER_CPU_START);
	SYMBOL("__per_cpu_end", PER_CPU_START + 8192);
	SYMBOL("irq_stack_ptr", PER_CPU_START + IRQ_STACK_PTR);
	SYMBOL("sdei_stack_normal_ptr", PER_CPU_START + SDEI_STACK_PTR);
	SYMBOL("overflow_stack", PER_CPU_START + OVERFLOW_STACK);
#undef SYMBOL
	fprintf(out, "SYMBOL(crash_notes)=%llx\nNUMBER(CRASH_NOTES_BYTES)=1024\n",
		(unsigned long long)(IMAGE + CRASH_NOTES));
	fprintf(out, "OFFSET(uts_namespace.name)=8\nNUMBER(THREAD_SIZE)=%llu\n",
		(unsigned long long)STACK_BYTES_OF(machine));
	fprintf(out, "SIZE(task_struct)=5000\nOFFSET(task_struct.stack)=%d\n", TASK_STACK);
	fprintf(out, "OFFSET(task_struct.mm)=%d\nOFFSET(mm_struct.pgd)=%d\n%s", TASK_MM, MM_PGD,
		log_lines);
	fclose(out);
	return text;
}
