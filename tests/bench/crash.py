#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times sdeistop on captured vmcores of 4 CPUs, with backtraces and with what it
infers of a kernel without records, against crash on its way to the first prompt;
and measures the memory of each. Prints a table; the same in build/bench/crash.txt
and, as JSON, crash.json.

The vmcores are those of scenarios (make e2e), with the vmlinux beside them."""

import glob
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

from command import EMPTY, machine, measure, need_programs, once, peak_kib, temporary_directory, turns_parser
from report import BUILD, SDEISTOP, Failed, Report

CACHE = os.environ.get("SDEISTOP_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "sdeistop")
PROMPT = b"crash> "
SECONDS = 120
# incomplete, or no records: that is what these vmcores are
STATUSES = (0, 3, 4)


def find_crash(report):
    """Its path and version, or None; it is not built for this"""
    for directory in glob.glob(os.path.join(CACHE, "crash-*")):
        crash = os.path.join(directory, "crash")
        if os.path.exists(os.path.join(directory, ".done")) and os.access(crash, os.X_OK):
            text = subprocess.run([crash, "--version"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False, text=True).stdout
            version = re.search(r"^crash (\S+)", text, re.M)
            if version:
                return crash, version.group(1)
    report.skip("crash: it is not built (scripts/build-crash.sh)")
    return None, None


def read_until_prompt(command, terminal, deadline):
    seen = b""
    while PROMPT not in seen:
        left = deadline - time.perf_counter()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            raise Failed(f"{' '.join(command)}: no prompt within {SECONDS} s")
        try:
            seen += os.read(terminal, 65536)
        except OSError as error:
            raise Failed(f"{' '.join(command)}: ended without a prompt: {seen[-200:]!r}") from error


def until_prompt(command):
    """Seconds until crash, on a terminal of its own, is ready for a command"""
    begin = time.perf_counter()
    pid, terminal = pty.fork()
    if not pid:
        os.execve(command[0], command, {**os.environ, "TERM": "dumb"})
    try:
        read_until_prompt(command, terminal, begin + SECONDS)
        return time.perf_counter() - begin
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(pid, 0)


def take_turn(command):
    return until_prompt(command) if os.path.basename(command[0]) == "crash" else once(command, STATUSES)


def commands_of(directory, crash):
    vmcore, vmlinux = (os.path.join(directory, name) for name in ("vmcore", "vmlinux"))
    commands = {"empty process": [EMPTY], "show": [SDEISTOP, "show", vmcore],
                "show -b": [SDEISTOP, "show", "-b", vmcore]}
    if os.path.exists(vmlinux):
        commands["show -b --vmlinux"] = [SDEISTOP, "show", "-b", "--vmlinux", vmlinux, vmcore]
        if crash:
            commands["crash to its prompt"] = [crash, "--no_crashrc", "-s", vmlinux, vmcore]
    return commands


def peak_of(command, quit_file):
    if os.path.basename(command[0]) == "crash":
        command = [*command[:3], "-i", quit_file, *command[3:]]
    return peak_kib(command, STATUSES)


def measure_one(report, name, directory, crash, turns):
    if not os.path.exists(os.path.join(directory, "vmcore")):
        report.skip(f"{name}: {directory} has no vmcore (make e2e SCENARIO={name})")
        return
    if not os.path.exists(os.path.join(directory, "vmlinux")):
        report.skip(f"{name}: crash and --vmlinux, {directory} has no vmlinux")
    commands = commands_of(directory, crash)
    with temporary_directory() as where:
        quit_file = os.path.join(where, "quit")
        with open(quit_file, "w", encoding="ascii") as file:
            file.write("quit\n")
        kib = {what: peak_of(command, quit_file) for what, command in commands.items()}
    report.data["rows"].append({"vmcore": name, "ms": measure(commands, turns, take_turn), "kib": kib})


def rows(measured):
    for one in measured:
        crash = one["ms"].get("crash to its prompt")
        for what, value in one["ms"].items():
            yield (one["vmcore"], what, f"{value:.2f}", f"{value - one['ms']['empty process']:.2f}",
                   crash and f"{value / crash:.5f}", f"{one['kib'][what] / 1024:.1f}")


def main():
    arguments = turns_parser(__doc__, 10).parse_args()
    need_programs()
    report = Report("crash", **machine(), turns=arguments.n, rows=[])
    crash, report.data["crash"] = find_crash(report)
    for name in ("one-wedged", "unpatched"):
        report.attempt(measure_one, report, name, os.path.join(arguments.d, name), crash, arguments.n)
    report.add(f"Captured vmcores of 4 CPUs, crash {report.data['crash'] or '-'}: milliseconds, median of "
               f"{arguments.n} turns, and memory",
               ("vmcore", "what", "ms", "above empty", "of crash", "MiB resident"), rows(report.data["rows"]))
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
