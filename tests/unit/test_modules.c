// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of modules, as memory that a crash may have spoiled. */

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/memory/modules.h"

#define BASE	0xffff800079000000ull	/* of the memory there is */
#define BYTES	8192

/* Places in it */
enum { HEAD = 0, MODULE = 256, OTHER = 512, KALLSYMS = 1024, SYMTAB = 1280, STRTAB = 2048 };

#define TEXT	0xffff800079100000ull

static const struct sdeistop_module_layout layout = {
	.list = 8, .name = 24, .name_bytes = 56, .mem = 96, .nr_mem = 2, .mem_bytes = 24,
	.base = 0, .size = 12, .kallsyms = 160, .symtab = 0, .num_symtab = 8, .strtab = 16,
};

static uint8_t memory[BYTES];
static size_t readable;
static unsigned int nr_reads;
static struct sdeistop_modules modules;
static struct sdeistop_place place;

static bool read_memory(void *arg, uint64_t address, void *to, size_t size)
{
	(void)arg;
	nr_reads++;
	if (address < BASE || address - BASE > readable || size > readable - (address - BASE))
		return false;
	memcpy(to, memory + (address - BASE), size);
	return true;
}

static void put64(size_t at, uint64_t value)
{
	memcpy(memory + at, &value, sizeof(value));
}

static void put32(size_t at, uint32_t value)
{
	memcpy(memory + at, &value, sizeof(value));
}

static void put_symbol(size_t i, uint32_t name, uint64_t value, uint16_t section)
{
	const Elf64_Sym symbol = { .st_name = name, .st_value = value, .st_shndx = section };

	memcpy(memory + SYMTAB + i * sizeof(symbol), &symbol, sizeof(symbol));
}

/* An empty module, then one with a region of 0x1000 bytes at TEXT */
static int set_up(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	readable = BYTES;
	nr_reads = 0;
	modules = (struct sdeistop_modules) {
		.reader = {
			.read = read_memory,
			.big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
		},
		.layout = layout, .head = BASE + HEAD,
	};
	put64(HEAD, BASE + OTHER + layout.list);
	put64(OTHER + layout.list, BASE + MODULE + layout.list);
	put64(MODULE + layout.list, BASE + HEAD);
	strcpy((char *)memory + MODULE + layout.name, "lkdtm");
	put64(MODULE + layout.mem + layout.mem_bytes, TEXT);
	put32(MODULE + layout.mem + layout.mem_bytes + layout.size, 0x1000);
	put64(MODULE + layout.kallsyms, BASE + KALLSYMS);
	put64(KALLSYMS + layout.symtab, BASE + SYMTAB);
	put32(KALLSYMS + layout.num_symtab, 7);
	put64(KALLSYMS + layout.strtab, BASE + STRTAB);
	memcpy(memory + STRTAB, "\0above\0below\0$x\0elsewhere\0lower", 32);
	put_symbol(1, 1, TEXT + 0x200, 1);
	put_symbol(2, 7, TEXT + 0x100, 1);
	put_symbol(3, 13, TEXT + 0x110, 1);	/* $x, no function */
	put_symbol(4, 16, TEXT + 0x118, 0);	/* undefined */
	put_symbol(5, 16, TEXT + 0x2000, 1);	/* in another region */
	put_symbol(6, 26, TEXT + 0x80, 1);
	return 0;
}

static bool find(uint64_t address)
{
	return sdeistop_modules_find(&modules, address, &place);
}

static void test_found(void **state)
{
	(void)state;
	assert_true(find(TEXT + 0x120));
	assert_string_equal(place.module, "lkdtm");
	assert_string_equal(place.function, "below");
	assert_int_equal(place.offset, 0x20);
	assert_int_equal(place.size, 0x100);
	assert_true(find(TEXT + 0xfff));
	assert_string_equal(place.function, "above");
	assert_int_equal(place.size, 0xe00);
	assert_false(find(TEXT + 0x1000));
	assert_false(find(TEXT - 1));
	assert_string_equal(place.module, "");
}

static void test_no_function(void **state)
{
	(void)state;
	assert_true(find(TEXT + 0x10));
	assert_string_equal(place.module, "lkdtm");
	assert_string_equal(place.function, "");
	put64(MODULE + layout.kallsyms, 0);
	assert_true(find(TEXT + 0x120));
	assert_string_equal(place.function, "");
	put64(MODULE + layout.kallsyms, BASE + KALLSYMS);
	put32(KALLSYMS + layout.num_symtab, UINT32_MAX);	/* past what is there */
	assert_true(find(TEXT + 0x120));
	assert_string_equal(place.function, "");
}

static void test_spoiled(void **state)
{
	(void)state;
	/* a loop without the head */
	put64(MODULE + layout.list, BASE + OTHER + layout.list);
	assert_false(find(TEXT + 0x2000));
	assert_in_range(nr_reads, 1, 100000);
	put64(OTHER + layout.list, 0);
	assert_false(find(TEXT + 0x120));
	put64(OTHER + layout.list, BASE + MODULE + layout.list);
	put64(MODULE + layout.mem + layout.mem_bytes, UINT64_MAX - 8);	/* a region that wraps */
	assert_false(find(4));
	readable = 300;
	assert_false(find(TEXT + 0x120));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_found, set_up),
		cmocka_unit_test_setup(test_no_function, set_up),
		cmocka_unit_test_setup(test_spoiled, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
