#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read a .scenario file: what to run, and what must come of it.

Lines are `key = value`; `#` starts a comment line. A file is data: it is parsed,
and a key that is not known is an error. Keys are described in README.md here.
"""

import argparse
import re
import sys

FORMATS = ("kdump-plain", "kdump-lzo", "kdump-zlib", "kdump-zstd", "elf", "flattened", "split", "raw", "triage")

CPUS = r"([0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)?"
CPUS_OR_NONE = CPUS + r"|none"
WAY = r"(hardlockup|daif|rqlock|portlock|lock-holder|lock-waiter|interrupt|user|asleep|late|panic-on-restart)"

# What is said of a file that a case of kdump_cases left; of a triage dump also that it
# has the pages of contexts
STATE = r"((complete|incomplete|unknown|malformed)(\+contexts)?|text|empty)"

# key: (default, pattern). Keys of what to run first.
SINGLE = {
    "description": ("", r".+"),
    "base": ("", r"[0-9.]*"),
    "kernel": ("patched", r"patched|unpatched"),
    "config": ("", r"([a-z0-9-]+(,[a-z0-9-]+)*)?"),
    "firmware": ("sdei", r"(no)?sdei(-[a-z0-9]+)*"),
    "guest": ("trixie", r"[a-z]+"),
    "cpus": ("4", r"[0-9]+"),
    "memory": ("1G", r"[0-9]+[MG]"),
    "crashkernel": ("128M", r"[0-9]+M"),
    "module": ("", r"[a-z0-9; -]*"),
    "replug": ("", CPUS),
    "unplug": ("", CPUS),
    "stuck": ("", CPUS),
    "never_online": ("", CPUS),
    "wedge": ("", CPUS),
    "wedge_how": ("hardlockup", rf"{WAY}(,{WAY})*"),
    "user": ("", CPUS),
    "settle": ("1", r"[0-9]+"),
    "sysrq": ("", r"([a-z0-9](,[a-z0-9])*)?"),
    "pause": ("0", r"[0-9]+"),
    "end": ("sysrq-c", r"sysrq-c|panic|parallel|event [0-9]+|reboot|halt|poweroff"),
    "panic_cpu": ("0", r"[0-9]+"),
    "panic_with": ("", CPUS),
    "load": ("file", r"file|legacy|none"),
    "save": ("kdump-zlib", r"[a-z,-]+"),
    "level": ("31", r"[0-9]|[12][0-9]|3[01]"),
    "cmdline": ("", r".*"),
    "capture_cmdline": ("maxcpus=1", r".*"),
    "guards": ("", r"(both|gic|ipi|none)?"),
    "threads": ("", r"[0-9]*"),
    "save_ways": ("", r"((one|threads|split|hash|triage)-[0-9]+(,(one|threads|split|hash|triage)-[0-9]+)*)?"),
    "fill": ("0", r"[0-9]+"),
    "capture_wedge": ("", CPUS),
    "kdump_tools": ("", r"[a-z]*"),
    "kdump_cases": ("", r"([a-z-]+(,[a-z-]+)*)?"),
    "live": ("no", r"yes|no"),
    "timeout": ("180", r"[0-9]+"),
    "crash_modules": ("yes", r"yes|no"),
    "expect.capture": ("boots", r"boots|hangs"),
    "expect.capture_online": ("", CPUS),
    "expect.capture_works": ("", CPUS),
    "expect.panic": ("sysrq triggered crash", r".+"),
    "expect.verdict": ("", r"complete|incomplete|unknown|malformed"),
    "expect.exit": ("", r"[0-5]"),
    "expect.present": ("", r"[0-9]*"),
    "expect.online": ("", r"[0-9]*"),
    "expect.records": ("", r"[0-9]*"),
    "expect.with_regs": ("", r"[0-9]*"),
    "expect.wedged": ("", CPUS_OR_NONE),
    "expect.not_stopped": ("", CPUS_OR_NONE),
    "expect.offline": ("", CPUS_OR_NONE),
    "expect.inferred": ("false", r"true|false"),
    "expect.crash_fails": ("", r"[a-z,-]*"),
}
# Keys that may come more than once
MULTIPLE = {
    "crash_command": r".+",
    "expect.cpu": r".+",
    "expect.field": r"[0-9,-]+( [a-z_]+=[a-z0-9-]+)+",
    "expect.time": r"[0-9.]+-[0-9.]+ .+ -> .+",
    "expect.problem": r"[a-z-]+( [0-9]+)?",
    "expect.console": r".+",
    "expect.no_console": r".+",
    "expect.crash": r".+",
    "expect.extension": r".+",
    "expect.live": r".+",
    "expect.no_live": r".+",
    "expect.saved": rf"[a-z-]+:( +[a-z.-]+={STATE})*",
    "expect.kdump_log": r"[a-z-]+: .+",
}

REGEXES = ("expect.console", "expect.no_console", "expect.crash", "expect.extension", "expect.live", "expect.no_live")

# In a crash_command: the address of a symbol, which the guest tells
SYMBOL_ADDRESS = r"@(\w+)@"

# Where a machine that does not end by itself is to be ended: a line on its
# console, and how many seconds later.
HALTED = ("reboot: System halted", 10)
CAPTURE_BEGINS = ("Kernel command line:.*reset_devices", 30)

# What a kernel of config guards is to do without: 1 the irqchip's, 2 the IPI handler's
GUARDS_OFF = {"both": 0, "gic": 2, "ipi": 1, "none": 3}

# The columns of an expect.cpu line
CPU_COLUMNS = ("cpu", "method", "disposition", "rungs", "irqs_masked", "regs_valid", "pid", "pc")
CPU_PATTERNS = {
    "cpu": r"[0-9]+(-[0-9]+)?",
    "method": r"panic|ipi|nmi|sdei|self|none",
    "disposition": r"crashing|running|parked|off-requested|off|offline|unknown",
    "rungs": r"-|any|[a-z]+(,[a-z]+)*",
    "irqs_masked": r"true|false|null|any",
    "regs_valid": r"true|false",
    "pid": r"any|wedge|panic|init|[0-9]+",
    "pc": r"any|null|user|in:[A-Za-z_][A-Za-z0-9_.]*",
}


class ScenarioError(Exception):
    pass


def read(path, overrides=()):
    """Return a dict of every key, single ones as str, multiple ones as lists.

    An override, `key=value`, comes after the file and takes the place of what
    it says; of a key that may come more than once it adds one."""
    result = {key: default for key, (default, _) in SINGLE.items()}
    result.update({key: [] for key in MULTIPLE})
    with open(path, encoding="utf-8") as file:
        lines = [(f"{path}:{number}", line.strip()) for number, line in enumerate(file, 1)]
    seen = set()
    for where, line in lines:
        if not line or line.startswith("#"):
            continue
        key = _set(result, line, where)
        if key in seen and key in SINGLE:
            raise ScenarioError(f"{where}: {key} is there twice")
        seen.add(key)
    for line in overrides:
        _set(result, line, f"-o {line}")
    _check(result, path)
    return result


def _set(result, line, where):
    key, equals, value = (part.strip() for part in line.partition("="))
    if not equals:
        raise ScenarioError(f"{where}: not 'key = value': {line}")
    if key not in MULTIPLE and key not in SINGLE:
        raise ScenarioError(f"{where}: unknown key {key}")
    pattern = MULTIPLE[key] if key in MULTIPLE else SINGLE[key][1]
    if not re.fullmatch(pattern, value):
        raise ScenarioError(f"{where}: {key} does not take '{value}'")
    if key in REGEXES:
        try:
            re.compile(value)
        except re.error as error:
            raise ScenarioError(f"{where}: {error}") from error
    if key == "expect.cpu":
        result[key].append(_cpu_row(value, where))
    elif key in MULTIPLE:
        result[key].append(value)
    else:
        result[key] = value
    return key


def _check(scenario, path):
    """What one line on its own cannot tell"""
    required = ["description"]
    if has_vmcore(scenario):
        required += ["expect.verdict", "expect.exit"]
    for key in required:
        if not scenario[key]:
            raise ScenarioError(f"{path}: {key} is missing")
    if not has_vmcore(scenario) and not scenario["expect.console"]:
        raise ScenarioError(f"{path}: no vmcore and no expect.console: nothing to tell how it ended")
    ways = scenario["wedge_how"].split(",")
    if len(ways) not in (1, len(cpu_list(scenario["wedge"]))):
        raise ScenarioError(f"{path}: wedge_how has neither one way nor one for each CPU of wedge")
    rows = {cpu for row in scenario["expect.cpu"] for cpu in cpu_list(row["cpu"])}
    for line in scenario["expect.field"]:
        if not rows.issuperset(cpu_list(line.split()[0])):
            raise ScenarioError(f"{path}: expect.field of a CPU without expect.cpu would not be looked at: {line}")
    for key in ("expect.capture_works", "capture_wedge"):
        if scenario[key] and scenario["expect.capture"] != "boots":
            raise ScenarioError(f"{path}: {key} would not be looked at in a capture kernel that {scenario['expect.capture']}")
    if (scenario["live"] == "yes") != bool(scenario["expect.live"]):
        raise ScenarioError(f"{path}: live = yes and expect.live want each other")
    if scenario["guards"] and "guards" not in scenario["config"].split(","):
        raise ScenarioError(f"{path}: guards only means something to a kernel of config guards")
    cases, rows = kdump_cases(scenario), [line.partition(":")[0] for line in scenario["expect.saved"]]
    if bool(cases) != bool(scenario["kdump_tools"]):
        raise ScenarioError(f"{path}: kdump_tools and kdump_cases want each other")
    for case in cases:
        if rows.count(case) != 1:
            raise ScenarioError(f"{path}: not one expect.saved for the case {case}")
    for name in saved_formats(scenario):
        if name not in FORMATS:
            raise ScenarioError(f"{path}: save does not take '{name}', only {', '.join(FORMATS)}")


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


def kdump_cases(scenario):
    return [case for case in scenario["kdump_cases"].split(",") if case]


def has_vmcore(scenario):
    return scenario["load"] != "none" and scenario["expect.capture"] == "boots"


def cpu_list(text):
    """'0-3,5' as [0, 1, 2, 3, 5]"""
    cpus = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        cpus.extend(range(int(first), int(last or first) + 1))
    return cpus


def derived(scenario):
    """What the runner has to know besides, and what says it"""
    symbols = {row["pc"][3:] for row in scenario["expect.cpu"] if row["pc"].startswith("in:")}
    symbols.update(*(re.findall(SYMBOL_ADDRESS, line) for line in scenario["crash_command"]))
    stop = ("", 0)
    if scenario["expect.capture"] == "hangs":
        stop = CAPTURE_BEGINS
    elif scenario["end"] == "halt":
        stop = HALTED
    uses_module = scenario["module"] or scenario["stuck"] or set(scenario["wedge_how"].split(",")) != {"hardlockup"} \
        or scenario["end"].split()[0] in ("panic", "parallel", "event")
    guards = f"test_guards_off={GUARDS_OFF[scenario['guards']]}" if scenario["guards"] else ""
    return {"guards_parameter": guards, "uses_module": "1" if uses_module else "", "symbols": ",".join(sorted(symbols)), "vmcore": "1" if has_vmcore(scenario) else "",
            "stop_line": stop[0], "stop_after": str(stop[1])}


def main():
    parser = argparse.ArgumentParser(
        description="Prints what to run as key=value lines; fails where the file is wrong.")
    parser.add_argument("-o", metavar="KEY=VALUE", action="append", default=[], help="in the place of what the file says")
    parser.add_argument("file")
    arguments = parser.parse_args()
    try:
        scenario = read(arguments.file, arguments.o)
    except (OSError, ScenarioError) as error:
        print(f"scenario.py: {error}", file=sys.stderr)
        return 1
    for key in SINGLE:
        if key.startswith("expect."):
            continue
        if SINGLE[key][1] == CPUS:
            print(f"{key}={','.join(map(str, cpu_list(scenario[key])))}")
        else:
            print(f"{key}={scenario[key]}")
    for key, value in derived(scenario).items():
        print(f"{key}={value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
