# SPDX-License-Identifier: GPL-2.0-or-later
"""What Debian's kdump-tools left with our hooks, for check.py: in each case these
files and no others, readable, ours with mode 600, and a machine that was restarted.
"""

import json
import os
import re

import scenario as scenario_file
import vmcoreinfo

# The note of a triage dump, sdeistop-note(5), and the lines in it that tell of the tasks,
# stacks and code of CPUs
TRIAGE_NOTE = ("CPUSTOP", 0x43535454)
CONTEXTS = re.compile(r"^PART\((tasks\b.*)\)=(\d+) kept, (\d+) left out, (\d+) missing$", re.MULTILINE)


def check(directory, scenario, facts, run_tool):
    """A pair for each case: its name, and what is wrong. run_tool is check.py's."""
    rows = dict(line.split(":", 1) for line in scenario["expect.saved"])
    for case in scenario_file.kdump_cases(scenario):
        wanted = dict(word.split("=") for word in rows[case].split())
        prefix = f"saved.{case}."
        saved = {fact[len(prefix):]: value.split()[0] for fact, value in facts.items() if fact.startswith(prefix)}
        errors = differ("files", sorted(saved), sorted(wanted))
        for name in sorted(saved.keys() & wanted.keys()):
            errors += [f"{name}: {error}" for error in
                       _file_errors(os.path.join(directory, f"kdump-{case}-{name}"), wanted[name], run_tool)]
        errors += [f"{name}: mode {mode}" for name, mode in saved.items()
                   if re.match("sdeistop|triage", name) and mode != "600"]
        errors += differ("arguments of reboot", facts.get(f"kdump.reboot.{case}"), "-f")
        errors += differ("exit status of the init script", facts.get(f"kdump.{case}"), "0")
        errors += _log_errors(os.path.join(directory, f"kdump-{case}.log"), case, scenario)
        yield case, errors


def differ(what, got, wanted):
    return [] if got == wanted else [f"{what}: {got}, expected {wanted}"]


def _file_errors(path, wanted, run_tool):
    wanted, _, more = wanted.partition("+")
    with open(path, "rb") as file:
        content = file.read(1 << 20)
    if wanted == "empty":
        return differ("size", len(content), 0)
    if wanted == "text":
        return [] if b"Kernel panic" in content else ["no word of the panic"]
    complaint = ""
    if not path.endswith(".json"):
        _, content, complaint = run_tool("show", "--json", path)
    try:
        errors = differ("verdict", json.loads(content).get("verdict"), wanted)
    except ValueError as error:
        return [f"no JSON: {error} {complaint}"]
    return errors + _context_errors(path) if more == "contexts" else errors


def _context_errors(path):
    """A triage dump with the notes alone has the right verdict, too"""
    try:
        parts = CONTEXTS.findall(vmcoreinfo.read(path, *TRIAGE_NOTE))
    except ValueError as error:
        return [str(error)]
    errors = [f"{kept} pages of {what}, {dropped} left out, {missing} missing" for what, kept, dropped, missing in parts
              if not _is_there("other" in what, *map(int, (kept, dropped, missing)))]
    return errors if parts else ["not a word of tasks of CPUs in the note of triage dumps"]


def _is_there(of_others, kept, dropped, missing):
    """Room may be short for CPUs that neither crashed nor were wedged"""
    return not missing and (kept + dropped if of_others else kept and not dropped)


def _log_errors(path, case, scenario):
    with open(path, encoding="utf-8", errors="replace") as file:
        log = file.read()
    patterns = [line.split(": ", 1) for line in scenario["expect.kdump_log"]]
    return [f"{path} has no: {pattern}" for of, pattern in patterns if of == case and not re.search(pattern, log)]
