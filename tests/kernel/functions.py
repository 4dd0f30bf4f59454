#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which functions are not what they were, by their disassembly."""
import argparse
import pathlib
import re
import subprocess

HEADER = re.compile(r"^([0-9a-f]+) <(.*)>:$")
INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\s+(.*)$")
# What the compiler makes of a function besides the function
PART = re.compile(r"\.(isra|part|constprop|cold)\b.*")
PADDING = re.compile(r"^(nop|int3|udf|data16|cs nop|xchg +%ax,%ax)")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sizes(prefix, path):
    """Size of each function. Behind the last one of a section there may be
    code that is patched over others."""
    found = {}
    for line in output(prefix + "nm", "-S", path).splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tTwW":
            found[fields[3]] = int(fields[1], 16)
    return found


def plain(text):
    """An instruction or relocation without addresses of this object file."""
    text = re.sub(r"\s*(//|#) .*<.*>$", "", text)
    text = re.sub(r"\b[0-9a-f]+ <([^>]*)>", r"<\1>", text)
    text = re.sub(r"^(R_\S+\s+\.[^+-]*)[+-]0x[0-9a-f]+", r"\1", text)
    return re.sub(r"\s+", " ", text)


def functions(prefix, path):
    """Function -> its instructions."""
    code = {}
    if not path.exists():
        return code
    size = sizes(prefix, path)
    name, lines, end = None, [], 0
    for line in output(prefix + "objdump", "-dr", "--no-show-raw-insn", path).splitlines():
        if match := HEADER.match(line):
            name = match[2]
            end = int(match[1], 16) + size.get(name, 0)
            lines = code.setdefault(PART.sub("", name), []) if name in size else None
        elif lines is not None and (match := INSTRUCTION.match(line)):
            if int(match[1], 16) >= end:
                continue
            text = plain(match[2])
            if text.startswith("R_") and lines:
                # Linked later: until then it names whatever is at address 0
                lines[-1] = re.sub(r"<[^>]*>$", "<>", lines[-1])
            lines.append(text)
    return {name: [line for line in lines if not PADDING.match(line)]
            for name, lines in code.items() if not name.startswith("__pfx_")}


def main():
    parser = argparse.ArgumentParser(description="""Prints the functions that differ between the
        objects of the same name in the directories BEFORE and AFTER, one a line: of other
        code, or in one of the two only. What only moved counts as the same.""")
    parser.add_argument("-p", dest="prefix", default="", help="prefix of objdump and nm")
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    options = parser.parse_args()

    changed = set()
    objects = {path.relative_to(tree) for tree in (options.before, options.after)
               for path in tree.rglob("*.o")}
    if not objects:
        parser.error("no objects")
    for path in objects:
        before = functions(options.prefix, options.before / path)
        after = functions(options.prefix, options.after / path)
        changed |= {name for name in before.keys() | after.keys()
                    if before.get(name) != after.get(name)}
    for name in sorted(changed):
        print(name)


if __name__ == "__main__":
    main()
