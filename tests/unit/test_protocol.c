// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of sdeistop-memory: those that are taken, and those that are none. */

#include "fixture.h"

#include "../../tools/tool.h"

/* Fields of lines, each with a '|' behind it and a newline behind the last */
static void note_line(char *const field[], size_t nr, void *arg)
{
	struct bytes *all = arg;

	for (size_t i = 0; i < nr; i++) {
		put(all, field[i], strlen(field[i]));
		put(all, "|", 1);
	}
	put(all, "\n", 1);
}

/* @bytes, @step at a time: the fields, to be freed */
static char *lines_of(const char *bytes, size_t size, size_t step)
{
	struct bytes all = { 0 };
	struct memory_lines lines = { .line = note_line, .arg = &all };

	for (size_t i = 0; i < size; i += step)
		memory_lines_feed(&lines, bytes + i, size - i < step ? size - i : step);
	put(&all, "", 1);
	return (char *)all.data;
}

static void fields(void **state)
{
	static const struct { const char *bytes, *lines; } cases[] = {
		{ "", "" },
		{ "log\tline", "" },				/* not ended */
		{ "log\tline\n", "log|line|\n" },
		{ "a\tb\nc\td\n", "a|b|\nc|d|\n" },
		{ "\n", "|\n" },
		{ "\t\n", "||\n" },
		{ "a\\x5cb\\x09c\n", "a\\b\tc|\n" },
		{ "\\xff\\x01\n", "\xff\x01|\n" },
		{ "\xc3\xa9\n", "\xc3\xa9|\n" },
		/* each of these is no line, the one behind it is */
		{ "a\\\nb\n", "b|\n" }, { "a\\n\nb\n", "b|\n" }, { "a\\x\nb\n", "b|\n" },
		{ "a\\x5\nb\n", "b|\n" }, { "a\\x5g\nb\n", "b|\n" }, { "a\\xg5\nb\n", "b|\n" },
		{ "a\\x5C\nb\n", "b|\n" }, { "a\\X5c\nb\n", "b|\n" }, { "a\\x00\nb\n", "b|\n" },
		{ "a\rc\nb\n", "b|\n" }, { "a\x7f\nb\n", "b|\n" }, { "ok\ta\x1b\nb\n", "b|\n" },
		{ "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\n", "1|2|3|4|5|6|7|8|9|10|11|12|\n" },
		{ "1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\nb\n", "b|\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t step = 1; step < 8; step++) {
			char *text = lines_of(cases[i].bytes, strlen(cases[i].bytes), step);

			assert_string_equal(text, cases[i].lines);
			free(text);
		}
	}
}

static void nul(void **state)
{
	static const char bytes[] = "a\0c\nb\n";
	char *text = lines_of(bytes, sizeof(bytes) - 1, 2);

	(void)state;
	assert_string_equal(text, "b|\n");
	free(text);
}

/* The longest that is taken, and what is a byte longer or much */
static void lengths(void **state)
{
	static const size_t sizes[] = { MEMORY_LINE_MAX - 1, MEMORY_LINE_MAX, 3 * MEMORY_LINE_MAX };
	static char bytes[3 * MEMORY_LINE_MAX + 3];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		char *text;

		memset(bytes, 'x', sizes[i]);
		memcpy(bytes + sizes[i], "\nb\n", 3);
		text = lines_of(bytes, sizes[i] + 3, 4096);
		assert_int_equal(strlen(text), i ? 3 : sizes[i] + 5);
		assert_string_equal(text + strlen(text) - 3, "b|\n");
		free(text);
	}
}

static void numbers(void **state)
{
	static const struct { const char *text; bool decimal, hex; uint64_t value; } cases[] = {
		{ "0", true, false, 0 }, { "007", true, false, 7 },
		{ "18446744073709551615", true, false, UINT64_MAX },
		{ "18446744073709551616", false, false, 0 },
		{ "0x0", false, true, 0 }, { "0xffffffffffffffff", false, true, UINT64_MAX },
		{ "0x10000000000000000", false, false, 0 }, { "0xAB", false, false, 0 },
		{ "0x", false, false, 0 }, { "0x0x1", false, false, 0 }, { "", false, false, 0 },
		{ "-", false, false, 0 }, { "-1", false, false, 0 }, { "+1", false, false, 0 },
		{ " 1", false, false, 0 }, { "1 ", false, false, 0 }, { "0x-1", false, false, 0 },
		{ "ff", false, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t value = 99;

		assert_int_equal(memory_parse_number(cases[i].text, &value), cases[i].decimal);
		assert_int_equal(value, cases[i].decimal ? cases[i].value : 99);
		value = 99;
		assert_int_equal(memory_parse_hex(cases[i].text, &value), cases[i].hex);
		assert_int_equal(value, cases[i].hex ? cases[i].value : 99);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(nul),
		cmocka_unit_test(lengths),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
