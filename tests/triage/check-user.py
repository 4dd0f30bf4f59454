#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a triage dump of /proc/vmcore has of CPUs that were wedged in user mode, read
by drgn: their code is that of the program which ran, and the stack is there. Prints a
line a check and ends with "N passed, N failed"."""

import json
import subprocess
import sys

import drgn
from drgn.helpers.linux.mm import access_remote_vm
from drgn.helpers.linux.percpu import per_cpu

# Where the guest's busybox, which is static and begins with its first segment, runs
BASE = 0x400000

results = {True: 0, False: 0}


def check(name, passed, why=""):
    results[passed] += 1
    print(f"{'ok' if passed else 'not ok'} {sum(results.values())} - {name}")
    if not passed:
        print(f"# {why}")


def memory(program, task, address, size):
    try:
        return access_remote_vm(task.mm, address, size)
    except drgn.FaultError as error:
        return error


def main():
    if len(sys.argv) < 6:
        sys.exit("usage: check-user.py SDEISTOP VMLINUX TRIAGE BUSYBOX CPU...")
    sdeistop, vmlinux, triage, busybox = sys.argv[1:5]
    report = json.loads(subprocess.run([sdeistop, "show", "--json", triage], stdout=subprocess.PIPE, check=True).stdout)
    with open(busybox, "rb") as file:
        code = file.read()
    program = drgn.Program()
    program.set_core_dump(triage)
    program.load_debug_info([vmlinux])
    for number in map(int, sys.argv[5:]):
        cpu = next(cpu for cpu in report["cpu"] if cpu["cpu"] == number)
        task = per_cpu(program["runqueues"], number).curr
        pc, sp = int(cpu["pc"], 16), int(cpu["sp"], 16)
        check(f"CPU {number}: the task", task.pid.value_() == cpu["pid"], f"{task.pid} is not {cpu['pid']}")
        found, wanted = memory(program, task, pc, 16), code[pc - BASE:pc - BASE + 16]
        check(f"CPU {number}: user code at its PC", len(wanted) == 16 and found == wanted, f"{found} is not {wanted}")
        found = memory(program, task, sp, 16)
        check(f"CPU {number}: user stack at its SP", isinstance(found, bytes), found)
    print(f"{results[True]} passed, {results[False]} failed")


main()
