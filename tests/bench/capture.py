#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures, under emulation, what it is worth to give wedged CPUs back to the
capture kernel: how long makedumpfile takes there with one process, with threads and
split into a process for each CPU, the wedged CPUs parked and reclaimed; and hashing,
which needs nothing but a CPU, to see what an emulated CPU is worth. Prints a table;
the same in build/bench/capture.txt and, with every single run, capture.json.

All settings take turns, and what is to be read is the ratio."""

import os
import statistics
import sys

from machine import E2E, arguments_parser, build_kernel, open_report, remove_runs, run, save_seconds
from report import Failed, median_range

# What there is to compress: -d 1 leaves out pages of zeros only
LOAD = ["fill=640", "level=1", "crashkernel=192M", "timeout=600", "threads=", "expect.capture_works="]

# What becomes of the wedged CPUs: scenario for one of them, and for three
FATES = {"parked": {1: "matrix/smp-capture", 3: "matrix/smp-capture-three"},
         "reclaimed": {1: "scenarios/reclaim", 3: "matrix/reclaim-three"}}
CPUS = 4


def settings(wedged):
    """(fate, CPUs of the capture kernel); what all are compared to is the first one"""
    yield "parked", 1
    if wedged < CPUS - 1:
        yield "parked", CPUS - wedged
    yield "reclaimed", CPUS


def ways(cpus):
    """What is run on so many CPUs: one process, one with threads, one process a
    CPU; and the same for something that needs nothing but a CPU"""
    return ["one-1", "hash-1"] + ([f"threads-{cpus - 1}", f"split-{cpus}", f"hash-{cpus}"] if cpus > 1 else [])


def save_once(kernel, compression, wedged, fate, cpus, turn):
    """Seconds that makedumpfile took, by the way, in a run that went as it should"""
    scenario = os.path.join(E2E, FATES[fate][wedged] + ".scenario")
    overrides = LOAD + [f"save=kdump-{compression}", f"save_ways={','.join(ways(cpus))}"]
    if cpus == 1:
        overrides += ["capture_cmdline=maxcpus=1", "expect.capture_online=0"]
    load = os.getloadavg()[0]
    where = run(f"capture-{compression}-{wedged}-{fate}-{cpus}-{turn}", kernel, scenario, overrides)
    seconds = save_seconds(where)
    # Onto the share, which is as slow for all of them
    seconds.pop(f"kdump-{compression}", None)
    if set(seconds) != set(ways(cpus)):
        raise Failed(f"{where}: not all times were told: {seconds}")
    size = os.path.getsize(os.path.join(where, "vmcore"))
    os.unlink(os.path.join(where, "vmcore"))
    return {"compression": compression, "wedged": wedged, "fate": fate, "cpus": cpus, "turn": turn,
            "load": load, "vmcore_bytes": size, "seconds": seconds}


def rows(runs, compressions, wedged):
    for compression in compressions:
        for count in wedged:
            good = [one for one in runs if (one["compression"], one["wedged"]) == (compression, count)]
            first = [one["seconds"] for one in good if (one["fate"], one["cpus"]) == ("parked", 1)]
            for fate, cpus in settings(count):
                for way in ways(cpus):
                    base = [seconds["hash-1" if way.startswith("hash") else "one-1"] for seconds in first]
                    found = [one["seconds"][way] for one in good if (one["fate"], one["cpus"]) == (fate, cpus)]
                    yield (compression, count, fate, cpus, way, len(found), median_range(found, 1) if found else None,
                           f"{statistics.median(found) / statistics.median(base):.2f}" if found and base else None)


def parse_arguments():
    parser = arguments_parser(__doc__)
    parser.add_argument("-f", metavar="FORMAT", choices=["lzo", "zlib", "zstd"], nargs="+", default=["lzo", "zstd"],
                        help="compression, of lzo, zlib, zstd; default lzo zstd")
    parser.add_argument("-w", metavar="COUNT", type=int, choices=[1, 3], nargs="+", default=[1, 3],
                        help=f"how many of {CPUS} CPUs are wedged, of 1, 3; default both")
    arguments = parser.parse_args()
    if arguments.n < 1:
        parser.error("at least one turn")
    return arguments


def main():
    arguments = parse_arguments()
    kernel = build_kernel(arguments.b, "on")
    remove_runs("capture")
    report = open_report("capture", kernel, arguments.n)
    runs = report.data["runs"] = []
    for turn in range(arguments.n):
        for compression in arguments.f:
            for wedged in arguments.w:
                for fate, cpus in settings(wedged):
                    one = report.attempt(save_once, kernel, compression, wedged, fate, cpus, turn)
                    runs += [one] if one else []
                    report.save()
    report.add(f"Seconds that makedumpfile, or hashing, takes in the capture kernel of a machine with {CPUS} CPUs; median of the runs (least-most)",
               ("compression", "wedged", "they are", "CPUs", "what runs", "runs", "seconds", "ratio"),
               rows(runs, arguments.f, arguments.w))
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
