#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures, under emulation, what a triage dump takes in the capture kernel of
machines with more and more memory. The file, the bytes read for it and the time should
not depend on the memory. Prints a table; the same in
build/bench/triage.txt and, with every single run, triage.json."""

import os
import re
import sys
import tempfile

from machine import E2E, arguments_parser, build_kernel, console_of, open_report, remove_runs, run, save_seconds
from report import Failed, median_range
from strace import bytes_read
from vmcores import GIB, PAGE, make_whole_elf

GIGABYTES = [1, 4, 16]
# Triage dumps in one measurement: the clock there has hundredths of a second
TURNS = 10
WAY = f"triage-{TURNS}"
BYTES = re.compile(r"FACT save_bytes\.\S+=(\d+)")


def read_for(vmcore, gigabytes):
    """How much of a vmcore with all the memory is read for this triage dump; and is
    the one that comes of it as large?"""
    with tempfile.TemporaryDirectory() as work:
        whole, again = os.path.join(work, "whole"), os.path.join(work, "triage")
        make_whole_elf(whole, vmcore, gigabytes * GIB)
        size, _ = bytes_read(whole, "triage", "-o", again)
        if abs(os.path.getsize(again) - os.path.getsize(vmcore)) > PAGE:
            raise Failed(f"{vmcore}: what was read is not what it has")
    return size


def measure(kernel, gigabytes, turn):
    scenario = os.path.join(E2E, "scenarios/one-wedged.scenario")
    overrides = [f"memory={gigabytes}G", "save=triage", f"save_ways={WAY}", "timeout=900"]
    load = os.getloadavg()[0]
    where = run(f"triage-{gigabytes}-{turn}", kernel, scenario, overrides)
    seconds = save_seconds(where)
    size = BYTES.search(console_of(where))
    if not size or WAY not in seconds:
        raise Failed(f"{where}: size or time were not told: {seconds}")
    vmcore = os.path.join(where, "vmcore")
    if int(size.group(1)) != os.path.getsize(vmcore):
        raise Failed(f"{where}: the triage dumps of one vmcore are not equally large")
    return {"gigabytes": gigabytes, "turn": turn, "load": load, "bytes": os.path.getsize(vmcore),
            "read": read_for(vmcore, gigabytes), "seconds": seconds[WAY] / TURNS}


def rows(runs):
    for gigabytes in GIGABYTES:
        found = [one for one in runs if one["gigabytes"] == gigabytes]
        if found:
            yield (gigabytes, len(found),
                   *(median_range([one[key] / unit for one in found], digits)
                     for key, unit, digits in (("bytes", 1024, 0), ("read", 1024, 0), ("seconds", 1, 3))))


def main():
    arguments = arguments_parser(__doc__).parse_args()
    kernel = build_kernel(arguments.b, "on")
    remove_runs("triage")
    report = open_report("triage", kernel, arguments.n)
    runs = report.data["runs"] = []
    for turn in range(arguments.n):
        for gigabytes in GIGABYTES:
            one = report.attempt(measure, kernel, gigabytes, turn)
            runs += [one] if one else []
            report.save()
    report.add("A triage dump in the capture kernel; median of the runs (least-most)",
               ("memory, GB", "runs", "KiB", "KiB read", "seconds"), rows(runs))
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
