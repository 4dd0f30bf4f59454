// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses of arm64 kernels of all page sizes, by tables made by hand. */

#include "fixture.h"

#include "fake_machine.h"

struct bed {
	struct machine machine;
	struct sdeistop_physical memory;
	struct triage_info info;
	struct triage_mmu mmu;
	uint64_t root;
};

static void bed_init(struct bed *bed, const struct geometry *geometry, bool big)
{
	sdeistop_autofree char *text = NULL;

	machine_init(&bed->machine, geometry, big);
	bed->machine.image = machine_alloc(&bed->machine, IMAGE_BYTES);
	bed->root = bed->machine.image + PGD;
	bed->memory = (struct sdeistop_physical) { machine_read, &bed->machine };
	text = machine_info(&bed->machine, "");
	assert_true(triage_info_read(&bed->info, (const uint8_t *)text, strlen(text)));
	bed->mmu = (struct triage_mmu) {
		.info = &bed->info, .memory = &bed->memory, .big_endian = big,
		.page_shift = geometry->page_shift,
	};
}

static void bed_free(struct bed *bed)
{
	assert_false(bed->machine.straddles);
	machine_free(&bed->machine);
}

#define autobed __attribute__((cleanup(bed_free))) struct bed

#define for_each_geometry(i) for (unsigned int i = 0; i < 2 * NR_GEOMETRIES; i++)
#define BED(bed, i) \
	autobed bed; \
	bed_init(&bed, &geometries[i / 2], i % 2)

static void assert_maps(const struct bed *bed, uint64_t address, uint64_t physical,
			unsigned int nr_tables)
{
	struct triage_path path;

	assert_true(triage_translate(&bed->mmu, address, &path));
	assert_int_equal(path.physical, physical);
	assert_int_equal(path.nr_tables, nr_tables);
}

static void assert_nothing(const struct bed *bed, uint64_t address)
{
	struct triage_path path;

	assert_false(triage_translate(&bed->mmu, address, &path));
}

static void pages(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const unsigned int levels = bed.machine.geometry->nr_levels;
		const uint64_t page = bed.machine.page;
		struct triage_path path;

		machine_map(&bed.machine, bed.root, IMAGE, RAM_BASE + 5 * page, false);
		machine_map(&bed.machine, bed.root, IMAGE + page, RAM_BASE + 2 * page, false);
		assert_maps(&bed, IMAGE, RAM_BASE + 5 * page, levels);
		assert_maps(&bed, IMAGE + page - 1, RAM_BASE + 6 * page - 1, levels);
		assert_maps(&bed, IMAGE + page + 8, RAM_BASE + 2 * page + 8, levels);
		assert_nothing(&bed, IMAGE + 2 * page);
		assert_nothing(&bed, IMAGE - 1);
		/* which tables, from the upper one */
		assert_true(triage_translate(&bed.mmu, IMAGE, &path));
		for (unsigned int level = 0; level < levels; level++)
			assert_int_equal(path.table[level],
					 machine_entry(&bed.machine, bed.root, IMAGE, level) &
					 ~(page - 1));
	}
}

static void blocks(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const unsigned int levels = bed.machine.geometry->nr_levels;
		const uint64_t bytes = UINT64_C(1) << bed.machine.geometry->shift[levels - 2];
		const uint64_t physical = 8 * bytes;

		machine_map(&bed.machine, bed.root, IMAGE, physical, true);
		assert_maps(&bed, IMAGE, physical, levels - 1);
		assert_maps(&bed, (IMAGE & ~(bytes - 1)) + bytes - 1, physical + bytes - 1,
			    levels - 1);
		assert_nothing(&bed, (IMAGE & ~(bytes - 1)) + bytes);
	}
}

/* More than 48 bits of physical address are in other bits of a descriptor, which
 * kernels of 48 bits use for something else */
static void far_pages(void **state)
{
	static const struct { int geometry; uint64_t physical; } far[] = {
		{ GEOMETRY_LPA2, UINT64_C(0xf800040000000) },
		{ GEOMETRY_16K_52, UINT64_C(0xc400040000000) },
		{ GEOMETRY_64K_52, UINT64_C(0xd123440000000) },
		{ GEOMETRY_64K, UINT64_C(0xd123440000000) },
		{ GEOMETRY_4K, UINT64_C(0xf23440000000) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(far); i++) {
		BED(bed, 2 * far[i].geometry);

		machine_map(&bed.machine, bed.root, IMAGE, far[i].physical, false);
		assert_maps(&bed, IMAGE + 16, far[i].physical + 16,
			    bed.machine.geometry->nr_levels);
	}
}

/* Of each level, of the last one a block where only pages are */
static void invalid(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const unsigned int levels = bed.machine.geometry->nr_levels;

		for (unsigned int level = 0; level < levels; level++) {
			uint64_t entry;

			machine_map(&bed.machine, bed.root, IMAGE, RAM_BASE, false);
			assert_maps(&bed, IMAGE, RAM_BASE, levels);
			entry = machine_entry(&bed.machine, bed.root, IMAGE, level);
			/* all but the bit that says so */
			machine_set64(&bed.machine, entry, RAM_BASE | 2);
			assert_nothing(&bed, IMAGE);
			machine_set64(&bed.machine, entry, 0);
			assert_nothing(&bed, IMAGE);
		}
		machine_map(&bed.machine, bed.root, IMAGE, RAM_BASE, false);
		machine_set64(&bed.machine,
			      machine_entry(&bed.machine, bed.root, IMAGE, levels - 1),
			      RAM_BASE | 1);
		assert_nothing(&bed, IMAGE);
	}
}

/* A table that the dump does not have; one that is its own next level */
static void missing_and_loops(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const unsigned int levels = bed.machine.geometry->nr_levels;
		struct triage_path path;

		machine_map(&bed.machine, bed.root, IMAGE, RAM_BASE, false);
		bed.machine.hole = machine_entry(&bed.machine, bed.root, IMAGE, levels - 1) &
				   ~(bed.machine.page - 1);
		assert_nothing(&bed, IMAGE);
		bed.machine.hole = 0;
		for (uint64_t at = 0; at < bed.machine.page; at += 8)
			machine_set64(&bed.machine, bed.root + at, bed.root | 3);
		bed.machine.reads = 0;
		assert_true(triage_translate(&bed.mmu, IMAGE + 8, &path));
		assert_int_equal(path.physical, bed.root + 8);
		assert_int_equal(bed.machine.reads, levels);
	}
}

static void linear(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const uint64_t address = machine_linear(&bed.machine, RAM_BASE + 0x1234);

		assert_maps(&bed, address, RAM_BASE + 0x1234, 0);
		assert_int_equal(triage_linear(&bed.mmu, RAM_BASE + 0x1234), address);
		assert_true(triage_is_kernel(address));
		assert_int_equal(bed.machine.reads, 0);
	}
}

/* Where it ends the tables begin: half-way up */
static void end_of_linear(void **state)
{
	static const struct { int geometry; uint64_t end; } ends[] = {
		{ GEOMETRY_4K, UINT64_C(0xffff800000000000) },
		{ GEOMETRY_39, UINT64_C(0xffffffc000000000) },
		{ GEOMETRY_LPA2, UINT64_C(0xffff800000000000) },
		{ GEOMETRY_16K, UINT64_C(0xffffc00000000000) },
		{ GEOMETRY_16K_52, UINT64_C(0xffffc00000000000) },
		{ GEOMETRY_64K, UINT64_C(0xffff800000000000) },
		{ GEOMETRY_NEGATIVE, UINT64_C(0xffff800000000000) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		BED(bed, 2 * ends[i].geometry);
		struct triage_path path;

		assert_true(triage_translate(&bed.mmu, ends[i].end - 1, &path));
		assert_int_equal(path.nr_tables, 0);
		assert_nothing(&bed, ends[i].end);
		assert_nothing(&bed, (UINT64_MAX << bed.info.va_bits) - 1);
	}
}

static void user(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const uint64_t pgd = machine_alloc(&bed.machine, bed.machine.page);
		const uint64_t at = machine_linear(&bed.machine, pgd);
		struct triage_path path;

		machine_map(&bed.machine, pgd, USER_CODE, RAM_BASE, false);
		assert_true(triage_translate_user(&bed.mmu, at, USER_CODE + 4, &path));
		assert_int_equal(path.physical, RAM_BASE + 4);
		assert_int_equal(path.nr_tables, bed.machine.geometry->nr_levels);
		assert_int_equal(path.table[0], pgd);
		assert_false(triage_translate_user(&bed.mmu, at, USER_STACK, &path));
		machine_map(&bed.machine, bed.root, IMAGE, RAM_BASE, false);
		assert_false(triage_translate_user(&bed.mmu,
						   machine_linear(&bed.machine, bed.root), IMAGE,
						   &path));
		assert_false(triage_translate_user(&bed.mmu, USER_CODE, USER_CODE, &path));
		/* tables that begin in the middle of a descriptor */
		assert_false(triage_translate_user(&bed.mmu, at + 4, USER_CODE, &path));
		assert_false(triage_translate_user(&bed.mmu, at + bed.machine.page - 4, 0, &path));
	}
}

/* Tags and signatures of pointers */
static void plain(void **state)
{
	(void)state;
	for_each_geometry(i) {
		BED(bed, i);
		const uint64_t kernel = IMAGE + 8;

		assert_int_equal(triage_plain(&bed.mmu, kernel), kernel);
		assert_int_equal(triage_plain(&bed.mmu, kernel & ~(UINT64_C(0x7f) << 56)), kernel);
		assert_int_equal(triage_plain(&bed.mmu, USER_CODE | UINT64_C(0xaa) << 56),
				 USER_CODE);
	}
}

/* What VMCOREINFO may say, and what no kernel does */
static void numbers(void **state)
{
	static const struct { const char *line; bool is_right; } lines[] = {
		{ "", true },
		{ "PAGESIZE=8192\n", false }, { "PAGESIZE=0\n", false },
		{ "PAGESIZE=18446744073709551615\n", false }, { "PAGESIZE=\n", false },
		{ "PAGESIZE=4096 \n", false }, { "PAGESIZE=99999999999999999999\n", false },
		{ "PAGESIZE=0000000000000000000000000000004096\n", false },
		{ "NUMBER(VA_BITS)=35\n", false }, { "NUMBER(VA_BITS)=53\n", false },
		{ "NUMBER(VA_BITS)=0\n", false }, { "NUMBER(VA_BITS)=-1\n", false },
		{ "NUMBER(TCR_EL1_T1SZ)=0xf\n", false }, { "NUMBER(TCR_EL1_T1SZ)=0x1d\n", false },
		{ "NUMBER(TCR_EL1_T1SZ)=nonsense\n", true },
		{ "NUMBER(TCR_EL1_T1SZ)=0x1c\n", true },
		{ "NUMBER(PHYS_OFFSET)=0xffff000000000000\n", true },
		{ "NUMBER(PHYS_OFFSET)=0x40000008\n", false },
		{ "NUMBER(PHYS_OFFSET)=-1\n", false },
		{ "NUMBER(kimage_voffset)=0x1\n", false },
		{ "SYMBOL(swapper_pg_dir)=ffff800080000008\n", false },
		{ "SYMBOL(swapper_pg_dir)=\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		sdeistop_autofree char *text = NULL;
		struct triage_info info;

		BED(bed, 2 * GEOMETRY_4K);
		text = machine_info(&bed.machine, lines[i].line);
		if (triage_info_read(&info, (const uint8_t *)text, strlen(text)) !=
		    lines[i].is_right)
			fail_msg("%s", lines[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages),
		cmocka_unit_test(blocks),
		cmocka_unit_test(far_pages),
		cmocka_unit_test(invalid),
		cmocka_unit_test(missing_and_loops),
		cmocka_unit_test(linear),
		cmocka_unit_test(end_of_linear),
		cmocka_unit_test(user),
		cmocka_unit_test(plain),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests_name("translate", tests, NULL, NULL);
}
