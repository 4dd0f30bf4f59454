#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies of a vmcore as no machine here leaves them: with other registers or
records, or in makedumpfile's flattened format.

usage: vmcore.py patch IN OUT CPU.FIELD=VALUE...
       vmcore.py poke IN OUT ADDRESS=VALUE...
       vmcore.py flatten IN OUT

FIELD is a register (x0 to x30, fp, lr, sp, pc, pstate), a field of the CPU's
record (version, cpu, task), pid in both, or crc, whose value does not matter:
the checksum is wrong then. IN is an ELF or a kdump-compressed file. poke
writes 32-bit words at physical addresses into an ELF file.
"""

import struct
import sys
import zlib

PT_LOAD, PT_NOTE = 1, 4
NT_PRSTATUS = 1
PR_PID, PR_REG = 32, 112                # offsets in struct elf_prstatus
CRC = 60                                # of the record, sdeistop-note(5)
RECORD_FIELDS = {"version": ("<H", 0), "cpu": ("<I", 4), "task": ("<Q", 32), "pid": ("<I", 48)}
REGISTERS = {f"x{i}": i for i in range(31)} | {"fp": 29, "lr": 30, "sp": 31, "pc": 32, "pstate": 33}


def segments(data):
    """(type, offset, physical address, size) of each of an ELF file"""
    (phoff,), (count,) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<H", data, 56)
    for i in range(count):
        kind, _, offset, _, address, size = struct.unpack_from("<IIQQQQ", data, phoff + 56 * i)
        yield kind, offset, address, size


def note_segment(data):
    """(offset, size) of the notes"""
    if data[:4] == b"\x7fELF":
        for kind, offset, _, size in segments(data):
            if kind == PT_NOTE:
                return offset, size
    if data[:8] == b"KDUMP   ":
        (block_size,) = struct.unpack_from("<I", data, 428)
        return struct.unpack_from("<QQ", data, block_size + 48)
    sys.exit("vmcore.py: no notes")


def records(data):
    """CPU: (offset of its record, offset of the NT_PRSTATUS before it or None)"""
    at, size = note_segment(data)
    end, found, prstatus = at + size, {}, None
    while at + 12 <= end:
        namesz, descsz, kind = struct.unpack_from("<III", data, at)
        if not namesz and not descsz:
            at += 4
            continue
        name = data[at + 12:at + 12 + namesz]
        desc = at + 12 + (namesz + 3 & ~3)
        if name == b"CPUSTOP\0":
            found[struct.unpack_from("<I", data, desc + 4)[0]] = desc, prstatus
        prstatus = desc if name == b"CORE\0" and kind == NT_PRSTATUS else None
        at = desc + (descsz + 3 & ~3)
    return found


def patch(data, assignments):
    places = records(data)
    bad = []
    for assignment in assignments:
        where, _, value = assignment.partition("=")
        cpu, _, field = where.partition(".")
        record, prstatus = places[int(cpu)]
        if field == "crc":
            bad.append(record)
            continue
        number = int(value, 0)
        if field in REGISTERS:
            struct.pack_into("<Q", data, prstatus + PR_REG + 8 * REGISTERS[field],
                             number % 2**64)        # a shell's are signed
            continue
        layout, offset = RECORD_FIELDS[field]
        struct.pack_into(layout, data, record + offset, number)
        if field == "pid":
            struct.pack_into("<I", data, prstatus + PR_PID, number)
    for record, _ in places.values():
        crc = zlib.crc32(data[record:record + CRC]) ^ (record in bad)
        struct.pack_into("<I", data, record + CRC, crc)
    return data


def poke(data, assignments):
    for assignment in assignments:
        address, value = (int(number, 0) for number in assignment.split("="))
        for kind, offset, start, size in segments(data):
            if kind == PT_LOAD and start <= address and address + 4 <= start + size:
                struct.pack_into("<I", data, offset + address - start, value)
                break
        else:
            sys.exit(f"vmcore.py: no memory at {address:#x}")
    return data


def flatten(data, chunk=777777):
    """Chunks as they might have come: of no round size, the last ones first"""
    yield struct.pack(">16sqq", b"makedumpfile", 1, 1).ljust(4096, b"\0")
    for offset in reversed(range(0, len(data), chunk)):
        part = data[offset:offset + chunk]
        yield struct.pack(">qq", offset, len(part)) + part
    yield struct.pack(">qq", -1, -1)


def main():
    changes = {"patch": patch, "poke": poke}
    if len(sys.argv) < 4 or sys.argv[1] not in (*changes, "flatten"):
        sys.exit(__doc__)
    with open(sys.argv[2], "rb") as file:
        data = bytearray(file.read())
    with open(sys.argv[3], "wb") as file:
        if sys.argv[1] == "flatten":
            file.writelines(flatten(data))
        else:
            file.write(changes[sys.argv[1]](data, sys.argv[4:]))


main()
