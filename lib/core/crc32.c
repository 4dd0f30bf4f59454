// SPDX-License-Identifier: GPL-2.0-or-later
/* CRC-32/ISO-HDLC, zlib's: reflected polynomial, inverted before and after. */

#include "internal.h"

uint32_t sdeistop_crc32(const uint8_t *data, size_t size)
{
	uint32_t crc = ~UINT32_C(0);

	/* Bit by bit: 60 bytes a CPU do not deserve a table. */
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}
