#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times the crash extension inside crash: over vmcores whose notes are those of 4,
512 and 4096 CPUs, and over those of scenarios as they are. The first command after
the extension was loaded, which decodes the notes, and further ones; beside them
crash's own commands of that kind. Prints a table; the same in
build/bench/extension.txt and, as JSON, extension.json.

The vmcores come from scenarios (make e2e), with the vmlinux beside them."""

import os
import statistics
import subprocess
import sys

from command import machine, temporary_directory, turns_parser, verdict
from crash import find_crash
from report import BUILD, ROOT, Failed, Report

EXTENSION = os.path.join(BUILD, "crash-ext/sdeistop.so")
STOPWATCH = os.path.join(BUILD, "tests/bench/stopwatch.so")
VMCORE_PY = os.path.join(ROOT, "tests/crash/vmcore.py")
SECONDS = 600
# How often a command is run again after its first time, in each turn
AGAIN = 5

SCENARIO = "three-wedged"
FORMATS = {"kdump": "vmcore", "ELF": "vmcore.elf", "flattened": "vmcore"}
# Milliseconds at most, by the number of CPUs
TARGETS = {4: None, 512: 10, 4096: 50}

# By what they are called: the command, and where its output goes. crash does not
# buffer what it writes to files and pipes.
FORMS = {"table": ("sdeistop", "> /dev/null"), "-v": ("sdeistop -v", "> /dev/null"),
         "-j": ("sdeistop -j", "> /dev/null"), "-r": ("sdeistop -r", "> /dev/null"),
         "table, to a file": ("sdeistop", "> {where}/output"),
         "table, to a pipe": ("sdeistop", "| cat > /dev/null")}
BACKTRACES = {"-b": ("sdeistop -b", "> /dev/null")}
# crash's: a line for each task, a backtrace for each CPU
REFERENCES = {"ps": "ps", "bt -a": "bt -a"}
AS_IT_IS = ("one-wedged", "sixteen", "thirty-two")


def session(crash, vmlinux, vmcore, lines, where):
    path = os.path.join(where, "commands")
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join([*lines, "quit", ""]))
    done = subprocess.run([crash, "--no_crashrc", "-s", "-i", path, vmlinux, vmcore], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    if done.returncode:
        raise Failed(f"crash over {vmcore}: ended with status {done.returncode}: {done.stdout[-300:]!r}")


def lines_of_turn(forms, where):
    """Each form is the first command once, and each is run again"""
    for name, (command, sink) in forms.items():
        sink = sink.format(where=where)
        yield f"extend {EXTENSION}"
        yield f"stopwatch {where}/first-{slug(name)} 1 {command} {sink}"
        yield f"stopwatch {where}/again-{slug(name)} {AGAIN} {command} {sink}"
        yield f"extend -u {EXTENSION}"
    for name, command in REFERENCES.items():
        yield f"stopwatch {where}/again-{slug(name)} {AGAIN} {command} > /dev/null"


def slug(name):
    return "".join(letter for letter in name if letter.isalnum())


def times_of(where, kind, name, count):
    """Milliseconds, the medians: those that passed and those crash ran"""
    path = os.path.join(where, f"{kind}-{slug(name)}")
    lines = []
    if os.path.exists(path):
        with open(path, encoding="ascii") as file:
            lines = [[float(word) / 1000 for word in line.split()] for line in file]
    if len(lines) != count:
        raise Failed(f"{name}: {len(lines)} of {count} runs were measured")
    return {what: statistics.median(values) for what, values in zip(("ms", "cpu_ms"), zip(*lines))}


def count_lines(path, begin=""):
    with open(path, encoding="utf-8", errors="replace") as file:
        return sum(line.startswith(begin) for line in file)


def time_vmcore(crash, vmlinux, vmcore, forms, turns):
    """By the name of the form: first and again. And how many rows crash's own had"""
    with temporary_directory() as where:
        lines = [f"extend {STOPWATCH}", f"ps > {where}/ps", f"bt -a > {where}/bt"]
        for _ in range(turns):
            lines += lines_of_turn(forms, where)
        session(crash, vmlinux, vmcore, lines, where)
        times = {name: {"first": times_of(where, "first", name, turns),
                        "again": times_of(where, "again", name, turns * AGAIN)} for name in forms}
        times |= {name: {"again": times_of(where, "again", name, turns * AGAIN)} for name in REFERENCES}
        rows = {"ps": count_lines(f"{where}/ps") - 1, "bt -a": count_lines(f"{where}/bt", "PID:")}
    return times, rows


def make_vmcore(directory, form, cpus, where):
    source = os.path.join(directory, FORMATS[form])
    steps = [["cpus", source, f"{where}/vmcore", str(cpus)]]
    if form == "flattened":
        steps.append(["flatten", f"{where}/vmcore", f"{where}/flattened"])
    for step in steps:
        if subprocess.run([sys.executable, VMCORE_PY, *step], check=False).returncode:
            raise Failed(f"vmcore.py {' '.join(step)}: failed")
    return steps[-1][2]


def measure_synthetic(report, crash, directory, form, cpus):
    vmlinux = os.path.join(directory, "vmlinux")
    if not os.path.exists(os.path.join(directory, FORMATS[form])):
        report.skip(f"{form}: {directory} has no {FORMATS[form]} (make e2e SCENARIO={SCENARIO})")
        return
    with temporary_directory() as where:
        times, rows = time_vmcore(crash, vmlinux, make_vmcore(directory, form, cpus, where), FORMS,
                                  report.data["turns"])
    keep(report, {"vmcore": form, "cpus": cpus, "target_ms": TARGETS[cpus]}, times, rows)


def measure_as_it_is(report, crash, name, directory):
    vmcore, vmlinux = (os.path.join(directory, name) for name in ("vmcore", "vmlinux"))
    if not (os.path.exists(vmcore) and os.path.exists(vmlinux)):
        report.skip(f"{name}: {directory} has no vmcore with a vmlinux (make e2e SCENARIO={name})")
        return
    times, rows = time_vmcore(crash, vmlinux, vmcore, FORMS | BACKTRACES, report.data["turns"])
    # here every CPU that is shown is one crash knows
    keep(report, {"vmcore": name, "cpus": rows["bt -a"], "target_ms": None}, times, rows)


def keep(report, what, times, rows):
    report.data["rows"].append({**what, "times": times, "crash_rows": rows})


def table_rows(measured):
    for one in measured:
        times, cpus = one["times"], one["cpus"]
        a_line = times["ps"]["again"]["ms"] / one["crash_rows"]["ps"]
        a_cpu = times["bt -a"]["again"]["ms"] / one["crash_rows"]["bt -a"]
        for name, both in times.items():
            again = both["again"]["ms"]
            if name in REFERENCES:
                yield (one["vmcore"], cpus, name, None, f"{again:.2f}", *[None] * 5)
                continue
            worst = max(both["first"]["ms"], again)
            yield (one["vmcore"], cpus, name, f"{both['first']['ms']:.2f}", f"{again:.2f}",
                   *verdict(worst, one["target_ms"]), f"{1000 * worst / cpus:.1f}",
                   f"{worst / cpus / a_line:.2f}", f"{worst / cpus / a_cpu:.3f}")


def need(path, how):
    if not os.path.exists(path):
        raise SystemExit(f"{path} is not built ({how})")


def main():
    arguments = turns_parser(__doc__, 9).parse_args()
    for path in (EXTENSION, STOPWATCH):
        need(path, "make bench-crash")
    report = Report("extension", **machine(), turns=arguments.n, again=AGAIN, statistic="median", rows=[])
    crash, report.data["crash"] = find_crash(report)
    if crash:
        for cpus in TARGETS:
            for form in FORMATS:
                report.attempt(measure_synthetic, report, crash, os.path.join(arguments.d, SCENARIO), form, cpus)
        for name in AS_IT_IS:
            report.attempt(measure_as_it_is, report, crash, name, os.path.join(arguments.d, name))
    report.add(f"crash> sdeistop, crash {report.data['crash'] or '-'}: milliseconds, median of {arguments.n} first "
               f"commands and {AGAIN * arguments.n} further ones",
               ("vmcore", "CPUs", "what", "first", "again", "at most", "", "us a CPU", "of a line of ps",
                "of a CPU's bt"), table_rows(report.data["rows"]))
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
