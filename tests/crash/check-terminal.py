#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The extension at a terminal, as only a terminal can tell: ctrl-c at any moment
of a command, with its output on the screen, in a pipe, a slow pipe or a file, and
a pager that is left early. After each the session must go on, the next command be
whole, and nothing stay behind: open files, blocked signals, memory, processes.
Prints a line a check and ends with "N passed, N failed".

usage: check-terminal.py CRASH_DIR VMLINUX VMCORE EXTENSION [TURNS]

VMCORE has CPUs with records; its copy with those of many CPUs is what is used.
TURNS: interrupts of each form of the command, 15 if not given."""

import ctypes
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROMPT = b"crash> "
SECONDS = 60
CPUS = 4096
# KiB that crash may grow by in all turns of a form: what its interrupted parts held,
# and the last JSON, of 4 MiB, which is kept
GROWTH = 8192

# of <linux/prctl.h>
PR_SET_THP_DISABLE = 41

# readline keeps this one from itself for a moment
READLINES = 1 << (signal.SIGTTOU - 1)
# how a terminal is told of colours and of what is pasted
ESCAPES = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]|\r")

# What is interrupted. crash itself waits for ever for "| (sleep 1; cat)"
FORMS = ("sdeistop", "sdeistop -r", "sdeistop -b", "sdeistop -j", "sdeistop -j -r", "sdeistop -r | cat",
         'sdeistop | sh -c "sleep 0.2; cat"', "sdeistop -b | head -5", "sdeistop -r > {file}",
         "sdeistop -c 1-4095 >> {file}", "repeat -1 sdeistop -v")


class Tests:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, passed, told=""):
        self.passed += bool(passed)
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.passed + self.failed} - {name}", flush=True)
        if not passed:
            print("\n".join("# " + line for line in str(told).splitlines()[-20:]))

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


class Lost(Exception):
    """crash did not come back, or ended"""


class Crash:
    """crash at a terminal of its own"""

    def __init__(self, *command):
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            # With huge pages one more page in use can be 2 MiB
            ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
            os.execve(command[0], command, {**os.environ, "TERM": "vt100", "LC_ALL": "C"})
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
        self.said = b""
        self.marks = 0
        self.wait_for(PROMPT)

    def read(self, seconds):
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.terminal, 1 << 16)
        except OSError:
            piece = b""
        if not piece:
            raise Lost("crash ended: " + self.said[-300:].decode(errors="replace"))
        self.said += piece
        return True

    def wait_for(self, what, seconds=SECONDS):
        """What was said up to there"""
        end = time.monotonic() + seconds
        while what not in self.said:
            left = end - time.monotonic()
            if left <= 0 or not self.read(left):
                raise Lost(f"no {what!r} within {seconds} s: " + self.said[-300:].decode(errors="replace"))
        before, _, self.said = self.said.partition(what)
        return before.decode(errors="replace")

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(max(0, end - time.monotonic()))

    def send(self, text):
        os.write(self.terminal, text.encode())

    def command(self, line):
        """Its output. What it prints is not what is typed, so the end of it is certain"""
        self.settle()
        self.send(line + "\n")
        self.wait_for(b"\n")
        return ESCAPES.sub("", self.settle())

    def settle(self):
        """All that was typed has been done when the mark is there"""
        self.marks += 1
        self.send(f"!echo 'mark'-{self.marks}-\n")
        said = self.wait_for(b"mark-%d-" % self.marks)
        self.wait_for(PROMPT)
        return said

    def status(self, field):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return re.search(rf"^{field}:\s*(\w+)", file.read(), re.M)[1]

    def held(self):
        return {"files": self.files(), "memory": int(self.status("RssAnon"))}

    def files(self):
        """Those of disk. Interrupted while it looks for the processes of a pipe, crash
        leaves open what it has of /proc, and pipes."""
        where = f"/proc/{self.pid}/fd/"
        paths = [os.readlink(where + number) for number in os.listdir(where)]
        return sorted(path for path in paths if path.startswith("/") and not path.startswith(("/proc", "/dev")))

    def children(self):
        """Those that do not end within seconds"""
        for _ in range(50):
            with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as file:
                found = file.read().split()
            if not found:
                break
            time.sleep(0.1)
        return found

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def seconds_of(crash, line):
    begin = time.monotonic()
    crash.send(line + "\n")
    crash.wait_for(PROMPT)
    return time.monotonic() - begin


def interrupt(crash, line, turns, longest):
    """Lines that were cut short"""
    for _ in range(turns):
        crash.settle()
        crash.send(line + "\n")
        crash.drain(random.uniform(0, longest))
        crash.send("\x03")
        # a ctrl-c makes the terminal forget what was typed and not read yet
        crash.drain(0.03)
        crash.settle()


def check_interrupts(tests, crash, form, work, turns, whole):
    line = form.format(file=os.path.join(work, "cut"))
    endless = form.startswith("repeat")
    name = f"ctrl-c in {turns} of {form.format(file='FILE')}"
    longest = 0.3 if endless else 1.2 * seconds_of(crash, line)
    before = crash.held()
    interrupt(crash, line, turns, longest)
    after = crash.held()
    tests.check(f"{name}: the next command is right", *verdict_of(crash))
    path = os.path.join(work, "now")
    crash.command(f"sdeistop -r > {path}")
    tests.check(f"{name}: and a long one whole", read(path) == whole, f"{len(read(path))} of {len(whole)} bytes")
    tests.check(f"{name}: files are closed", after["files"] == before["files"], (before, after))
    blocked = int(crash.status("SigBlk"), 16) & ~READLINES
    tests.check(f"{name}: no signal stays blocked", blocked == 0, hex(blocked))
    tests.check(f"{name}: memory is kept", after["memory"] - before["memory"] <= GROWTH, (before, after))
    left = crash.children()
    tests.check(f"{name}: no process stays behind", not left, left)


def verdict_of(crash):
    """Is it right, and what was said"""
    said = crash.command("sdeistop -v")
    return re.search(rf"^verdict: complete \({CPUS} present.*\)$", said, re.M), repr(said)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def scroll(crash, keys):
    """A long output in the pager, and what is pressed there; newer ones wait at the end of a
    short one too, so the pager is taken away again for what comes next"""
    crash.command("set scroll more")
    for line in ("set scroll on", "sdeistop -r"):
        crash.send(line + "\n")
        crash.wait_for(b"\n")
    seen = crash.wait_for(b"--More--")
    for key in keys:
        crash.send(key)
        crash.drain(0.3)
    crash.wait_for(PROMPT)
    crash.send("set scroll off\n")
    while PROMPT not in crash.said:
        crash.drain(0.3)
        if b"(END)" in crash.said:
            crash.wait_for(b"(END)")
            crash.send("q")
    crash.wait_for(PROMPT)
    return seen


def check_pager(tests, crash):
    for name, keys in (("left early", " q"), ("interrupted", "\x03q")):
        seen = scroll(crash, keys)
        tests.check(f"pager {name}: it showed one screen", "CPU: 0 " in seen and len(seen.splitlines()) < 40, seen)
        tests.check(f"pager {name}: the next command is right", *verdict_of(crash))


def check_all(tests, crash, work, extension, turns):
    crash.command(f"extend {extension}")
    whole = os.path.join(work, "whole")
    crash.command(f"sdeistop -r > {whole}")
    tests.check("a whole output to compare with", read(whole).count(b" CPU: ") == CPUS, read(whole)[-300:])
    for form in FORMS:
        check_interrupts(tests, crash, form, work, turns, read(whole))
    check_pager(tests, crash)


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    crash_dir, vmlinux, vmcore, extension = sys.argv[1:5]
    turns = int(sys.argv[5]) if len(sys.argv) == 6 else 15
    seed = int(os.environ.get("SEED") or time.time())
    random.seed(seed)
    print(f"# SEED={seed}")
    tests = Tests()
    with tempfile.TemporaryDirectory() as work:
        many = os.path.join(work, "vmcore")
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([os.path.join(here, "vmcore.py"), "cpus", vmcore, many, str(CPUS)], check=True)
        crash = None
        try:
            crash = Crash(os.path.join(crash_dir, "crash"), "--no_crashrc", "--no_scroll", "-s", vmlinux, many)
            check_all(tests, crash, work, extension, turns)
        except Lost as lost:
            tests.check("the session lives on", False, lost)
        finally:
            if crash:
                crash.end()
    return tests.finish()


sys.exit(main())
