// SPDX-License-Identifier: GPL-2.0-or-later
/* From a vmcore to what its triage dump has, and how large that is. */

#include "internal.h"

#include <string.h>

/* The notes may have this part of the file, or there would be no room for pages */
#define NOTES_SHARE	2

static bool is_arm64(const struct sdeistop_report *report)
{
	const char *machine = report->source.machine;

	return machine && sdeistop_prstatus_is_arm64(machine);
}

/* What is asked for; otherwise at least so much that the notes have their share. A
 * context is some ten pages, whatever they have. */
static uint64_t choose_size(uint64_t asked, size_t notes, uint64_t page)
{
	const uint64_t needed = (uint64_t)notes * NOTES_SHARE;
	const uint64_t usual = page == 65536 ? 4 * SDEISTOP_TRIAGE_BYTES : SDEISTOP_TRIAGE_BYTES;

	if (asked)
		return asked;
	return needed > usual ? needed : usual;
}

/* The header, the notes, and what they are rounded up by */
static uint64_t fixed_bytes(const struct sdeistop_triage *triage, uint64_t page)
{
	return sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) + triage->notes_bytes + TRIAGE_NOTE_BYTES +
	       page;
}

static int take_notes(struct sdeistop_triage *triage, struct sdeistop_error *error)
{
	const uint8_t *vmcoreinfo;
	bool can_translate;
	uint64_t fixed;
	size_t size;
	int status;

	status = triage_notes_read(triage, &vmcoreinfo, &size, error);
	if (status)
		return status;
	can_translate = vmcoreinfo && triage_info_read(&triage->info, vmcoreinfo, size);
	if (!can_translate)
		triage->info.page_bytes = 0;
	fixed = fixed_bytes(triage, triage->info.page_bytes);
	triage->max_size = choose_size(triage->input.max_size, triage->notes_bytes,
				       triage->info.page_bytes);
	if (fixed > triage->max_size) {
		*error = (struct sdeistop_error) { .code = SDEISTOP_ERR_UNSUPPORTED, .offset = -1 };
		snprintf(error->text, sizeof(error->text),
			 "the notes and what describes them have %llu bytes, more than the %llu that the file may have",
			 (unsigned long long)fixed, (unsigned long long)triage->max_size);
		return SDEISTOP_ERR_UNSUPPORTED;
	}
	triage->pages.room = triage->max_size - fixed;
	return 0;
}

static bool read_limited(void *arg, uint64_t address, void *to, size_t size)
{
	struct triage_limited *limited = arg;

	if (!limited->work)
		return false;
	limited->work--;
	return limited->memory->read(limited->memory->arg, address, to, size);
}

static void set_up_mmu(struct sdeistop_triage *triage)
{
	triage->limited = (struct triage_limited) {
		.memory = triage->input.memory, .work = TRIAGE_WORK_MAX,
		.physical = { read_limited, &triage->limited },
	};
	triage->mmu = (struct triage_mmu) {
		.info = &triage->info,
		.memory = &triage->limited.physical,
		.big_endian = triage->input.report->source.big_endian,
		.page_shift = (unsigned int)__builtin_ctzll(triage->info.page_bytes | 1ull << 63),
	};
}

static uint64_t round_up(uint64_t value, uint64_t to)
{
	return to ? (value + to - 1) / to * to : value;
}

/* Where everything is in the file, now that it is known how much there is */
static void place(struct sdeistop_triage *triage)
{
	const uint64_t notes = sizeof(Elf64_Ehdr) + triage->nr_phdrs * sizeof(Elf64_Phdr);
	const uint64_t bytes = triage->notes_bytes + TRIAGE_NOTE_BYTES;

	triage->phdr[0] = (Elf64_Phdr) {
		.p_type = PT_NOTE, .p_offset = notes, .p_filesz = bytes, .p_memsz = bytes,
		.p_align = 4,
	};
	triage->data = round_up(notes + bytes, triage->info.page_bytes);
	for (size_t i = 1; i < triage->nr_phdrs; i++)
		triage->phdr[i].p_offset += triage->data;
}

static int make(struct sdeistop_triage *triage, struct sdeistop_error *error)
{
	int status;

	status = take_notes(triage, error);
	if (status)
		return status;
	set_up_mmu(triage);
	if (triage->info.page_bytes)
		triage_add_contexts(triage);
	status = triage_pages_finish(triage, error);
	if (!status)
		place(triage);
	return status;
}

int sdeistop_triage_plan(const struct sdeistop_triage_input *input, struct sdeistop_triage **ret,
			 struct sdeistop_error *error)
{
	sdeistop_cleanup(sdeistop_triage_freep) struct sdeistop_triage *triage = NULL;
	int status;

	if (!is_arm64(input->report)) {
		*error = (struct sdeistop_error) { .code = SDEISTOP_ERR_UNSUPPORTED, .offset = -1 };
		snprintf(error->text, sizeof(error->text),
			 "no vmcore of arm64: contexts of other machines are not known");
		return SDEISTOP_ERR_UNSUPPORTED;
	}
	triage = calloc(1, sizeof(*triage));
	if (!triage)
		return sdeistop_no_memory(error);
	triage->input = *input;
	triage->mmu.big_endian = input->report->source.big_endian;
	status = make(triage, error);
	if (status)
		return status;
	*ret = triage;
	triage = NULL;
	return 0;
}

void sdeistop_triage_free(struct sdeistop_triage *triage)
{
	if (!triage)
		return;
	triage_pages_free(&triage->pages);
	free(triage->notes);
	for (size_t i = 0; triage->frame && i < triage->nr_frames; i++)
		free(triage->frame[i]);
	free(triage->frame);
	free(triage->page);
	free(triage->phdr);
	free(triage);
}

uint64_t sdeistop_triage_page_bytes(const struct sdeistop_triage *triage)
{
	return triage->info.page_bytes;
}

const struct sdeistop_triage_page *sdeistop_triage_pages(const struct sdeistop_triage *triage,
							 size_t *nr)
{
	*nr = triage->nr_pages;
	return triage->page;
}

const struct sdeistop_triage_part *sdeistop_triage_parts(const struct sdeistop_triage *triage,
							 size_t *nr)
{
	*nr = triage->info.page_bytes ? NR_PARTS : 0;
	return triage->part;
}

size_t sdeistop_triage_cpus(const struct sdeistop_triage *triage)
{
	return triage->nr_contexts;
}

uint64_t sdeistop_triage_size(const struct sdeistop_triage *triage)
{
	return triage->data + triage->nr_frames * triage->info.page_bytes;
}
