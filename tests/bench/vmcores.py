# SPDX-License-Identifier: GPL-2.0-or-later
"""Synthetic vmcores to measure the command with"""

import os
import struct
import subprocess

from report import ROOT, Failed

GIB = 1 << 30
TIB = 1 << 40
PAGE = 4096
PT_LOAD, PT_NOTE = 1, 4

# The lines of a description for mkvmcore that make one; flattened is an ELF one in it
FORMATS = {"ELF": "load size=64\n", "kdump": "file format=kdump\n", "flattened": "flattened\nload size=64\n"}

# Of kdump-compressed files: a bit a page of a TiB, twice
BITMAP_BLOCKS = 2 * (TIB // PAGE // 8 // PAGE)
HEADER_SUB_BLOCKS = 432
DESC_BYTES = 24
# How many descriptors the command reads at a time
DESC_CHUNK = 4096


def mkvmcore(path, text):
    with open(path + ".txt", "w", encoding="ascii") as file:
        file.write(text)
    subprocess.run([os.path.join(ROOT, "tests/tools/mkvmcore"), path + ".txt", path], check=True)
    os.unlink(path + ".txt")


def notes(cpus):
    return ("vmcoreinfo release=6.12.0 crashtime=1781708841 cpustop=1\n"
            f"cpu cpu=0 method=panic disposition=crashing present={cpus} online={cpus}\n"
            f"repeat first=1 last={cpus - 1} method=ipi disposition=off rungs=ipi acked=5 "
            f"present={cpus} online={cpus}\n")


def make_vmcore(path, form, cpus):
    """A vmcore of next to no memory: headers and notes"""
    mkvmcore(path, notes(cpus) + FORMATS[form])


def grow(path, size):
    try:
        os.truncate(path, size)
    except OSError as error:
        raise Failed(f"{path}: no sparse file of {size} bytes here: {error.strerror}") from error


def make_sparse_elf(path, cpus):
    """A TiB of memory, which is a hole"""
    begin = 64 << 20
    mkvmcore(path, notes(cpus) + f"load size=64 offset={begin} filesz={TIB - begin}\n")
    grow(path, TIB)


def make_whole_elf(path, triage, size):
    """What /proc/vmcore was when a triage dump was made of it: its notes, and all of
    SIZE bytes of memory, with holes for what the triage dump does not have"""
    header, program = struct.Struct("<16sHHIQQQIHHHHHH"), struct.Struct("<IIQQQQQQ")
    with open(triage, "rb") as file:
        dump = file.read()
    fields = list(header.unpack_from(dump))
    segments = list(program.iter_unpack(dump[fields[5]:fields[5] + fields[10] * program.size]))
    notes_segment = next(list(one) for one in segments if one[0] == PT_NOTE)
    loads = [one for one in segments if one[0] == PT_LOAD]
    begin = min(one[4] for one in loads) & -GIB
    if max(one[4] + one[5] for one in loads) > begin + size:
        raise Failed(f"{triage}: it has memory beyond {size} bytes")
    note = dump[notes_segment[2]:notes_segment[2] + notes_segment[5]]
    notes_segment[2] = fields[5] + 2 * program.size
    memory = (notes_segment[2] + len(note) + PAGE - 1) & -PAGE
    fields[10] = 2
    with open(path, "wb") as file:
        file.write(header.pack(*fields))
        file.seek(fields[5])
        file.write(program.pack(*notes_segment))
        file.write(program.pack(PT_LOAD, 7, memory, 0, begin, size, size, 0))
        file.write(note)
        for _, _, offset, _, physical, length, _, _ in loads:
            file.seek(memory + physical - begin)
            file.write(dump[offset:offset + length])
    grow(path, memory + size)


def make_sparse_kdump(path, cpus, zeros):
    """A file of a TiB, its pages not compressed and the last ZEROS of them zeros.
    Holes are the bitmaps, the pages, and all descriptors but the first and those
    that the command may look at."""
    pages = TIB // (PAGE + DESC_BYTES) - BITMAP_BLOCKS
    mkvmcore(path, FORMATS["kdump"] + notes(cpus) +
             f"kdump bitmap_blocks={BITMAP_BLOCKS} max_mapnr={pages}\n")
    with open(path, "r+b") as file:
        file.seek(HEADER_SUB_BLOCKS)
        headers = (1 + struct.unpack("<i", file.read(4))[0]) * PAGE
        file.truncate(headers)
    grow(path, TIB)
    table = headers + BITMAP_BLOCKS * PAGE
    shared = table + DESC_BYTES * pages

    def desc(page):
        offset = shared if page >= pages - zeros else shared + PAGE * (1 + page)
        return struct.pack("<QIIQ", offset, PAGE, 0, 0)

    with open(path, "r+b") as file:
        file.seek(table)
        file.write(desc(0))
        first = pages - zeros - DESC_CHUNK
        file.seek(table + DESC_BYTES * first)
        file.write(b"".join(map(desc, range(first, pages))))


def make_flattened(path, cpus, records, size):
    """So many records of memory, of SIZE bytes each, which are holes"""
    mkvmcore(path, notes(cpus) + f"load size=64 filesz={records * size}\n")
    with open(path, "rb") as file:
        dump = file.read()
    with open(path, "wb") as file:
        file.write(b"makedumpfile".ljust(16, b"\0") + struct.pack(">qq", 1, 1) + bytes(PAGE - 32))
        file.write(struct.pack(">qq", 0, len(dump)) + dump)
        # the dump's last 64 bytes are the first of its memory
        offset = len(dump) - 64
        for record in range(records):
            file.write(struct.pack(">qq", offset + record * size, size))
            file.seek(size, os.SEEK_CUR)
        file.write(struct.pack(">qq", -1, -1))
