#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures how much memory sdeistop takes for synthetic vmcores of many CPUs:
resident at most, in the largest of its processes. Prints a table; the same in
build/bench/memory.txt and, as JSON, memory.json."""

import os
import sys

from command import EMPTY, arguments_parser, machine, need_programs, peak_kib, temporary_directory, verdict
from report import SDEISTOP, Report
from vmcores import FORMATS, make_flattened, make_vmcore

CPUS = 4096
TARGET_MIB = 16
# What makedumpfile -F makes of 8 GiB in records of 32 KiB
RECORDS = 1 << 18

COMMANDS = (["verify"], ["show"], ["show", "-r"], ["show", "-r", "--json"])


def measurements(where):
    """(words of the command, vmcore, KiB)"""
    yield "an empty process", None, peak_kib([EMPTY])
    for form in FORMATS:
        path = os.path.join(where, form)
        make_vmcore(path, form, CPUS)
        for words in COMMANDS:
            yield " ".join(words), form, peak_kib([SDEISTOP, *words, path])
        with open(path, "rb") as file:
            yield "verify -", form, peak_kib([SDEISTOP, "verify", "-"], stdin=file)
    path = os.path.join(where, "records")
    make_flattened(path, CPUS, RECORDS, 64)
    yield "verify", f"flattened, {RECORDS} records", peak_kib([SDEISTOP, "verify", path])
    yield "scan -j1", "all of these", peak_kib([SDEISTOP, "scan", "-j1", where])


def measure_all(rows):
    with temporary_directory() as where:
        for words, form, kib in measurements(where):
            rows.append({"command": words, "vmcore": form, "kib": kib})


def main():
    arguments_parser(__doc__).parse_args()
    need_programs()
    report = Report("memory", **machine(), cpus=CPUS, target_mib=TARGET_MIB, rows=[])
    report.attempt(measure_all, report.data["rows"])
    report.add(f"Resident memory at most, in MiB, vmcores of {CPUS} CPUs",
               ("command", "vmcore", "MiB", "at most", ""),
               ((row["command"], row["vmcore"], f"{row['kib'] / 1024:.1f}",
                 *verdict(row["kib"] / 1024, TARGET_MIB if row["vmcore"] else None)) for row in report.data["rows"]))
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
