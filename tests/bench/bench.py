#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: bench.py [-h]

Times sdeistop verify against readelf -n and an empty process, on synthetic ELF
vmcores, and prints a table; the same as JSON in build/bench/verify.json.

Machines are noisy: the commands take turns, each figure is the median of many
turns, and what counts is the ratio within one run."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
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


def main():
    if sys.argv[1:]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["-h"] else 2
    out = os.path.join(BUILD, "bench")
    os.makedirs(out, exist_ok=True)
    rows = []
    for cpus in CPUS:
        vmcore = os.path.join(out, f"{cpus}.vmcore")
        make_vmcore(cpus, vmcore)
        commands = {"empty": ["/bin/true"], "sdeistop": [os.path.join(BUILD, "bin/sdeistop"), "verify", vmcore]}
        if shutil.which("readelf"):
            commands["readelf"] = ["readelf", "-n", vmcore]
        row = measure(commands)
        rows.append({"cpus": cpus, **{f"{name}_ms": round(value, 3) for name, value in row.items()}})
    with open(os.path.join(out, "verify.json"), "w", encoding="ascii") as file:
        json.dump({"what": "verify", "turns": TURNS, "statistic": "median", "rows": rows}, file, indent=2)
        file.write("\n")
    print(f"verify, synthetic ELF vmcores, median of {TURNS} turns")
    print(f"{'CPUs':>6} {'empty':>10} {'sdeistop':>10} {'readelf -n':>11} {'above empty':>12} {'of readelf':>11}")
    for row in rows:
        readelf = row.get("readelf_ms")
        above = row["sdeistop_ms"] - row["empty_ms"]
        ratio = f"{row['sdeistop_ms'] / readelf:.2f}" if readelf else "-"
        print(f"{row['cpus']:>6} {row['empty_ms']:>7.2f} ms {row['sdeistop_ms']:>7.2f} ms "
              f"{readelf or 0:>8.2f} ms {above:>9.2f} ms {ratio:>11}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
