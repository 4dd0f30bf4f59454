#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: bench.py [-h]

Times sdeistop verify against readelf -n and an empty process, on synthetic ELF
vmcores, and prints a table; the same in build/bench/verify.txt and, as JSON,
verify.json.

Machines are noisy: the commands take turns, each figure is the median of many
turns, and what counts is the ratio within one run."""

import os
import shutil
import statistics
import subprocess
import sys
import time

from report import OUT, ROOT, SDEISTOP, Report

TURNS = 60
CPUS = (4, 128, 4096)


def make_vmcore(cpus, path):
    description = path + ".txt"
    with open(description, "w", encoding="ascii") as file:
        file.write("vmcoreinfo release=6.12.0 crashtime=1781708841 cpustop=1\n"
                   f"cpu cpu=0 method=panic disposition=crashing present={cpus} online={cpus}\n"
                   f"repeat first=1 last={cpus - 1} method=ipi disposition=off rungs=ipi acked=5 "
                   f"present={cpus} online={cpus}\nload size=64\n")
    subprocess.run([os.path.join(ROOT, "tests/tools/mkvmcore"), description, path], check=True)


def once(command):
    begin = time.perf_counter()
    status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, check=False).returncode
    elapsed = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{command[0]} ended with status {status}")
    return elapsed


def measure(commands):
    """Median milliseconds of each command, all taking turns"""
    times = {name: [] for name in commands}
    for _ in range(TURNS):
        for name, command in commands.items():
            times[name].append(once(command))
    return {name: statistics.median(values) * 1000 for name, values in times.items()}


def columns(row):
    readelf = row.get("readelf_ms")
    return (row["cpus"], f"{row['empty_ms']:.2f}", f"{row['sdeistop_ms']:.2f}", readelf and f"{readelf:.2f}",
            f"{row['sdeistop_ms'] - row['empty_ms']:.2f}", readelf and f"{row['sdeistop_ms'] / readelf:.2f}")


def main():
    if sys.argv[1:]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["-h"] else 2
    report = Report("verify", turns=TURNS, statistic="median", rows=[])
    for cpus in CPUS:
        vmcore = os.path.join(OUT, f"{cpus}.vmcore")
        make_vmcore(cpus, vmcore)
        commands = {"empty": ["/bin/true"], "sdeistop": [SDEISTOP, "verify", vmcore]}
        if shutil.which("readelf"):
            commands["readelf"] = ["readelf", "-n", vmcore]
        row = {f"{name}_ms": round(value, 3) for name, value in measure(commands).items()}
        report.data["rows"].append({"cpus": cpus, **row})
    report.add(f"verify, synthetic ELF vmcores: milliseconds, median of {TURNS} turns",
               ("CPUs", "empty process", "sdeistop verify", "readelf -n", "above empty", "of readelf"),
               map(columns, report.data["rows"]))
    report.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
