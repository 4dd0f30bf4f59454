/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump-compressed vmcores: makedumpfile's usual output, and QEMU's with -z.
 *
 * Blocks of the page size: the header; the sub header, which tells where the
 * notes are; two bitmaps of pages; a descriptor for each page that was dumped;
 * their data. Offsets are those of a 64-bit kernel's structures.
 */
#ifndef SDEISTOP_KDUMP_H
#define SDEISTOP_KDUMP_H

#include "format.h"

struct kdump {
	const struct sdeistop_file *file;
	bool big;
	uint32_t version;
	uint32_t block_size;
	uint32_t sub_blocks;
	uint32_t bitmap_blocks;		/* of both bitmaps */
	uint64_t frames;		/* that a bitmap is about */
	struct sdeistop_split split;
};

/*
 * Whether bitmaps, descriptors and the data of the last pages are in the file;
 * what is not goes to @ret, sdeistop_vmcore_cut(). A page in the middle whose
 * descriptor leads past the end is not noticed: that is a walk over all.
 */
int sdeistop_kdump_check_pages(const struct kdump *kdump, struct sdeistop_vmcore *ret,
			       struct sdeistop_error *error);

#endif /* SDEISTOP_KDUMP_H */
