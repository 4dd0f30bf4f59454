// SPDX-License-Identifier: GPL-2.0-or-later
/* Text and JSON. Whole documents are in tests/data; here are the corners. */

#include "fixture.h"

#include "../../lib/core/writer.h"

static char *json_string(const char *string)
{
	struct sdeistop_writer w;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	sdeistop_writer_init(&w, false, out);
	sdeistop_write_string(&w, NULL, string);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void strings(void **state)
{
	static const struct { const char *bytes, *json; } cases[] = {
		{ "", "\"\"" },
		{ "vmcore", "\"vmcore\"" },
		{ "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "\x01\n\t\x1f\x7f", "\"\\u0001\\u000a\\u0009\\u001f\\u007f\"" },
		{ "\xc3\xa9", "\"\xc3\xa9\"" },				/* two bytes */
		{ "\xe2\x82\xac", "\"\xe2\x82\xac\"" },			/* three */
		{ "\xf0\x9f\x92\xa5", "\"\xf0\x9f\x92\xa5\"" },		/* four */
		{ "\xff", "\"\\ufffd\"" },
		{ "\x80z", "\"\\ufffdz\"" },
		{ "\xc3", "\"\\ufffd\"" },				/* cut off */
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
		{ "\xf0\x9f\x92", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xc3(", "\"\\ufffd(\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" },			/* over-long NUL */
		{ "\xc1\xbf", "\"\\ufffd\\ufffd\"" },
		{ "\xe0\x80\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xe0\xa0\x80", "\"\xe0\xa0\x80\"" },			/* U+0800 */
		{ "\xf0\x8f\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf0\x90\x80\x80", "\"\xf0\x90\x80\x80\"" },		/* U+10000 */
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },	/* surrogate */
		{ "\xed\x9f\xbf", "\"\xed\x9f\xbf\"" },			/* U+D7FF */
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },		/* U+10FFFF */
		{ "\xf5\x80\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = json_string(cases[i].bytes);

		assert_string_equal(text, cases[i].json);
		free(text);
	}
}

static void write_nested(struct sdeistop_writer *w)
{
	sdeistop_write_open(w, NULL, '{', false);
	sdeistop_write_int(w, "a", -5);
	sdeistop_write_open(w, "empty", '[', false);
	sdeistop_write_close(w, ']');
	sdeistop_write_open(w, "line", '[', true);
	sdeistop_write_hex(w, NULL, UINT64_MAX);
	sdeistop_write_open(w, NULL, '{', false);
	sdeistop_write_bool(w, "t", true);
	sdeistop_write_null(w, "n");
	sdeistop_write_close(w, '}');
	sdeistop_write_close(w, ']');
	sdeistop_write_bool(w, "f", false);
	sdeistop_write_close(w, '}');
	sdeistop_writer_finish(w);
}

static void nesting(void **state)
{
	static const char *const expected[] = {
		"{\"a\": -5, \"empty\": [], \"line\": [\"0xffffffffffffffff\", "
		"{\"t\": true, \"n\": null}], \"f\": false}\n",
		"{\n  \"a\": -5,\n  \"empty\": [],\n  \"line\": [\"0xffffffffffffffff\", "
		"{\"t\": true, \"n\": null}],\n  \"f\": false\n}\n",
	};

	(void)state;
	for (int pretty = 0; pretty < 2; pretty++) {
		struct sdeistop_writer w;
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		assert_non_null(out);
		sdeistop_writer_init(&w, pretty, out);
		write_nested(&w);
		assert_int_equal(fclose(out), 0);
		assert_string_equal(text, expected[pretty]);
		free(text);
	}
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(sdeistop_method_name(CPUSTOP_METHOD_FIRMWARE, "aarch64"), "sdei");
	assert_string_equal(sdeistop_method_name(CPUSTOP_METHOD_FIRMWARE, "riscv64"), "sse");
	assert_string_equal(sdeistop_method_name(CPUSTOP_METHOD_FIRMWARE, NULL), "sdei");
	assert_string_equal(sdeistop_method_name(CPUSTOP_METHOD_SELF, NULL), "self");
	for (unsigned int value = 6; value < 1000; value++)
		assert_string_equal(sdeistop_method_name(value, NULL), "unknown");
	for (unsigned int value = 8; value < 1000; value++)
		assert_string_equal(sdeistop_disposition_name(value), "unknown");
	for (int code = 0; code < SDEISTOP_NR_PROBLEMS; code++)
		assert_string_not_equal(sdeistop_problem_name((enum sdeistop_problem_code)code),
					"unknown");
	for (int code = 0; code <= SDEISTOP_ERR_NO_MEMORY; code++)
		assert_string_not_equal(sdeistop_error_name((enum sdeistop_errno)code), "unknown");
	assert_string_equal(sdeistop_error_name((enum sdeistop_errno)-1), "unknown");
}

static void print_odd_name(const struct sdeistop_report *report, FILE *out)
{
	(void)report;
	sdeistop_print_name("a\x1b[31m\n\x7f\xff", out);
	/* CSI as one character of Unicode; neighbours of its kind; a cut one */
	sdeistop_print_name("\xc2\x9b" "1m\xc2\x80\xc2\x9f\xc2\xa0\xc3\x9b", out);
	sdeistop_print_name("\\x1b\xc2", out);
	/* CSI as one byte, and as one that only looks like the rest of a character */
	sdeistop_print_name("\x9b" "1m\xe2\x82\x9b" "1m\xe2\x9b", out);
}

static void file_names(void **state)
{
	char *text = printed(NULL, print_odd_name);

	(void)state;
	assert_string_equal(text, "a\\x1b[31m\\x0a\\x7f\\xff"
			    "\\xc2\\x9b1m\\xc2\\x80\\xc2\\x9f\xc2\xa0\xc3\x9b"
			    "\\\\x1b\\xc2"
			    "\\x9b1m\xe2\x82\x9b" "1m\\xe2\\x9b");
	free(text);
}

static void print_online(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_print_cpus(report, sdeistop_cpu_online, out);
}

static void cpu_lists(void **state)
{
	static const uint32_t cpus[] = { 0, 1, 2, 4, 6, 7, 65534, 65535 };
	autobytes b = { 0 };
	struct sdeistop_report *report;
	char *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cpus); i++)
		put_cpu(&b, cpus[i], 8);
	report = report_of(&b);
	text = printed(report, print_online);
	assert_string_equal(text, "0-2,4,6-7,65534-65535");
	free(text);
	sdeistop_report_free(report);
}

/* The widest value of every column, which must not be cut off */
static void print_table(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_table(report, &(struct sdeistop_table){ 0 }, out);
}

static void wide(void **state)
{
	struct cpustop_note note = {
		.cpu = 65535, .hwid = UINT64_MAX, .version = 9, .pid = 0xffffffff,
		.disposition = CPUSTOP_DISP_OFF_REQ, .acked = 0xfffffffe, .flags = 0xff,
	};
	autobytes b = { 0 };
	struct sdeistop_report *report;
	char *text;

	(void)state;
	put_prstatus(&b, 0xffffffff, UINT64_MAX);
	put_record(&b, &note);
	report = report_of(&b);
	text = printed(report, print_table);
	assert_non_null(strstr(text, " 65535  0xffffffffffffffff  none    off-requested  masked  "
			       "4294967.294 ms  4294967295  0xffffffffffffffff\n"));
	free(text);
	sdeistop_report_free(report);
}

static void print_regs(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_regs(report, NULL, NULL, out);
}

static void pstate(void **state)
{
	static const struct { uint64_t value; const char *text; } cases[] = {
		{ 0, "0x00000000 (nzcv daif EL0t)" },
		{ 0x600003c5, "0x600003c5 (nZCv DAIF EL1h)" },
		{ 0x900000c9, "0x900000c9 (NzcV daIF EL2h)" },
		{ 0x20000304, "0x20000304 (nzCv DAif EL1t)" },
		{ 0x60000010, "0x60000010 (nZCv daif AArch32)" },
		{ 0x100001005, "0x100001005 (nzcv daif EL1h)" },
	};
	autobytes b = { 0 };
	struct sdeistop_report *report;

	(void)state;
	put_cpu(&b, 0, 1);
	report = report_of(&b);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text;

		report->cpu[0].regs.pstate = cases[i].value;
		text = printed(report, print_regs);
		assert_non_null(strstr(text, cases[i].text));
		free(text);
	}
	sdeistop_report_free(report);
}

static void print_json(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_json(report, false, out);
}

/* What is not known is null, never 0 or "". */
static void json_of_nothing(void **state)
{
	autobytes b = { 0 };
	struct sdeistop_report *report;
	char *text;

	(void)state;
	report = report_from(&b, (struct sdeistop_source) { 0 });
	text = printed(report, print_json);
	assert_string_equal(text, "{\"schema\": \"sdeistop/1\", \"file\": \"\", \"format\": \"elf\", "
			    "\"verdict\": \"unknown\", \"kernel\": {\"release\": null, "
			    "\"machine\": null, \"crash_time\": null}, \"cpus\": {\"present\": null, "
			    "\"online\": null, \"records\": 0, \"with_regs\": 0, \"prstatus\": 0, "
			    "\"wedged\": [], \"not_stopped\": [], \"offline\": []}, \"cpu\": [], "
			    "\"problems\": [{\"code\": \"vmcoreinfo-missing\", \"cpu\": null, \"text\": "
			    "\"no VMCOREINFO note: the kernel and the time are not known\"}]}\n");
	free(text);
	sdeistop_report_free(report);
}

/* Of CPU 0 what is known, of CPU 1 what is not; of no other is there a backtrace. */
static bool calls_of(unsigned int cpu, struct sdeistop_calls *ret, void *arg)
{
	static const struct sdeistop_call known[] = {
		{ .pc = 0x1010, .kind = "exact", .function = "one", .offset = 8, .size = 16,
		  .module = "mod", .file = "kernel/one.c", .line = 7 },
		{ .pc = 0x2000, .kind = "return", .function = "two" },
	};
	static const struct sdeistop_call unknown[] = { { .pc = 0x3000, .offset = 5, .line = 9 } };

	assert_string_equal(arg, "argument");
	if (cpu == 0)
		*ret = (struct sdeistop_calls) { .call = known, .nr = 2 };
	else
		*ret = (struct sdeistop_calls) { .call = unknown, .nr = 1, .end = "cut" };
	return cpu < 2;
}

static void print_document(const struct sdeistop_report *report, FILE *out)
{
	static char argument[] = "argument";
	struct sdeistop_document document = {
		.backtraces = true, .calls = calls_of, .calls_arg = argument,
		.backtrace_error = "no debuginfo", .backtraces_left_out = 44,
	};

	sdeistop_report_document(report, &document, out);
	document.calls = NULL;
	document.backtrace_error = NULL;
	document.backtraces_left_out = 0;
	sdeistop_report_document(report, &document, out);
}

/* What is not known of a call is null, and nothing is said of a part of it. */
static void backtraces(void **state)
{
	static const char *const wanted[] = {
		"\"backtrace\": [{\"pc\": \"0x1010\", \"kind\": \"exact\", "
		"\"function\": \"one\", \"offset\": 8, \"size\": 16, \"module\": \"mod\", "
		"\"file\": \"kernel/one.c\", \"line\": 7}, "
		"{\"pc\": \"0x2000\", \"kind\": \"return\", \"function\": \"two\", "
		"\"offset\": 0, \"size\": null, \"module\": null, \"file\": null, "
		"\"line\": null}], \"backtrace_end\": null}",
		"\"backtrace\": [{\"pc\": \"0x3000\", \"kind\": null, "
		"\"function\": null, \"offset\": null, \"size\": null, \"module\": null, "
		"\"file\": null, \"line\": null}], \"backtrace_end\": \"cut\"}",
		"\"backtrace\": null, \"backtrace_end\": null}], \"problems\": [",
		"\"backtrace_error\": \"no debuginfo\", \"backtraces_left_out\": 44}\n",
		/* the second document */
		"\"backtrace\": null, \"backtrace_end\": null}, {\"cpu\": 1,",
		"\"backtrace\": null, \"backtrace_end\": null}, {\"cpu\": 2,",
		"\"backtrace\": null, \"backtrace_end\": null}], \"problems\": [",
		"\"backtrace_error\": null, \"backtraces_left_out\": 0}\n",
	};
	autobytes b = { 0 };
	struct sdeistop_report *report;
	const char *at;
	char *text;

	(void)state;
	for (uint32_t cpu = 0; cpu < 3; cpu++)
		put_cpu(&b, cpu, 3);
	report = report_of(&b);
	text = printed(report, print_document);
	at = text;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		at = strstr(at, wanted[i]);
		assert_non_null(at);
		at += strlen(wanted[i]);
	}
	assert_string_equal(at, "");
	free(text);
	sdeistop_report_free(report);
}

static void print_all(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_heading(report, out);
	sdeistop_report_json(report, false, out);
}

/* A caller need not say anything of where the notes come from. */
static void no_source(void **state)
{
	struct sdeistop_report report = { .verdict = SDEISTOP_UNKNOWN, .crash_time = -1 };
	char *text = printed(&report, print_all);

	(void)state;
	assert_non_null(strstr(text, "vmcore: format unknown, machine unknown, "));
	assert_non_null(strstr(text, "\"format\": null"));
	free(text);
}

static bool select_none(unsigned int cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	return false;
}

static void print_none(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_table(report, &(struct sdeistop_table){ .select = select_none }, out);
	sdeistop_report_regs(report, select_none, NULL, out);
}

static void none_selected(void **state)
{
	autobytes b = { 0 };
	struct sdeistop_report *report;
	char *text;

	(void)state;
	put_cpu(&b, 0, 1);
	report = report_of(&b);
	text = printed(report, print_none);
	assert_string_equal(text, "  CPU  HWID  METHOD  STATE  IRQS  TIME  PID  PC\n");
	free(text);
	sdeistop_report_free(report);
}

static bool below_three(unsigned int cpu, void *arg)
{
	(void)arg;
	return cpu < 3;
}

static const char *command(const struct sdeistop_cpu *cpu, void *arg)
{
	(void)arg;
	return cpu->note.cpu == 1 ? "wedger" : "a command longer than any";
}

static void pc_in_words(const struct sdeistop_cpu *cpu, char *text, size_t size, void *arg)
{
	(void)arg;
	snprintf(text, size, "symbol+%u", cpu->note.cpu);
}

static void print_more(const struct sdeistop_report *report, FILE *out)
{
	const struct sdeistop_table table = {
		.known = below_three, .limit = 4, .command = command, .pc = pc_in_words,
	};

	sdeistop_report_table(report, &table, out);
}

/* What a debugger adds: commands, symbols, CPUs that left no record */
static void table_with_more(void **state)
{
	autobytes b = { 0 };
	struct sdeistop_report *report;
	char *text;

	(void)state;
	put_cpu(&b, 1, 7);
	put_cpu(&b, 9, 8);
	report = report_of(&b);
	text = printed(report, print_more);
	assert_non_null(strstr(text, "  PID  COMMAND           PC\n"));
	assert_non_null(strstr(text, "\n    0  -     -       no record"));
	assert_non_null(strstr(text, "wedger            symbol+1\n    2  -     -       no record"));
	assert_null(strstr(text, "\n    3 "));
	assert_non_null(strstr(text, "a command longer  symbol+9\n"));
	free(text);
	sdeistop_report_free(report);
}

static void print_coloured(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_table(report, &(struct sdeistop_table){ .colour = true }, out);
}

/* A row has the colour of the worst that it tells of, and ends with it */
static void colours(void **state)
{
	static const struct { uint8_t disposition, rungs; const char *begin; } cases[] = {
		{ CPUSTOP_DISP_PARKED, CPUSTOP_RUNG_IPI, "\n    1 " },
		{ CPUSTOP_DISP_PARKED, CPUSTOP_RUNG_FIRMWARE, "\n\033[33m*   1 " },
		{ CPUSTOP_DISP_RUNNING, CPUSTOP_RUNG_FIRMWARE, "\n\033[31m*   1 " },
		{ CPUSTOP_DISP_UNKNOWN, CPUSTOP_RUNG_IPI, "\n\033[31m    1 " },
		{ CPUSTOP_DISP_OFFLINE, 0, "\n    1 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cpustop_note note = {
			.cpu = 1, .version = 1, .method = CPUSTOP_METHOD_IPI,
			.disposition = cases[i].disposition, .rungs = cases[i].rungs,
		};
		autobytes b = { 0 };
		struct sdeistop_report *report;
		char *text;

		put_record(&b, &note);
		report = report_of(&b);
		text = printed(report, print_coloured);
		assert_non_null(strstr(text, cases[i].begin));
		assert_int_equal(!!strstr(text, "-\033[0m\n"), !!strstr(text, "\033[3"));
		free(text);
		sdeistop_report_free(report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours),
		cmocka_unit_test(table_with_more),
		cmocka_unit_test(strings),
		cmocka_unit_test(nesting),
		cmocka_unit_test(names),
		cmocka_unit_test(file_names),
		cmocka_unit_test(cpu_lists),
		cmocka_unit_test(wide),
		cmocka_unit_test(pstate),
		cmocka_unit_test(json_of_nothing),
		cmocka_unit_test(backtraces),
		cmocka_unit_test(none_selected),
		cmocka_unit_test(no_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
