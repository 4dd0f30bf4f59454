// SPDX-License-Identifier: GPL-2.0-or-later
/* The walk: every size a file can claim, in exact-size heap memory so that the
 * sanitizers see a byte too far. */

#include "fixture.h"

static enum sdeistop_step walk_all(const struct bytes *b, uint64_t claimed, size_t *nr, size_t *pos)
{
	struct sdeistop_segment segment = { .data = b->data, .size = b->size, .claimed = claimed };
	struct sdeistop_walk walk;
	struct sdeistop_note note;
	enum sdeistop_step step;

	*nr = 0;
	sdeistop_walk_init(&walk, &segment, b->big);
	while ((step = sdeistop_walk_next(&walk, &note)) == SDEISTOP_STEP_NOTE) {
		(*nr)++;
		assert_true(*nr <= b->size / 12);
	}
	*pos = walk.pos;
	return step;
}

static void expect(const struct bytes *b, uint64_t claimed, enum sdeistop_step end, size_t nr)
{
	size_t got, pos;

	assert_int_equal(walk_all(b, claimed, &got, &pos), end);
	assert_int_equal(got, nr);
}

static void empty(void **state)
{
	autobytes b = { 0 };

	(void)state;
	expect(&b, 0, SDEISTOP_STEP_END, 0);
	expect(&b, 1, SDEISTOP_STEP_CUT, 0);
}

static void fields(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		autobytes b = { .big = big };
		struct sdeistop_segment segment;
		struct sdeistop_walk walk;
		struct sdeistop_note note;

		put_note(&b, "ABCDE", 7, "xyz", 3);
		put_note(&b, "F", 0xfffffffe, "", 0);
		segment = (struct sdeistop_segment) { .data = b.data, .size = b.size };
		sdeistop_walk_init(&walk, &segment, big);

		assert_int_equal(sdeistop_walk_next(&walk, &note), SDEISTOP_STEP_NOTE);
		assert_int_equal(note.namesz, 6);
		assert_int_equal(note.descsz, 3);
		assert_int_equal(note.offset, 0);
		assert_false(note.adjacent);
		assert_memory_equal(note.desc, "xyz", 3);
		assert_true(sdeistop_note_is(&note, "ABCDE", 7));
		assert_false(sdeistop_note_is(&note, "ABCD", 7));
		assert_false(sdeistop_note_is(&note, "ABCDE", 8));

		assert_int_equal(sdeistop_walk_next(&walk, &note), SDEISTOP_STEP_NOTE);
		assert_int_equal(note.offset, 24);
		assert_true(note.adjacent);
		assert_true(sdeistop_note_is(&note, "F", 0xfffffffe));
		assert_int_equal(sdeistop_walk_next(&walk, &note), SDEISTOP_STEP_END);
	}
}

static void last_padding_missing(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_header(&b, 2, 1, 0);
	put(&b, "A\0\0\0z", 5);
	expect(&b, 0, SDEISTOP_STEP_END, 1);
	b.size--;
	expect(&b, 0, SDEISTOP_STEP_BROKEN, 0);
}

static void last_name_padding_missing(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_header(&b, 2, 0, 0);
	put(&b, "A", 2);
	expect(&b, 0, SDEISTOP_STEP_END, 1);
}

/* Every pair of extreme sizes ends the walk at the note that claims them. */
static void extreme_sizes(void **state)
{
	static const uint32_t sizes[] = {
		0xffffffff, 0xfffffffe, 0xfffffffd, 0xfffffffc, 0xfffffff4, 0xfffffff0,
		0x80000000, 0x7fffffff, 0x7ffffffc, 0x7ffffff4, 0x10000, 1000, 4, 1,
	};
	const size_t small = 2;		/* of these, to go with an extreme one */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(sizes); j++) {
			for (int kind = 0; kind < 3; kind++) {
				autobytes b = { 0 };
				size_t nr, pos, before;

				if ((kind == 1 || i >= ARRAY_SIZE(sizes) - small) &&
				    (kind == 2 || j >= ARRAY_SIZE(sizes) - small))
					continue;
				put_note(&b, "GOOD", 1, "abcd", 4);
				before = b.size;
				put_header(&b, kind == 1 ? 0 : sizes[i], kind == 2 ? 0 : sizes[j], 1);
				put_zero(&b, 64);
				assert_int_equal(walk_all(&b, 0, &nr, &pos), SDEISTOP_STEP_BROKEN);
				assert_int_equal(nr, 1);
				assert_int_equal(pos, before);
			}
		}
	}
}

static void padding(void **state)
{
	(void)state;
	for (size_t gap = 0; gap <= 40; gap += 4) {
		autobytes b = { 0 };

		put_note(&b, "A", 1, "abcd", 4);
		put_zero(&b, 12 + gap);
		put_note(&b, "B", 1, "abcd", 4);
		expect(&b, 0, SDEISTOP_STEP_END, 2);
	}
}

static void padding_is_not_adjacent(void **state)
{
	autobytes b = { 0 };
	struct sdeistop_segment segment;
	struct sdeistop_walk walk;
	struct sdeistop_note note;

	(void)state;
	put_note(&b, "A", 1, "", 0);
	put_zero(&b, 12);
	put_note(&b, "B", 1, "", 0);
	segment = (struct sdeistop_segment) { .data = b.data, .size = b.size };
	sdeistop_walk_init(&walk, &segment, false);
	assert_int_equal(sdeistop_walk_next(&walk, &note), SDEISTOP_STEP_NOTE);
	assert_int_equal(sdeistop_walk_next(&walk, &note), SDEISTOP_STEP_NOTE);
	assert_false(note.adjacent);
}

static void tail(void **state)
{
	(void)state;
	for (size_t zeros = 0; zeros < 30; zeros++) {
		autobytes b = { 0 };

		put_note(&b, "A", 1, "abcd", 4);
		put_zero(&b, zeros);
		expect(&b, 0, SDEISTOP_STEP_END, 1);
	}
	for (size_t bytes = 1; bytes < 12; bytes++) {
		autobytes b = { 0 };

		put_note(&b, "A", 1, "abcd", 4);
		put(&b, "\1\1\1\1\1\1\1\1\1\1\1", bytes);
		expect(&b, 0, SDEISTOP_STEP_BROKEN, 1);
		expect(&b, b.size + 100, SDEISTOP_STEP_CUT, 1);
	}
}

/* What ends past the file but inside what the segment claims is a cut file;
 * what ends past that too is broken whatever the file. */
static void cut_or_broken(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_header(&b, 2, 100, 1);
	put_zero(&b, 50);
	expect(&b, 116, SDEISTOP_STEP_CUT, 0);
	expect(&b, 115, SDEISTOP_STEP_BROKEN, 0);
	expect(&b, UINT64_MAX, SDEISTOP_STEP_CUT, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(fields),
		cmocka_unit_test(last_padding_missing),
		cmocka_unit_test(last_name_padding_missing),
		cmocka_unit_test(extreme_sizes),
		cmocka_unit_test(padding),
		cmocka_unit_test(padding_is_not_adjacent),
		cmocka_unit_test(tail),
		cmocka_unit_test(cut_or_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
