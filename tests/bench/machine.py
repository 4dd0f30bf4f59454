# SPDX-License-Identifier: GPL-2.0-or-later
"""What the benchmarks that boot machines share: kernels, runs, what is read off them"""

import argparse
import datetime
import glob
import os
import re
import shutil
import subprocess
import sys

from report import OUT, ROOT, SDEISTOP, Failed, Report

E2E = os.path.join(ROOT, "tests/e2e")
BENCH = os.path.join(ROOT, "tests/bench")
RUNS = os.path.join(OUT, "runs")

# What the capture kernel tells of what it saved
SAVED = re.compile(r"FACT save_seconds\.(\S+)=([\d.]+)-([\d.]+)")
STATUS = re.compile(r"FACT save\.(\S+)=(\d+)")

# What build-kernel.sh is asked for
KERNELS = {"unpatched": ["unpatched"], "off": ["-c", "cpustop-off", "patched"], "on": ["patched"],
           "kunit": ["-c", "kunit", "patched"]}


def arguments_parser(description):
    """With the options that all of them have"""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    with open(os.path.join(ROOT, "kernel/bases"), encoding="ascii") as file:
        bases = [line.split()[0] for line in file if line.strip() and not line.startswith("#")]
    parser.add_argument("-b", metavar="BASE", choices=bases, default=bases[0], help=f"kernel, of {', '.join(bases)}")
    parser.add_argument("-n", metavar="TURNS", type=int, default=3, help="how often each is measured; default 3")
    return parser


def output_of(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with status {done.returncode}")
    return done.stdout


def build_kernel(base, name):
    """Its directory: a copy, for the cache drops what the series has outgrown,
    and all that is measured should be of one kernel"""
    source = output_of(os.path.join(ROOT, "scripts/build-kernel.sh"), "-b", base, *KERNELS[name]).strip()
    target = os.path.join(OUT, "kernel", name)
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    for file in ("Image", "vmlinux", "version"):
        shutil.copy(os.path.join(source, file), target)
    return target


def open_report(name, kernel, turns):
    """Of what is measured with the kernel in that directory"""
    with open(os.path.join(kernel, "version"), encoding="ascii") as file:
        release = file.read().strip()
    return Report(name, kernel=release, date=datetime.date.today().isoformat(), turns=turns,
                  emulation=output_of("qemu-system-aarch64", "--version").splitlines()[0] + ", TCG",
                  host_cpus=os.cpu_count())


def remove_runs(name):
    for old in glob.glob(os.path.join(RUNS, f"{name}-*")):
        shutil.rmtree(old)


def run(name, kernel, scenario, overrides):
    """One boot, checked; the directory of what it left"""
    where = os.path.join(RUNS, name)
    options = [word for override in overrides for word in ("-o", override)]
    if subprocess.run([os.path.join(E2E, "run-scenario.sh"), "-n", "-k", kernel, "-O", where, *options, scenario],
                      stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode:
        raise Failed(f"{name}: the machine did not run to its end, see {where}")
    # Not by the runner: it would have crash look at 32 CPUs each time
    done = subprocess.run([os.path.join(E2E, "check.py"), "--sdeistop", SDEISTOP, "--name", name,
                           *(f"--override={override}" for override in overrides), scenario, where],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, text=True)
    with open(os.path.join(where, "check.log"), "w", encoding="utf-8") as file:
        file.write(done.stdout)
    if done.returncode:
        raise Failed(f"{name}: not what was asked for, see {where}/check.log")
    return where


def console_of(where):
    with open(os.path.join(where, "console.log"), encoding="ascii", errors="replace") as file:
        return file.read()


def save_seconds(where):
    """How long what the capture kernel ran took, by its way; none of it failed"""
    console = console_of(where)
    failed = [way for way, status in STATUS.findall(console) if status != "0"]
    if failed:
        raise Failed(f"{where}: something failed ({', '.join(failed)})")
    return {way: float(end) - float(begin) for way, begin, end in SAVED.findall(console)}


def number_in(path, pattern):
    """The one group of the pattern in a file, which may be a vmcore"""
    with open(path, "rb") as file:
        match = re.search(pattern, file.read())
    if not match:
        raise Failed(f"{path}: nothing matches {pattern.decode()}")
    return int(match.group(1))
