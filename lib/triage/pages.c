// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pages that are wanted, by the address that a reader looks for them at, as many
 * as there is room for; and from them the segments of the file.
 */

#include "internal.h"

#include <search.h>
#include <string.h>

/* Most that one call asks for; larger is none of what a CPU has, whatever VMCOREINFO
 * says */
#define WANT_MAX	(64u << 20)

struct triage_wanted {
	uint64_t address;
	uint64_t physical;
	uint8_t *data;		/* its contents, if they are copied; owned */
	size_t frame;		/* its place in the file, once that is known: pages before it */
	struct triage_wanted *next;
};

static int compare_wanted(const void *a, const void *b)
{
	const struct triage_wanted *one = a, *other = b;

	return (one->address > other->address) - (one->address < other->address);
}

/* ---------------------------------------------------------------- reading */

static uint64_t page_of(const struct sdeistop_triage *triage, uint64_t address)
{
	return address & ~(triage->info.page_bytes - 1);
}

/* Bytes of [@address, @address + @size) that are in the page of @address */
static uint64_t in_page(const struct sdeistop_triage *triage, uint64_t address, uint64_t size)
{
	const uint64_t left = triage->info.page_bytes - (address - page_of(triage, address));

	return size < left ? size : left;
}

bool triage_read(const struct sdeistop_triage *triage, uint64_t address, void *to, size_t size)
{
	const struct sdeistop_physical *memory = triage->mmu.memory;
	uint8_t *p = to;

	while (size) {
		const size_t here = (size_t)in_page(triage, address, size);
		struct triage_path path;

		if (!triage_translate(&triage->mmu, address, &path) ||
		    !memory->read(memory->arg, path.physical, p, here))
			return false;
		address += here;
		p += here;
		size -= here;
	}
	return true;
}

bool triage_read64(const struct sdeistop_triage *triage, uint64_t address, uint64_t *ret)
{
	uint8_t bytes[8];

	if (!triage_read(triage, address, bytes, sizeof(bytes)))
		return false;
	*ret = sdeistop_get64(bytes, triage->mmu.big_endian);
	return true;
}

/* ----------------------------------------------------------------- adding */

static bool has(const struct triage_pages *pages, uint64_t address)
{
	const struct triage_wanted key = { .address = address };

	return tfind(&key, &pages->tree, compare_wanted);
}

/* Takes what @entry owns */
static void insert(struct triage_pages *pages, const struct triage_wanted *entry)
{
	struct triage_wanted *copy = malloc(sizeof(*copy));

	if (copy)
		*copy = *entry;
	if (!copy || !tsearch(copy, &pages->tree, compare_wanted)) {
		free(entry->data);
		free(copy);
		pages->no_memory = true;
		return;
	}
	copy->next = pages->first;
	pages->first = copy;
	pages->nr++;
}

/* Does the dump have the page? With its contents if they are to be copied; otherwise its
 * first bytes stand for all of them. */
static bool take_page(struct sdeistop_triage *triage, struct triage_wanted *entry)
{
	const struct sdeistop_physical *memory = triage->mmu.memory;
	const size_t bytes = (size_t)triage->info.page_bytes;
	uint8_t first[8];

	if (triage->input.only_list)
		return memory->read(memory->arg, entry->physical, first, sizeof(first));
	entry->data = malloc(bytes);
	triage->pages.no_memory |= !entry->data;
	if (entry->data && memory->read(memory->arg, entry->physical, entry->data, bytes))
		return true;
	free(entry->data);
	entry->data = NULL;
	return false;
}

static bool is_among(const struct triage_wanted list[], unsigned int nr, uint64_t address)
{
	while (nr)
		if (list[--nr].address == address)
			return true;
	return false;
}

/* The tables on the way that are not there yet: their number */
static unsigned int new_tables(const struct sdeistop_triage *triage,
			       const struct triage_path *path, uint64_t page,
			       struct triage_wanted table[TRIAGE_LEVELS_MAX])
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < path->nr_tables; i++) {
		const uint64_t physical = page_of(triage, path->table[i]);
		const uint64_t address = triage_linear(&triage->mmu, physical);

		/* broken tables lead to one another, or to themselves */
		if (address != page && !is_among(table, nr, address) &&
		    !has(&triage->pages, address))
			table[nr++] = (struct triage_wanted) { .address = address, .physical = physical };
	}
	return nr;
}

/* False if one of them is not there: then none is */
static bool take_pages(struct sdeistop_triage *triage, struct triage_wanted entry[],
		       unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (take_page(triage, &entry[i]))
			continue;
		while (i)
			free(entry[--i].data);
		return false;
	}
	return true;
}

/* A page with what leads to it, or nothing of it: one without its tables would be
 * found by no reader */
static void add(struct sdeistop_triage *triage, const struct triage_wanted *entry,
		const struct triage_path *path, bool surely)
{
	const uint64_t page = triage->info.page_bytes + sizeof(Elf64_Phdr);
	struct triage_wanted all[TRIAGE_LEVELS_MAX + 1];
	struct triage_pages *pages = &triage->pages;
	unsigned int nr = new_tables(triage, path, entry->address, all);

	all[nr++] = *entry;
	if (pages->room < nr * page || pages->nr + nr > TRIAGE_PAGES_MAX) {
		pages->full = true;
		triage->now->dropped += surely;
		return;
	}
	if (!take_pages(triage, all, nr)) {
		triage->now->missing += surely;
		return;
	}
	for (unsigned int i = 0; i < nr; i++)
		insert(pages, &all[i]);
	pages->room -= nr * page;
	triage->now->kept += nr;
}

static void want_page(struct sdeistop_triage *triage, uint64_t address, bool surely)
{
	struct triage_wanted entry = { .address = page_of(triage, address) };
	struct triage_path path;

	triage->limited.work--;
	if (has(&triage->pages, entry.address))
		return;
	if (triage->pages.full) {
		triage->now->dropped += surely;
		return;
	}
	if (!triage_translate(&triage->mmu, entry.address, &path)) {
		triage->now->missing += surely;
		return;
	}
	entry.physical = path.physical;
	add(triage, &entry, &path, surely);
}

void triage_want(struct sdeistop_triage *triage, uint64_t address, uint64_t size, bool surely)
{
	const uint64_t page = triage->info.page_bytes;
	uint64_t end;

	if (!size)
		return;
	if (size > WANT_MAX || __builtin_add_overflow(address, size - 1, &end)) {
		triage->now->missing += surely;
		return;
	}
	for (uint64_t at = page_of(triage, address); triage->limited.work; at += page) {
		want_page(triage, at, surely);
		if (end - at < page)
			return;
	}
	/* whoever comes now finds nothing any more */
	triage->pages.full = true;
	if (surely)
		triage->now->dropped += (unsigned int)(size / page) + 1;
}

/* Kept at the address that the kernel's own mapping has it at: that of a process is
 * another page for the next one. */
static void want_user_page(struct sdeistop_triage *triage, uint64_t pgd, uint64_t address,
			   bool surely)
{
	struct triage_path path;
	struct triage_wanted entry;

	if (triage->pages.full) {
		triage->now->dropped += surely;
		return;
	}
	if (!triage_translate_user(&triage->mmu, pgd, address, &path)) {
		triage->now->missing += surely;
		return;
	}
	entry = (struct triage_wanted) { .physical = page_of(triage, path.physical) };
	entry.address = triage_linear(&triage->mmu, entry.physical);
	if (!has(&triage->pages, entry.address))
		add(triage, &entry, &path, surely);
}

void triage_want_user(struct sdeistop_triage *triage, uint64_t pgd, uint64_t address,
		      uint64_t size, bool surely)
{
	for (uint64_t done = 0; done < size; done += in_page(triage, address + done, size))
		want_user_page(triage, pgd, address + done, surely);
}

/* Only of an array in one piece; all of them are, where the kernel makes them. Pages
 * that it shares with others would be zeros that nobody wrote: these are wanted. */
void triage_want_blank(struct sdeistop_triage *triage, uint64_t address, uint64_t size)
{
	const uint64_t headers = TRIAGE_GAPS_MAX * sizeof(Elf64_Phdr);
	const uint64_t page = triage->info.page_bytes;
	struct triage_pages *pages = &triage->pages;
	struct triage_path first, last;
	struct triage_blank blank;
	uint64_t end;

	if (size < 2 * page || __builtin_add_overflow(address, size, &end) || end % page > size)
		return;
	triage_want(triage, address, -address % page, false);
	triage_want(triage, end - end % page, end % page, false);
	blank.address = page_of(triage, address + page - 1);
	blank.bytes = page_of(triage, end) - blank.address;
	if (!blank.bytes || pages->nr_blanks == TRIAGE_BLANKS_MAX || pages->room < headers ||
	    !triage_translate(&triage->mmu, blank.address, &first) ||
	    !triage_translate(&triage->mmu, blank.address + blank.bytes - page, &last) ||
	    last.physical - first.physical != blank.bytes - page)
		return;
	blank.physical = first.physical;
	pages->blank[pages->nr_blanks++] = blank;
	pages->room -= headers;
}

/* -------------------------------------------------------------- finishing */

struct gather {
	struct triage_wanted *entry;
	size_t nr;
};

static void gather(const struct triage_pages *pages, struct gather *ret)
{
	for (const struct triage_wanted *entry = pages->first; entry; entry = entry->next)
		ret->entry[ret->nr++] = *entry;
}

static int compare_physical(const void *a, const void *b)
{
	const struct triage_wanted *one = a, *other = b;

	if (one->physical != other->physical)
		return one->physical < other->physical ? -1 : 1;
	return compare_wanted(one, other);
}

/* The pages by physical address, and their contents: what is looked for at two addresses
 * is in the file once */
static void make_pages(struct sdeistop_triage *triage, struct gather *all)
{
	qsort(all->entry, all->nr, sizeof(*all->entry), compare_physical);
	for (size_t i = 0; i < all->nr; i++) {
		struct triage_wanted *entry = &all->entry[i];

		triage->page[triage->nr_pages++] = (struct sdeistop_triage_page) {
			.physical = entry->physical, .address = entry->address,
		};
		if (i && entry->physical == entry[-1].physical)
			free(entry->data);
		else
			triage->frame[triage->nr_frames++] = entry->data;
		entry->frame = triage->nr_frames - 1;
	}
}

static bool continues(const Elf64_Phdr *phdr, const Elf64_Phdr *next)
{
	return next->p_vaddr == phdr->p_vaddr + phdr->p_memsz &&
	       next->p_paddr == phdr->p_paddr + phdr->p_memsz &&
	       next->p_offset == phdr->p_offset + phdr->p_filesz;
}

static void add_phdr(struct sdeistop_triage *triage, const Elf64_Phdr *phdr)
{
	Elf64_Phdr *last = &triage->phdr[triage->nr_phdrs - 1];

	if (triage->nr_phdrs > 1 && phdr->p_filesz && continues(last, phdr)) {
		last->p_filesz += phdr->p_filesz;
		last->p_memsz += phdr->p_memsz;
	} else {
		triage->phdr[triage->nr_phdrs++] = *phdr;
	}
}

/* From @from of the blank on, @bytes that no page has */
static void add_gap(struct sdeistop_triage *triage, const struct triage_blank *blank,
		    uint64_t from, uint64_t bytes)
{
	const Elf64_Phdr phdr = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X,
		.p_vaddr = from, .p_paddr = blank->physical + (from - blank->address),
		.p_memsz = bytes,
	};

	if (bytes)
		add_phdr(triage, &phdr);
}

/* What the entries, which are by address, leave of it. The newest part is in one or
 * two pieces: where there are more gaps than that, something else is broken. */
static void add_blank(struct sdeistop_triage *triage, const struct triage_blank *blank,
		      const struct gather *all)
{
	const uint64_t end = blank->address + blank->bytes;
	uint64_t at = blank->address;
	unsigned int gaps = 1;

	for (size_t i = 0; i < all->nr; i++) {
		const uint64_t address = all->entry[i].address;

		if (address < at || address >= end)
			continue;
		if (gaps == TRIAGE_GAPS_MAX)
			return;
		add_gap(triage, blank, at, address - at);
		gaps += address > at;
		at = address + triage->info.page_bytes;
	}
	add_gap(triage, blank, at, end - at);
}

static int compare_phdrs(const void *a, const void *b)
{
	const Elf64_Phdr *one = a, *other = b;

	return (one->p_vaddr > other->p_vaddr) - (one->p_vaddr < other->p_vaddr);
}

/* PT_LOAD of each run of entries, by address; offsets from @data on. No
 * p_align, as in /proc/vmcore: crash takes a dump with one for another format. */
static void make_phdrs(struct sdeistop_triage *triage, struct gather *all)
{
	const uint64_t bytes = triage->info.page_bytes;

	triage->nr_phdrs = 1;
	qsort(all->entry, all->nr, sizeof(*all->entry), compare_wanted);
	for (size_t i = 0; i < all->nr; i++) {
		const struct triage_wanted *entry = &all->entry[i];

		add_phdr(triage, &(Elf64_Phdr) {
			.p_type = PT_LOAD, .p_flags = PF_R | PF_W | PF_X,
			.p_offset = entry->frame * bytes,
			.p_vaddr = entry->address, .p_paddr = entry->physical,
			.p_filesz = bytes, .p_memsz = bytes,
		});
	}
	for (unsigned int i = 0; i < triage->pages.nr_blanks; i++)
		add_blank(triage, &triage->pages.blank[i], all);
	qsort(triage->phdr + 1, triage->nr_phdrs - 1, sizeof(*triage->phdr), compare_phdrs);
}

static void free_nothing(void *entry)
{
	(void)entry;		/* the list owns it */
}

/* @contents: those they have copied, too */
static void free_list(struct triage_pages *pages, bool contents)
{
	tdestroy(pages->tree, free_nothing);
	while (pages->first) {
		struct triage_wanted *entry = pages->first;

		pages->first = entry->next;
		if (contents)
			free(entry->data);
		free(entry);
	}
	*pages = (struct triage_pages) { 0 };
}

int triage_pages_finish(struct sdeistop_triage *triage, struct sdeistop_error *error)
{
	const size_t nr = triage->pages.nr;
	sdeistop_autofree struct triage_wanted *entry = calloc(nr + 1, sizeof(*entry));
	struct gather all = { .entry = entry };

	triage->page = calloc(nr + 1, sizeof(*triage->page));
	triage->phdr = calloc(nr + 1 + TRIAGE_BLANKS_MAX * TRIAGE_GAPS_MAX, sizeof(*triage->phdr));
	triage->frame = calloc(nr + 1, sizeof(*triage->frame));
	if (triage->pages.no_memory || !entry || !triage->page || !triage->phdr || !triage->frame)
		return sdeistop_no_memory(error);
	gather(&triage->pages, &all);
	make_pages(triage, &all);
	make_phdrs(triage, &all);
	free_list(&triage->pages, false);
	return 0;
}

void triage_pages_free(struct triage_pages *pages)
{
	free_list(pages, true);
}
