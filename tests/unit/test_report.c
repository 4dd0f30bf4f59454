// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose registers are whose, and the verdict. */

#include "fixture.h"

#define autoreport __attribute__((cleanup(free_report))) struct sdeistop_report

static void free_report(struct sdeistop_report **report)
{
	sdeistop_report_free(*report);
}

static const char announced[] = "OSRELEASE=6.12.117\nNUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=100\n";

static void complete(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_vmcoreinfo(&b, announced);
	put_cpu(&b, 1, 2);
	put_cpu(&b, 0, 2);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
	assert_int_equal(r->nr_problems, 0);
	assert_string_equal(r->release, "6.12.117");
	assert_int_equal(r->crash_time, 100);
	assert_true(r->announced);
	assert_int_equal(r->nr_present, 2);
	assert_int_equal(r->nr_online, 2);
	assert_int_equal(r->nr_records, 2);
	assert_int_equal(r->nr_with_regs, 2);
	assert_int_equal(r->nr_prstatus, 2);
	/* by number, not in the order of the file */
	assert_int_equal(r->cpu[0].note.cpu, 0);
	assert_int_equal(r->cpu[0].regs.pc, 0x1000);
	assert_int_equal(r->cpu[1].note.cpu, 1);
	assert_int_equal(r->cpu[1].regs.pc, 0x2000);
	assert_ptr_equal(sdeistop_report_cpu(r, 1), &r->cpu[1]);
	assert_null(sdeistop_report_cpu(r, 2));
}

static void big_endian(void **state)
{
	autobytes b = { .big = true };

	(void)state;
	put_cpu(&b, 0, 1);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
	assert_int_equal(r->cpu[0].regs.pc, 0x1000);
}

static void nothing(void **state)
{
	autobytes b = { 0 };

	(void)state;

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_UNKNOWN);
	assert_int_equal(count_problems(r, SDEISTOP_P_VMCOREINFO_MISSING), 1);
	assert_null(sdeistop_report_cpu(r, 0));
}

/* One record after one NT_PRSTATUS, with what is put between them */
static struct sdeistop_report *record_after(uint32_t pid, uint8_t flags,
					    void (*between)(struct bytes *b))
{
	struct cpustop_note note = {
		.cpu = 0, .method = CPUSTOP_METHOD_PANIC, .disposition = CPUSTOP_DISP_CRASHING,
		.flags = flags, .pid = 5, .nr_present = 1,
	};
	autobytes b = { 0 };

	put_prstatus(&b, pid, 0xbad);
	if (between)
		between(&b);
	put_record(&b, &note);
	return report_of(&b);
}

static void between_padding(struct bytes *b)
{
	put_zero(b, 12);
}

static void between_note(struct bytes *b)
{
	put_note(b, "LINUX", 1, "", 0);
}

static void between_prstatus(struct bytes *b)
{
	put_prstatus(b, 5, 0x900d);
}

static void between_bad_record(struct bytes *b)
{
	struct cpustop_note note = { .cpu = 7, .crc = 1, .flags = CPUSTOP_F_REGS, .pid = 5 };

	put_record(b, &note);
}

static void owner(void **state)
{
	static const struct {
		uint32_t pid;
		uint8_t flags;
		void (*between)(struct bytes *b);
		bool regs;
		uint64_t pc;
		enum sdeistop_verdict verdict;
	} cases[] = {
		{ 5, CPUSTOP_F_REGS, NULL, true, 0xbad, SDEISTOP_COMPLETE },
		{ 5, 0, NULL, false, 0, SDEISTOP_INCOMPLETE },
		{ 6, CPUSTOP_F_REGS, NULL, false, 0, SDEISTOP_MALFORMED },
		{ 6, 0, NULL, false, 0, SDEISTOP_INCOMPLETE },
		{ 5, CPUSTOP_F_REGS, between_padding, false, 0, SDEISTOP_INCOMPLETE },
		{ 5, CPUSTOP_F_REGS, between_note, false, 0, SDEISTOP_INCOMPLETE },
		{ 5, CPUSTOP_F_REGS, between_prstatus, true, 0x900d, SDEISTOP_COMPLETE },
		{ 5, CPUSTOP_F_REGS, between_bad_record, false, 0, SDEISTOP_INCOMPLETE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoreport *r = record_after(cases[i].pid, cases[i].flags, cases[i].between);

		assert_int_equal(r->nr_cpu, 1);
		assert_int_equal(r->cpu[0].has_regs, cases[i].regs);
		assert_int_equal(r->cpu[0].regs.pc, cases[i].pc);
		assert_int_equal(r->verdict, cases[i].verdict);
	}
}

static void one_prstatus_two_records(void **state)
{
	struct cpustop_note note = {
		.cpu = 1, .method = CPUSTOP_METHOD_IPI, .disposition = CPUSTOP_DISP_PARKED,
		.flags = CPUSTOP_F_REGS, .pid = 1000, .nr_present = 2,
	};
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 2);
	put_record(&b, &note);

	autoreport *r = report_of(&b);

	assert_true(r->cpu[0].has_regs);
	assert_false(r->cpu[1].has_regs);
	assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
}

static void other_machine(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 1);

	autoreport *r = report_from(&b, (struct sdeistop_source) { .machine = "x86_64" });

	assert_false(r->cpu[0].has_regs);

	autoreport *unknown = report_from(&b, (struct sdeistop_source) { 0 });

	assert_true(unknown->cpu[0].has_regs);
}

struct one {
	struct cpustop_note note;
	bool online, wedged, running;
	enum sdeistop_verdict verdict;	/* with registers where flags say so */
};

#define ONE(m, d, r, f, ...) \
	{ { .cpu = 1, .method = CPUSTOP_METHOD_##m, .disposition = CPUSTOP_DISP_##d, \
	    .rungs = (r), .flags = (f), .nr_present = 2 }, __VA_ARGS__ }
#define I CPUSTOP_RUNG_IPI
#define N CPUSTOP_RUNG_NMI
#define F CPUSTOP_RUNG_FIRMWARE
#define REGS CPUSTOP_F_REGS

static void one_cpu(void **state)
{
	static const struct one cases[] = {
		ONE(PANIC, CRASHING, 0, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(PANIC, CRASHING, I | F, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(PANIC, CRASHING, 0, 0, true, false, false, SDEISTOP_INCOMPLETE),
		ONE(IPI, PARKED, I, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(IPI, OFF_REQ, I, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(IPI, OFF, I, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(IPI, OFF, I, 0, true, false, false, SDEISTOP_INCOMPLETE),
		ONE(IPI, PARKED, I | N, REGS, true, true, false, SDEISTOP_COMPLETE),
		ONE(NMI, PARKED, I | N, REGS, true, true, false, SDEISTOP_COMPLETE),
		ONE(FIRMWARE, PARKED, I | F, REGS, true, true, false, SDEISTOP_COMPLETE),
		ONE(FIRMWARE, PARKED, I | F, 0, true, true, false, SDEISTOP_INCOMPLETE),
		ONE(SELF, PARKED, 0, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(SELF, PARKED, I | F, REGS, true, false, false, SDEISTOP_COMPLETE),
		ONE(NONE, RUNNING, I | N | F, 0, true, true, true, SDEISTOP_INCOMPLETE),
		ONE(NONE, RUNNING, I, REGS, true, true, true, SDEISTOP_INCOMPLETE),
		ONE(NONE, UNKNOWN, I, REGS, true, false, false, SDEISTOP_INCOMPLETE),
		ONE(NONE, UNKNOWN, I | F, 0, true, true, false, SDEISTOP_INCOMPLETE),
		ONE(NONE, OFFLINE, 0, 0, false, false, false, SDEISTOP_COMPLETE),
		ONE(NONE, OFFLINE, I | F, 0, false, false, false, SDEISTOP_COMPLETE),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobytes b = { 0 };

		put_cpu(&b, 0, 2);
		if (cases[i].note.flags & REGS)
			put_prstatus(&b, 0, 1);
		put_record(&b, &cases[i].note);

		autoreport *r = report_of(&b);
		const struct sdeistop_cpu *cpu = sdeistop_report_cpu(r, 1);

		assert_non_null(cpu);
		assert_int_equal(sdeistop_cpu_online(cpu), cases[i].online);
		assert_int_equal(sdeistop_cpu_wedged(cpu), cases[i].wedged);
		assert_int_equal(sdeistop_cpu_running(cpu), cases[i].running);
		assert_int_equal(r->verdict, cases[i].verdict);
		/* told of, if and only if something is missing */
		assert_int_equal(r->nr_problems - count_problems(r, SDEISTOP_P_VMCOREINFO_MISSING),
				 cases[i].verdict == SDEISTOP_INCOMPLETE);
	}
}

static void absent_is_not_missing(void **state)
{
	struct cpustop_note absent = { .cpu = 1, .disposition = CPUSTOP_DISP_ABSENT, .nr_present = 1 };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 1);
	put_record(&b, &absent);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
	assert_int_equal(r->nr_present, 1);
}

static void absent_does_not_stand_in(void **state)
{
	struct cpustop_note absent = { .cpu = 5, .disposition = CPUSTOP_DISP_ABSENT, .nr_present = 2 };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 2);
	put_record(&b, &absent);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
	assert_int_equal(count_problems(r, SDEISTOP_P_CPU_NO_RECORD), 1);
	assert_int_equal(r->problem[r->nr_problems - 1].cpu, 1);
}

/* Only where it is no guess; otherwise how many there are */
static void missing_named(void **state)
{
	static const struct {
		uint32_t cpu[3], present, bad;
		int64_t missing;
	} cases[] = {
		{ { 0, 1, 2 }, 4, 0, 3 },		/* the last one */
		{ { 0, 1, 3 }, 4, 0, 2 },		/* one between */
		{ { 0, 1, 3 }, 4, 2, 2 },		/* and it says so */
		{ { 0, 1, 3 }, 4, 5, -1 },		/* a hint at gaps */
		{ { 0, 1, 3 }, 4, 0xffffffff, -1 },
		{ { 0, 1, 5 }, 4, 0, -1 },		/* 2 or 3 */
		{ { 0, 4, 5 }, 4, 0, -1 },
		{ { 0, 1, 3 }, 5, 0, -1 },		/* two of them */
		{ { 0, 1, 2 }, 0xffffffff, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cpustop_note bad = { .cpu = cases[i].bad, .crc = 1 };
		autobytes b = { 0 };

		for (int j = 0; j < 3; j++)
			put_cpu(&b, cases[i].cpu[j], cases[i].present);
		put_record(&b, &bad);

		autoreport *r = report_of(&b);

		assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
		assert_int_equal(count_problems(r, SDEISTOP_P_CPU_NO_RECORD), 1);
		assert_int_equal(r->problem[r->nr_problems - 1].cpu, cases[i].missing);
	}
}

/* A claim takes neither memory nor time. */
static void missing_unnamed(void **state)
{
	static const uint32_t claims[] = { 258, 1000, 65536, 0x7fffffff, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(claims); i++) {
		autobytes b = { 0 };

		put_cpu(&b, 0, claims[i]);

		autoreport *r = report_of(&b);

		assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
		assert_int_equal(r->nr_present, claims[i]);
		assert_int_equal(count_problems(r, SDEISTOP_P_CPU_NO_RECORD), 1);
	}
}

/* A record says absent and takes the number: the missing one is elsewhere. */
static void missing_beside_absent(void **state)
{
	struct cpustop_note absent = { .cpu = 1, .disposition = CPUSTOP_DISP_ABSENT, .nr_present = 2 };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 2);
	put_record(&b, &absent);

	autoreport *r = report_of(&b);

	assert_int_equal(count_problems(r, SDEISTOP_P_CPU_NO_RECORD), 1);
	assert_int_equal(r->problem[r->nr_problems - 1].cpu, -1);
}

/* Records of all, and yet not what a crash leaves */
static void implausible(void **state)
{
	struct cpustop_note note = { .disposition = CPUSTOP_DISP_OFFLINE, .nr_present = 1 };
	autobytes offline = { 0 }, uncounted = { 0 };

	(void)state;
	put_record(&offline, &note);
	put_cpu(&uncounted, 0, 0);

	autoreport *nobody = report_of(&offline);

	assert_int_equal(nobody->verdict, SDEISTOP_INCOMPLETE);
	assert_int_equal(count_problems(nobody, SDEISTOP_P_CPU_NO_RECORD), 1);

	autoreport *some = report_of(&uncounted);

	assert_int_equal(some->verdict, SDEISTOP_INCOMPLETE);
	assert_int_equal(count_problems(some, SDEISTOP_P_CPU_NO_RECORD), 1);
	assert_int_equal(some->nr_present, 1);
}

/* Their number is the file's: so many are stored, all are counted. */
static void many_problems(void **state)
{
	struct cpustop_note bad = { .crc = 1 };
	struct cpustop_note running = { .cpu = 1, .disposition = CPUSTOP_DISP_RUNNING };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 2);
	for (int i = 0; i < SDEISTOP_PROBLEM_LIMIT + 77; i++)
		put_record(&b, &bad);
	put_record(&b, &running);

	autoreport *r = report_of(&b);

	assert_int_equal(r->nr_problems_of[SDEISTOP_P_RECORD_BAD_CRC], SDEISTOP_PROBLEM_LIMIT + 77);
	assert_int_equal(count_problems(r, SDEISTOP_P_RECORD_BAD_CRC), SDEISTOP_PROBLEM_LIMIT + 1);
	assert_int_equal(r->problem[r->nr_problems - 1].code, SDEISTOP_P_RECORD_BAD_CRC);
	assert_int_equal(r->problem[r->nr_problems - 1].cpu, -1);
	assert_string_equal(r->problem[r->nr_problems - 1].text, "and 77 more problems like this");
	/* no kind hides another */
	assert_int_equal(count_problems(r, SDEISTOP_P_CPU_NOT_STOPPED), 1);
}

static void duplicates(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 1);
	put_cpu(&b, 0, 1);
	put_cpu(&b, 0, 1);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
	assert_int_equal(r->nr_records, 1);
	assert_int_equal(count_problems(r, SDEISTOP_P_RECORD_DUPLICATE), 2);
}

static void contradictions(void **state)
{
	struct cpustop_note other = { .cpu = 0, .disposition = CPUSTOP_DISP_OFFLINE, .nr_present = 1 };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 1);
	put_record(&b, &other);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_MALFORMED);
	assert_int_equal(r->nr_records, 1);
	/* the first one stays */
	assert_int_equal(r->cpu[0].note.disposition, CPUSTOP_DISP_CRASHING);
	/* its registers do not: they may be the other's */
	assert_false(r->cpu[0].has_regs);
	assert_int_equal(r->cpu[0].regs.pc, 0);
}

/* @nr records of CPU 0, each a letter: g good, o other contents, r other
 * registers, p after a NT_PRSTATUS of another pid, n after none */
static struct sdeistop_report *records_of_one(const char *kinds)
{
	autobytes b = { 0 };

	for (const char *kind = kinds; *kind; kind++) {
		struct cpustop_note note = {
			.method = CPUSTOP_METHOD_PANIC, .disposition = CPUSTOP_DISP_CRASHING,
			.flags = CPUSTOP_F_REGS, .pid = 5, .nr_present = 1,
			.acked = *kind == 'o',
		};

		if (*kind != 'n')
			put_prstatus(&b, *kind == 'p' ? 6 : 5, *kind == 'r' ? 0xbad : 0x900d);
		put_record(&b, &note);
	}
	return report_of(&b);
}

static void whose_of_several(void **state)
{
	static const struct { const char *kinds; bool regs; } cases[] = {
		{ "g", true }, { "gg", true }, { "ng", true }, { "gn", true },
		{ "go", false }, { "gog", false }, { "goo", false }, { "og", false },
		{ "gr", false }, { "rg", false }, { "grg", false }, { "grr", false },
		{ "p", false }, { "pg", false }, { "gp", false }, { "gpg", false },
		{ "npg", false }, { "pp", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autoreport *r = records_of_one(cases[i].kinds);

		assert_int_equal(r->nr_cpu, 1);
		assert_int_equal(r->cpu[0].has_regs, cases[i].regs);
		assert_int_equal(r->cpu[0].regs.pc, cases[i].regs ? 0x900d : 0);
		assert_int_equal(r->verdict, cases[i].regs ? SDEISTOP_COMPLETE : SDEISTOP_MALFORMED);
	}
}

static void bad_record_is_no_record(void **state)
{
	struct cpustop_note bad = { .cpu = 1, .crc = 1, .nr_present = 2 };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 2);
	put_record(&b, &bad);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_INCOMPLETE);
	assert_int_equal(r->nr_bad_records, 1);
	assert_int_equal(count_problems(r, SDEISTOP_P_RECORD_BAD_CRC), 1);
	assert_int_equal(count_problems(r, SDEISTOP_P_CPU_NO_RECORD), 1);
}

/* A bad record beside as many valid ones as there are CPUs takes nothing away. */
static void bad_record_beside_all(void **state)
{
	struct cpustop_note bad = { .cpu = 1, .crc = 1, .nr_present = 2 };
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 1);
	put_record(&b, &bad);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_COMPLETE);
}

static void no_record(void **state)
{
	static const struct {
		const char *vmcoreinfo;
		struct sdeistop_source source;
		enum sdeistop_verdict verdict;
	} cases[] = {
		{ "OSRELEASE=6.1\nCRASHTIME=1\n", { 0 }, SDEISTOP_UNKNOWN },
		{ "NUMBER(CPUSTOP_VERSION)=1\n", { 0 }, SDEISTOP_UNKNOWN },
		{ "NUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=0\n", { 0 }, SDEISTOP_INCOMPLETE },
		{ "NUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=1", { 0 }, SDEISTOP_INCOMPLETE },
		{ "NUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=-5\n", { 0 }, SDEISTOP_INCOMPLETE },
		{ "NUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=1\r\n", { 0 }, SDEISTOP_INCOMPLETE },
		{ "NUMBER(CPUSTOP_VERSION)=1\nCRASHTIME=\n", { 0 }, SDEISTOP_INCOMPLETE },
		{ "NUMBER(CPUSTOP_VERSION)=1\nXCRASHTIME=1\n", { 0 }, SDEISTOP_UNKNOWN },
		{ "OSRELEASE=6.1\n", { .truncated = true }, SDEISTOP_INCOMPLETE },
		{ "OSRELEASE=6.1\n", { .incomplete_flag = true }, SDEISTOP_INCOMPLETE },
		{ "OSRELEASE=6.1\n", { .notes_missing = true }, SDEISTOP_UNKNOWN },
		{ "OSRELEASE=6.1\n", { .notes_missing = true, .truncated = true }, SDEISTOP_INCOMPLETE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobytes b = { 0 };

		put_vmcoreinfo(&b, cases[i].vmcoreinfo);
		put_prstatus(&b, 1, 1);

		autoreport *r = report_from(&b, cases[i].source);

		assert_int_equal(r->verdict, cases[i].verdict);
	}
}

static void broken_framing(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_cpu(&b, 0, 1);
	put_header(&b, 8, 1000, 0x43535450);

	autoreport *r = report_of(&b);

	assert_int_equal(r->verdict, SDEISTOP_MALFORMED);
	assert_int_equal(r->nr_records, 1);

	/* the same bytes of a file that was cut off */
	autoreport *cut = report_from(&b, (struct sdeistop_source) { .truncated = true });

	assert_int_equal(cut->verdict, SDEISTOP_INCOMPLETE);
	assert_int_equal(count_problems(cut, SDEISTOP_P_NOTES_MALFORMED), 0);
}

static void cut_segment(void **state)
{
	autobytes b = { 0 };
	struct sdeistop_source source = { .format = "elf" };
	struct sdeistop_report *report;
	struct sdeistop_segment segment;
	struct sdeistop_error error;

	(void)state;
	put_cpu(&b, 0, 1);
	segment = (struct sdeistop_segment) { .data = b.data, .size = b.size,
					      .claimed = b.size + 4 };
	assert_int_equal(sdeistop_report_build_segments(&segment, 1, &source, &report, &error), 0);
	assert_int_equal(report->verdict, SDEISTOP_INCOMPLETE);
	assert_int_equal(count_problems(report, SDEISTOP_P_FILE_TRUNCATED), 1);
	sdeistop_report_free(report);
}

static void vmcoreinfo_values(void **state)
{
	static const struct { const char *text; int64_t time; } cases[] = {
		{ "CRASHTIME=1781708841\n", 1781708841 }, { "CRASHTIME=\n", -1 },
		{ "CRASHTIME=-1\n", -1 }, { "CRASHTIME=12 \n", -1 },
		{ "CRASHTIME=999999999999\n", 999999999999 }, { "CRASHTIME=9999999999999\n", -1 },
		{ "XCRASHTIME=5\n", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		autobytes b = { 0 };

		put_vmcoreinfo(&b, cases[i].text);

		autoreport *r = report_of(&b);

		assert_int_equal(r->crash_time, cases[i].time);
	}
}

/* Every prefix of a segment: no crash, and never a CPU with another's registers */
static void every_prefix(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_vmcoreinfo(&b, announced);
	for (uint32_t cpu = 0; cpu < 4; cpu++)
		put_cpu(&b, cpu, 4);

	for (size_t size = 0; size < b.size; size++) {
		struct bytes part = { .size = size };

		part.data = malloc(size + !size);
		assert_non_null(part.data);
		memcpy(part.data, b.data, size);

		autoreport *r = report_of(&part);

		assert_int_not_equal(r->verdict, SDEISTOP_COMPLETE);
		for (size_t i = 0; i < r->nr_cpu; i++)
			assert_int_equal(r->cpu[i].regs.pc, 0x1000 * (r->cpu[i].note.cpu + 1));
		free(part.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete),
		cmocka_unit_test(big_endian),
		cmocka_unit_test(nothing),
		cmocka_unit_test(owner),
		cmocka_unit_test(one_prstatus_two_records),
		cmocka_unit_test(other_machine),
		cmocka_unit_test(one_cpu),
		cmocka_unit_test(absent_is_not_missing),
		cmocka_unit_test(absent_does_not_stand_in),
		cmocka_unit_test(missing_named),
		cmocka_unit_test(missing_unnamed),
		cmocka_unit_test(missing_beside_absent),
		cmocka_unit_test(implausible),
		cmocka_unit_test(many_problems),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(contradictions),
		cmocka_unit_test(whose_of_several),
		cmocka_unit_test(bad_record_is_no_record),
		cmocka_unit_test(bad_record_beside_all),
		cmocka_unit_test(no_record),
		cmocka_unit_test(broken_framing),
		cmocka_unit_test(cut_segment),
		cmocka_unit_test(vmcoreinfo_values),
		cmocka_unit_test(every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
