#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read a .scenario file: what to run, and what must come of it.

Lines are `key = value`; `#` starts a comment line. A file is data: it is parsed,
and a key that is not known is an error. Keys are described in README.md here.
"""

import re
import sys

FORMATS = ("kdump-plain", "kdump-lzo", "kdump-zlib", "kdump-zstd", "elf", "flattened", "raw")

# key: (default, pattern). Keys of what to run first.
SINGLE = {
    "description": (None, r".+"),
    "base": ("", r"[0-9.]*"),
    "kernel": ("patched", r"patched|unpatched"),
    "firmware": ("sdei", r"sdei|nosdei"),
    "guest": ("trixie", r"[a-z]+"),
    "cpus": ("4", r"[0-9]+"),
    "memory": ("1G", r"[0-9]+[MG]"),
    "wedge": ("", r"([0-9]+(,[0-9]+)*)?"),
    "unplug": ("", r"([0-9]+(,[0-9]+)*)?"),
    "panic_cpu": ("0", r"[0-9]+"),
    "settle": ("1", r"[0-9]+"),
    "load": ("file", r"file|legacy"),
    "save": ("kdump-zlib", r"[a-z,-]+"),
    "level": ("31", r"[0-9]|[12][0-9]|3[01]"),
    "cmdline": ("", r".*"),
    "capture_cmdline": ("maxcpus=1", r".*"),
    "timeout": ("180", r"[0-9]+"),
    "expect.verdict": (None, r"complete|incomplete|unknown|malformed"),
    "expect.exit": (None, r"[0-5]"),
    "expect.present": ("", r"[0-9]*"),
    "expect.online": ("", r"[0-9]*"),
    "expect.records": ("", r"[0-9]*"),
    "expect.with_regs": ("", r"[0-9]*"),
    "expect.wedged": ("", r"([0-9]+(,[0-9]+)*|none)?"),
    "expect.not_stopped": ("", r"([0-9]+(,[0-9]+)*|none)?"),
    "expect.offline": ("", r"([0-9]+(,[0-9]+)*|none)?"),
    "expect.inferred": ("false", r"true|false"),
    "expect.unsupported": ("", r"[a-z,-]*"),
    "expect.crash_fails": ("", r"[a-z,-]*"),
}
# Keys that may come more than once
MULTIPLE = {
    "expect.cpu": r".+",
    "expect.problem": r"[a-z-]+( [0-9]+)?",
    "expect.console": r".+",
    "expect.no_console": r".+",
    "expect.crash": r".+",
    "expect.extension": r".+",
}

# The columns of an expect.cpu line
CPU_COLUMNS = ("cpu", "method", "disposition", "rungs", "irqs_masked", "regs_valid", "pid", "pc")
CPU_PATTERNS = {
    "cpu": r"[0-9]+",
    "method": r"panic|ipi|nmi|sdei|self|none",
    "disposition": r"crashing|running|parked|off-requested|off|offline|unknown",
    "rungs": r"-|[a-z]+(,[a-z]+)*",
    "irqs_masked": r"true|false|null|any",
    "regs_valid": r"true|false",
    "pid": r"any|wedge|panic|init|[0-9]+",
    "pc": r"any|null|in:[A-Za-z_][A-Za-z0-9_.]*",
}


class ScenarioError(Exception):
    pass


def read(path):
    """Return a dict of every key, single ones as str, multiple ones as lists."""
    result = {key: default for key, (default, _) in SINGLE.items()}
    result.update({key: [] for key in MULTIPLE})
    seen = set()
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            key, equals, value = (part.strip() for part in line.partition("="))
            where = f"{path}:{number}"
            if not equals:
                raise ScenarioError(f"{where}: not 'key = value': {line}")
            if key in MULTIPLE:
                pattern = MULTIPLE[key]
            elif key in SINGLE:
                pattern = SINGLE[key][1]
                if key in seen:
                    raise ScenarioError(f"{where}: {key} is there twice")
            else:
                raise ScenarioError(f"{where}: unknown key {key}")
            if not re.fullmatch(pattern, value):
                raise ScenarioError(f"{where}: {key} does not take '{value}'")
            seen.add(key)
            if key == "expect.cpu":
                result[key].append(_cpu_row(value, where))
            elif key in MULTIPLE:
                if key in ("expect.console", "expect.no_console", "expect.crash", "expect.extension"):
                    try:
                        re.compile(value)
                    except re.error as error:
                        raise ScenarioError(f"{where}: {error}") from error
                result[key].append(value)
            else:
                result[key] = value
    for key, value in result.items():
        if value is None:
            raise ScenarioError(f"{path}: {key} is missing")
    for name in saved_formats(result):
        if name not in FORMATS:
            raise ScenarioError(f"{path}: save does not take '{name}', only {', '.join(FORMATS)}")
    return result


def _cpu_row(value, where):
    words = value.split()
    if len(words) != len(CPU_COLUMNS):
        raise ScenarioError(f"{where}: expect.cpu wants {len(CPU_COLUMNS)} columns: {' '.join(CPU_COLUMNS)}")
    row = dict(zip(CPU_COLUMNS, words))
    for column, word in row.items():
        if not re.fullmatch(CPU_PATTERNS[column], word):
            raise ScenarioError(f"{where}: column {column} does not take '{word}'")
    return row


def saved_formats(scenario):
    return scenario["save"].split(",")


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print("usage: scenario.py FILE\n\nPrints what to run as key=value lines; fails where the file is wrong.")
        return 0 if sys.argv[1:] == ["-h"] else 2
    try:
        scenario = read(sys.argv[1])
    except (OSError, ScenarioError) as error:
        print(f"scenario.py: {error}", file=sys.stderr)
        return 1
    for key in SINGLE:
        if not key.startswith("expect."):
            print(f"{key}={scenario[key]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
