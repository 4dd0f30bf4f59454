#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints, as drgn sees a vmcore, a line of JSON for each of the CPUs: the addresses
of its frames and its task's name; and writes the kernel's log to a file."""

import json
import sys

import drgn
from drgn.helpers.linux.percpu import per_cpu
from drgn.helpers.linux.printk import get_dmesg

if len(sys.argv) < 4:
    sys.exit("usage: drgn-frames.py VMLINUX VMCORE LOG CPU...")
program = drgn.Program()
program.set_core_dump(sys.argv[2])
program.load_debug_info([sys.argv[1]])
with open(sys.argv[3], "wb") as file:
    file.write(get_dmesg(program))
print(json.dumps({"release": program["init_uts_ns"].name.release.string_().decode()}))
for cpu in map(int, sys.argv[4:]):
    task = per_cpu(program["runqueues"], cpu).curr
    print(json.dumps({"cpu": cpu, "pid": task.pid.value_(),
                      "frames": [hex(frame.pc) for frame in program.stack_trace(task) if not frame.is_inline]}))
