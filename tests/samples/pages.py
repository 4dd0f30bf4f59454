#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what sdeistop-memory reads from the pages of a bundled vmcore.

usage: pages.py SDEISTOP SDEISTOP-MEMORY VMCORE CONSOLE

The log is compared with what the guest printed, names of addresses with
VMCOREINFO and with what the guest knew of its own functions (its console lines
"FACT text.FUNCTION=START-END"). One line a group of checks, PASS or FAIL.
"""

import json
import os
import re
import subprocess
import sys

# Bytes of the file in which its VMCOREINFO is
HEAD = 1 << 20
# What VMCOREINFO names so and the kernel's own table, too, and nothing else has
# at the same place
SYMBOLS = ("init_uts_ns", "swapper_pg_dir", "prb", "printk_rb_static", "clear_seq", "crash_notes",
           "kallsyms_names", "kallsyms_num_syms", "kallsyms_offsets", "kallsyms_token_table",
           "kallsyms_token_index", "cpustop_state", "__per_cpu_offset")

failed = False


def result(group, errors):
    global failed
    failed |= bool(errors)
    print(f"{'FAIL' if errors else 'PASS'} pages: {group}")
    for line in errors[:10]:
        print(f"     {line}")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60).stdout


def unescape(field):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m.group(1), 16)]), field)


def read_lines(program, command, *arguments):
    """The fields of the lines that begin with the word COMMAND makes"""
    return [[unescape(field) for field in line.split(b"\t")]
            for line in run(program, command, *arguments).splitlines()]


def check_log(program, vmcore, console):
    log = [line[1] for line in read_lines(program, "log", vmcore)]
    crashed = console[:console.index(b"Bye!\r\n") + 4]
    printed = [line.rstrip(b"\r") for line in crashed.split(b"\n")
               if re.match(rb"\[ *\d+\.\d{6}\] ", line)]
    errors, at = [], 0
    for line in printed:
        if line in log[at:]:
            at = log.index(line, at) + 1
        else:
            errors.append(f"not in the log, or out of order: {line.decode()}")
    if not printed or len(printed) < 0.9 * len(log):
        errors.append(f"{len(log)} lines in the log, {len(printed)} on the console")
    if log[-1:] != printed[-1:]:
        errors.append(f"the last line is {log[-1:]}, expected {printed[-1:]}")
    result("log: what the console has", errors)


def check_places(program, vmcore, expected, group):
    """EXPECTED: address to (function, offset), function None where there is no name"""
    if not expected:
        result(group, ["nothing to look for"])
        return
    lines = read_lines(program, "places", ",".join(f"{a:#x}" for a in expected), vmcore)
    errors = [] if len(lines) == len(expected) else [f"{len(lines)} lines for {len(expected)}"]
    for (address, (function, offset)), fields in zip(expected.items(), lines):
        wanted = [b"place", f"{address:#x}".encode(), b"-", b"-", b"-"]
        if function:
            wanted[2:4] = [function.encode(), f"{offset:#x}".encode()]
        if fields != wanted:
            errors.append(f"{fields}, expected {wanted}")
    result(group, errors)


def symbols_of(vmcore):
    with open(vmcore, "rb") as file:
        head = file.read(HEAD)
    found = re.findall(rb"^SYMBOL\((\w+)\)=([0-9a-f]+)$", head, re.MULTILINE)
    return {name.decode(): int(value, 16) for name, value in found}


def functions_of(console):
    found = re.findall(r"FACT text\.(\w+)=([0-9a-f]+)-([0-9a-f]+)", console.decode(errors="replace"))
    return {name: (int(start, 16), int(end, 16)) for name, start, end in found}


def check_end_of_function(program, vmcore, functions):
    """What follows a function is not in it any more"""
    ends = [end for _, end in functions.values()]
    lines = read_lines(program, "places", ",".join(f"{end:#x}" for end in ends), vmcore)
    result("places: a function ends where the guest says", [
        f"{end:#x} is in {name}" for (name, (_, end)), line in zip(functions.items(), lines)
        if line[2] in (b"-", name.encode())])


def check_pc(sdeistop, program, vmcore, functions):
    report = json.loads(run(sdeistop, "show", "--json", vmcore))
    wanted = {}
    for entry in report["cpu"]:
        pc = int(entry["pc"] or "0", 16)
        for name, (start, end) in functions.items():
            if start <= pc < end:
                wanted[pc] = (name, pc - start)
    check_places(program, vmcore, wanted, "places: the PC of the wedged CPU")


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    sdeistop, program, vmcore, path = sys.argv[1:]
    with open(path, "rb") as file:
        console = file.read()
    symbols, functions = symbols_of(vmcore), functions_of(console)

    check_log(program, vmcore, console)
    check_places(program, vmcore,
                 {symbols[name] + offset: (name, offset) for name in SYMBOLS for offset in (0, 1)
                  if name in symbols}, "places: the symbols of VMCOREINFO")
    check_places(program, vmcore,
                 {start + offset: (name, offset) for name, (start, end) in functions.items()
                  for offset in (0, 4, end - start - 1)}, "places: functions the guest looked up")
    check_end_of_function(program, vmcore, functions)
    check_pc(sdeistop, program, vmcore, functions)
    check_places(program, vmcore,
                 {address: (None, 0) for address in
                  (0, 0x1000, symbols["vmemmap"], symbols["mem_section"], symbols["_stext"] - (1 << 26),
                   symbols["_stext"] + (1 << 30), (1 << 64) - 1)},
                 "places: no name outside the kernel")
    sys.exit(failed)


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    main()
