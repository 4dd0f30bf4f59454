// SPDX-License-Identifier: GPL-2.0-or-later
/* An ELF file: the magic is put there, so that nothing else is tried. */

#include "target.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sdeistop_autofree uint8_t *file = malloc(size + !size);

	if (!file || size < 5)
		return 0;
	memcpy(file, data, size);
	memcpy(file, "\177ELF\2", 5);
	consume_file(file, size);
	return 0;
}
