# SPDX-License-Identifier: GPL-2.0-or-later
"""The VMCOREINFO of a vmcore against what sdeistop-note(5) says the kernel puts there."""

import os
import re
import struct
import subprocess

PAGE = os.path.join(os.path.dirname(__file__), "../../docs/sdeistop-note.5")
# Headers and notes are at the beginning, whatever the format
HEADERS = 4 << 20
LINE = re.compile(r"^((\w+)\(([\w.]+)\))(?:=(\S+))?", re.MULTILINE)


def documented():
    """(line up to =, its kind, name, value where the page has one) of each line of the page"""
    with open(PAGE, encoding="utf-8") as file:
        section = file.read().partition("\n.SH VMCOREINFO\n")[2].partition("\n.EE\n")[0]
    return LINE.findall(section)


def read(path, owner="VMCOREINFO", wanted=0):
    """The text of the note, or of another one of that owner and type"""
    with open(path, "rb") as file:
        data = file.read(HEADERS)
    header = struct.Struct("<III")
    owner = owner.encode() + b"\0"
    at = data.find(owner)
    while at >= 0:
        if at >= header.size:
            name, size, kind = header.unpack_from(data, at - header.size)
            if (name, kind) == (len(owner), wanted):
                start = at + (len(owner) + 3) // 4 * 4
                return data[start:start + size].rstrip(b"\0").decode()
        at = data.find(owner, at + 1)
    raise ValueError(f"{path} has no note of {owner.rstrip(bytes(1)).decode()}, type {wanted:#x}")


def symbols(vmlinux):
    output = subprocess.run(["nm", "--defined-only", vmlinux], stdout=subprocess.PIPE, check=True, text=True).stdout
    return {name: int(value, 16) for value, _, name in map(str.split, output.splitlines())}


def check(path, vmlinux):
    """What is wrong with it; None where the kernel writes no CPUSTOP notes"""
    addresses = symbols(vmlinux)
    if "cpustop_state" not in addresses:
        return None
    text, wanted = read(path), documented()
    lines = dict(line.split("=", 1) for line in text.splitlines())
    errors = [] if wanted else [f"no lines of VMCOREINFO in {PAGE}"]
    if not text.endswith("\n") or "CRASHTIME" not in lines or len(text) >= int(lines["PAGESIZE"]):
        errors.append(f"VMCOREINFO does not fit in a page: {len(text)} bytes, the last {text[-20:]!r}")
    for line, kind, name, value in wanted:
        if line not in lines:
            errors.append(f"VMCOREINFO lacks {line}")
        elif value and lines[line] != value:
            errors.append(f"{line} is {lines[line]}, not {value} as in sdeistop-note(5)")
        elif kind == "SYMBOL":
            got, address = int(lines[line], 16), addresses[name] + int(lines["KERNELOFFSET"], 16)
            if got != address:
                errors.append(f"{line} is {got:x}, not {address:x} as in vmlinux")
    return errors
