#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies of a vmcore as no machine here leaves them: with other registers, records,
notes or memory, with the records of more CPUs, or in makedumpfile's flattened format.

usage: vmcore.py patch IN OUT CPU.FIELD=VALUE...
       vmcore.py cpus IN OUT N
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

With cpus, OUT has the notes of N CPUs: those of IN, and copies of them (not of the
one that panicked) with numbers of their own, each with its pc in another place of
the kernel.

notes prints the note segment, 16 bytes a line; registers those of each NT_PRSTATUS
as position, lr, sp and pc.
"""

import re
import struct
import sys
import zlib
from collections import namedtuple

PT_LOAD, PT_NOTE = 1, 4
PAGE = 4096
NT_PRSTATUS = 1
CORE, CPUSTOP, VMCOREINFO = b"CORE\0", b"CPUSTOP\0", b"VMCOREINFO\0"
PR_PID, PR_REG = 32, 112                # offsets in struct elf_prstatus
CRC = 60                                # of the record, sdeistop-note(5)
METHOD, METHOD_PANIC = 16, 1
PRESENT, ONLINE = 52, 56
RECORD_FIELDS = {"version": ("<H", 0), "cpu": ("<I", 4), "task": ("<Q", 32), "pid": ("<I", 48)}
TEXT_STEP = 768                         # from pc to pc: 4096 of them are 3 MiB of text
REGISTERS = {f"x{i}": i for i in range(31)} | {"fp": 29, "lr": 30, "sp": 31, "pc": 32, "pstate": 33}


def elf_segments(data):
    """(offset of its header, type, offset, physical address, size) of each"""
    (phoff,), (count,) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<H", data, 56)
    for header in range(phoff, phoff + 56 * count, 56):
        kind, _, offset, _, paddr, size = struct.unpack_from("<IIQQQQ", data, header)
        yield header, kind, offset, paddr, size


def is_elf(data):
    return data[:4] == b"\x7fELF"


def kdump_range(data):
    """Where a kdump-compressed file says where its notes are"""
    if data[:8] != b"KDUMP   ":
        sys.exit("vmcore.py: no notes")
    return struct.unpack_from("<I", data, 428)[0] + 48


def note_segment(data):
    """(offset, size) of the notes"""
    if is_elf(data):
        for _, kind, offset, _, size in elf_segments(data):
            if kind == PT_NOTE:
                return offset, size
    return struct.unpack_from("<QQ", data, kdump_range(data))


# All of it from begin to end, padding too; size is the descriptor's, at desc
Note = namedtuple("Note", "begin end name kind desc size")


def notes(data):
    at, size = note_segment(data)
    end = at + size
    while at + 12 <= end:
        namesz, descsz, kind = struct.unpack_from("<III", data, at)
        if not namesz and not descsz:
            at += 4
            continue
        desc = at + 12 + (namesz + 3 & ~3)
        begin, at = at, desc + (descsz + 3 & ~3)
        yield Note(begin, at, bytes(data[begin + 12:begin + 12 + namesz]), kind, desc, descsz)


def pairs(data):
    """CPU: (the note of its record, that of its NT_PRSTATUS before it or None)"""
    found, prstatus = {}, None
    for note in notes(data):
        if note.name == CPUSTOP:
            found[struct.unpack_from("<I", data, note.desc + 4)[0]] = note, prstatus
        prstatus = note if note.name == CORE and note.kind == NT_PRSTATUS else None
    return found


def records(data):
    """CPU: (offset of its record, offset of the NT_PRSTATUS before it or None)"""
    return {cpu: (record.desc, prstatus and prstatus.desc)
            for cpu, (record, prstatus) in pairs(data).items()}


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
    (info,) = (data[note.desc:note.desc + note.size] for note in notes(data)
               if note.name == VMCOREINFO)
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
    for _, _, name, kind, desc, size in notes(data):
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


def cpu_notes(data):
    """The notes of each CPU with registers and a record, by its number, and where in
    them the registers and the record are"""
    return {cpu: (data[prstatus.begin:record.end], prstatus.desc - prstatus.begin,
                  record.desc - prstatus.begin)
            for cpu, (record, prstatus) in pairs(data).items() if prstatus}


def notes_of_cpus(data, count):
    """A note segment: what IN has besides CPUs, and those of COUNT of them"""
    text = int(re.search(rb"SYMBOL\(_stext\)=([0-9a-f]+)", data)[1], 16)
    real = cpu_notes(data)
    templates = [one for one in real.values() if one[0][one[2] + METHOD] != METHOD_PANIC]
    segment = bytearray()
    for note in notes(data):
        if note.name not in (CORE, CPUSTOP):
            segment += data[note.begin:note.end]
    for cpu in range(count):
        both, regs, record = real.get(cpu) or templates[cpu % len(templates)]
        both = bytearray(both)
        if cpu not in real:
            struct.pack_into("<IQ", both, record + 4, cpu, cpu)     # and the HWID
            struct.pack_into("<Q", both, regs + PR_REG + 8 * REGISTERS["pc"], text + TEXT_STEP * cpu)
        struct.pack_into("<II", both, record + PRESENT, count, count)
        struct.pack_into("<I", both, record + CRC, zlib.crc32(both[record:record + CRC]))
        segment += both
    return segment


def replace_notes(data, segment):
    """At the end of the file, or where crash wants an ELF file's: before the memory"""
    if not is_elf(data):
        struct.pack_into("<QQ", data, kdump_range(data), len(data), len(segment))
        return data + segment
    headers = list(elf_segments(data))
    # one without data has no offset
    first = min(offset for _, kind, offset, _, _ in headers if kind == PT_LOAD and offset)
    room = len(segment) + PAGE - 1 & -PAGE
    for at, kind, offset, _, _ in headers:
        if kind == PT_NOTE:
            struct.pack_into("<Q", data, at + 8, first)
            struct.pack_into("<QQ", data, at + 32, len(segment), len(segment))
        elif offset >= first:
            struct.pack_into("<Q", data, at + 8, offset + room)
    return data[:first] + segment.ljust(room, b"\0") + data[first:]


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
    found = (note.desc for note in notes(data)
             if note.name == CORE and note.kind == NT_PRSTATUS)
    for position, desc in enumerate(found):
        lr, sp, pc = struct.unpack_from("<QQQ", data, desc + PR_REG + 8 * REGISTERS["lr"])
        print(f"{position} {lr:x} {sp:x} {pc:x}")


def changed(command, data, words):
    """What to write, in pieces"""
    if command == "flatten":
        return flatten(data)
    if command == "cpus":
        return [replace_notes(data, notes_of_cpus(data, int(words[0])))]
    return [patch(data, words)]


def main():
    printers = {"notes": print_notes, "registers": print_registers}
    command = sys.argv[1] if len(sys.argv) > 1 else None
    if len(sys.argv) < 3 + (command not in printers) or \
            command not in ("patch", "cpus", "flatten", *printers):
        sys.exit(__doc__)
    with open(sys.argv[2], "rb") as file:
        data = bytearray(file.read())
    if command in printers:
        printers[command](data)
        return
    with open(sys.argv[3], "wb") as file:
        file.writelines(changed(command, data, sys.argv[4:]))


main()
