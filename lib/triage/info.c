// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of VMCOREINFO that contexts are found by. */

#include "internal.h"

#include <errno.h>
#include <string.h>

/* Digits of a number, with its prefix and a sign */
#define NUMBER_MAX	24

struct key {
	const char *key;
	size_t offset;		/* in struct triage_info */
	int base;
};

#define OF(field) offsetof(struct triage_info, field)

static const struct key keys[] = {
	{ "PAGESIZE", OF(page_bytes), 10 },
	{ "NUMBER(VA_BITS)", OF(va_bits), 10 },
	{ "NUMBER(TCR_EL1_T1SZ)", OF(t1sz), 0 },
	{ "NUMBER(PHYS_OFFSET)", OF(phys_offset), 0 },
	{ "NUMBER(kimage_voffset)", OF(kimage_voffset), 0 },
	{ "SYMBOL(swapper_pg_dir)", OF(swapper_pg_dir), 16 },
	{ "SYMBOL(init_uts_ns)", OF(init_uts_ns), 16 },
	{ "OFFSET(uts_namespace.name)", OF(uts_name), 10 },
	{ "SYMBOL(linux_banner)", OF(linux_banner), 16 },
	{ "SYMBOL(prb)", OF(prb), 16 },
	{ "SYMBOL(crash_notes)", OF(crash_notes), 16 },
	{ "NUMBER(CRASH_NOTES_BYTES)", OF(crash_notes_bytes), 10 },
	{ "SYMBOL(__per_cpu_offset)", OF(per_cpu_offset), 16 },
	{ "SYMBOL(__per_cpu_start)", OF(per_cpu_start), 16 },
	{ "SYMBOL(__per_cpu_end)", OF(per_cpu_end), 16 },
	{ "SYMBOL(irq_stack_ptr)", OF(irq_stack_ptr), 16 },
	{ "SYMBOL(sdei_stack_normal_ptr)", OF(sdei_stack_ptr), 16 },
	{ "SYMBOL(overflow_stack)", OF(overflow_stack), 16 },
	{ "NUMBER(THREAD_SIZE)", OF(thread_bytes), 10 },
	{ "SIZE(task_struct)", OF(task_bytes), 10 },
	{ "OFFSET(task_struct.stack)", OF(task_stack), 10 },
	{ "OFFSET(task_struct.mm)", OF(task_mm), 10 },
	{ "OFFSET(mm_struct.pgd)", OF(mm_pgd), 10 },
	{ "OFFSET(printk_ringbuffer.desc_ring)", OF(desc_ring), 10 },
	{ "OFFSET(printk_ringbuffer.text_data_ring)", OF(text_ring), 10 },
	{ "OFFSET(prb_desc_ring.count_bits)", OF(count_bits), 10 },
	{ "OFFSET(prb_desc_ring.descs)", OF(descs), 10 },
	{ "OFFSET(prb_desc_ring.infos)", OF(infos), 10 },
	{ "OFFSET(prb_desc_ring.head_id)", OF(head_id), 10 },
	{ "SIZE(prb_desc)", OF(desc_bytes), 10 },
	{ "SIZE(printk_info)", OF(info_bytes), 10 },
	{ "OFFSET(prb_data_ring.size_bits)", OF(size_bits), 10 },
	{ "OFFSET(prb_data_ring.data)", OF(data), 10 },
	{ "OFFSET(prb_data_ring.head_lpos)", OF(head_lpos), 10 },
};

static uint64_t number(const uint8_t *text, size_t size, const struct key *key)
{
	unsigned long long value;
	const uint8_t *digits;
	char line[NUMBER_MAX];
	size_t length;
	char *end;

	if (!sdeistop_vmcoreinfo_find(text, size, key->key, &digits, &length) || !length ||
	    length >= sizeof(line))
		return TRIAGE_UNKNOWN;
	memcpy(line, digits, length);
	line[length] = '\0';
	errno = 0;
	value = strtoull(line, &end, key->base);
	return errno || *end ? TRIAGE_UNKNOWN : value;
}

/* Neither unknown nor in the middle of a page */
static bool begins_page(const struct triage_info *info, uint64_t address)
{
	return !(address % info->page_bytes);
}

/* Pages of 4, 16 or 64 KiB; 36 to 52 bits of addresses, and the CPU may have been
 * told of fewer than the kernel was built for. A physical offset is any page's: it is
 * negative where the linear mapping of a 52-bit kernel lies as one of 48 bits does. */
static bool is_arm64(const struct triage_info *info)
{
	if (info->page_bytes != 4096 && info->page_bytes != 16384 && info->page_bytes != 65536)
		return false;
	if (info->va_bits < 36 || info->va_bits > 52)
		return false;
	return info->t1sz >= 64 - info->va_bits && info->t1sz <= 64 - 36 &&
	       begins_page(info, info->kimage_voffset) &&
	       begins_page(info, info->phys_offset) && begins_page(info, info->swapper_pg_dir);
}

bool triage_info_read(struct triage_info *info, const uint8_t *text, size_t size)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		*(uint64_t *)((char *)info + keys[i].offset) = number(text, size, &keys[i]);
	if (info->t1sz == TRIAGE_UNKNOWN && info->va_bits <= 52)
		info->t1sz = 64 - info->va_bits;
	return is_arm64(info);
}
