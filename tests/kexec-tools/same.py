#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do two programs say the same about vmcores? Names those that they do not.

usage: same.py dmesg STOCK PATCHED VMCORE...       two vmcore-dmesg
       same.py report SDEISTOP TOOL VMCORE...      "sdeistop show" and vmcore-sdeistop
       same.py damaged dmesg|report ONE OTHER VMCORE
                 the same over copies of an ELF vmcore with a note header changed, or cut

Standard output, standard error but for the name of the program, and the exit
status, of a report also as JSON. What sdeistop infers from pages, which
vmcore-sdeistop does not read, is left out. The last line counts the exit statuses.
"""

import collections
import concurrent.futures
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

PT_NOTE = 4
# What is put into each field of a note header
WRONG = (0, 13, 0xfffffffd)


def run(command, vmcore):
    """What it printed and how it ended"""
    ended = subprocess.run(command + [vmcore], capture_output=True, timeout=60, check=False,
                           env={**os.environ, "SDEISTOP_MEMORY": "/bin/false"})
    name = os.path.basename(command[0]).encode()
    return ended.stdout, ended.stderr.replace(name + b": ", b"", 1), ended.returncode


def without_inferred(result):
    out, err, status = result
    out = re.sub(rb"\nnothing inferred from the panic log: .*\n\n", b"", out)
    out = re.sub(rb'  "not_inferred": .*\n', b"", out)
    return out, err, status


def first(a, b):
    """Where two results begin to differ"""
    if not isinstance(a, bytes):
        return f"{a}, {b}"
    at = len(os.path.commonprefix([a, b]))
    return f"at byte {at}: {a[at:at + 100]}, {b[at:at + 100]}"


class Dmesg:
    def __init__(self, one, other):
        self.pairs = [([one], [other])]

    def differ(self, vmcore):
        """Which exit status, and what differs"""
        status = None
        for one, other in self.pairs:
            expected, got = self.normal(run(one, vmcore)), run(other, vmcore)
            status = got[2]
            for what, a, b in zip(("output", "errors", "exit status"), expected, got):
                if a != b:
                    return status, f"{vmcore}: {what} of {' '.join(other)}: {first(a, b)}"
        return status, None

    @staticmethod
    def normal(result):
        return result


class Report(Dmesg):
    def __init__(self, one, other):
        super().__init__(one, other)
        self.pairs = [([one, "show"], [other]), ([one, "show", "--json"], [other, "--json"])]

    @staticmethod
    def normal(result):
        return without_inferred(result)


def headers(vmcore):
    """Offsets of the headers in the first PT_NOTE of a little-endian file"""
    with open(vmcore, "rb") as file:
        file.seek(32)
        phoff, = struct.unpack("<Q", file.read(8))
        file.seek(56)
        phnum, = struct.unpack("<H", file.read(2))
        for i in range(phnum):
            file.seek(phoff + i * 56)
            kind, _, offset, _, _, size = struct.unpack("<IIQQQQ", file.read(40))
            if kind == PT_NOTE:
                break
        end = offset + size
        while offset + 12 <= end:
            file.seek(offset)
            namesz, descsz, _ = struct.unpack("<III", file.read(12))
            yield offset
            offset += 12 + (namesz + 3 & ~3) + (descsz + 3 & ~3)


def damaged(compare, vmcore):
    """Each copy in turn, by what differs and how it ended"""
    with tempfile.TemporaryDirectory() as work:
        copy = os.path.join(work, "vmcore")
        shutil.copyfile(vmcore, copy)
        offsets = list(headers(vmcore))
        with open(copy, "r+b", buffering=0) as file:
            for at in (offset + field for offset in offsets for field in (0, 4, 8)):
                true = os.pread(file.fileno(), 4, at)
                for value in WRONG:
                    os.pwrite(file.fileno(), struct.pack("<I", value), at)
                    yield compare.differ(copy)
                os.pwrite(file.fileno(), true, at)
            for size in [offsets[-1] + 4096, *reversed(offsets), 120, 64, 60, 16, 0]:
                file.truncate(size)
                yield compare.differ(copy)


def main():
    kinds = {"dmesg": Dmesg, "report": Report}
    args = sys.argv[1:]
    damage = args[:1] == ["damaged"]
    if damage:
        args = args[1:]
    if len(args) < 4 or args[0] not in kinds:
        sys.exit(__doc__)
    compare = kinds[args[0]](*args[1:3])
    if damage:
        results = list(damaged(compare, args[3]))
    else:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(compare.differ, args[3:]))
    differ = [what for _, what in results if what]
    print("\n".join(differ[:5]))
    ended = collections.Counter(status for status, _ in results)
    print(f"{len(results)} vmcores, {len(differ)} differ; exit status",
          ", ".join(f"{status}: {nr}" for status, nr in sorted(ended.items())))
    sys.exit(bool(differ))


main()
