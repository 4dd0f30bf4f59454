#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A page that is offline among those that --cpu-stop retains: it is neither retained
nor read, and that also if only the head of the huge page that it is of has the mark. That
of pages with a hardware error is the same code; the test kernels know no such pages. Prints a line a check and ends with "N passed, N failed".

usage: check-offline.py VMCORE

VMCORE is an ELF file. The environment variables STOCK and PATCHED are makedumpfile for
arm64 without and with the patches."""

import os
import re
import struct
import subprocess
import sys
import tempfile

QEMU = ["qemu-aarch64-static", "-cpu", "cortex-a57"]
VMCORE_PY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crash/vmcore.py")
PT_LOAD = 1
PAGE_MAPPING_ANON = 1
HUGE = 512                              # pages; any power of two will do


def run(program, *words):
    """What it said. An error ends the test."""
    done = subprocess.run([*QEMU, os.environ[program], *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode(errors="replace")
    if done.returncode:
        sys.exit(f"{' '.join(words)}: status {done.returncode}\n{text}")
    return text


def segments(path):
    """(offset, physical address, size) of each PT_LOAD"""
    with open(path, "rb") as file:
        head = file.read(64)
        (phoff,), (count,) = struct.unpack_from("<Q", head, 32), struct.unpack_from("<H", head, 56)
        file.seek(phoff)
        headers = file.read(56 * count)
    for header in range(0, len(headers), 56):
        kind, _, offset, _, paddr, size = struct.unpack_from("<IIQQQQ", headers, header)
        if kind == PT_LOAD:
            yield offset, paddr, size


def pages(path, page_bytes):
    return {page for _, paddr, size in segments(path) for page in range(paddr, paddr + size, page_bytes)}


def read_physical(path, address, size):
    for offset, paddr, length in segments(path):
        if paddr <= address and address + size <= paddr + length:
            with open(path, "rb") as file:
                file.seek(offset + address - paddr)
                return file.read(size)
    sys.exit(f"{path}: no memory at {address:#x}")


def vmcoreinfo(path):
    with open(path, "rb") as file:
        data = file.read(1 << 20)
    found = re.search(rb"OSRELEASE=[\n -~]*", data)
    return dict(line.split("=", 1) for line in found[0].decode().splitlines() if "=" in line)


def descriptor(info, debug, frame):
    """Virtual address of the struct page"""
    for mem_map, start, end in re.findall(r"mem_map\[ *\d+\] +([0-9a-f]+) +([0-9a-f]+) +([0-9a-f]+)", debug):
        if int(start, 16) <= frame < int(end, 16):
            return int(mem_map, 16) + (frame - int(start, 16)) * int(info["SIZE(page)"])
    sys.exit(f"no struct page of {frame:#x}")


def physical(vmcore, address):
    told = run("STOCK", "--vtop", hex(address), "--dry-run", "-d", "31", vmcore, "none")
    return int(re.search(rf"^ *{address:x} +([0-9a-f]+)$", told, re.M)[1], 16)


def is_anonymous(vmcore, info, address):
    """The page whose descriptor is at the physical @address: a user's, and no page table"""
    mapping = read_physical(vmcore, address + int(info["OFFSET(page.mapping)"]), 8)
    return mapping[0] & 3 == PAGE_MAPPING_ANON


def offline(info, address):
    """What makes the page offline whose descriptor is there: {physical address: bytes}"""
    value = struct.pack("<i", int(info["NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)"]))
    return {address + int(info["OFFSET(page._mapcount)"]): value}


def tail(info, address, compound):
    """What makes it a page of a huge one, with that in compound_head, or since 7.1 compound_info"""
    return {address + int(info["OFFSET(page.lru)"]): struct.pack("<Q", compound | 1)}


def patch(vmcore, out, changes):
    words = [f"physical.{address:x}={value.hex()}" for address, value in changes.items()]
    subprocess.run([VMCORE_PY, "patch", vmcore, out, *words], check=True)


def in_triage(vmcore, page, page_bytes):
    run("PATCHED", "-f", "--cpu-stop-only", vmcore, "of.triage")
    return page in pages("of.triage", page_bytes)


def huge_checks(vmcore, info, debug, page, address):
    """The head of its huge page is offline, in both ways to say which that is"""
    page_bytes, size = int(info["PAGESIZE"]), int(info["SIZE(page)"])
    head = descriptor(info, debug, page // page_bytes // HUGE * HUGE)
    words = {"its address": head, "a mask": -HUGE * size & (1 << 64) - 1}
    for how, word in words.items():
        is_tail = tail(info, address, word)
        patch(vmcore, "tail", is_tail)
        yield f"one of a huge page is, the head is {how}", in_triage("tail", page, page_bytes)
        patch(vmcore, "tail", is_tail | offline(info, physical(vmcore, head)))
        yield f"one of a huge page that is offline is not, the head is {how}", not in_triage("tail", page, page_bytes)


def retained(text):
    found = re.search(r"Retained pages +: 0x([0-9a-f]+)", text)
    return int(found[1], 16) if found else 0


def main():
    if len(sys.argv) != 2 or not {"STOCK", "PATCHED"} <= set(os.environ):
        sys.exit(__doc__)
    vmcore = os.path.abspath(sys.argv[1])
    info = vmcoreinfo(vmcore)
    page_bytes = int(info["PAGESIZE"])
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        run("STOCK", "-l", "-d", "31", vmcore, "stock")
        run("PATCHED", "--cpu-stop-only", "stock", "stock.triage")
        run("PATCHED", "--cpu-stop-only", vmcore, "triage")
        lost = sorted(pages("triage", page_bytes) - pages("stock.triage", page_bytes))
        before = run("PATCHED", "-D", "--cpu-stop", "--show-stats", "-l", "-d", "31", vmcore, "before")
        # With a page, the tables on the way to it are gone too
        users = ((page, physical(vmcore, descriptor(info, before, page // page_bytes))) for page in lost
                 if page // page_bytes % HUGE)
        page, address = next((user for user in users if is_anonymous(vmcore, info, user[1])), (None, None))
        checks = {"stock loses pages of a user": page is not None, "some are retained": retained(before) > 0}
        if page is not None:
            patch(vmcore, "offline", offline(info, address))
            after = run("PATCHED", "--cpu-stop", "--show-stats", "-l", "-d", "31", "offline", "after")
            run("PATCHED", "--cpu-stop-only", "after", "after.triage")
            checks["one that is offline is not"] = retained(after) == retained(before) - 1
            checks["it is not in the dump"] = page not in pages("after.triage", page_bytes)
            checks["nor read by --cpu-stop-only"] = not in_triage("offline", page, page_bytes)
            checks.update(huge_checks(vmcore, info, before, page, address))
    for number, (name, passed) in enumerate(checks.items(), 1):
        print(f"{'ok' if passed else 'not ok'} {number} - {name}")
    print(f"{sum(checks.values())} passed, {len(checks) - sum(checks.values())} failed")
    return int(not all(checks.values()))


if __name__ == "__main__":
    sys.exit(main())
