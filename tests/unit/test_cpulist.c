// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of -c. */

#include "fixture.h"

#include "../../tools/tool.h"

static void lists(void **state)
{
	static const struct { const char *text; unsigned int in[3], out[3]; } cases[] = {
		{ "0", { 0, 0, 0 }, { 1, 2, 4294967295 } },
		{ "1,3,5-7", { 1, 3, 6 }, { 0, 2, 8 } },
		{ "5-7,1", { 5, 7, 1 }, { 4, 8, 0 } },
		{ "4294967295", { 4294967295, 4294967295, 4294967295 }, { 0, 1, 4294967294 } },
		{ "0-4294967295", { 0, 77, 4294967295 }, { 0, 0, 0 } },
		{ "007", { 7, 7, 7 }, { 0, 6, 8 } },
		{ "9,1-5,3-4,2-6,9", { 1, 6, 9 }, { 0, 7, 10 } },
		{ "4294967295,0-4294967294", { 0, 77, 4294967295 }, { 0, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cpulist list;

		assert_true(cpulist_parse(cases[i].text, &list));
		for (int j = 0; j < 3; j++) {
			assert_true(cpulist_has(cases[i].in[j], &list));
			if (cases[i].out[j])
				assert_false(cpulist_has(cases[i].out[j], &list));
		}
		cpulist_free(&list);
	}
}

static void merged(void **state)
{
	static const struct { const char *text; size_t nr; } cases[] = {
		{ "3", 1 }, { "1,3", 2 }, { "3,2,1", 1 }, { "1-3,4-5", 1 }, { "1-3,5", 2 },
		{ "1-9,2,3-4,9", 1 }, { "7,7,7", 1 }, { "4294967295,0-4294967294", 1 },
		{ "0-4294967295,4294967295,1", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cpulist list;

		assert_true(cpulist_parse(cases[i].text, &list));
		assert_int_equal(list.nr, cases[i].nr);
		cpulist_free(&list);
	}
}

static void no_lists(void **state)
{
	static const char *const cases[] = {
		"", ",", "1,", ",1", "1,,2", "-1", "1-", "3-1", "a", "1a", "1 ", " 1", "+1", "0x1",
		"1-2-3", "4294967296", "99999999999999999999", "1;2", "all",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cpulist list;

		assert_false(cpulist_parse(cases[i], &list));
		cpulist_free(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(merged),
		cmocka_unit_test(no_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
