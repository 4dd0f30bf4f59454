// SPDX-License-Identifier: GPL-2.0-or-later
/* The file: ELF header, program headers, notes, pages. */

#include "internal.h"

#include <string.h>

struct output {
	const struct sdeistop_triage *triage;
	bool (*write)(void *arg, const void *bytes, size_t size);
	void *arg;
	uint64_t written;
};

static bool put(struct output *out, const void *bytes, size_t size)
{
	out->written += size;
	return !size || out->write(out->arg, bytes, size);
}

/* Zeros up to byte @end of the file */
static bool pad(struct output *out, uint64_t end)
{
	static const uint8_t zeros[4096];

	while (out->written < end) {
		const uint64_t left = end - out->written;

		if (!put(out, zeros, left < sizeof(zeros) ? (size_t)left : sizeof(zeros)))
			return false;
	}
	return true;
}

/* ELF headers are in the byte order of the dump */
static void swap(void *bytes, size_t size)
{
	uint8_t *p = bytes;

	for (size_t i = 0; i < size / 2; i++) {
		const uint8_t one = p[i];

		p[i] = p[size - 1 - i];
		p[size - 1 - i] = one;
	}
}

#define SWAP(header, field) swap(&(header)->field, sizeof((header)->field))

static bool is_foreign(const struct sdeistop_triage *triage)
{
	return triage->mmu.big_endian == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
}

static bool write_ehdr(struct output *out)
{
	const struct sdeistop_triage *triage = out->triage;
	Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     triage->mmu.big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE, .e_machine = EM_AARCH64, .e_version = EV_CURRENT,
		.e_phoff = sizeof(ehdr), .e_ehsize = sizeof(ehdr),
		.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = (Elf64_Half)triage->nr_phdrs,
	};

	if (is_foreign(triage)) {
		SWAP(&ehdr, e_type);
		SWAP(&ehdr, e_machine);
		SWAP(&ehdr, e_version);
		SWAP(&ehdr, e_phoff);
		SWAP(&ehdr, e_ehsize);
		SWAP(&ehdr, e_phentsize);
		SWAP(&ehdr, e_phnum);
	}
	return put(out, &ehdr, sizeof(ehdr));
}

static bool write_phdrs(struct output *out)
{
	const struct sdeistop_triage *triage = out->triage;

	for (size_t i = 0; i < triage->nr_phdrs; i++) {
		Elf64_Phdr phdr = triage->phdr[i];

		if (is_foreign(triage)) {
			SWAP(&phdr, p_type);
			SWAP(&phdr, p_flags);
			SWAP(&phdr, p_offset);
			SWAP(&phdr, p_vaddr);
			SWAP(&phdr, p_paddr);
			SWAP(&phdr, p_filesz);
			SWAP(&phdr, p_memsz);
			SWAP(&phdr, p_align);
		}
		if (!put(out, &phdr, sizeof(phdr)))
			return false;
	}
	return true;
}

static bool write_notes(struct output *out)
{
	const struct sdeistop_triage *triage = out->triage;
	uint8_t own[TRIAGE_NOTE_BYTES];

	triage_note_write(triage, own);
	return put(out, triage->notes, triage->sound_bytes) && put(out, own, sizeof(own)) &&
	       put(out, triage->notes + triage->sound_bytes,
		   triage->notes_bytes - triage->sound_bytes);
}

static bool write_pages(struct output *out)
{
	const struct sdeistop_triage *triage = out->triage;

	for (size_t i = 0; i < triage->nr_frames; i++)
		if (!put(out, triage->frame[i], (size_t)triage->info.page_bytes))
			return false;
	return true;
}

int sdeistop_triage_write(const struct sdeistop_triage *triage,
			  bool (*write)(void *arg, const void *bytes, size_t size), void *arg,
			  struct sdeistop_error *error)
{
	struct output out = { .triage = triage, .write = write, .arg = arg };

	if (write_ehdr(&out) && write_phdrs(&out) && write_notes(&out) &&
	    pad(&out, triage->data) && write_pages(&out))
		return 0;
	*error = (struct sdeistop_error) { .code = SDEISTOP_ERR_READ, .offset = -1 };
	return SDEISTOP_ERR_READ;
}
