// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The triage dump of a machine in memory that the input damages, or of the input as an
 * ELF vmcore. The first byte: bit 0 big-endian, bits 1 to 3 the kind of machine, bits 4
 * and 5 how large the file may be, bit 6 the input is a vmcore.
 *
 * Of a machine: a byte says how many words of memory follow, as 3 bytes that say which
 * one and its 8 bytes; the last words that 3 bytes can say are tasks and registers of
 * CPUs. What is left is put before VMCOREINFO, where it is believed.
 */

#include "target.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../lib/format/format.h"
#include "../unit/fake_machine.h"

/* Words that are none of memory, from here on: for each CPU as many */
#define CPU_WORDS	0xffff00u
#define WORDS_OF_CPU	16

static const uint64_t max_sizes[] = { SDEISTOP_TRIAGE_BYTES_MIN, 200 << 10, 1 << 20, 0 };

struct input {
	const uint8_t *data;
	size_t size;
};

static uint64_t take(struct input *input, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--) {
		value = value << 8 | (input->size ? *input->data : 0);
		input->data += !!input->size;
		input->size -= !!input->size;
	}
	return value;
}

/* ------------------------------------------------------------------- output */

struct output {
	uint8_t *data;
	size_t size, room;
};

static bool write_output(void *arg, const void *bytes, size_t size)
{
	struct output *output = arg;

	require(size && size <= output->room - output->size);
	memcpy(output->data + output->size, bytes, size);
	output->size += size;
	return true;
}

static void check_pages(const struct sdeistop_triage *triage)
{
	const struct sdeistop_triage_page *page;
	size_t nr;

	page = sdeistop_triage_pages(triage, &nr);
	for (size_t i = 0; i < nr; i++) {
		require(!(page[i].physical % sdeistop_triage_page_bytes(triage)));
		require(!(page[i].address % sdeistop_triage_page_bytes(triage)));
		require(!i || page[i - 1].physical < page[i].physical ||
			(page[i - 1].physical == page[i].physical &&
			 page[i - 1].address < page[i].address));
	}
}

/* False if there is no such file; otherwise @ret->data is to be freed. */
static bool triage(const struct sdeistop_triage_input *input, struct output *ret)
{
	struct sdeistop_triage *plan;
	struct sdeistop_error error = { 0 };

	if (sdeistop_triage_plan(input, &plan, &error)) {
		require(error.code && error.text[0]);
		return false;
	}
	check_pages(plan);
	*ret = (struct output) { .room = sdeistop_triage_size(plan) };
	require(!input->max_size || ret->room <= input->max_size);
	ret->data = malloc(ret->room);
	require(ret->data);
	require(!sdeistop_triage_write(plan, write_output, ret, &error));
	require(ret->size == ret->room);
	sdeistop_triage_free(plan);
	return true;
}

/* --------------------------------------------------------------------- file */

struct vmcore {
	struct sdeistop_vmcore vmcore;
	struct sdeistop_file file;
	struct sdeistop_physical memory;
	struct sdeistop_report *report;	/* NULL: it cannot be read */
};

static bool read_loads(void *arg, uint64_t address, void *to, size_t size)
{
	struct vmcore *from = arg;

	return sdeistop_loads_read(&from->vmcore.loads, &from->file, address, to, size);
}

static void vmcore_open(const uint8_t *data, size_t size, struct vmcore *ret)
{
	int fd = memfd_create("vmcore", MFD_CLOEXEC);
	struct sdeistop_error error;
	char path[32];

	*ret = (struct vmcore) { .vmcore.loads.wanted = true, .file.fd = -1 };
	ret->memory = (struct sdeistop_physical) { read_loads, ret };
	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sdeistop_vmcore_open(path, &ret->file, &ret->vmcore, &error) ||
	    sdeistop_vmcore_report(&ret->vmcore, &ret->report, &error))
		ret->report = NULL;
	close(fd);
}

static void vmcore_close(struct vmcore *vmcore)
{
	if (vmcore->report)
		sdeistop_report_free(vmcore->report);
	sdeistop_file_close(&vmcore->file);
	sdeistop_vmcore_deinit(&vmcore->vmcore);
}

static bool triage_vmcore(struct vmcore *from, uint64_t max_size, struct output *ret)
{
	return from->report && triage(&(struct sdeistop_triage_input) {
		.report = from->report, .segment = from->vmcore.segment,
		.nr_segments = from->vmcore.nr_segments, .memory = &from->memory,
		.max_size = max_size,
	}, ret);
}

/* What notes that are in order tell is what those of the file made of them tell. */
static void check_same(const struct vmcore *one, const struct vmcore *other)
{
	const struct sdeistop_report *report = one->report;

	if (!one->vmcore.nr_segments || report->source.truncated ||
	    report->source.incomplete_flag || report->verdict == SDEISTOP_MALFORMED)
		return;
	require(report->verdict == other->report->verdict);
	require(report->nr_cpu == other->report->nr_cpu);
	require(!report->nr_cpu || !memcmp(report->cpu, other->report->cpu,
					   report->nr_cpu * sizeof(*report->cpu)));
}

/* The file is a vmcore that can be read, and so is that made of it. */
static void check_file(const struct vmcore *from, uint64_t max_size, const struct output *output)
{
	struct output again;
	struct vmcore vmcore;

	vmcore_open(output->data, output->size, &vmcore);
	require(vmcore.report && !vmcore.report->source.truncated);
	if (from)
		check_same(from, &vmcore);
	require(triage_vmcore(&vmcore, max_size, &again));
	free(again.data);
	vmcore_close(&vmcore);
}

static void of_file(struct input *input, uint64_t max_size)
{
	struct output output;
	struct vmcore from;

	vmcore_open(input->data, input->size, &from);
	if (triage_vmcore(&from, max_size, &output)) {
		check_file(&from, max_size, &output);
		free(output.data);
	}
	vmcore_close(&from);
}

/* ------------------------------------------------------------------ machine */

/* Built once each: what an input damages is undone */
static struct machine *machine_of(unsigned int kind, bool big)
{
	static struct machine machines[NR_GEOMETRIES][2];
	struct machine *machine = &machines[kind][big];

	if (!machine->ram)
		machine_build(machine, &geometries[kind], big);
	return machine;
}

struct cpus {
	struct sdeistop_cpu cpu[MACHINE_CPUS];
};

static void set_cpu_word(struct cpus *cpus, uint32_t which, uint64_t value)
{
	struct sdeistop_cpu *cpu = &cpus->cpu[which / WORDS_OF_CPU % MACHINE_CPUS];

	switch (which % WORDS_OF_CPU) {
	case 0:
		cpu->note.task = value;
		break;
	case 1:
		cpu->regs.sp = value;
		break;
	case 2:
		cpu->regs.pc = value;
		break;
	case 3:
		cpu->regs.pstate = value;
		break;
	default:
		cpu->regs.x[which % WORDS_OF_CPU + 15] = value;
	}
}

struct undo {
	uint8_t *at[256];
	uint8_t was[256][8];
	unsigned int nr;
};

static void damage(struct machine *machine, struct cpus *cpus, struct input *input,
		   struct undo *undo)
{
	unsigned int nr = (unsigned int)take(input, 1);

	while (nr-- && input->size) {
		const uint32_t which = (uint32_t)take(input, 3);
		const uint32_t offset = which % (RAM_BYTES / 8) * 8;
		const uint64_t value = take(input, 8);

		if (which >= CPU_WORDS) {
			set_cpu_word(cpus, which - CPU_WORDS, value);
			continue;
		}
		undo->at[undo->nr] = machine->ram + offset;
		memcpy(undo->was[undo->nr++], machine->ram + offset, 8);
		machine_set64(machine, RAM_BASE + offset, value);
	}
}

static void repair(const struct undo *undo)
{
	for (unsigned int i = undo->nr; i; i--)
		memcpy(undo->at[i - 1], undo->was[i - 1], 8);
}

static void put32(uint8_t *to, uint32_t value, bool big)
{
	for (unsigned int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * (big ? 3 - i : i));
}

/* A segment with VMCOREINFO, which what is left of the input begins */
static uint8_t *make_notes(const struct machine *machine, const struct input *input, size_t *size)
{
	sdeistop_autofree char *first = strndup((const char *)input->data, input->size);
	sdeistop_autofree char *info = first ? machine_info(machine, first) : NULL;
	const size_t length = info ? strlen(info) : 0;
	uint8_t *notes;

	*size = (24 + length + 3) & ~(size_t)3;
	notes = calloc(1, *size);
	require(info && notes);
	put32(notes, 11, machine->big);
	put32(notes + 4, (uint32_t)length, machine->big);
	memcpy(notes + 12, "VMCOREINFO", 11);
	memcpy(notes + 24, info, length);
	return notes;
}

static void set_up_cpus(const struct machine *machine, struct cpus *ret)
{
	for (unsigned int i = 0; i < MACHINE_CPUS; i++)
		ret->cpu[i] = (struct sdeistop_cpu) {
			.note = machine_record(machine, i), .has_regs = i != 2,
			.regs = machine_regs(machine, i),
		};
}

static void of_machine(struct input *input, unsigned int kind, bool big, uint64_t max_size)
{
	struct machine *machine = machine_of(kind, big);
	sdeistop_autofree uint8_t *notes = NULL;
	struct sdeistop_physical memory = { machine_read, machine };
	struct sdeistop_report report = { .nr_cpu = MACHINE_CPUS };
	struct sdeistop_segment segment = { 0 };
	struct output output;
	struct undo undo;
	struct cpus cpus;

	undo.nr = 0;
	set_up_cpus(machine, &cpus);
	damage(machine, &cpus, input, &undo);
	notes = make_notes(machine, input, &segment.size);
	segment.data = notes;
	segment.claimed = segment.size;
	report.cpu = cpus.cpu;
	report.source = (struct sdeistop_source) { .machine = "aarch64", .big_endian = big };
	if (triage(&(struct sdeistop_triage_input) {
			.report = &report, .segment = &segment, .nr_segments = 1,
			.memory = &memory, .max_size = max_size }, &output)) {
		check_file(NULL, max_size, &output);
		free(output.data);
	}
	require(!machine->straddles);
	repair(&undo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	const unsigned int kind = (unsigned int)take(&input, 1);
	const uint64_t max_size = max_sizes[kind >> 4 & 3];

	if (kind & 0x40)
		of_file(&input, max_size);
	else
		of_machine(&input, kind >> 1 & 7, kind & 1, max_size);
	return 0;
}
