// SPDX-License-Identifier: GPL-2.0-or-later
/* A kdump-compressed file: the signature is put there. */

#include "target.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sdeistop_autofree uint8_t *file = malloc(size + !size);

	if (!file || size < 8)
		return 0;
	memcpy(file, data, size);
	memcpy(file, "KDUMP   ", 8);
	consume_file(file, size);
	return 0;
}
