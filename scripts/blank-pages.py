#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: blank-pages.py VMCORE OUT

Copies a vmcore with the contents of all memory pages zeroed (as holes). Headers,
notes, bitmaps and page descriptors stay as captured, so that a bundled sample
is kilobytes and says about its CPUs what the capture said."""

import os
import struct
import sys

PT_LOAD = 1


def kept_of_elf(data, size):
    """What an ELF vmcore holds besides the contents of PT_LOAD."""
    phoff, = struct.unpack_from("<Q", data, 0x20)
    phentsize, phnum = struct.unpack_from("<HH", data, 0x36)
    loads = []
    for number in range(phnum):
        p_type, _, p_offset, _, _, p_filesz = struct.unpack_from("<IIQQQQ", data, phoff + number * phentsize)
        if p_type == PT_LOAD and p_filesz:
            loads.append((p_offset, p_offset + p_filesz))
    kept, at = [], 0
    for begin, end in sorted(loads):
        if begin > at:
            kept.append((at, begin))
        at = max(at, end)
    if at < size:
        kept.append((at, size))
    return kept


def kept_of_kdump(data, size):
    """A kdump-compressed file up to the data of its first page."""
    # struct disk_dump_header of 64-bit arm64: block_size, sub_hdr_size and
    # bitmap_blocks are three words from 428 on; page descriptors follow the bitmaps.
    block_size, sub_blocks, bitmap_blocks = struct.unpack_from("<III", data, 428)
    descriptors = block_size * (1 + sub_blocks + bitmap_blocks)
    first, = struct.unpack_from("<Q", data, descriptors)
    if not descriptors < first <= size:
        raise SystemExit(f"first page at {first:#x} of {size:#x}: not what was expected")
    return [(0, first)]


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1], "rb") as vmcore:
        data = vmcore.read()
    size = len(data)
    if data.startswith(b"\x7fELF"):
        kept = kept_of_elf(data, size)
    elif data.startswith(b"KDUMP   "):
        kept = kept_of_kdump(data, size)
    else:
        raise SystemExit(f"{sys.argv[1]}: neither ELF nor kdump-compressed")
    with open(sys.argv[2], "wb") as out:
        for begin, end in kept:
            out.seek(begin)
            out.write(data[begin:end])
        out.truncate(size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
