// SPDX-License-Identifier: GPL-2.0-or-later
/* The panic log, from a ring buffer of a few records: wrapped, with records in
 * every state, and damaged. */

#include "fixture.h"
#include "fake_memory.h"

#include "../../lib/memory/printk.h"

#define BASE		0xffff800080000000ull
#define COUNT_BITS	3
#define SIZE_BITS	8
#define NR		(1u << COUNT_BITS)
#define SIZE		(1u << SIZE_BITS)

/* Where things are; the offsets inside are not the kernel's, on purpose */
#define POINTER		0x00	/* prb */
#define RING		0x40
#define DESCS		0x100
#define INFOS		0x400
#define TEXTS		0x800
#define END		(TEXTS + SIZE)

enum state { RESERVED, COMMITTED, FINALIZED, REUSABLE };

struct log {
	uint8_t data[END];
	struct sdeistop_memory memory;
	uint64_t position;	/* where the next text begins */
};

static const struct fake_line lines[] = {
	{ "prb", BASE + POINTER },
	{ "OFFSET(printk_ringbuffer.desc_ring)", 8 },
	{ "OFFSET(printk_ringbuffer.text_data_ring)", 64 },
	{ "OFFSET(prb_desc_ring.count_bits)", 4 }, { "OFFSET(prb_desc_ring.descs)", 8 },
	{ "OFFSET(prb_desc_ring.infos)", 16 }, { "OFFSET(prb_desc_ring.head_id)", 24 },
	{ "OFFSET(prb_desc_ring.tail_id)", 32 }, { "SIZE(prb_desc)", 40 },
	{ "OFFSET(prb_desc.state_var)", 32 }, { "OFFSET(prb_desc.text_blk_lpos)", 8 },
	{ "OFFSET(prb_data_blk_lpos.begin)", 8 }, { "OFFSET(prb_data_blk_lpos.next)", 0 },
	{ "SIZE(printk_info)", 88 }, { "OFFSET(printk_info.ts_nsec)", 16 },
	{ "OFFSET(printk_info.text_len)", 2 }, { "OFFSET(prb_data_ring.size_bits)", 16 },
	{ "OFFSET(prb_data_ring.data)", 0 },
};

/* Those of lines[] about structures that are read as a whole */
#define FIRST_INSIDE	8
#define LAST_INSIDE	15

static void set(struct log *log, size_t at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		log->data[at + i] = (uint8_t)(value >> 8 * i);
}

static void init(struct log *log, uint64_t tail, uint64_t head)
{
	*log = (struct log) { 0 };
	log->memory = (struct sdeistop_memory) {
		.address = BASE, .data = log->data, .size = END,
		.line = lines, .nr_lines = ARRAY_SIZE(lines),
	};
	set(log, POINTER, BASE + RING, 8);
	set(log, RING + 8 + 4, COUNT_BITS, 4);
	set(log, RING + 8 + 8, BASE + DESCS, 8);
	set(log, RING + 8 + 16, BASE + INFOS, 8);
	set(log, RING + 8 + 24, head, 8);
	set(log, RING + 8 + 32, tail, 8);
	set(log, RING + 64 + 16, SIZE_BITS, 4);
	set(log, RING + 64, BASE + TEXTS, 8);
}

static void describe(struct log *log, uint64_t id, enum state state, uint64_t begin,
		     uint64_t next, size_t length)
{
	const size_t desc = DESCS + id % NR * 40, info = INFOS + id % NR * 88;

	set(log, desc + 32, (uint64_t)state << 62 | (id & ~(3ull << 62)), 8);
	set(log, desc + 8 + 8, begin, 8);
	set(log, desc + 8, next, 8);
	set(log, info + 16, id * 1000000, 8);
	set(log, info + 2, length, 2);
}

/* As the kernel places it: what would reach past the end goes to the beginning */
static void add(struct log *log, uint64_t id, enum state state, const char *text)
{
	const size_t length = strlen(text), block = (8 + length + 7) & ~(size_t)7;
	uint64_t begin = log->position, next = begin + block;
	size_t at = begin % SIZE;

	if (begin / SIZE != (next - 1) / SIZE) {
		at = 0;
		next = next / SIZE * SIZE + block;
	}
	set(log, TEXTS + at, id, 8);
	memcpy(log->data + TEXTS + at + 8, text, length);
	describe(log, id, state, begin, next, length);
	log->position = next;
}

static void take_line(const char *line, bool first, void *arg)
{
	char *all = arg;

	assert_true(strlen(all) + strlen(line) + 3 < 8192);
	strcat(strcat(strcat(all, first ? "" : "+"), line), "\n");
}

static int read_log(struct log *log, char all[8192])
{
	struct sdeistop_error error = { 0 };
	int status;

	all[0] = '\0';
	status = sdeistop_log_read(&log->memory, take_line, all, &error);
	assert_true(!status == !error.text[0]);
	return status;
}

static void plain(void **state)
{
	struct log log;
	char all[8192];

	(void)state;
	init(&log, 1, 4);
	add(&log, 1, FINALIZED, "first");
	describe(&log, 2, FINALIZED, 3, 3, 0);
	add(&log, 3, FINALIZED, "two\nlines\n");
	add(&log, 4, COMMITTED, "last");
	assert_int_equal(read_log(&log, all), 0);
	assert_string_equal(all, "[    0.001000] first\n[    0.002000] \n"
			    "[    0.003000] two\n+[    0.003000] lines\n+[    0.003000] \n"
			    "[    0.004000] last\n");
}

/* Records that were overwritten are not there any more; the oldest that is has
 * wrapped, and ids go on past the 62 bits they have */
static void wrapped(void **state)
{
	const uint64_t starts[] = { 0, 5, (1ull << 62) - 20, UINT64_C(0xfffffff0) };
	char text[32], want[8192], line[64], all[8192];
	struct log log;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		init(&log, (starts[i] + 40 - NR) & ~(3ull << 62), (starts[i] + 39) & ~(3ull << 62));
		log.position = starts[i] / NR * SIZE;
		want[0] = '\0';
		for (uint64_t n = 0; n < 40; n++) {
			const uint64_t id = (starts[i] + n) & ~(3ull << 62), ns = id * 1000000;

			snprintf(text, sizeof(text), "%.*s%u", (int)(n % 7), "abcdefg", (unsigned int)n);
			add(&log, id, FINALIZED, text);
			if (n < 40 - NR)
				continue;
			snprintf(line, sizeof(line), "[%5llu.%06llu] %s\n",
				 (unsigned long long)(ns / 1000000000),
				 (unsigned long long)(ns % 1000000000 / 1000), text);
			strcat(want, line);
		}
		assert_int_equal(read_log(&log, all), 0);
		assert_string_equal(all, want);
	}
}

/* Records that are being written, were dropped, or are those of another id */
static void states(void **state)
{
	struct log log;
	char all[8192];

	(void)state;
	init(&log, 1, 7);
	add(&log, 1, RESERVED, "reserved");
	add(&log, 2, REUSABLE, "reusable");
	add(&log, 3, FINALIZED, "shown");
	describe(&log, 4, FINALIZED, 1, 1, 5);		/* no room for its text */
	add(&log, 13, FINALIZED, "another");		/* in the place of 5 */
	add(&log, 6, FINALIZED, "a\001b");
	log.data[TEXTS + (log.position - 16) % SIZE + 8] = '\0';
	assert_int_equal(read_log(&log, all), 0);
	assert_string_equal(all, "[    0.003000] shown\n[    0.006000] ?\001b\n");
}

/* Text that claims to be longer than its block, blocks that cannot be */
static void damaged(void **state)
{
	static const uint64_t blocks[][2] = {
		{ 16, 8 }, { 0, 0 }, { 8, 16 }, { 0, 8 }, { 0, SIZE + 8 }, { 0, 1ull << 63 },
		{ UINT64_MAX - 7, 8 }, { 8, 4 * SIZE }, { UINT64_MAX - 6, 16 }, { 6, UINT64_MAX - 1 },
	};
	struct log log;
	char all[8192];
	int status;

	(void)state;
	init(&log, 0, 0);
	add(&log, 0, FINALIZED, "short");
	describe(&log, 0, FINALIZED, 0, 16, UINT16_MAX);
	assert_int_equal(read_log(&log, all), 0);
	assert_string_equal(all, "[    0.000000] short???\n");
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		init(&log, 0, 0);
		describe(&log, 0, FINALIZED, blocks[i][0], blocks[i][1], 5);
		status = read_log(&log, all);
		assert_int_equal(status, status ? SDEISTOP_ERR_READ : 0);
		assert_in_range(strlen(all), status ? 0 : 1, status ? 0 : 31);
	}
	init(&log, 0, 0);
	set(&log, RING + 8 + 4, 32, 4);
	assert_int_equal(read_log(&log, all), SDEISTOP_ERR_READ);
	init(&log, 0, 0);
	set(&log, RING + 64 + 16, UINT32_MAX, 4);
	assert_int_equal(read_log(&log, all), SDEISTOP_ERR_READ);
}

/* The largest text ring that log_buf_len= makes; one that is larger is none */
static void largest(void **state)
{
	struct log log;
	char all[8192];

	(void)state;
	init(&log, 0, 0);
	add(&log, 0, FINALIZED, "text");
	set(&log, RING + 64 + 16, 31, 4);
	assert_int_equal(read_log(&log, all), 0);
	assert_string_equal(all, "[    0.000000] text\n");
	set(&log, RING + 64 + 16, 32, 4);
	assert_int_equal(read_log(&log, all), SDEISTOP_ERR_READ);
}

/* Ids far apart, in arrays that are said to be huge: bounded work */
static void bounded(void **state)
{
	struct log log;
	char all[8192];

	(void)state;
	init(&log, 0, (1ull << 61));
	set(&log, RING + 8 + 4, 30, 4);
	assert_int_equal(read_log(&log, all), SDEISTOP_ERR_READ);
	assert_in_range(log.memory.nr_reads, 1, 4 * SDEISTOP_LOG_RECORDS + 16);
}

static void cut(void **state)
{
	struct log log;
	char all[8192];

	(void)state;
	init(&log, 0, 7);
	for (uint64_t id = 0; id < 8; id++)
		add(&log, id, FINALIZED, "some text");
	for (size_t size = END; size--;) {
		log.memory.size = size;
		if (read_log(&log, all))
			assert_true(!all[0]);
	}
}

static void described(void **state)
{
	struct fake_line other[ARRAY_SIZE(lines)];
	struct log log;
	char all[8192];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		init(&log, 0, 0);
		add(&log, 0, FINALIZED, "text");
		memcpy(other, lines, sizeof(lines));
		log.memory.line = other;
		other[i].key = "nothing";
		assert_int_equal(read_log(&log, all), SDEISTOP_ERR_UNSUPPORTED);
		/* a structure that is read as a whole has nothing outside it */
		other[i] = (struct fake_line) { lines[i].key, UINT64_MAX - 3 };
		if (i >= FIRST_INSIDE && i <= LAST_INSIDE)
			assert_int_equal(read_log(&log, all), SDEISTOP_ERR_READ);
		else
			read_log(&log, all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(wrapped),
		cmocka_unit_test(states),
		cmocka_unit_test(damaged),
		cmocka_unit_test(largest),
		cmocka_unit_test(bounded),
		cmocka_unit_test(cut),
		cmocka_unit_test(described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
