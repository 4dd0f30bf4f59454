// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of addresses, from a symbol table of a few entries: of either kind of
 * kernel and order of bytes, and from ones that are damaged. */

#include "fixture.h"
#include "fake_memory.h"

#include "../../lib/memory/symbols.h"

#define BASE	0xffff800080000000ull
#define IMAGE	0xffff800080400000ull

enum kind { OLD, NEW };		/* offsets from a base, from the entry itself */

/* The table in memory. Tokens: a byte is itself, but 'q' stands for "longer_". */
struct table {
	struct bytes bytes;
	struct fake_line line[6];
	struct sdeistop_memory memory;
};

struct symbol {
	uint32_t offset;	/* from IMAGE */
	const char *name;	/* with its type; "q" as above */
};

static const struct symbol usual[] = {
	{ 0x0, "T_text" }, { 0x100, "tfirst" }, { 0x100, "talias" }, { 0x180, "Tqname" },
	{ 0x200, "tlast" }, { 0x10000000, "B_end" },
};

static void put_name(struct bytes *b, const char *name)
{
	const size_t length = strlen(name);
	const bool two = length > 127;
	const uint8_t bytes[] = { (uint8_t)(length | (two ? 0x80 : 0)), (uint8_t)(length >> 7) };

	put(b, bytes, two ? 2 : 1);
	put(b, name, length);
}

static uint64_t here(const struct table *table)
{
	return BASE + table->bytes.size;
}

static void put_tokens(struct table *table)
{
	struct bytes *b = &table->bytes;
	uint16_t index[256], at = 0;

	table->line[3] = (struct fake_line) { "kallsyms_token_table", here(table) };
	for (int i = 0; i < 256; i++) {
		const char one[] = { (char)i, '\0' };
		const char *token = i == 'q' ? "longer_" : one;

		index[i] = at;
		put(b, token, strlen(token) + 1);
		at = (uint16_t)(at + strlen(token) + 1);
	}
	table->line[4] = (struct fake_line) { "kallsyms_token_index", here(table) };
	for (int i = 0; i < 256; i++)
		put16(b, index[i]);
}

/* @told: how many symbols there are, by what the kernel says */
static void make(struct table *ret, enum kind kind, bool big, const struct symbol symbol[],
		 size_t nr, uint32_t told)
{
	struct bytes *b = &ret->bytes;

	*ret = (struct table) { .bytes.big = big };
	ret->line[0] = (struct fake_line) { "kallsyms_num_syms", here(ret) };
	put32(b, told);
	ret->line[1] = (struct fake_line) { "kallsyms_names", here(ret) };
	for (size_t i = 0; i < nr; i++)
		put_name(b, symbol[i].name);
	put_zero(b, 16 - b->size % 16);
	ret->line[2] = (struct fake_line) { "kallsyms_offsets", here(ret) };
	for (size_t i = 0; i < nr; i++)
		put32(b, kind == OLD ? symbol[i].offset :
				       (uint32_t)(IMAGE + symbol[i].offset - here(ret)));
	put_tokens(ret);
	ret->line[5] = (struct fake_line) { "kallsyms_relative_base", here(ret) };
	put64(b, IMAGE);
	put_zero(b, 4096 - b->size % 4096);
	ret->memory = (struct sdeistop_memory) {
		.address = BASE, .data = b->data, .size = b->size, .big_endian = big,
		.line = ret->line, .nr_lines = kind == OLD ? 6 : 5,
	};
}

static int find(struct table *table, const uint64_t address[], size_t nr,
		struct sdeistop_place ret[])
{
	struct sdeistop_symbols *symbols;
	struct sdeistop_error error = { 0 };
	int status = sdeistop_symbols_open(&table->memory, &symbols, &error);

	if (!status) {
		status = sdeistop_symbols_find(symbols, address, nr, ret, &error);
		sdeistop_symbols_close(symbols);
	}
	assert_true(!status == !error.text[0]);
	return status;
}

static void names(void **state)
{
	static const struct { uint64_t address; const char *name; uint64_t offset; } cases[] = {
		{ IMAGE + 0x1ff, "longer_name", 0x7f }, { IMAGE, "_text", 0 },
		{ IMAGE - 1, "", 0 }, { IMAGE + 0x17f, "first", 0x7f },
		{ IMAGE + 0x100, "first", 0 }, { IMAGE + 0xfffffff, "last", 0xffffdff },
		{ IMAGE + 0x10000000, "", 0 }, { 0, "", 0 }, { UINT64_MAX, "", 0 },
		{ IMAGE + 0x1ff, "longer_name", 0x7f },
	};
	uint64_t address[ARRAY_SIZE(cases)];
	struct sdeistop_place place[ARRAY_SIZE(cases)];
	struct table table;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		address[i] = cases[i].address;
	for (int i = 0; i < 4; i++) {
		make(&table, i & 1 ? NEW : OLD, i & 2, usual, ARRAY_SIZE(usual), ARRAY_SIZE(usual));
		assert_int_equal(find(&table, address, ARRAY_SIZE(cases), place), 0);
		for (size_t j = 0; j < ARRAY_SIZE(cases); j++) {
			assert_string_equal(place[j].function, cases[j].name);
			assert_string_equal(place[j].module, "");
			if (cases[j].name[0])
				assert_int_equal(place[j].offset, cases[j].offset);
		}
		assert_int_equal(place[0].type, 'T');
		assert_int_equal(place[3].type, 't');
		bytes_free(&table.bytes);
	}
}

/* Lengths of two bytes, names over the edge of a chunk, and one that is cut */
static void long_names(void **state)
{
	static char text[40][512];
	struct symbol symbol[41];
	uint64_t address[40];
	struct sdeistop_place place[40];
	struct table table;

	(void)state;
	for (uint32_t i = 0; i < 40; i++) {
		memset(text[i], 'a' + (int)i % 16, 100 + 10 * i);
		text[i][0] = 't';
		symbol[i] = (struct symbol) { 16 * i, text[i] };
		address[i] = IMAGE + 16 * i + 1;
	}
	symbol[40] = (struct symbol) { 16 * 40, "B_end" };
	make(&table, NEW, false, symbol, 41, 41);
	assert_int_equal(find(&table, address, 40, place), 0);
	for (size_t i = 0; i < 40; i++) {
		const size_t length = 99 + 10 * i;

		assert_int_equal(strlen(place[i].function), length < 127 ? length : 127);
		assert_memory_equal(place[i].function, text[i] + 1, strlen(place[i].function));
		assert_int_equal(place[i].offset, 1);
	}
	/* the last one alone: those before it are passed over, chunks and all */
	assert_int_equal(find(&table, &address[39], 1, place), 0);
	assert_memory_equal(place[0].function, text[39] + 1, strlen(place[0].function));
	bytes_free(&table.bytes);
}

/* Whatever is cut off: an error or the truth, and no read past the end */
static void cut(void **state)
{
	const uint64_t address = IMAGE + 0x1ff;
	struct sdeistop_place place;
	struct table table;
	size_t failed = 0;

	(void)state;
	make(&table, OLD, false, usual, ARRAY_SIZE(usual), ARRAY_SIZE(usual));
	for (table.memory.size--; table.memory.size; table.memory.size--) {
		if (find(&table, &address, 1, &place))
			failed++;
		else
			assert_string_equal(place.function, "longer_name");
	}
	assert_true(failed > 500);
	bytes_free(&table.bytes);
}

static void missing(void **state)
{
	const uint64_t address = IMAGE;
	struct sdeistop_place place;
	struct table table;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		make(&table, NEW, false, usual, ARRAY_SIZE(usual), ARRAY_SIZE(usual));
		table.line[i].key = "other";
		assert_int_equal(find(&table, &address, 1, &place), SDEISTOP_ERR_UNSUPPORTED);
		bytes_free(&table.bytes);
	}
}

/* Parts of the table on pages that the dump does not have */
static void left_out(void **state)
{
	const uint64_t address = IMAGE;
	struct sdeistop_place place;
	struct table table;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		make(&table, OLD, false, usual, ARRAY_SIZE(usual), ARRAY_SIZE(usual));
		table.line[i].value = BASE - 4096;
		assert_int_equal(find(&table, &address, 1, &place), SDEISTOP_ERR_READ);
		bytes_free(&table.bytes);
	}
}

/* Counts that cannot be, a table that wraps, and one in no order: little work,
 * and no name that is not there */
static void damaged(void **state)
{
	static const struct symbol mixed[] = {
		{ 0x900, "ta" }, { 0x100, "tb" }, { 0x800, "tc" }, { 0x0, "td" }, { 0x700, "B_end" },
	};
	static const uint32_t counts[] = { 0, (4u << 20) + 1, UINT32_MAX };
	uint64_t address[64];
	struct sdeistop_place place[64];
	struct table table;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		address[i] = IMAGE + 0x20 * i;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		make(&table, OLD, false, usual, ARRAY_SIZE(usual), counts[i]);
		assert_int_equal(find(&table, address, 1, place), SDEISTOP_ERR_READ);
		bytes_free(&table.bytes);
	}
	make(&table, OLD, false, usual, ARRAY_SIZE(usual), ARRAY_SIZE(usual));
	table.line[2].value = UINT64_MAX - 8;
	assert_int_equal(find(&table, address, 1, place), SDEISTOP_ERR_READ);
	bytes_free(&table.bytes);

	make(&table, OLD, false, mixed, ARRAY_SIZE(mixed), ARRAY_SIZE(mixed));
	find(&table, address, 64, place);
	assert_in_range(table.memory.nr_reads, 1, 64 * 10);
	bytes_free(&table.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(long_names),
		cmocka_unit_test(cut),
		cmocka_unit_test(missing),
		cmocka_unit_test(left_out),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
