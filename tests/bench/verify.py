#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times sdeistop verify on synthetic vmcores of each format, against an empty
process and against readelf -n and eu-readelf -n on the ELF one. Prints a table; the
same in build/bench/verify.txt and, as JSON, verify.json.

Machines are noisy: the commands take turns, each figure is the median of many
turns, and what counts is the ratio within one run."""

import os
import shutil
import sys

from command import EMPTY, arguments_parser, machine, measure, need_programs, temporary_directory, verdict
from report import SDEISTOP, Report
from vmcores import FORMATS, make_vmcore

TURNS = 60

# By the number of CPUs, at most: milliseconds above an empty process, and the
# part of what readelf -n takes
TARGETS = {4: (None, None), 128: (2, 0.5), 4096: (10, 0.5)}

COLUMNS = ("CPUs", "what", "ms", "above empty", "at most", "", "of readelf -n", "at most", "", "of eu-readelf -n")


def commands_of(vmcores):
    commands = {"empty process": [EMPTY], "/bin/true": ["/bin/true"]}
    commands |= {f"verify, {form}": [SDEISTOP, "verify", path] for form, path in vmcores.items()}
    commands |= {f"{reader} -n": [reader, "-n", vmcores["ELF"]] for reader in ("readelf", "eu-readelf")
                 if shutil.which(reader)}
    return commands


def measure_cpus(cpus):
    with temporary_directory() as where:
        vmcores = {form: os.path.join(where, form) for form in FORMATS}
        for form, path in vmcores.items():
            make_vmcore(path, form, cpus)
        return measure(commands_of(vmcores), TURNS)


def rows(cpus, times):
    above_limit, ratio_limit = TARGETS[cpus]

    def ratio(value, reader):
        return value / times[reader] if reader in times else None

    for name, value in times.items():
        if not name.startswith("verify"):
            yield (cpus, name, f"{value:.2f}", *[None] * 7)
            continue
        above, part, eu_part = value - times["empty process"], ratio(value, "readelf -n"), ratio(value, "eu-readelf -n")
        yield (cpus, name, f"{value:.2f}", f"{above:.2f}", *verdict(above, above_limit), part and f"{part:.2f}",
               *(verdict(part, ratio_limit) if part else (None, None)), eu_part and f"{eu_part:.2f}")


def main():
    arguments_parser(__doc__).parse_args()
    need_programs()
    report = Report("verify", **machine(), turns=TURNS, statistic="median", rows=[])
    for reader in ("readelf", "eu-readelf"):
        if not shutil.which(reader):
            report.skip(f"{reader} -n: it is not installed (scripts/setup-packages.sh tools bench)")
    table = []
    for cpus in TARGETS:
        times = report.attempt(measure_cpus, cpus)
        if times:
            report.data["rows"].append({"cpus": cpus, "ms": times})
            table += rows(cpus, times)
    report.add(f"verify, synthetic vmcores: milliseconds, median of {TURNS} turns", COLUMNS, table)
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
