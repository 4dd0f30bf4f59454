#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Examples of a help page or of a Markdown file, held against what crash prints.

usage: examples.py commands FILE
       examples.py compare FILE COMMAND < OUTPUT

An example is "crash> sdeistop ..." and the lines below it that are indented at
least as far. commands prints those that show output, one a line. compare ends
with 1, and says how they differ, unless the output has the example's shape: the
same but for numbers, addresses, times, spaces, and what an IPI happened to
interrupt. A comment ("# ...") after a command is not part of it.
"""

import difflib
import re
import sys

PROMPT = re.compile(r"^( *)crash> (sdeistop\b[^#]*?) *(#.*)?$")


def examples(path):
    """(command, lines of its output)"""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    found, indent = [], None
    for line in lines:
        prompt = PROMPT.match(line)
        if prompt:
            indent = prompt[1]
            found.append((prompt[2], []))
        elif indent is not None and line.strip() and line.startswith(indent) and "crash> " not in line:
            found[-1][1].append(line[len(indent):])
        elif "crash> " in line or line.strip():
            indent = None
    return [one for one in found if one[1]]


def shape(line):
    """What an IPI interrupted is another thing in each run: its task and symbol"""
    line = re.sub(r"^( *\d+  0x[0-9a-f]+ +ipi .* ms) .*$", r"\1 INTERRUPTED", line)
    line = re.sub(r"\b[0-9a-f]{16}\b|(?<= at )[0-9a-f]+\b", "ADDRESS", line)
    line = re.sub(r"(PSTATE: )[0-9a-f]+", r"\1BITS", line)
    line = re.sub(r"0x[0-9a-f]+", "HEX", line)
    # but not those of names, as of el0t_64_sync or X0
    line = re.sub(r"(?<![A-Za-z_])\d+(\.\d+)?", "N", line)
    return re.sub(r" +", " ", line).rstrip()


def compare(path, command, output):
    shown = [[shape(line) for line in lines] for one, lines in examples(path) if one == command]
    got = [shape(line) for line in output.splitlines() if line.strip()]
    for lines in shown:
        if lines != got:
            print("\n".join(difflib.unified_diff(lines, got, f"{path}: {command}", "crash", lineterm="")))
    return bool(shown) and all(lines == got for lines in shown)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "commands":
        print("\n".join(dict.fromkeys(command for command, _ in examples(sys.argv[2]))))
    elif len(sys.argv) == 4 and sys.argv[1] == "compare":
        sys.exit(0 if compare(sys.argv[2], sys.argv[3], sys.stdin.read()) else 1)
    else:
        sys.exit(__doc__)


main()
