// SPDX-License-Identifier: GPL-2.0-or-later
/* Record and registers: every field from its offset, every rule of validity. */

#include "fixture.h"

static const struct cpustop_note full = {
	.cpu = 0x1234, .hwid = 0x0102030405060708, .method = 4, .disposition = 3, .rungs = 5,
	.flags = 0x2f, .error = -5, .start = 0x1112131415161718, .task = 0xffff000003a42000,
	.requested = 0x21222324, .acked = 0x31323334, .pid = 0x41424344,
	.nr_present = 0x51525354, .nr_online = 0x61626364,
};

#define DESC_AT	(12 + 8)	/* in a CPUSTOP note */

static void checksum(void **state)
{
	static const uint8_t check[] = "123456789";

	(void)state;
	assert_int_equal(sdeistop_crc32(check, 9), 0xcbf43926);
	assert_int_equal(sdeistop_crc32(check, 0), 0);
}

static void fields(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		autobytes b = { .big = big };
		struct cpustop_note n;

		put_record(&b, &full);
		assert_int_equal(b.size, DESC_AT + 64);
		assert_int_equal(sdeistop_record_decode(b.data + DESC_AT, 64, big, &n),
				 SDEISTOP_RECORD_VALID);
		assert_int_equal(n.version, 1);
		assert_int_equal(n.size, 64);
		assert_int_equal(n.cpu, full.cpu);
		assert_int_equal(n.hwid, full.hwid);
		assert_int_equal(n.method, full.method);
		assert_int_equal(n.disposition, full.disposition);
		assert_int_equal(n.rungs, full.rungs);
		assert_int_equal(n.flags, full.flags);
		assert_int_equal(n.error, full.error);
		assert_int_equal(n.start, full.start);
		assert_int_equal(n.task, full.task);
		assert_int_equal(n.requested, full.requested);
		assert_int_equal(n.acked, full.acked);
		assert_int_equal(n.pid, full.pid);
		assert_int_equal(n.nr_present, full.nr_present);
		assert_int_equal(n.nr_online, full.nr_online);
	}
}

/* The offsets of the specification's table, byte by byte */
static void offsets(void **state)
{
	static const struct { unsigned int offset; uint8_t byte; } spec[] = {
		{ 0, 1 }, { 2, 64 }, { 4, 0x34 }, { 8, 8 }, { 16, 4 }, { 17, 3 }, { 18, 5 },
		{ 19, 0x2f }, { 20, 0xfb }, { 24, 0x18 }, { 33, 0x20 }, { 40, 0x24 }, { 44, 0x34 },
		{ 48, 0x44 }, { 52, 0x54 }, { 56, 0x64 },
	};
	autobytes b = { 0 };

	(void)state;
	put_record(&b, &full);
	for (size_t i = 0; i < ARRAY_SIZE(spec); i++)
		assert_int_equal(b.data[DESC_AT + spec[i].offset], spec[i].byte);
}

static void every_bit_counts(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_record(&b, &full);
	for (unsigned int bit = 0; bit < 64 * 8; bit++) {
		struct cpustop_note n;

		b.data[DESC_AT + bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(sdeistop_record_decode(b.data + DESC_AT, 64, false, &n),
				 SDEISTOP_RECORD_CRC);
		b.data[DESC_AT + bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* Of every length, in memory of that length */
static void lengths(void **state)
{
	autobytes b = { 0 };

	(void)state;
	put_record(&b, &full);
	for (uint32_t length = 0; length < 64; length++) {
		uint8_t *desc = malloc(length + !length);
		struct cpustop_note n;

		assert_non_null(desc);
		memcpy(desc, b.data + DESC_AT, length);
		assert_int_equal(sdeistop_record_decode(desc, length, false, &n),
				 SDEISTOP_RECORD_SHORT);
		free(desc);
	}
}

static enum sdeistop_record_fault fault_of(struct cpustop_note note, uint32_t descsz)
{
	autobytes b = { 0 };
	struct cpustop_note n;

	put_record(&b, &note);
	put_zero(&b, 64);
	return sdeistop_record_decode(b.data + DESC_AT, descsz, false, &n);
}

static void sizes(void **state)
{
	struct cpustop_note note = full;

	(void)state;
	assert_int_equal(fault_of(note, 68), SDEISTOP_RECORD_SIZE);
	note.size = 68;
	assert_int_equal(fault_of(note, 68), SDEISTOP_RECORD_VALID);
	assert_int_equal(fault_of(note, 64), SDEISTOP_RECORD_SIZE);
}

static void versions(void **state)
{
	autobytes b = { 0 };
	struct cpustop_note note = full, n;
	uint32_t crc;

	(void)state;
	note.version = 2;
	note.method = 200;
	note.disposition = 200;
	note.cpu = 65535;
	assert_int_equal(fault_of(note, 64), SDEISTOP_RECORD_VALID);
	note.cpu = 65536;
	assert_int_equal(fault_of(note, 64), SDEISTOP_RECORD_RANGE);

	/* version 0, with the checksum that its writer would have given it */
	put_record(&b, &full);
	b.data[DESC_AT] = 0;
	crc = sdeistop_crc32(b.data + DESC_AT, 60);
	for (int i = 0; i < 4; i++)
		b.data[DESC_AT + 60 + i] = (uint8_t)(crc >> 8 * i);
	assert_int_equal(sdeistop_record_decode(b.data + DESC_AT, 64, false, &n),
			 SDEISTOP_RECORD_VERSION);
}

static void ranges(void **state)
{
	struct cpustop_note note = full;

	(void)state;
	for (int method = 0; method < 256; method++) {
		note.method = (uint8_t)method;
		assert_int_equal(fault_of(note, 64), method <= 5 ? SDEISTOP_RECORD_VALID :
				 SDEISTOP_RECORD_RANGE);
	}
	note = full;
	for (int disposition = 0; disposition < 256; disposition++) {
		note.disposition = (uint8_t)disposition;
		assert_int_equal(fault_of(note, 64), disposition <= 7 ? SDEISTOP_RECORD_VALID :
				 SDEISTOP_RECORD_RANGE);
	}
	note = full;
	note.cpu = 65535;
	assert_int_equal(fault_of(note, 64), SDEISTOP_RECORD_VALID);
	note.cpu = 65536;
	assert_int_equal(fault_of(note, 64), SDEISTOP_RECORD_RANGE);
}

static void prstatus(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		autobytes b = { .big = big };
		struct sdeistop_regs regs;
		uint32_t pid;

		put_prstatus(&b, 69, 0xffff800080335ae0);
		assert_true(sdeistop_prstatus_pid(b.data + 20, 392, big, &pid));
		assert_int_equal(pid, 69);
		sdeistop_prstatus_regs(b.data + 20, big, &regs);
		for (unsigned int i = 0; i < 31; i++)
			assert_int_equal(regs.x[i], 0xffff800080335ae0 + i);
		assert_int_equal(regs.sp, 0xffff800080335ae0 + 100);
		assert_int_equal(regs.pc, 0xffff800080335ae0);
		assert_int_equal(regs.pstate, 0x3c5);
		assert_false(sdeistop_prstatus_pid(b.data + 20, 391, big, &pid));
		assert_false(sdeistop_prstatus_pid(b.data + 20, 393, big, &pid));
	}
}

static void vmcoreinfo(void **state)
{
	static const char text[] = "OSRELEASE=6.12\nA=1\nNUMBER(X)=5\nEMPTY=\nA=2\nLAST=end";
	static const struct { const char *key, *value; } cases[] = {
		{ "OSRELEASE", "6.12" }, { "A", "1" }, { "NUMBER(X)", "5" }, { "EMPTY", "" },
		{ "LAST", "end" }, { "RELEASE", NULL }, { "OSRELEAS", NULL }, { "NUMBER(X", NULL },
		{ "LAST=end", NULL }, { "NOT THERE", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint8_t *value;
		size_t length;
		bool found = sdeistop_vmcoreinfo_find((const uint8_t *)text, strlen(text),
						      cases[i].key, &value, &length);

		assert_int_equal(found, cases[i].value != NULL);
		if (!found)
			continue;
		assert_int_equal(length, strlen(cases[i].value));
		assert_memory_equal(value, cases[i].value, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum),
		cmocka_unit_test(fields),
		cmocka_unit_test(offsets),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(lengths),
		cmocka_unit_test(sizes),
		cmocka_unit_test(versions),
		cmocka_unit_test(ranges),
		cmocka_unit_test(prstatus),
		cmocka_unit_test(vmcoreinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
