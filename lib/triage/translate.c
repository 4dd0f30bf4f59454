// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses of arm64 to physical ones, by the page tables in the dump (Arm ARM,
 * D8.3: VMSAv8-64 descriptor formats). Which tables were used is told, so that
 * whoever reads the pages can walk them again.
 */

#include "internal.h"

#define DESC_VALID	1u
#define DESC_TABLE	2u	/* a table; on the last level, a page */

static uint64_t low_bits(unsigned int nr)
{
	return (UINT64_C(1) << nr) - 1;
}

uint64_t triage_plain(const struct triage_mmu *mmu, uint64_t address)
{
	const uint64_t translated = low_bits((unsigned int)mmu->info->va_bits);

	return triage_is_kernel(address) ? address | ~translated : address & translated;
}

/* The kernel's own words: PAGE_OFFSET, the first address of the linear mapping */
static uint64_t page_offset(const struct triage_mmu *mmu)
{
	return ~low_bits((unsigned int)mmu->info->va_bits);
}

/* PAGE_END, where it ends: half-way up what a kernel of VA_BITS_MIN bits has */
static uint64_t page_end(const struct triage_mmu *mmu)
{
	const unsigned int fewest = mmu->page_shift == 14 ? 47 : 48;
	const unsigned int bits = (unsigned int)mmu->info->va_bits;

	return ~low_bits((bits > 48 ? fewest : bits) - 1);
}

uint64_t triage_linear(const struct triage_mmu *mmu, uint64_t physical)
{
	return physical - mmu->info->phys_offset + page_offset(mmu);
}

/* Of a table or of what is mapped, in the upper bits of a descriptor. Bits 51 to 48
 * of it are further down: at 15 to 12 with 64 KiB pages; at 9 and 8 the upper two if
 * 52 bits are translated with others (FEAT_LPA2), where sharing is told otherwise. */
static uint64_t output(const struct triage_mmu *mmu, uint64_t desc)
{
	const uint64_t within = low_bits(mmu->page_shift);

	if (mmu->page_shift == 16)
		return (desc & low_bits(48) & ~within) | (desc >> 12 & 0xf) << 48;
	if (mmu->info->t1sz == 12)
		return (desc & low_bits(50) & ~within) | (desc >> 8 & 3) << 50;
	return desc & low_bits(48) & ~within;
}

/* No table lies across two pages, and so no descriptor does */
static bool read_desc(const struct triage_mmu *mmu, uint64_t physical, uint64_t *ret)
{
	uint8_t bytes[8];

	if (physical % sizeof(bytes) ||
	    !mmu->memory->read(mmu->memory->arg, physical, bytes, sizeof(bytes)))
		return false;
	*ret = sdeistop_get64(bytes, mmu->big_endian);
	return true;
}

/*
 * The upper table has an entry for all bits that the kernel was built for, up to a
 * table full; the CPU is told of the part that it uses. So the index of an address,
 * whose upper bits are all the same, is one of the kernel's whatever the CPU can do.
 */
static unsigned int index_bits(const struct triage_mmu *mmu, unsigned int shift, bool top)
{
	const unsigned int full = mmu->page_shift - 3;
	const unsigned int built = (unsigned int)mmu->info->va_bits - shift;

	return top && built < full ? built : full;
}

static bool walk(const struct triage_mmu *mmu, uint64_t table, uint64_t address,
		 struct triage_path *ret)
{
	const unsigned int per_level = mmu->page_shift - 3;
	const unsigned int bits = 64 - (unsigned int)mmu->info->t1sz;
	const unsigned int levels = (bits - mmu->page_shift + per_level - 1) / per_level;

	ret->nr_tables = 0;
	for (unsigned int left = levels; left && left <= TRIAGE_LEVELS_MAX; left--) {
		const unsigned int shift = mmu->page_shift + (left - 1) * per_level;
		const uint64_t entry = address >> shift &
				       low_bits(index_bits(mmu, shift, left == levels));
		uint64_t desc;

		ret->table[ret->nr_tables++] = table;
		if (!read_desc(mmu, table + entry * 8, &desc) || !(desc & DESC_VALID))
			return false;
		if (left == 1 && !(desc & DESC_TABLE))
			return false;
		table = output(mmu, desc);
		if (left == 1 || !(desc & DESC_TABLE)) {
			ret->physical = (table & ~low_bits(shift)) | (address & low_bits(shift));
			return true;
		}
	}
	return false;
}

bool triage_translate(const struct triage_mmu *mmu, uint64_t address, struct triage_path *ret)
{
	const struct triage_info *info = mmu->info;

	if (address >= page_offset(mmu) && address < page_end(mmu)) {
		ret->physical = address - page_offset(mmu) + info->phys_offset;
		ret->nr_tables = 0;
		return true;
	}
	return triage_is_kernel(address) &&
	       walk(mmu, info->swapper_pg_dir - info->kimage_voffset, address, ret);
}

bool triage_translate_user(const struct triage_mmu *mmu, uint64_t pgd, uint64_t address,
			   struct triage_path *ret)
{
	struct triage_path root;

	return !triage_is_kernel(address) && triage_translate(mmu, pgd, &root) &&
	       walk(mmu, root.physical, address, ret);
}
