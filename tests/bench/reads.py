#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts the bytes that sdeistop verify reads of sparse vmcores of a TiB, by strace,
and times it. Prints a table; the same in build/bench/reads.txt and, as JSON,
reads.json."""

import os
import re
import shutil
import sys

from command import EMPTY, arguments_parser, machine, measure, need_programs, temporary_directory, verdict
from report import SDEISTOP, Report
from strace import bytes_read
from vmcores import make_flattened, make_sparse_elf, make_sparse_kdump

TURNS = 20
CPUS = 128
MIB = 1 << 20
TARGET_MIB = 8

# Name, how it is made, whether the target is for it
VMCORES = (
    ("ELF, 1 TiB", lambda path: make_sparse_elf(path, CPUS), True),
    ("kdump, 1 TiB", lambda path: make_sparse_kdump(path, CPUS, 0), True),
    ("kdump, 1 TiB, the last 4 GiB zeros", lambda path: make_sparse_kdump(path, CPUS, 1 << 20), True),
    ("flattened, 256 MiB in 8192 records", lambda path: make_flattened(path, CPUS, 8192, 32768), False),
)


def measure_one(where, name, make, has_target):
    path = os.path.join(where, re.sub(r"\W+", "-", name))
    make(path)
    size, calls = bytes_read(path, "verify")
    times = measure({"empty": [EMPTY], "verify": [SDEISTOP, "verify", path]}, TURNS)
    stat = os.stat(path)
    os.unlink(path)
    return {"name": name, "file_bytes": stat.st_size, "bytes_read": size, "reads": calls, "ms": times,
            "target_mib": TARGET_MIB if has_target else None}


def columns(row):
    mib = row["bytes_read"] / MIB
    return (row["name"], f"{row['file_bytes']}", row["bytes_read"], f"{mib:.2f}", *verdict(mib, row["target_mib"]),
            row["reads"], f"{row['ms']['verify'] - row['ms']['empty']:.2f}")


def main():
    arguments_parser(__doc__).parse_args()
    need_programs()
    report = Report("reads", **machine(), cpus=CPUS, turns=TURNS, rows=[])
    if not shutil.which("strace"):
        report.skip("all of it: strace is not installed (scripts/setup-packages.sh bench)")
        report.save()
        return 1
    with temporary_directory() as where:
        for name, make, has_target in VMCORES:
            row = report.attempt(measure_one, where, name, make, has_target)
            report.data["rows"] += [row] if row else []
    report.add(f"What verify reads of sparse vmcores with {CPUS} CPUs, and ms above an empty process",
               ("vmcore", "its bytes", "bytes read", "MiB read", "at most", "", "reads", "ms"),
               map(columns, report.data["rows"]))
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
