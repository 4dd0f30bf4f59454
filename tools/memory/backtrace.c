// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * backtrace CPUS VMLINUX: the frames of CPUs, from where each was interrupted.
 * CPUS is a list such as 1,3; VMLINUX is - if there is none.
 */

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/memory/names.h"
#include "../tool.h"
#include "commands.h"
#include "print.h"
#include "protocol.h"

static int refuse(const char *text)
{
	struct sdeistop_error error = { .code = SDEISTOP_ERR_UNSUPPORTED, .offset = -1 };

	snprintf(error.text, sizeof(error.text), "%s", text);
	return print_error(&error);
}

/* An address after a call may be another function's: the call was the last
 * instruction of this one then. */
static bool is_return_address(enum sdeistop_frame_kind kind)
{
	return kind != SDEISTOP_FRAME_EXACT && kind != SDEISTOP_FRAME_UNSURE &&
	       kind != SDEISTOP_FRAME_USER;
}

static const char *kind_word(enum sdeistop_frame_kind kind)
{
	switch (kind) {
	case SDEISTOP_FRAME_EXACT:
		return FRAME_EXACT;
	case SDEISTOP_FRAME_UNSURE:
		return FRAME_UNSURE;
	case SDEISTOP_FRAME_USER:
		return FRAME_USER;
	case SDEISTOP_FRAME_LINK:
		return FRAME_LINK;
	case SDEISTOP_FRAME_LINK_PROBABLE:
		return FRAME_LINK_PROBABLE;
	case SDEISTOP_FRAME_RETURN:
		break;
	}
	return FRAME_RETURN;
}

static void print_code(const struct sdeistop_code *code)
{
	print_place(&code->place);
	if (code->place.function[0] && code->place.size)
		print_hex(code->place.size);
	else
		print_unknown();
	print_name(code->line.file);
	if (code->line.file[0])
		print_number(code->line.line);
	else
		print_unknown();
}

/* @ret has as many entries as @backtrace has frames */
static void name_frames(struct sdeistop_names *names, struct sdeistop_backtrace *backtrace,
			struct sdeistop_code ret[])
{
	uint64_t address[SDEISTOP_FRAMES_MAX];

	for (size_t i = 0; i < backtrace->nr; i++)
		address[i] = backtrace->frame[i].pc - is_return_address(backtrace->frame[i].kind);
	sdeistop_names_find(names, address, backtrace->nr, ret);
	for (size_t i = 0; i < backtrace->nr; i++) {
		struct sdeistop_frame *frame = &backtrace->frame[i];

		/* The entry of an SDEI event makes a record of what it interrupted.
		 * Where the event's registers were not found nothing but its name
		 * tells that from a call, and the link register is not known. */
		if (i && frame->kind == SDEISTOP_FRAME_RETURN &&
		    !strcmp(ret[i - 1].place.function, "__sdei_asm_handler")) {
			frame->kind = SDEISTOP_FRAME_UNSURE;
			sdeistop_names_find(names, &frame->pc, 1, &ret[i]);
		}
		ret[i].place.offset += is_return_address(frame->kind);
	}
}

static void print_frames(struct sdeistop_names *names, unsigned int cpu,
			 struct sdeistop_backtrace *backtrace)
{
	struct sdeistop_code code[SDEISTOP_FRAMES_MAX] = { 0 };
	char text[128];

	/* What is in user space has no name here. */
	if (backtrace->end != SDEISTOP_END_USER)
		name_frames(names, backtrace, code);
	for (size_t i = 0; i < backtrace->nr; i++) {
		const struct sdeistop_frame *frame = &backtrace->frame[i];

		print_word(PROTOCOL_FRAME);
		print_number(cpu);
		print_number(i);
		print_hex(frame->pc);
		print_hex(frame->fp);
		print_text(kind_word(frame->kind));
		print_code(&code[i]);
		print_end();
	}
	sdeistop_end_text(backtrace, text, sizeof(text));
	print_word(PROTOCOL_END);
	print_number(cpu);
	print_text(sdeistop_backtrace_is_whole(backtrace) ? END_WHOLE : END_CUT);
	print_text(text);
	print_end();
}

static void set_up(struct sdeistop_names *names, struct sdeistop_pt_regs *layout,
		   struct sdeistop_unwinder *ret)
{
	uint64_t page = 0;

	*ret = (struct sdeistop_unwinder) {
		.reader = names->reader, .caller = sdeistop_names_caller, .arg = names,
		.pt_regs = sdeistop_known_pt_regs,
		.nr_pt_regs = sizeof(sdeistop_known_pt_regs) / sizeof(*sdeistop_known_pt_regs),
	};
	if (names->vmlinux && sdeistop_vmlinux_pt_regs(names->vmlinux, layout)) {
		ret->pt_regs = layout;
		ret->nr_pt_regs = 1;
	}
	sdeistop_memory_number(names->memory, "NUMBER(KERNELPACMASK)", 0, &ret->pac_mask);
	sdeistop_memory_number(names->memory, "PAGESIZE", 10, &page);
	ret->stack_bytes = sdeistop_stack_bytes(page);
}

/* Registers are the CPU's own, of its record. */
static int print_cpus(struct sdeistop_names *names, struct cpulist *cpus,
		      const struct sdeistop_report *report)
{
	struct sdeistop_unwinder unwinder;
	struct sdeistop_pt_regs layout;

	if (!sdeistop_prstatus_is_arm64(report->source.machine))
		return refuse("only stacks of arm64 are understood");
	set_up(names, &layout, &unwinder);
	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct sdeistop_cpu *cpu = &report->cpu[i];
		struct sdeistop_backtrace backtrace;

		if (!cpu->has_regs || !cpulist_has(cpu->note.cpu, cpus))
			continue;
		sdeistop_unwind(&unwinder, &cpu->regs, &backtrace);
		print_frames(names, cpu->note.cpu, &backtrace);
	}
	return names->missing[0] ? refuse(names->missing) : 0;
}

__attribute__((noreturn))
static void end_without_memory(void)
{
	refuse("out of memory for the debuginfo");
	fflush(stdout);
	_exit(1);
}

/* @path: NULL after the last */
static int print_report(struct sdeistop_memory *memory, const char *vmlinux, char *const path[],
			struct cpulist *cpus)
{
	sdeistop_cleanup(sdeistop_names_close) struct sdeistop_names names = { 0 };
	struct sdeistop_report *report;
	struct sdeistop_error error;
	size_t nr = 0;
	int status;

	while (path[nr])
		nr++;
	if (sdeistop_names_open(memory, vmlinux, end_without_memory, &names, &error) ||
	    sdeistop_report_parts((const char *const *)path, nr, &report, &error))
		return print_error(&error);
	status = print_cpus(&names, cpus, report);
	sdeistop_report_free(report);
	return status;
}

int cmd_backtrace(struct sdeistop_memory *memory, char *const args[])
{
	const char *vmlinux = strcmp(args[1], PROTOCOL_UNKNOWN) ? args[1] : NULL;
	struct cpulist cpus;
	int status;

	if (cpulist_parse(args[0], &cpus))
		status = print_report(memory, vmlinux, args + 2, &cpus);
	else
		status = refuse("no list of CPUs");
	cpulist_free(&cpus);
	return status;
}
