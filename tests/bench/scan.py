#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times sdeistop scan -j1 over ten thousand vmcores of 4 to 128 CPUs, on one CPU
and with the files in the page cache, and measures its memory. Prints a table; the
same in build/bench/scan.txt and, as JSON, scan.json.

The files are copies, on disk, of one vmcore for each format and number of CPUs;
they take 300 MB under build/bench and are removed."""

import os
import resource
import shutil
import statistics
import subprocess
import sys

from command import arguments_parser, machine, need_programs, once, peak_kib, temporary_directory, verdict
from report import SDEISTOP, Failed, Report, median_range
from vmcores import FORMATS, make_vmcore

TURNS = 3
FILES = 10000
A_DIRECTORY = 100
CPUS = (4, 16, 64, 128)
TARGET_SECONDS = 15
TARGET_MIB = 16

OUTPUTS = {"text": [], "--jsonl": ["--jsonl"], "--summary": ["--summary"]}


def make_tree(where):
    """Its directory, and bytes in it"""
    models = []
    for cpus in CPUS:
        for form in FORMATS:
            models.append(os.path.join(where, f"{cpus}.{form}"))
            make_vmcore(models[-1], form, cpus)
    tree = os.path.join(where, "tree")
    size = 0
    for number in range(FILES):
        directory = os.path.join(tree, f"{number // A_DIRECTORY:03}")
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, f"{number:05}")
        shutil.copyfile(models[number % len(models)], path)
        size += os.path.getsize(path)
    return tree, size


def check(tree):
    """That the scan does what is measured; this warms the page cache too"""
    done = subprocess.run([SDEISTOP, "scan", "-j1", tree], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          check=False, text=True)
    last = done.stdout.splitlines()[-1] if done.stdout else ""
    if done.returncode or last != f"{FILES} vmcores: {FILES} complete":
        raise Failed(f"scan ended with status {done.returncode} and '{last}'")


def cpu_seconds():
    """What all that was run has used: a machine that does other things too lets it wait"""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure_all(data):
    with temporary_directory() as where:
        tree, data["bytes"] = make_tree(where)
        check(tree)
        commands = {name: [SDEISTOP, "scan", "-j1", *options, tree] for name, options in OUTPUTS.items()}
        times, busy = ({name: [] for name in commands} for _ in range(2))
        for _ in range(TURNS):
            for name, command in commands.items():
                before = cpu_seconds()
                times[name].append(once(command))
                busy[name].append(cpu_seconds() - before)
        data |= {"seconds": times, "cpu_seconds": busy}
        data["kib"] = {name: peak_kib(command) for name, command in commands.items()}
    return True


def main():
    arguments_parser(__doc__).parse_args()
    need_programs()
    report = Report("scan", **machine(), files=FILES, cpus=CPUS, turns=TURNS)
    # One for the command, its children and this
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if not report.attempt(measure_all, report.data):
        return 1
    times, kib = report.data["seconds"], report.data["kib"]
    report.add(f"scan -j1 of {FILES} vmcores ({report.data['bytes'] >> 20} MiB), warm, on one CPU; "
               "median (least-most)",
               ("output", "seconds", "at most", "", "CPU seconds", "ms a file", "MiB resident", "at most", ""),
               ((name, median_range(seconds, 2), *verdict(statistics.median(seconds), TARGET_SECONDS),
                 median_range(report.data["cpu_seconds"][name], 2),
                 f"{statistics.median(seconds) * 1000 / FILES:.2f}", f"{kib[name] / 1024:.1f}",
                 *verdict(kib[name] / 1024, TARGET_MIB)) for name, seconds in times.items()))
    report.save()
    return 0


if __name__ == "__main__":
    sys.exit(main())
