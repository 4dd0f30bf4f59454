#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A vmcore with its pages compressed by snappy, which Debian's makedumpfile is built
without.

usage: snappy.py IN OUT

IN is a kdump-compressed file without any compression.
"""

import re
import struct
import sys

SNAPPY = 4                              # DUMP_DH_COMPRESSED_SNAPPY
PAGE_DESC = struct.Struct("<QIIQ")      # of a kdump-compressed file: offset, size, flags, page flags


def varint(number):
    while number > 127:
        yield number & 127 | 128
        number >>= 7
    yield number


def literal(part):
    if len(part) <= 60:
        return bytes([len(part) - 1 << 2]) + part
    return struct.pack("<BH", 61 << 2, len(part) - 1) + part


def snappy_page(page):
    """All but runs of zeros in plain: a poor compressor, and the format is snappy's"""
    out, at = [bytes(varint(len(page)))], 0
    for run in re.finditer(rb"\0{16,}", page):
        out.append(literal(page[at:run.start() + 1]))
        at = run.start() + 1
        while at < run.end():
            count = min(64, run.end() - at)
            out.append(struct.pack("<BH", count - 1 << 2 | 2, 1))     # from one byte back
            at += count
    if at < len(page):
        out.append(literal(page[at:]))
    return b"".join(out)


def snappy(data):
    """Page for page; a page that does not get smaller stays as it is"""
    block_size, sub_blocks, bitmap_blocks = struct.unpack_from("<III", data, 428)
    bitmap = (1 + sub_blocks) * block_size
    pages = bitmap + bitmap_blocks * block_size
    present = data[bitmap + bitmap_blocks * block_size // 2:pages]
    nr_pages = bin(int.from_bytes(present, "little")).count("1")
    status, = struct.unpack_from("<I", data, 424)
    struct.pack_into("<I", data, 424, status | SNAPPY)
    end = pages + PAGE_DESC.size * nr_pages
    contents, known = [], {}
    for i in range(nr_pages):
        offset, size, flags, page_flags = PAGE_DESC.unpack_from(data, pages + PAGE_DESC.size * i)
        if offset not in known:
            page = bytes(data[offset:offset + size])
            small = snappy_page(page)
            content, how = (small, SNAPPY) if len(small) < size else (page, flags)
            known[offset] = end, len(content), how
            contents.append(content)
            end += len(content)
        PAGE_DESC.pack_into(data, pages + PAGE_DESC.size * i, *known[offset], page_flags)
    return [data[:pages + PAGE_DESC.size * nr_pages], *contents]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        data = bytearray(file.read())
    with open(sys.argv[2], "wb") as file:
        file.writelines(snappy(data))


main()
