# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts the bytes that the command reads of a vmcore"""

import os
import re
import subprocess

from report import SDEISTOP, Failed

# What may be done to the vmcore, besides reading
HARMLESS = {"openat", "close", "fstat", "newfstatat", "statx", "lseek", "fadvise64", "fcntl"}
READS = {"read", "readv", "pread64", "preadv", "preadv2"}
CALL = re.compile(r"(?:\d+ +)?(\w+)\(.* = (-?\d+)")


def bytes_read(path, *arguments):
    """Of the file itself, by any call that can; and how many calls. The arguments
    are those of the command, before the file."""
    trace = path + ".trace"
    if subprocess.run(["strace", "-f", "-y", "-s", "0", "-e", "trace=%desc", "-o", trace, SDEISTOP, *arguments, path],
                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode:
        raise Failed(f"{path}: {arguments[0]} failed under strace")
    sizes = []
    with open(trace, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = CALL.match(line)
            if f"<{os.path.realpath(path)}>" not in line or not match:
                continue
            if match.group(1) in READS:
                sizes.append(int(match.group(2)))
            elif match.group(1) not in HARMLESS:
                raise Failed(f"{path}: {match.group(1)}(), whose bytes are not counted")
    if not sizes or min(sizes) < 0:
        raise Failed(f"{path}: strace shows no reads, or reads that failed")
    return sum(sizes), len(sizes)
