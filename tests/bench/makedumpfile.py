#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times makedumpfile with the patches of makedumpfile-patches, the option --cpu-stop
used and unused, against stock of the same source, over the same vmcore, turn by turn.
Both read arm64 dumps and run on this machine as they are (makedumpfile.h). Prints a
table of ratios; the same in build/bench/makedumpfile.txt and, as JSON, makedumpfile.json.
Wants the packages of tools, bench, apt and makedumpfile (scripts/setup-packages.sh).

A ratio is that of user and system time of one turn, as the median of the turns: what
else the machine does matters less to that than to the time on the clock."""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

from report import OUT, ROOT, Failed, Report, median_range

PRELUDE = os.path.join(ROOT, "tests/bench/makedumpfile.h")
OPTIONS = ["-l -d 31", "-l -d 1", "-c -d 31", "-E -d 31", "-l -d 31 --cyclic-buffer 8"]


def build(source, *flags):
    """From the tree that the tests' one is built in, patches and all"""
    command = [os.path.join(ROOT, "scripts/build-makedumpfile.sh"), *flags, source]
    built = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    tree = os.path.join(OUT, os.path.basename(os.path.dirname(built)))
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(os.path.dirname(built), tree)
    program = os.path.join(tree, "makedumpfile")
    os.unlink(program)
    done = subprocess.run(["make", "-C", tree, "TARGET=aarch64", "CROSS=", "LINKTYPE=dynamic", "USELZO=on", "USEZSTD=on"],
                          env={**os.environ, "CFLAGS": f"-include {PRELUDE}"}, check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failed(f"make in {tree}: {done.stderr[-300:]}")
    return program


def seconds(command):
    """Of the processor, that the command took"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise Failed(f"{' '.join(command)}: status {done.returncode}: {done.stderr[-300:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def turn(commands, directory, number):
    """Time of each; who is first changes from turn to turn"""
    names = list(commands)
    start = number % len(names)
    times = {}
    for name in names[start:] + names[:start]:
        out = os.path.join(directory, "dump")
        times[name] = seconds(commands[name] + [out])
        os.unlink(out)
    return times


def measure(stock, patched, vmcore, options, turns):
    words = options.split()
    commands = {"stock": [stock, *words, vmcore], "unused": [patched, *words, vmcore],
                "cpu-stop": [patched, "--cpu-stop", *words, vmcore]}
    with tempfile.TemporaryDirectory() as directory:
        return [turn(commands, directory, number) for number in range(turns)]


def ratio(runs, name, other):
    return [run[name] / run[other] for run in runs]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=21, metavar="TURNS", dest="turns")
    parser.add_argument("source", help="source tree of makedumpfile")
    parser.add_argument("vmcore", help="as a capture kernel has it, unfiltered")
    args = parser.parse_args()
    stock, patched = build(args.source, "-s"), build(args.source)
    report = Report("makedumpfile", turns=args.turns, runs={})
    rows = []
    for options in OPTIONS:
        runs = report.attempt(measure, stock, patched, args.vmcore, options, args.turns)
        if not runs:
            continue
        report.data["runs"][options] = runs
        middle = [statistics.median(ratio(runs, *names)) for names in (("unused", "stock"), ("cpu-stop", "unused"))]
        extra = [1000 * (run["cpu-stop"] - run["unused"]) for run in runs]
        rows.append([options, median_range([run["stock"] for run in runs], 2),
                     *(f"{value:.3f}" for value in middle), f"{statistics.median(extra):.1f}"])
    report.add(f"makedumpfile, {args.turns} turns",
               ["options", "stock s", "option unused : stock", "--cpu-stop : unused", "that is ms"], rows)
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
