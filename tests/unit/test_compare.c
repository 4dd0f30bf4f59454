// SPDX-License-Identifier: GPL-2.0-or-later
/* The notes against what memory has of each CPU, and what a capture kernel could use */

#include "fixture.h"

#define NR_CPUS	3
#define BUFFER	512

/* What the kernel leaves: notes of three CPUs, and a buffer of each */
struct dump {
	struct sdeistop_report *report;
	struct sdeistop_buffer buffer[NR_CPUS];
	uint8_t bytes[NR_CPUS][BUFFER];
};

static void make_buffer(struct dump *dump, uint32_t cpu, const struct bytes *notes)
{
	assert_true(notes->size <= BUFFER);
	memset(dump->bytes[cpu], 0, BUFFER);
	memcpy(dump->bytes[cpu], notes->data, notes->size);
}

static void make(struct dump *dump)
{
	autobytes all = { 0 };

	memset(dump, 0, sizeof(*dump));
	for (uint32_t cpu = 0; cpu < NR_CPUS; cpu++) {
		autobytes own = { 0 };

		put_cpu(&all, cpu, NR_CPUS);
		put_cpu(&own, cpu, NR_CPUS);
		make_buffer(dump, cpu, &own);
		dump->buffer[cpu] = (struct sdeistop_buffer) {
			.cpu = cpu, .data = dump->bytes[cpu], .size = BUFFER,
			.has_state = true, .state = CPUSTOP_STATE_CLOSED,
		};
	}
	dump->report = report_of(&all);
	assert_int_equal(dump->report->nr_with_regs, NR_CPUS);
}

/* The comparison of @dump, whose report is freed by the caller */
static const struct sdeistop_comparison *compare(struct dump *dump)
{
	struct sdeistop_error error;

	assert_int_equal(sdeistop_report_compare(dump->report, dump->buffer, NR_CPUS, &error), 0);
	assert_non_null(dump->report->comparison);
	return dump->report->comparison;
}

static void expect_one(const struct sdeistop_comparison *comparison,
		       enum sdeistop_finding_code code, uint32_t cpu, bool corrupt)
{
	assert_int_equal(comparison->nr_findings, 1);
	assert_int_equal(comparison->finding[0].code, code);
	assert_int_equal(comparison->finding[0].cpu, cpu);
	assert_int_equal(comparison->corrupt, corrupt);
}

static void the_same(void **state)
{
	const struct sdeistop_comparison *comparison;
	struct dump dump;

	(void)state;
	make(&dump);
	comparison = compare(&dump);
	assert_int_equal(comparison->nr_findings, 0);
	assert_int_equal(comparison->nr_compared, NR_CPUS);
	assert_int_equal(comparison->nr_unread, 0);
	assert_false(comparison->corrupt);
	sdeistop_report_free(dump.report);
}

/* The contents are garbage wherever a CPU may have been writing */
static void states(void **state)
{
	static const struct {
		uint32_t state;
		bool garbage, corrupt;
		enum sdeistop_finding_code code;
	} cases[] = {
		{ CPUSTOP_STATE_LATE, false, false, SDEISTOP_F_RAN_ON },
		{ CPUSTOP_STATE_WRITING, true, false, SDEISTOP_F_STILL_WRITING },
		{ CPUSTOP_STATE_DONE, true, false, SDEISTOP_F_FINISHED_LATE },
		{ CPUSTOP_STATE_FREE, false, true, SDEISTOP_F_STATE_CONTRADICTS },
		{ CPUSTOP_STATE_SIGNALLED, false, true, SDEISTOP_F_STATE_CONTRADICTS },
		{ CPUSTOP_STATE_LATE + 1, false, true, SDEISTOP_F_STATE_CONTRADICTS },
		{ UINT32_MAX, false, true, SDEISTOP_F_STATE_CONTRADICTS },
	};
	struct dump dump;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make(&dump);
		dump.buffer[1].state = cases[i].state;
		if (cases[i].garbage)
			memset(dump.bytes[1], 0xa5, BUFFER);
		expect_one(compare(&dump), cases[i].code, 1, cases[i].corrupt);
		sdeistop_report_free(dump.report);
	}
}

static void damage(void **state)
{
	struct sdeistop_report *report;
	struct dump dump;
	autobytes other = { 0 };

	(void)state;
	/* nothing where the record was */
	make(&dump);
	memset(dump.bytes[2], 0, BUFFER);
	expect_one(compare(&dump), SDEISTOP_F_RECORD_LOST, 2, true);
	sdeistop_report_free(dump.report);

	/* one bit of a record: its checksum is wrong */
	make(&dump);
	dump.bytes[0][412 + 20 + 8] ^= 1;
	expect_one(compare(&dump), SDEISTOP_F_RECORD_LOST, 0, true);
	assert_non_null(strstr(dump.report->comparison->finding[0].text, "damaged"));
	sdeistop_report_free(dump.report);

	/* one bit of a register, x1 of CPU 1 */
	make(&dump);
	dump.bytes[1][20 + 112 + 8] ^= 1;
	expect_one(compare(&dump), SDEISTOP_F_REGISTERS_DIFFER, 1, true);
	assert_non_null(strstr(dump.report->comparison->finding[0].text, "1 register differs, the first is x1: "));
	sdeistop_report_free(dump.report);

	/* the buffer of another CPU */
	make(&dump);
	memcpy(dump.bytes[2], dump.bytes[1], BUFFER);
	expect_one(compare(&dump), SDEISTOP_F_RECORD_OF_ANOTHER, 2, true);
	assert_non_null(strstr(dump.report->comparison->finding[0].text, "CPU 2 has the record of CPU 1"));
	sdeistop_report_free(dump.report);

	/* a valid record that is another one */
	make(&dump);
	put_record(&other, &(struct cpustop_note) { .cpu = 1, .method = CPUSTOP_METHOD_NONE });
	make_buffer(&dump, 1, &other);
	report = dump.report;
	assert_int_equal(compare(&dump)->finding[0].code, SDEISTOP_F_RECORD_DIFFERS);
	assert_int_equal(report->comparison->finding[1].code, SDEISTOP_F_REGISTERS_DIFFER);
	assert_non_null(strstr(report->comparison->finding[1].text, "in the notes only"));
	sdeistop_report_free(report);
}

/* Memory has a record of a CPU that has none in the notes */
static void lost_in_the_notes(void **state)
{
	autobytes notes = { 0 };
	struct dump dump;

	(void)state;
	make(&dump);
	sdeistop_report_free(dump.report);
	put_cpu(&notes, 0, NR_CPUS);
	put_cpu(&notes, 1, NR_CPUS);
	dump.report = report_of(&notes);
	expect_one(compare(&dump), SDEISTOP_F_RECORD_NEW, 2, true);
	sdeistop_report_free(dump.report);
}

static void not_in_the_dump(void **state)
{
	const struct sdeistop_comparison *comparison;
	struct sdeistop_error error;
	struct dump dump;
	char *text;

	(void)state;
	make(&dump);
	dump.buffer[0].data = NULL;
	dump.buffer[1].has_state = false;
	comparison = compare(&dump);
	assert_int_equal(comparison->nr_findings, 0);
	assert_int_equal(comparison->nr_compared, 2);
	assert_int_equal(comparison->nr_unread, 2);
	sdeistop_report_free(dump.report);

	make(&dump);
	assert_int_equal(sdeistop_report_not_compared(dump.report, "for a reason", &error), 0);
	text = printed(dump.report, sdeistop_report_capture);
	assert_string_equal(text, "a capture kernel: can use CPU 0 (it runs there); not CPU 1-2 (parked)\n");
	free(text);
	sdeistop_report_free(dump.report);
}

static void print_all(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_comparison(report, true, out);
}

static void print_news(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_comparison(report, false, out);
}

static void print_json(const struct sdeistop_report *report, FILE *out)
{
	sdeistop_report_json(report, false, out);
}

static void expect_printed(const struct sdeistop_report *report,
			   void (*print)(const struct sdeistop_report *report, FILE *out),
			   const char *expected)
{
	char *text = printed(report, print);

	assert_string_equal(text, expected);
	free(text);
}

static void rendering(void **state)
{
	struct sdeistop_error error;
	struct dump dump;
	char *text;

	(void)state;
	make(&dump);
	expect_printed(dump.report, print_all, "");
	text = printed(dump.report, print_json);
	assert_null(strstr(text, "\"memory\""));
	free(text);
	compare(&dump);
	expect_printed(dump.report, print_all, "memory: as the notes say (3 CPUs compared)\n");
	expect_printed(dump.report, print_news, "");
	sdeistop_report_free(dump.report);

	make(&dump);
	dump.buffer[2].state = CPUSTOP_STATE_LATE;
	dump.buffer[0].data = NULL;
	compare(&dump);
	expect_printed(dump.report, print_news,
		       "memory: not every CPU stayed where its record leaves it (2 CPUs compared, of 1 not all can be read)\n"
		       "  ran-on: CPU 2 ran on after the verdict about it, and came to its stop later\n");
	text = printed(dump.report, print_json);
	assert_non_null(strstr(text, "\"memory\": {\"compared\": 2, \"unread\": 1, \"corrupt\": false, "
			       "\"findings\": [{\"code\": \"ran-on\", \"cpu\": 2, \"text\": \""));
	free(text);
	sdeistop_report_free(dump.report);

	make(&dump);
	for (int i = 0; i < NR_CPUS; i++)
		dump.buffer[i].data = NULL;
	compare(&dump);
	expect_printed(dump.report, print_news,
		       "memory: cannot be compared (0 CPUs compared, of 3 not all can be read)\n");
	sdeistop_report_free(dump.report);

	make(&dump);
	assert_int_equal(sdeistop_report_not_compared(dump.report, "for a reason", &error), 0);
	expect_printed(dump.report, print_news, "memory: not compared, for a reason\n");
	text = printed(dump.report, print_json);
	assert_non_null(strstr(text, "\"not_compared\": \"for a reason\""));
	free(text);
	sdeistop_report_free(dump.report);
}

/* More findings than are stored */
static void many(void **state)
{
	enum { MANY = SDEISTOP_FINDING_LIMIT + 5 };
	struct sdeistop_buffer *buffer = calloc(MANY, sizeof(*buffer));
	struct sdeistop_error error;
	struct dump dump;
	char *text;

	(void)state;
	assert_non_null(buffer);
	make(&dump);
	for (uint32_t i = 0; i < MANY; i++)
		buffer[i] = (struct sdeistop_buffer) {
			.cpu = i, .has_state = true, .state = 99,
		};
	assert_int_equal(sdeistop_report_compare(dump.report, buffer, MANY, &error), 0);
	assert_int_equal(dump.report->comparison->nr_findings, SDEISTOP_FINDING_LIMIT);
	assert_int_equal(dump.report->comparison->nr_not_stored, 5);
	text = printed(dump.report, print_news);
	assert_non_null(strstr(text, "  and 1013 more\n"));
	free(text);
	sdeistop_report_free(dump.report);
	free(buffer);
}

static void own_registers(void **state)
{
	struct sdeistop_regs regs;
	struct dump dump;
	uint32_t pid;

	(void)state;
	make(&dump);
	assert_true(sdeistop_buffer_regs(&dump.buffer[1], &pid, &regs));
	assert_memory_equal(&regs, &dump.report->cpu[1].regs, sizeof(regs));
	assert_int_equal(pid, dump.report->cpu[1].note.pid);
	/* another owner, another size, no room, nothing */
	dump.bytes[1][12] = 'X';
	assert_false(sdeistop_buffer_regs(&dump.buffer[1], &pid, &regs));
	dump.bytes[2][4]--;
	assert_false(sdeistop_buffer_regs(&dump.buffer[2], &pid, &regs));
	dump.buffer[0].size = 411;
	assert_false(sdeistop_buffer_regs(&dump.buffer[0], &pid, &regs));
	dump.buffer[0].size = 0;
	assert_false(sdeistop_buffer_regs(&dump.buffer[0], &pid, &regs));
	dump.buffer[0].data = NULL;
	assert_false(sdeistop_buffer_regs(&dump.buffer[0], &pid, &regs));
	sdeistop_report_free(dump.report);
}

/* What each disposition is good for */
static void capture(void **state)
{
	static const struct {
		uint8_t disposition;
		enum sdeistop_usable usable;
		const char *line;
	} cases[] = {
		{ CPUSTOP_DISP_UNKNOWN, SDEISTOP_USABLE_PERHAPS, "perhaps CPU 5 (unknown)" },
		{ CPUSTOP_DISP_CRASHING, SDEISTOP_USABLE_RUNS_IT, "can use CPU 5 (it runs there)" },
		{ CPUSTOP_DISP_RUNNING, SDEISTOP_USABLE_NO, "not CPU 5 (still running)" },
		{ CPUSTOP_DISP_PARKED, SDEISTOP_USABLE_NO, "not CPU 5 (parked)" },
		{ CPUSTOP_DISP_OFF_REQ, SDEISTOP_USABLE_PERHAPS, "perhaps CPU 5 (about to power itself off)" },
		{ CPUSTOP_DISP_OFF, SDEISTOP_USABLE_YES, "can use CPU 5 (powered off)" },
		{ CPUSTOP_DISP_OFFLINE, SDEISTOP_USABLE_YES, "can use CPU 5 (offline before the crash)" },
		{ CPUSTOP_DISP_ABSENT, SDEISTOP_USABLE_NO, NULL },
		/* of a later version */
		{ CPUSTOP_DISP_ABSENT + 1, SDEISTOP_USABLE_PERHAPS, "perhaps CPU 5 (unknown)" },
	};
	char line[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sdeistop_report *report;
		autobytes notes = { 0 };

		put_record(&notes, &(struct cpustop_note) {
			.version = cases[i].disposition > CPUSTOP_DISP_ABSENT ? 2 : 1,
			.cpu = 5, .disposition = cases[i].disposition, .nr_present = 1,
		});
		report = report_of(&notes);
		assert_int_equal(report->nr_cpu, 1);
		assert_int_equal(sdeistop_cpu_usable(&report->cpu[0]), cases[i].usable);
		snprintf(line, sizeof(line), "a capture kernel: %s\n", cases[i].line ? cases[i].line : "");
		expect_printed(report, sdeistop_report_capture, cases[i].line ? line : "");
		sdeistop_report_free(report);
	}
}

/* A CPU that left no record is not passed over in silence */
static void capture_missing(void **state)
{
	struct sdeistop_report *report;
	autobytes notes = { 0 };

	(void)state;
	put_cpu(&notes, 0, 4);
	put_cpu(&notes, 2, 4);
	report = report_of(&notes);
	expect_printed(report, sdeistop_report_capture,
		       "a capture kernel: can use CPU 0 (it runs there); not CPU 2 (parked); not known of 2 more\n");
	sdeistop_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same),
		cmocka_unit_test(states),
		cmocka_unit_test(damage),
		cmocka_unit_test(lost_in_the_notes),
		cmocka_unit_test(not_in_the_dump),
		cmocka_unit_test(rendering),
		cmocka_unit_test(many),
		cmocka_unit_test(own_registers),
		cmocka_unit_test(capture),
		cmocka_unit_test(capture_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
