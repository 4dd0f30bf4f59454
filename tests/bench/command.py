# SPDX-License-Identifier: GPL-2.0-or-later
"""What the benchmarks of the command share: how time and memory are measured"""

import argparse
import os
import platform
import statistics
import subprocess
import tempfile
import time

from report import BUILD, OUT, SDEISTOP, Failed

PROGRAMS = os.path.join(BUILD, "tests/bench")
EMPTY = os.path.join(PROGRAMS, "empty")
PEAK = os.path.join(PROGRAMS, "peak")

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def arguments_parser(description):
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def turns_parser(description, turns):
    """With where the vmcores are, and how often each is measured"""
    parser = arguments_parser(description)
    parser.add_argument("-d", metavar="DIR", default=os.path.join(BUILD, "e2e"),
                        help="where the scenarios' directories are; default build/e2e")
    parser.add_argument("-n", metavar="TURNS", type=turns_number, default=turns,
                        help=f"how often each is measured; default {turns}")
    return parser


def turns_number(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one turn")
    return number


def need_programs():
    for path in (SDEISTOP, EMPTY, PEAK):
        if not os.access(path, os.X_OK):
            raise SystemExit(f"{path} is not built (make bench-programs)")


def machine():
    """What a table of times is worth little without"""
    with open("/proc/cpuinfo", encoding="ascii") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return {"host_cpu": models[0] if models else platform.machine(), "host_cpus": os.cpu_count(),
            "host_kernel": platform.release(), "date": time.strftime("%Y-%m-%d"), "load": os.getloadavg()[0]}


def temporary_directory():
    """On disk, and gone at the end"""
    os.makedirs(OUT, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="vmcores.", dir=OUT)


def run(command, statuses=(0,), **streams):
    status = subprocess.run(command, **{**QUIET, **streams}, check=False).returncode
    if status not in statuses:
        raise Failed(f"{' '.join(command)}: ended with status {status}")


def once(command, statuses=(0,)):
    begin = time.perf_counter()
    run(command, statuses)
    return time.perf_counter() - begin


def measure(commands, turns, how=once):
    """Median milliseconds of each command, all taking turns"""
    times = {name: [] for name in commands}
    for _ in range(turns):
        for name, command in commands.items():
            times[name].append(how(command))
    return {name: statistics.median(values) * 1000 for name, values in times.items()}


def peak_kib(command, statuses=(0,), **streams):
    """Resident at most, in the largest process of the command and its children"""
    with tempfile.NamedTemporaryFile("r", encoding="ascii") as file:
        run([PEAK, file.name, *command], statuses, **streams)
        return int(file.read())


def verdict(value, limit):
    """Two columns of a table: the target, and whether it is met"""
    return (None, None) if limit is None else (f"{limit:g}", "met" if value <= limit else "NOT MET")
