// SPDX-License-Identifier: GPL-2.0-or-later
/* The descriptor of a CPUSTOP note: bytes to struct cpustop_note, and validity. */

#include "internal.h"

#include <string.h>

_Static_assert(sizeof(struct cpustop_note) == SDEISTOP_RECORD_BYTES, "no padding");
_Static_assert(offsetof(struct cpustop_note, crc) == CPUSTOP_CRC_OFFSET, "crc comes last");

static void decode(const uint8_t *p, bool big, struct cpustop_note *ret)
{
	*ret = (struct cpustop_note) {
		.version = sdeistop_get16(p, big),
		.size = sdeistop_get16(p + 2, big),
		.cpu = sdeistop_get32(p + 4, big),
		.hwid = sdeistop_get64(p + 8, big),
		.method = p[16],
		.disposition = p[17],
		.rungs = p[18],
		.flags = p[19],
		.error = (int32_t)sdeistop_get32(p + 20, big),
		.start = sdeistop_get64(p + 24, big),
		.task = sdeistop_get64(p + 32, big),
		.requested = sdeistop_get32(p + 40, big),
		.acked = sdeistop_get32(p + 44, big),
		.pid = sdeistop_get32(p + 48, big),
		.nr_present = sdeistop_get32(p + 52, big),
		.nr_online = sdeistop_get32(p + 56, big),
		.crc = sdeistop_get32(p + CPUSTOP_CRC_OFFSET, big),
	};
}

enum sdeistop_record_fault sdeistop_record_decode(const uint8_t *desc, uint32_t descsz,
						  bool big_endian, struct cpustop_note *ret)
{
	uint8_t bytes[SDEISTOP_RECORD_BYTES] = { 0 };

	if (descsz)
		memcpy(bytes, desc, descsz < sizeof(bytes) ? descsz : sizeof(bytes));
	decode(bytes, big_endian, ret);

	if (descsz < SDEISTOP_RECORD_BYTES)
		return SDEISTOP_RECORD_SHORT;
	if (ret->crc != sdeistop_crc32(bytes, CPUSTOP_CRC_OFFSET))
		return SDEISTOP_RECORD_CRC;
	if (!ret->version)
		return SDEISTOP_RECORD_VERSION;
	if (ret->size != descsz)
		return SDEISTOP_RECORD_SIZE;
	if (ret->cpu >= SDEISTOP_CPU_LIMIT)
		return SDEISTOP_RECORD_RANGE;
	/* A later version may have more methods and dispositions. */
	if (ret->version == CPUSTOP_VERSION &&
	    (ret->method > CPUSTOP_METHOD_SELF || ret->disposition > CPUSTOP_DISP_ABSENT))
		return SDEISTOP_RECORD_RANGE;
	return SDEISTOP_RECORD_VALID;
}
