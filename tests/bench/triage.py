#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures, under emulation, what a triage dump takes in the capture kernel of
machines with more and more memory. The file, the bytes read for it and the time should
not depend on the memory. Prints a table; the same in
build/bench/triage.txt and, with every single run, triage.json."""

import datetime
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

from machine import E2E, RUNS, arguments_parser, build_kernel, output_of, run
from report import SDEISTOP, Failed, Report, median_range

GIGABYTES = [1, 4, 16]
# Triage dumps in one measurement: the clock there has hundredths of a second
TURNS = 10
WAY = f"triage-{TURNS}"
SECONDS = re.compile(r"FACT save_seconds\.(\S+)=([\d.]+)-([\d.]+)")
STATUS = re.compile(r"FACT save\.(\S+)=(\d+)")
BYTES = re.compile(r"FACT save_bytes\.\S+=(\d+)")
# A read that got something: what strace says that it returned
READ = re.compile(r"^\d+ +(?:read|pread64)\(\d+<([^>]+)>.*= (\d+)$", re.MULTILINE)


def bytes_read(vmcore):
    """How much is read for a triage dump: here of a triage dump, which has every page
    that is read, instead of /proc/vmcore"""
    with tempfile.TemporaryDirectory() as work:
        trace = os.path.join(work, "trace")
        command = ["strace", "-f", "-y", "-e", "trace=read,pread64,mmap", "-o", trace,
                   SDEISTOP, "triage", "-o", os.path.join(work, "triage"), vmcore]
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:
            raise Failed(f"{vmcore}: no triage dump of it")
        with open(trace, encoding="utf-8") as file:
            text = file.read()
    if re.search(rf"mmap\(.*<{re.escape(os.path.realpath(vmcore))}>", text):
        raise Failed(f"{vmcore}: it is mapped, and what is read of it cannot be told")
    return sum(int(size) for name, size in READ.findall(text) if name == os.path.realpath(vmcore))


def measure(kernel, gigabytes, turn):
    scenario = os.path.join(E2E, "scenarios/one-wedged.scenario")
    overrides = [f"memory={gigabytes}G", "save=triage", f"save_ways={WAY}", "timeout=900"]
    load = os.getloadavg()[0]
    where = run(f"triage-{gigabytes}-{turn}", kernel, scenario, overrides)
    with open(os.path.join(where, "console.log"), encoding="ascii", errors="replace") as file:
        console = file.read()
    seconds = {way: float(end) - float(begin) for way, begin, end in SECONDS.findall(console)}
    size = BYTES.search(console)
    failed = [way for way, status in STATUS.findall(console) if status != "0"]
    if failed or not size or WAY not in seconds:
        raise Failed(f"{where}: something failed ({', '.join(failed)}), or not all times were told: {seconds}")
    vmcore = os.path.join(where, "vmcore")
    if int(size.group(1)) != os.path.getsize(vmcore):
        raise Failed(f"{where}: the triage dumps of one vmcore are not equally large")
    return {"gigabytes": gigabytes, "turn": turn, "load": load, "bytes": os.path.getsize(vmcore),
            "read": bytes_read(vmcore), "seconds": seconds[WAY] / TURNS}


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
    with open(os.path.join(kernel, "version"), encoding="ascii") as file:
        release = file.read().strip()
    for old in glob.glob(os.path.join(RUNS, "triage-*")):
        shutil.rmtree(old)
    report = Report("triage", kernel=release, date=datetime.date.today().isoformat(), turns=arguments.n,
                    emulation=output_of("qemu-system-aarch64", "--version").splitlines()[0] + ", TCG",
                    host_cpus=os.cpu_count())
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
