// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages with a symbol table or a log, at places that tests/fuzz/seeds knows, too.
 * The first byte is not part of them: bit 0 big-endian, 1 a table without a base,
 * 2 the log.
 */

#include "target.h"

#include <string.h>

#include "../../lib/memory/printk.h"
#include "../../lib/memory/symbols.h"
#include "../unit/fake_memory.h"

#define BASE	0xffff800080000000ull

static const struct fake_line lines[] = {
	{ "kallsyms_num_syms", BASE }, { "kallsyms_names", BASE + 0x40 },
	{ "kallsyms_offsets", BASE + 0x10 }, { "kallsyms_token_index", BASE + 0x200 },
	{ "kallsyms_token_table", BASE + 0x400 },
	{ "prb", BASE },
	{ "OFFSET(printk_ringbuffer.desc_ring)", 0 },
	{ "OFFSET(printk_ringbuffer.text_data_ring)", 48 },
	{ "OFFSET(prb_desc_ring.count_bits)", 0 }, { "OFFSET(prb_desc_ring.descs)", 8 },
	{ "OFFSET(prb_desc_ring.infos)", 16 }, { "OFFSET(prb_desc_ring.head_id)", 24 },
	{ "OFFSET(prb_desc_ring.tail_id)", 32 }, { "SIZE(prb_desc)", 24 },
	{ "OFFSET(prb_desc.state_var)", 0 }, { "OFFSET(prb_desc.text_blk_lpos)", 8 },
	{ "OFFSET(prb_data_blk_lpos.begin)", 0 }, { "OFFSET(prb_data_blk_lpos.next)", 8 },
	{ "SIZE(printk_info)", 24 }, { "OFFSET(printk_info.ts_nsec)", 8 },
	{ "OFFSET(printk_info.text_len)", 16 }, { "OFFSET(prb_data_ring.size_bits)", 0 },
	{ "OFFSET(prb_data_ring.data)", 8 },
	/* last: left out for a table without it */
	{ "kallsyms_relative_base", BASE + 8 },
};

#define NR_LINES	(sizeof(lines) / sizeof(*lines))
#define NR_ADDRESSES	16

static void find_names(struct sdeistop_memory *memory)
{
	struct sdeistop_place place[NR_ADDRESSES];
	struct sdeistop_symbols *symbols;
	struct sdeistop_error error;
	uint64_t address[NR_ADDRESSES];

	if (sdeistop_symbols_open(memory, &symbols, &error))
		return;
	for (uint64_t i = 0; i < NR_ADDRESSES; i++)
		address[i] = BASE + (i << 2 * i);
	sdeistop_symbols_find(symbols, address, NR_ADDRESSES, place, &error);
	for (size_t i = 0; i < NR_ADDRESSES; i++)
		require(memchr(place[i].function, '\0', sizeof(place[i].function)));
	sdeistop_symbols_close(symbols);
}

static void take_line(const char *line, bool first, void *arg)
{
	size_t *nr = arg;

	require(line[0] == '[' && strlen(line) < SDEISTOP_LOG_RECORD_MAX + 64);
	require(first || *nr);
	++*nr;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sdeistop_memory memory = { .address = BASE, .line = lines };
	sdeistop_autofree uint8_t *pages = NULL;
	struct sdeistop_error error;
	size_t nr = 0;

	if (!size)
		return 0;
	/* in memory of their own size, for the sanitizer to see their end */
	pages = malloc(size - 1 + (size == 1));
	if (!pages)
		return 0;
	memcpy(pages, data + 1, size - 1);
	memory.data = pages;
	memory.size = size - 1;
	memory.big_endian = data[0] & 1;
	memory.nr_lines = NR_LINES - (data[0] & 2 ? 1 : 0);
	if (!(data[0] & 4))
		find_names(&memory);
	else
		require(!sdeistop_log_read(&memory, take_line, &nr, &error) == !!nr);
	return 0;
}
