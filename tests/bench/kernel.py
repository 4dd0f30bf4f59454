#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the kernel series, under emulation: how long stopping CPUs takes on
each rung, how long a record takes, what it costs in bytes. Prints tables; the
same in build/bench/kernel.txt and, with every single run, kernel.json.

A run that did not do what was asked for is an error and no number: the others
go on, and the exit status is 1."""

import json
import os
import shutil
import statistics
import sys

from machine import BENCH, E2E, KERNELS, RUNS, arguments_parser, build_kernel, number_in, open_report, output_of, run
from report import SDEISTOP, Failed, median_range

CPUS = 32
CROSS = "aarch64-linux-gnu-"

# The rung that is to stop the wedged CPUs: how that comes about, and the columns
# of expect.cpu that they must come to then. The rest must stop by IPI.
RUNGS = {
    "sdei": ([], "sdei parked ipi,sdei true true wedge in:lkdtm_HARDLOCKUP"),
    "nmi": (["cmdline=irqchip.gicv3_pseudo_nmi=1"], "nmi off ipi,nmi true true wedge in:lkdtm_HARDLOCKUP"),
}
REST = "ipi off ipi any true any any"

# The guest's word on it, out of sysfs
NOTES_FACT = rb"FACT crash_notes_size=(\d+)"


# ------------------------------------------------------------------- times

def cpu_list(first, last):
    return str(first) if first == last else f"{first}-{last}"


def rung_times(entries):
    """Of the CPUs that one rung stopped, in microseconds from the stop's begin"""
    first = min(entry["requested_us"] for entry in entries)
    last = max(entry["acked_us"] for entry in entries)
    answers = [entry["acked_us"] - entry["requested_us"] for entry in entries]
    return {"cpus": len(entries), "first_us": first,
            "signalling_us": max(entry["requested_us"] for entry in entries) - first,
            "last_ack_us": last, "span_us": last - first, "span_per_cpu_us": (last - first) / len(entries),
            "answer_median_us": statistics.median(answers), "answer_max_us": max(answers)}


def stop_once(kernel, rung, wedged, turn):
    """One panic with CPUs 1 to WEDGED wedged; times by the method that stopped"""
    settings, columns = RUNGS[rung]
    overrides = [*settings, f"cpus={CPUS}", f"wedge={cpu_list(1, wedged)}", f"expect.wedged={cpu_list(1, wedged)}",
                 f"expect.cpu={cpu_list(1, wedged)} {columns}"]
    if wedged < CPUS - 1:
        overrides.append(f"expect.cpu={cpu_list(wedged + 1, CPUS - 1)} {REST}")
    load = os.getloadavg()[0]
    where = run(f"{rung}-{wedged}-{turn}", kernel, os.path.join(BENCH, "stop.scenario"), overrides)
    vmcore = os.path.join(where, "vmcore")
    announced = number_in(vmcore, rb"NUMBER\(CRASH_NOTES_BYTES\)=(\d+)")
    if announced != number_in(os.path.join(where, "console.log"), NOTES_FACT):
        raise Failed(f"{where}: VMCOREINFO says that crash_notes has {announced} bytes, sysfs had said otherwise")
    os.unlink(vmcore)
    with open(os.path.join(where, "sdeistop.json"), encoding="utf-8") as file:
        cpus = json.load(file)["cpu"]
    methods = sorted({entry["method"] for entry in cpus} - {"panic"})
    return {"rung": rung, "wedged": wedged, "turn": turn, "load": load, "notes_bytes": announced,
            "times": {method: rung_times([entry for entry in cpus if entry["method"] == method]) for method in methods}}


def stop_rows(runs, rungs, counts, turns):
    """A row a setting and rung, milliseconds; a setting that no run came to has dashes"""
    columns = (("first_us", 1), ("last_ack_us", 1), ("signalling_us", 2), ("span_us", 2), ("span_per_cpu_us", 2),
               ("answer_median_us", 2), ("answer_max_us", 2))
    for rung in rungs:
        for wedged in counts:
            good = [one["times"] for one in runs if (one["rung"], one["wedged"]) == (rung, wedged)]
            for method, cpus in ((rung, wedged), ("ipi", CPUS - 1 - wedged)):
                if cpus:
                    yield (wedged, "yes" if rung == "nmi" else "no", method, cpus, f"{len(good)} of {turns}",
                           *(median_range([times[method][key] / 1000 for times in good], digits) if good else None
                             for key, digits in columns))


def measure_stops(report, kernel, rungs, counts, turns):
    runs = report.data["stops"] = []
    # All settings once, then again: a busy hour of the machine spoils a turn of each
    for turn in range(turns):
        for rung in rungs:
            for wedged in counts:
                one = report.attempt(stop_once, kernel, rung, wedged, turn)
                runs += [one] if one else []
                report.save()
    report.add(f"Milliseconds from the begin of the stop, of {CPUS} CPUs; median of the runs (least-most)",
               ("wedged", "pseudo-NMIs", "stopped by", "CPUs", "runs", "first signal", "last ack", "signals sent in",
                "signal to last ack", "per CPU", "one CPU: median", "one CPU: longest"),
               stop_rows(runs, rungs, counts, turns))


def measure_record(report, kernel, turns):
    def boot(turn):
        where = run(f"kunit-{turn}", kernel, os.path.join(E2E, "matrix/kunit.scenario"), ["timeout=600"])
        return number_in(os.path.join(where, "console.log"), rb"# \w+: (\d+) ns to write a record")

    times = [report.attempt(boot, turn) for turn in range(turns)]
    times = report.data["record_ns"] = [time for time in times if time is not None]
    if times:
        report.add("Nanoseconds to write one record, mean of 1000 in a boot; median of the boots (least-most)",
                   ("boots", "ns"), [(len(times), median_range(times, 0))])


# ------------------------------------------------------------------- bytes

def symbols_of(vmlinux):
    """(name, type, address, size) of each"""
    for line in output_of(CROSS + "nm", "-S", "--defined-only", vmlinux).splitlines():
        address, *size, kind, name = line.split()
        yield name, kind, int(address, 16), int(size[0], 16) if size else 0


def per_cpu(vmlinux):
    """Names and sizes of what is in the per-CPU section, and the section's size"""
    symbols = list(symbols_of(vmlinux))
    bounds = {name: address for name, _, address, _ in symbols if name in ("__per_cpu_start", "__per_cpu_end")}
    first, end = bounds["__per_cpu_start"], bounds["__per_cpu_end"]
    return {name: size for name, _, address, size in symbols if first <= address < end and size}, end - first


def slot_of(notes):
    """What a buffer of so many bytes takes: it is aligned so as not to cross a page"""
    return 1 << (notes - 1).bit_length()


def measure_bytes(report, kernels):
    def boot(name):
        where = run(f"boot-{name}", kernels[name], os.path.join(BENCH, "boot.scenario"),
                    ["kernel=" + ("unpatched" if name == "unpatched" else "patched")])
        notes = number_in(os.path.join(where, "console.log"), NOTES_FACT)
        symbols, section = per_cpu(os.path.join(kernels[name], "vmlinux"))
        return {"crash_notes": notes, "slot": slot_of(notes), "section": section, "symbols": symbols}

    data = {name: report.attempt(boot, name) for name in ("unpatched", "off", "on")}
    if not all(data.values()):
        return
    report.attempt(same_slot, data)
    added = sorted((set(data["off"]["symbols"]) | set(data["on"]["symbols"])) - set(data["unpatched"]["symbols"]))
    for one in data.values():
        one["symbols"] = {symbol: one["symbols"].get(symbol, 0) for symbol in added}
    report.data["bytes"] = data
    rows = [(what, *(one[key] for one in data.values()))
            for what, key in (("crash_notes", "crash_notes"), ("its slot", "slot"), ("per-CPU section", "section"))]
    rows += [(f"in it, {symbol}", *(one["symbols"][symbol] for one in data.values())) for symbol in added]
    report.add("Bytes a CPU", ("", *data), rows)


def same_slot(data):
    if data["on"]["slot"] != data["unpatched"]["slot"]:
        raise Failed(f"a CPU's notes take {data['on']['slot']} bytes, without the series {data['unpatched']['slot']}")


def measure_size(report, kernels):
    sizes = {}
    for name in ("unpatched", "off", "on"):
        vmlinux = os.path.join(kernels[name], "vmlinux")
        words = output_of(CROSS + "size", "-B", vmlinux).splitlines()[1].split()
        sizes[name] = dict(zip(("text", "data", "bss", "total"), map(int, words)))
        # Sections have parts that begin at a page, so that the above goes in steps
        sizes[name]["functions"] = sum(size for _, kind, _, size in symbols_of(vmlinux) if kind in "tT")
    report.data["size"] = sizes
    rows = [(name, *size.values()) for name, size in sizes.items()]
    rows += [(f"{one} - {other}", *(f"{sizes[one][key] - sizes[other][key]:+d}" for key in sizes[one]))
             for one, other in (("off", "unpatched"), ("on", "off"))]
    report.add("size of vmlinux, and of all its functions", ("kernel", *sizes["on"]), rows)


def parse_arguments():
    parser = arguments_parser(__doc__)
    parser.add_argument("-w", metavar="COUNT", type=int, nargs="+", default=[1, 4, 16, 31],
                        help=f"how many of {CPUS} CPUs are wedged; default 1 4 16 31")
    parser.add_argument("-r", metavar="RUNG", choices=RUNGS, nargs="+", default=list(RUNGS),
                        help="what stops them, sdei or nmi; default both")
    arguments = parser.parse_args()
    if arguments.n < 1 or not all(0 < count < CPUS for count in arguments.w):
        parser.error(f"at least one turn, and 1 to {CPUS - 1} wedged CPUs")
    return arguments


def main():
    arguments = parse_arguments()
    if not os.access(SDEISTOP, os.X_OK):
        raise SystemExit(f"{SDEISTOP} is not built (make tools)")
    kernels = {name: build_kernel(arguments.b, name) for name in KERNELS}
    shutil.rmtree(RUNS, ignore_errors=True)
    report = open_report("kernel", kernels["on"], arguments.n)

    print(f"Linux {report.data['kernel']}, {report.data['emulation']}, {os.cpu_count()} host CPUs\n")
    measure_size(report, kernels)
    measure_bytes(report, kernels)
    measure_record(report, kernels["kunit"], arguments.n)
    measure_stops(report, kernels["on"], arguments.r, arguments.w, arguments.n)
    report.save()
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
