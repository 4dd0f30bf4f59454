#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies of a vmcore as no machine here leaves them: with other registers,
records, notes or memory, or in makedumpfile's flattened format.

usage: vmcore.py patch IN OUT CPU.FIELD=VALUE...
       vmcore.py flatten IN OUT
       vmcore.py notes IN
       vmcore.py registers IN

FIELD is a register (x0 to x30, fp, lr, sp, pc, pstate), a field of the CPU's
record (version, cpu, task), pid in both, or crc, whose value does not matter:
the checksum is wrong then. IN is an ELF or a kdump-compressed file, and only an
ELF file for
  CPU.note=SIZE      the descriptor of the CPU's NT_PRSTATUS has that size;
                     none: the CPU has no notes in the file
  CPU.memory=blank   the CPU's crash_notes are empty in memory
  image.ADDRESS=HEX  bytes in the kernel's image, at an address of vmlinux
  physical.ADDRESS=HEX   bytes at a physical address

notes prints the note segment, 16 bytes a line; registers those of each NT_PRSTATUS
as position, lr, sp and pc.
"""

import struct
import sys
import zlib

PT_LOAD, PT_NOTE = 1, 4
NT_PRSTATUS = 1
VMCOREINFO = b"VMCOREINFO\0"
PR_PID, PR_REG = 32, 112                # offsets in struct elf_prstatus
CRC = 60                                # of the record, sdeistop-note(5)
RECORD_FIELDS = {"version": ("<H", 0), "cpu": ("<I", 4), "task": ("<Q", 32), "pid": ("<I", 48)}
REGISTERS = {f"x{i}": i for i in range(31)} | {"fp": 29, "lr": 30, "sp": 31, "pc": 32, "pstate": 33}


def elf_segments(data):
    """(offset of its header, type, offset, physical address, size) of each"""
    (phoff,), (count,) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<H", data, 56)
    for header in range(phoff, phoff + 56 * count, 56):
        kind, _, offset, _, paddr, size = struct.unpack_from("<IIQQQQ", data, header)
        yield header, kind, offset, paddr, size


def note_segment(data):
    """(offset, size) of the notes"""
    if data[:4] == b"\x7fELF":
        for _, kind, offset, _, size in elf_segments(data):
            if kind == PT_NOTE:
                return offset, size
    if data[:8] == b"KDUMP   ":
        (block_size,) = struct.unpack_from("<I", data, 428)
        return struct.unpack_from("<QQ", data, block_size + 48)
    sys.exit("vmcore.py: no notes")


def notes(data):
    """(name, type, offset of the descriptor, its size) of each note"""
    at, size = note_segment(data)
    end = at + size
    while at + 12 <= end:
        namesz, descsz, kind = struct.unpack_from("<III", data, at)
        if not namesz and not descsz:
            at += 4
            continue
        desc = at + 12 + (namesz + 3 & ~3)
        yield bytes(data[at + 12:at + 12 + namesz]), kind, desc, descsz
        at = desc + (descsz + 3 & ~3)


def records(data):
    """CPU: (offset of its record, offset of the NT_PRSTATUS before it or None)"""
    found, prstatus = {}, None
    for name, kind, desc, _ in notes(data):
        if name == b"CPUSTOP\0":
            found[struct.unpack_from("<I", data, desc + 4)[0]] = desc, prstatus
        prstatus = desc if name == b"CORE\0" and kind == NT_PRSTATUS else None
    return found


def patch_fields(data, assignments):
    places = records(data)
    bad = []
    for cpu, field, value in assignments:
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


def patch_memory(data, address, new):
    """In each segment that has the physical address"""
    found = False
    for _, kind, offset, paddr, size in elf_segments(data):
        if kind == PT_LOAD and paddr <= address and address + len(new) <= paddr + size:
            data[offset + address - paddr:offset + address - paddr + len(new)] = new
            found = True
    if not found:
        sys.exit(f"vmcore.py: no memory at {address:#x}")


def image_address(data, address):
    """The physical one, KASLR and all, of an address of vmlinux"""
    (info,) = (data[desc:desc + size] for name, _, desc, size in notes(data) if name == VMCOREINFO)
    lines = dict(line.split("=", 1) for line in info.rstrip(b"\0").decode().splitlines())
    address += int(lines["KERNELOFFSET"], 16) - int(lines["NUMBER(kimage_voffset)"], 16)
    return address % 2**64


def blank_memory(data, cpu):
    """What a CPU left in memory is what the file has as its notes"""
    record, prstatus = records(data)[cpu]
    left = bytes(data[prstatus - 20:record + CRC + 4])
    offset, size = note_segment(data)
    at = data.find(left, offset + size)
    if at < 0:
        sys.exit(f"vmcore.py: no crash_notes of CPU {cpu} in memory")
    while at >= 0:
        data[at:at + len(left)] = bytes(len(left))
        at = data.find(left, at)


def resize_notes(data, sizes):
    """sizes: CPU: "none" or a size. All must fit where they were."""
    cpus = {desc: cpu for cpu, places in records(data).items() for desc in places}
    segment = b""
    for name, kind, desc, size in notes(data):
        new = sizes.get(cpus.get(desc), size)
        if new == "none":
            continue
        new = int(new) if kind == NT_PRSTATUS else size
        content = bytes(data[desc:desc + min(new, size)]).ljust(new + 3 & ~3, b"\0")
        segment += struct.pack("<III", len(name), new, kind) + name.ljust(len(name) + 3 & ~3, b"\0")
        segment += content
    offset, old = note_segment(data)
    if len(segment) > old:
        sys.exit("vmcore.py: no room for notes of that size")
    data[offset:offset + old] = segment.ljust(old, b"\0")
    (header,) = (header for header, kind, *_ in elf_segments(data) if kind == PT_NOTE)
    struct.pack_into("<QQ", data, header + 32, len(segment), len(segment))


def patch(data, assignments):
    fields, sizes = [], {}
    for assignment in assignments:
        where, _, value = assignment.partition("=")
        place, _, field = where.partition(".")
        if place == "image":
            patch_memory(data, image_address(data, int(field, 16)), bytes.fromhex(value))
        elif place == "physical":
            patch_memory(data, int(field, 16), bytes.fromhex(value))
        elif field == "memory":
            blank_memory(data, int(place))
        elif field == "note":
            sizes[int(place)] = value
        else:
            fields.append((place, field, value))
    patch_fields(data, fields)
    if sizes:
        resize_notes(data, sizes)
    return data


def flatten(data, chunk=777777):
    """Chunks as they might have come: of no round size, the last ones first"""
    yield struct.pack(">16sqq", b"makedumpfile", 1, 1).ljust(4096, b"\0")
    for offset in reversed(range(0, len(data), chunk)):
        part = data[offset:offset + chunk]
        yield struct.pack(">qq", offset, len(part)) + part
    yield struct.pack(">qq", -1, -1)


def print_notes(data):
    offset, size = note_segment(data)
    for at in range(offset, offset + size, 16):
        print(data[at:min(at + 16, offset + size)].hex())


def print_registers(data):
    found = (desc for name, kind, desc, _ in notes(data)
             if name == b"CORE\0" and kind == NT_PRSTATUS)
    for position, desc in enumerate(found):
        lr, sp, pc = struct.unpack_from("<QQQ", data, desc + PR_REG + 8 * REGISTERS["lr"])
        print(f"{position} {lr:x} {sp:x} {pc:x}")


def main():
    printers = {"notes": print_notes, "registers": print_registers}
    command = sys.argv[1] if len(sys.argv) > 1 else None
    if len(sys.argv) < 3 + (command not in printers) or \
            command not in ("patch", "flatten", *printers):
        sys.exit(__doc__)
    with open(sys.argv[2], "rb") as file:
        data = bytearray(file.read())
    if command in printers:
        printers[command](data)
        return
    with open(sys.argv[3], "wb") as file:
        file.writelines(flatten(data) if command == "flatten" else [patch(data, sys.argv[4:])])


main()
