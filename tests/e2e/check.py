#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check what a scenario left behind against what its file expects.

Every statement of the tools is compared field by field: with the scenario's own
tables, and with the facts the guest told of itself before it crashed (its
console lines "FACT key=value"). One line a group of checks; a tool that is not
there is a named skip, never a pass.
"""

import argparse
import json
import os
import re
import subprocess
import sys

import saved
import scenario as scenario_file
import vmcoreinfo

CRASH_TIMEOUT = 120
TOOL_TIMEOUT = 30


class Groups:
    """The results, and the one line each gets as soon as it is known."""

    def __init__(self, name):
        self.name = name
        self.list = []

    def _add(self, group, status, details):
        self.list.append({"group": group, "status": status, "details": details})
        print(f"{status} {self.name}: {group}" + (f": {details[0]}" if status == "SKIP" else ""))
        if status == "FAIL":
            for line in details:
                print(f"     {line}")
        sys.stdout.flush()

    def result(self, group, errors):
        self._add(group, "FAIL" if errors else "PASS", errors)

    def skip(self, group, why):
        self._add(group, "SKIP", [why])

    def count(self, status):
        return sum(1 for group in self.list if group["status"] == status)


def read_facts(console):
    return dict(re.findall(r"\bFACT ([\w.-]+)=([^\r\n]*)", console))


def differ(what, got, wanted):
    return [] if got == wanted else [f"{what} is {json.dumps(got)}, expected {json.dumps(wanted)}"]


# Ticks (of 10 ms) and interrupts that a CPU has to have more when makedumpfile is
# done, to have worked on it. Asking takes less than 10.
WORK = 30


def recorded(report):
    """The CPUs that have records: what is inferred of others takes pages, and sdeistop-memory"""
    return [cpu for cpu in report.get("cpu", []) if not cpu["inferred"]]


class Checker:
    def __init__(self, arguments):
        self.args = arguments
        self.dir = arguments.dir
        self.scenario = scenario_file.read(arguments.scenario, arguments.override)
        self.groups = Groups(arguments.name or os.path.splitext(os.path.basename(arguments.scenario))[0])
        with open(self.path("console.log"), encoding="utf-8", errors="replace") as file:
            self.console = file.read()
        self.facts = read_facts(self.console)
        self.report = None

    def path(self, name):
        return os.path.join(self.dir, name)

    def number(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return int(file.read())

    def files(self):
        """(format, paths) of every vmcore saved, the first plain 'vmcore'; one path but of a split one"""
        for number, name in enumerate(scenario_file.saved_formats(self.scenario)):
            path = self.path(f"vmcore.{name}" if number else "vmcore")
            yield name, [f"{path}.{part}" for part in (1, 2, 3)] if name == "split" else [path]

    # ---------------------------------------------------------------- guest

    def check_run(self):
        want, facts, errors = self.scenario, self.facts, []
        if "failed" in facts:
            errors.append(f"the guest says: {facts['failed']}")
        errors += differ("load path", facts.get("load"), want["load"])
        errors += differ("firmware with SDEI", facts.get("sdei") == "1", want["firmware"].startswith("sdei"))
        offline = [cpu for key in ("unplug", "stuck", "never_online") for cpu in scenario_file.cpu_list(want[key])]
        everyone = list(range(int(want["cpus"])))
        errors += differ("CPUs present", scenario_file.cpu_list(facts.get("present", "")), everyone)
        errors += differ("CPUs online before the crash", scenario_file.cpu_list(facts.get("online", "")),
                         [cpu for cpu in everyone if cpu not in offline])
        for cpu in scenario_file.cpu_list(want["user"]):
            errors += [] if facts.get(f"user.{cpu}") else [f"nothing told of a process in user mode on CPU {cpu}"]
        for key, fact in (("wedge", "wedged"), ("replug", "replugged"), ("stuck", "stuck")):
            for cpu in scenario_file.cpu_list(want[key]):
                errors += differ(f"CPU {cpu} {fact}", facts.get(f"{fact}.{cpu}"), "1")
        for line in filter(None, (part.strip() for part in want["module"].split(";"))):
            errors += differ(f"command {line} of the test module", facts.get(f"module.{line.split()[0]}"), "1")
        if want["sysrq"] or want["pause"] != "0":
            errors += differ("the machine went on before its end", facts.get("went_on"), "1")
        self.groups.result("guest: boot, wedge", errors)

    def check_capture(self):
        want, facts, errors = self.scenario, self.facts, []
        begun = re.search(scenario_file.CAPTURE_BEGINS[0], self.console)
        if want["load"] == "none":
            errors += ["a capture kernel began to boot, which was not loaded"] if begun else []
        elif want["expect.capture"] == "hangs":
            errors += [] if begun else ["the capture kernel did not even begin to boot"]
            errors += differ("user space of the capture kernel", facts.get("guest"), "first")
            if not os.path.exists(self.path("ended-by-us")):
                errors.append("the machine ended by itself, it did not hang")
            if begun and "Kernel panic" in self.console[begun.end():]:
                errors.append("the capture kernel panicked, it did not hang")
        else:
            for name, paths in self.files():
                errors += differ(f"status of saving as {name}", facts.get(f"save.{name}"), "0")
                errors += [f"{path} is missing" for path in paths if not os.path.exists(path)]
            errors += differ("release of the capture kernel", facts.get("capture.release"), facts.get("release"))
            if want["expect.capture_online"]:
                errors += differ("CPUs online in the capture kernel",
                                 scenario_file.cpu_list(facts.get("capture.online", "")),
                                 scenario_file.cpu_list(want["expect.capture_online"]))
            for cpu in scenario_file.cpu_list(want["expect.capture_works"]):
                errors += self.worked(cpu)
            for cpu in scenario_file.cpu_list(want["capture_wedge"]):
                errors += differ(f"CPU {cpu} wedged in the capture kernel", facts.get(f"again.wedged.{cpu}"), "1")
            if "again.failed" in facts:
                errors.append(f"the capture kernel gave up: {facts['again.failed']}")
        self.groups.result({"none": "guest: no capture kernel"}.get(want["load"], f"capture kernel: {want['expect.capture']}"),
                           errors)

    def worked(self, cpu):
        """Did that CPU run processes and take interrupts while the vmcore was saved?
        More than it takes to ask, which is done on any CPU."""
        try:
            before, after = (self.facts[f"capture.{when}.{cpu}"].split("-") for when in ("before", "after"))
            return [f"CPU {cpu} of the capture kernel: {what} hardly grew: {first} and {last}"
                    for what, first, last in zip(("ticks of work", "interrupts"), before, after)
                    if int(last) < int(first) + WORK]
        except (KeyError, ValueError) as error:
            return [f"CPU {cpu} of the capture kernel: nothing told of its work: {error!r}"]

    def check_times(self):
        """Seconds between two lines of the console, by the kernel's own clock"""
        errors = []
        for line in self.scenario["expect.time"]:
            area, _, patterns = line.partition(" ")
            stamps = []
            for pattern in patterns.split(" -> "):
                match = re.search(rf"^\[ *([0-9.]+)\] .*(?:{pattern})", self.console, re.MULTILINE)
                if not match:
                    errors.append(f"no line of console.log matches: {pattern}")
                else:
                    stamps.append(float(match.group(1)))
            least, most = (float(part) for part in area.split("-"))
            if len(stamps) == 2 and not least <= stamps[1] - stamps[0] <= most:
                errors.append(f"{stamps[1] - stamps[0]:.3f} s, not {area}: {patterns}")
        if self.scenario["expect.time"]:
            self.groups.result("console: times", errors)

    def check_console(self):
        errors = []
        for pattern in self.scenario["expect.console"]:
            if not re.search(pattern, self.console):
                errors.append(f"no line of console.log matches: {pattern}")
        for pattern in self.scenario["expect.no_console"]:
            match = re.search(pattern, self.console)
            if match:
                errors.append(f"console.log has: {match.group(0)}")
        if self.scenario["expect.console"] or self.scenario["expect.no_console"]:
            self.groups.result("console: the kernel's own words", errors)

    # ------------------------------------------------------------- sdeistop

    def run_tool(self, *arguments):
        """(status, stdout, stderr) of sdeistop; status None if it hung"""
        try:
            done = subprocess.run([self.args.sdeistop, *arguments], stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=TOOL_TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            return None, "", f"not done after {TOOL_TIMEOUT} s"
        return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")

    def check_sdeistop(self):
        if not os.access(self.args.sdeistop, os.X_OK):
            self.groups.skip("sdeistop show, verify", f"{self.args.sdeistop} is not built (make tools)")
            return
        for name, paths in self.files():
            if not all(os.path.exists(path) for path in paths):
                self.groups.result(f"sdeistop {name}", ["no vmcore to read"])
                continue
            status, output, complaint = self.run_tool("show", "--json", *paths)
            target = self.path("sdeistop.json" if paths[0].endswith("vmcore") else f"sdeistop.{name}.json")
            with open(target, "w", encoding="utf-8") as file:
                file.write(output)
            try:
                report = json.loads(output)
            except ValueError as error:
                self.groups.result(f"sdeistop {name}: show --json", [f"status {status}, no JSON: {error}", complaint.strip()])
                continue
            if self.report is None:
                self.report = report
            self.check_verdict(name, paths, status, report)
            if name == "flattened":
                self.check_pipe(paths[0], report)
            if name == "split":
                self.check_parts(paths)
            self.check_counts(name, report)
            self.check_kernel(name, report)
            self.check_cpus(name, report)

    def check_pipe(self, path, report):
        """What comes through a pipe is what is in the file, but for what only pages tell"""
        with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as source:
            done = subprocess.run([self.args.sdeistop, "verify", "--json", "-"], stdin=source.stdout,
                                  capture_output=True, timeout=TOOL_TIMEOUT, check=False)
        errors = differ("exit status", done.returncode, int(self.scenario["expect.exit"]))
        try:
            piped = json.loads(done.stdout)
            for key in ("format", "verdict", "cpus", "kernel", "problems"):
                errors += differ(key, piped.get(key), report.get(key))
        except ValueError as error:
            errors.append(f"no JSON: {error}")
        self.groups.result("sdeistop flattened: the same through a pipe", errors)

    def check_parts(self, paths):
        """A part alone, and two of three, lack pages, which the parts themselves tell"""
        errors = []
        for some in ([paths[0]], [paths[2]], paths[:2], [paths[2], paths[0]]):
            status, output, _ = self.run_tool("verify", *some)
            errors += differ(f"exit status of {len(some)} parts", status, 3)
            if "file-parts-missing: " not in output or "file-truncated" in output:
                errors.append(f"{len(some)} parts, unexpected: {output}")
        self.groups.result("sdeistop split: parts that are missing", errors)

    def check_verdict(self, name, paths, status, report):
        want = self.scenario
        errors = differ("schema", report.get("schema"), "sdeistop/1")
        errors += differ("verdict", report.get("verdict"), want["expect.verdict"])
        errors += differ("exit status of show", status, int(want["expect.exit"]))
        errors += differ("exit status of verify", self.run_tool("verify", *paths)[0], int(want["expect.exit"]))
        errors += differ("format", report.get("format"), {"raw": "elf", "split": "kdump", "triage": "elf"}.get(name, name.split("-")[0]))
        problems = [(problem.get("code"), problem.get("cpu")) for problem in report.get("problems", [])]
        for line in want["expect.problem"]:
            code, _, cpu = line.partition(" ")
            wanted = (code, int(cpu)) if cpu else (code, None)
            if not any(got == wanted or (not cpu and got[0] == code) for got in problems):
                errors.append(f"no problem {line} among {problems}")
        if want["expect.verdict"] == "complete" and problems:
            errors.append(f"complete, and yet has problems {problems}")
        self.groups.result(f"sdeistop {name}: verdict and exit status", errors)

    def check_counts(self, name, report):
        errors, checked = [], False
        cpus = report.get("cpus", {})
        for key in ("present", "online", "records", "with_regs"):
            if self.scenario[f"expect.{key}"]:
                checked = True
                errors += differ(f"cpus.{key}", cpus.get(key), int(self.scenario[f"expect.{key}"]))
        for key in ("wedged", "not_stopped", "offline"):
            text = self.scenario[f"expect.{key}"]
            if text:
                checked = True
                errors += differ(f"cpus.{key}", cpus.get(key), [] if text == "none" else scenario_file.cpu_list(text))
        if checked:
            self.groups.result(f"sdeistop {name}: counts", errors)

    def check_kernel(self, name, report):
        kernel = report.get("kernel", {})
        errors = differ("kernel.release", kernel.get("release"), self.facts.get("release"))
        errors += differ("kernel.machine", kernel.get("machine"), "aarch64")
        # The guest's clock was set to ours when it started
        time = kernel.get("crash_time")
        first, last = int(self.facts.get("panic_time", 0)), self.number("ended")
        if not isinstance(time, int) or not first <= time <= last:
            errors.append(f"kernel.crash_time is {time}, the guest panicked between {first} and {last}")
        self.groups.result(f"sdeistop {name}: kernel", errors)

    def check_cpus(self, name, report):
        entries = report.get("cpu", [])
        if self.scenario["expect.inferred"] == "true":
            self.groups.result(f"sdeistop {name}: says nothing of a CPU, or labels it inferred",
                               [f"cpu {entry.get('cpu')} is not labelled inferred" for entry in entries
                                if entry.get("inferred") is not True])
        table = [dict(row, cpu=str(cpu)) for row in self.scenario["expect.cpu"]
                 for cpu in scenario_file.cpu_list(row["cpu"])]
        if not table:
            return
        by_cpu = {}
        for entry in entries:
            by_cpu.setdefault(entry.get("cpu"), []).append(entry)
        extra = sorted(set(by_cpu) - {int(row["cpu"]) for row in table}, key=str)
        self.groups.result(f"sdeistop {name}: one entry a CPU",
                           ([f"entries for CPUs {extra}, which there are not"] if extra else []) +
                           [f"CPU {cpu} has {len(found)} entries" for cpu, found in by_cpu.items() if len(found) != 1])
        for row in table:
            found = by_cpu.get(int(row["cpu"]))
            self.groups.result(f"sdeistop {name}: CPU {row['cpu']} ({row['method']}, {row['disposition']})",
                               self.cpu_errors(row, found[0]) if found else ["no entry"])

    def cpu_errors(self, row, got):
        errors = []
        cpu = row["cpu"]
        hwid = self.facts.get(f"hwid.{cpu}")
        try:
            if int(got.get("hwid", ""), 16) != int(hwid or "", 16):
                errors.append(f"hwid is {got.get('hwid')}, the guest's device tree says {hwid}")
        except (TypeError, ValueError):
            errors.append(f"hwid is {got.get('hwid')!r}, the guest says {hwid!r}")
        for key in ("method", "disposition"):
            errors += differ(key, got.get(key), row[key])
        if row["rungs"] != "any":
            errors += differ("rungs", got.get("rungs"), [] if row["rungs"] == "-" else row["rungs"].split(","))
        if row["irqs_masked"] != "any":
            errors += differ("irqs_masked", got.get("irqs_masked", "missing"), json.loads(row["irqs_masked"]))
        errors += differ("regs_valid", got.get("regs_valid"), row["regs_valid"] == "true")
        errors += differ("inferred", got.get("inferred"), False)
        errors += self.pid_errors(row, got)
        errors += self.pc_errors(row, got)
        errors += self.time_errors(row, got)
        errors += self.field_errors(row, got)
        return errors

    def field_errors(self, row, got):
        """The fields of JSON that the table has no column for"""
        errors = []
        for line in self.scenario["expect.field"]:
            cpus, *fields = line.split()
            if int(row["cpu"]) in scenario_file.cpu_list(cpus):
                for field in fields:
                    key, _, value = field.partition("=")
                    errors += differ(key, got.get(key, "missing"), json.loads(value))
        return errors

    def pid_errors(self, row, got):
        if row["pid"] == "any":
            return [] if isinstance(got.get("pid"), int) else [f"pid is {got.get('pid')!r}, no number"]
        fact = {"wedge": f"wedge_pid.{row['cpu']}", "panic": "panic_pid"}.get(row["pid"])
        wanted = self.facts.get(fact) if fact else {"init": "1"}.get(row["pid"], row["pid"])
        if wanted is None:
            return [f"the guest told no {fact}"]
        return differ("pid", got.get("pid"), int(wanted))

    def pc_errors(self, row, got):
        errors = []
        for key in ("pc", "sp", "lr", "pstate"):
            value = got.get(key, "missing")
            if row["regs_valid"] == "false":
                errors += differ(key, value, None)
            elif not re.fullmatch(r"0x[0-9a-f]+", str(value)):
                errors.append(f"{key} is {value!r}, expected a hexadecimal string")
        if row["pc"].startswith("in:") and not errors:
            errors += self.outside(row["pc"][3:], f"text.{row['pc'][3:]}", got)
        elif row["pc"] == "user" and not errors:
            errors += self.outside("the text of its program", f"user.{row['cpu']}", got)
            if int(got["pstate"], 16) & 0xf:
                errors.append(f"pstate is {got['pstate']}, which is not user mode")
            if int(got["sp"], 16) >> 55:
                errors.append(f"sp is {got['sp']}, which is the kernel's")
        elif row["pc"] == "null":
            errors += differ("pc", got.get("pc", "missing"), None)
        return errors

    def outside(self, what, fact, got):
        """Is pc in the address range that the guest told?"""
        area = self.facts.get(fact)
        if not area:
            return [f"the guest told no address of {what}"]
        first, last = (int(part, 16) for part in area.split("-"))
        return [] if first <= int(got["pc"], 16) < last else [f"pc is {got['pc']}, not in {what} ({area})"]

    @staticmethod
    def time_errors(row, got):
        """Do the times fit what happened? The IPI rung waits for a second."""
        requested, acked = got.get("requested_us"), got.get("acked_us")
        if not isinstance(requested, int) or not isinstance(acked, int):
            return [f"requested_us is {requested!r}, acked_us {acked!r}: no numbers"]
        where = f"requested after {requested} us, acked after {acked} us"
        if row["method"] == "panic" and requested:
            return [f"{where}: nobody asked the crashing CPU to stop"]
        if row["method"] == "none" and acked:
            return [f"{where}: a CPU that answered nothing has no such time"]
        if got.get("early"):
            return [f"{where}: early, but not before the stop"] if requested or acked else []
        if row["method"] == "ipi" and not requested <= acked < 3000000:
            return [f"{where}: not soon after it was asked"]
        if row["method"] in ("nmi", "sdei") and not 1000000 <= requested <= acked < requested + 2000000:
            return [f"{where}: not right after the IPI's second"]
        return []

    def check_guest_tool(self):
        """In the capture kernel the command reads /proc/vmcore itself"""
        errors = differ("exit status", self.facts.get("capture.sdeistop"), self.scenario["expect.exit"])
        try:
            with open(self.path("vmcore-sdeistop.json"), encoding="utf-8") as file:
                report = json.load(file)
            for key in ("verdict", "cpus", "kernel"):
                errors += differ(key, report.get(key), (self.report or {}).get(key))
            errors += differ("cpu", recorded(report), recorded(self.report or {}))
        except (OSError, ValueError) as error:
            errors.append(str(error))
        self.groups.result("sdeistop in the capture kernel says the same of /proc/vmcore", errors)

    def check_saved(self):
        for case, errors in saved.check(self.dir, self.scenario, self.facts, self.run_tool):
            self.groups.result(f"kdump-tools: {case}", errors)

    def check_vmcoreinfo(self):
        path = next(self.files())[1][0]
        try:
            errors = vmcoreinfo.check(path, self.args.vmlinux)
        except (OSError, ValueError, KeyError, subprocess.CalledProcessError) as error:
            errors = [repr(error)]
        if errors is not None:
            self.groups.result("VMCOREINFO: what sdeistop-note(5) says, where vmlinux has it", errors)

    # ---------------------------------------------------------------- crash

    def address_of(self, match):
        """crash knows no symbols of modules where it does not load them"""
        return "0x" + self.facts.get(f"text.{match.group(1)}", "unknown").split("-")[0]

    def run_crash(self, paths, commands, output):
        """Run crash commands on a vmcore; (errors, text)"""
        script = output + ".commands"
        with open(script, "w", encoding="utf-8") as file:
            file.write("\n".join(commands) + "\nquit\n")
        modules = [] if self.scenario["crash_modules"] == "yes" else ["--no_modules"]
        try:
            done = subprocess.run(
                [self.args.crash, "--no_crashrc", *modules, "-s", "-i", script, self.args.vmlinux, *paths],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=CRASH_TIMEOUT, check=False, env={**os.environ, "TERM": "dumb"})
            text, errors = done.stdout.decode(errors="replace"), []
            if done.returncode != 0:
                errors.append(f"crash ended with status {done.returncode}")
        except subprocess.TimeoutExpired as expired:
            text = (expired.stdout or b"").decode(errors="replace")
            errors = [f"crash was not done after {CRASH_TIMEOUT} s"]
        os.unlink(script)
        with open(output, "w", encoding="utf-8") as file:
            file.write(text)
        return errors, text

    def check_crash(self):
        if not os.access(self.args.crash, os.X_OK):
            self.groups.skip("crash", f"{self.args.crash} is not there")
            return
        extension = os.path.exists(self.args.extension)
        if not extension:
            self.groups.skip("crash extension", f"{self.args.extension} is not built (make crash-ext)")
        for name, paths in self.files():
            if not all(os.path.exists(path) for path in paths):
                continue
            suffix = "" if paths[0].endswith("vmcore") else f".{name}"
            output = self.path(f"crash{suffix}.txt")
            json_path = self.path(f"crash{suffix}.json")
            # -s leaves out the banner; sys is what it would have shown
            commands = ["set scroll off", "sys"]
            commands += [f"bt -c {cpu}" for cpu in range(int(self.scenario["cpus"]))]
            if extension:
                commands += [f"extend {os.path.abspath(self.args.extension)}", "sdeistop", "sdeistop -v", "sdeistop -r"]
                commands += [f"sdeistop -b -c {cpu}" for cpu in range(int(self.scenario["cpus"]))]
                commands += [f"sdeistop -j > {json_path}"]
            commands += [re.sub(scenario_file.SYMBOL_ADDRESS, self.address_of, command)
                         for command in self.scenario["crash_command"]]
            errors, text = self.run_crash(paths, commands, output)
            if name in self.scenario["expect.crash_fails"].split(","):
                # When this fails crash has learnt to: docs/test-matrix.md wants an update
                self.groups.result(f"crash {name}: does not open it, as known",
                                   [] if errors else ["it opens"])
                continue
            release = self.facts.get("release", "?")
            if not re.search(rf"RELEASE: {re.escape(release)}\n", text):
                errors.append(f"no line 'RELEASE: {release}' in {output}")
            if f"Kernel panic - not syncing: {self.scenario['expect.panic']}" not in text:
                errors.append(f"no word of the panic in {output}")
            self.groups.result(f"crash {name}: opens", errors)
            self.check_patterns(f"crash {name}: its text", text, self.scenario["expect.crash"], output)
            if extension:
                self.check_patterns(f"crash {name}: the extension's text", text, self.scenario["expect.extension"], output)
                self.check_crash_json(name, json_path)

    def check_live(self):
        """What crash said of the running machine"""
        if self.scenario["live"] == "no":
            return
        if os.path.exists(self.path("live.skipped")):
            with open(self.path("live.skipped"), encoding="utf-8") as file:
                self.groups.skip("crash on the running machine", file.read().strip())
            return
        output = self.path("crash.live.txt")
        try:
            with open(output, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError as error:
            self.groups.result("crash on the running machine", [str(error)])
            return
        errors = differ("status of crash", self.facts.get("live"), "0")
        errors += [f"{output} has what it must not have: {pattern}" for pattern in self.scenario["expect.no_live"]
                   if re.search(pattern, text)]
        self.groups.result("crash on the running machine", errors)
        self.check_patterns("crash on the running machine: its text", text, self.scenario["expect.live"], output)

    def check_patterns(self, group, text, patterns, output):
        if patterns:
            # A pattern may span lines, as a backtrace does
            self.groups.result(group, [f"nothing in {output} matches: {pattern}" for pattern in patterns
                                       if not re.search(pattern, text, re.DOTALL)])

    def check_crash_json(self, name, path):
        errors = []
        try:
            with open(path, encoding="utf-8") as file:
                report = json.load(file)
            if self.report is None:
                self.groups.skip(f"crash {name}: sdeistop -j equals sdeistop show --json", "sdeistop is not built")
                return
            for key in ("schema", "verdict", "kernel", "cpus", "problems"):
                errors += differ(key, report.get(key), self.report.get(key))
            errors += differ("cpu", recorded(report), recorded(self.report))
        except (OSError, ValueError) as error:
            errors.append(f"sdeistop -j: {error}")
        self.groups.result(f"crash {name}: sdeistop -j equals sdeistop show --json", errors)

    # ------------------------------------------------------------------ all

    def run(self):
        self.check_run()
        self.check_capture()
        self.check_console()
        self.check_times()
        self.check_live()
        self.check_saved()
        if scenario_file.has_vmcore(self.scenario):
            self.check_sdeistop()
            if self.args.vmlinux:
                self.check_vmcoreinfo()
            if self.args.crash:
                self.check_guest_tool()
                self.check_crash()
        passed, failed, skipped = (self.groups.count(status) for status in ("PASS", "FAIL", "SKIP"))
        with open(self.path("result.json"), "w", encoding="utf-8") as file:
            json.dump({"scenario": self.groups.name, "description": self.scenario["description"],
                       "passed": passed, "failed": failed, "skipped": skipped,
                       "facts": self.facts, "groups": self.groups.list}, file, indent=2)
            file.write("\n")
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
        return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sdeistop", required=True, help="the command")
    parser.add_argument("--crash", help="crash for arm64 vmcores; without, only the command is checked")
    parser.add_argument("--extension", help="sdeistop.so for that crash")
    parser.add_argument("--vmlinux")
    parser.add_argument("--name", help="of the scenario in what is printed; default: that of its file")
    parser.add_argument("--override", metavar="KEY=VALUE", action="append", default=[],
                        help="in the place of what the scenario says")
    parser.add_argument("scenario", help="the .scenario file")
    parser.add_argument("dir", help="what the run left")
    try:
        return Checker(parser.parse_args()).run()
    except (OSError, scenario_file.ScenarioError) as error:
        print(f"check.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
