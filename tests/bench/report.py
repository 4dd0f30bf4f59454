# SPDX-License-Identifier: GPL-2.0-or-later
"""What the benchmarks share: where things are, and results as text and JSON"""

import json
import os
import statistics
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
OUT = os.path.join(BUILD, "bench")
SDEISTOP = os.path.join(BUILD, "bin/sdeistop")


class Failed(Exception):
    """A measurement that is an error and no number"""


def median_range(values, digits):
    """What a table shows of repeated measurements: '12.3 (11.9-14.0)'"""
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return middle if low == high else f"{middle} ({low}-{high})"


def table(columns, rows):
    """Lines of a table, aligned for a terminal and Markdown as well"""
    cells = [list(columns)] + [["-" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(columns))]
    lines = ["| " + " | ".join(cell.rjust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    return lines[:1] + ["|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"] + lines[1:]


class Report:
    """One benchmark: its tables are printed as soon as they are there, and
    kept with the numbers they were made of in NAME.txt and NAME.json."""

    def __init__(self, name, **data):
        self.path = os.path.join(OUT, name)
        self.data = {"what": name, **data}
        self.text = []
        self.failures = []
        self.skipped = []
        os.makedirs(OUT, exist_ok=True)

    def add(self, title, columns, rows):
        lines = [title, "", *table(columns, rows), ""]
        print("\n".join(lines), flush=True)
        self.text += lines

    def attempt(self, measurement, *words):
        """What it returns, None if it failed: told now, and kept"""
        try:
            return measurement(*words)
        except Failed as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            self.failures.append(str(failure))
            return None

    def skip(self, text):
        """What is not measured, and why: told now, and in what is kept"""
        print(f"SKIPPED: {text}", file=sys.stderr)
        self.skipped.append(text)
        self.text += [f"SKIPPED: {text}", ""]

    def save(self):
        with open(self.path + ".json", "w", encoding="ascii") as file:
            json.dump({**self.data, "failures": self.failures, "skipped": self.skipped}, file, indent=2)
            file.write("\n")
        with open(self.path + ".txt", "w", encoding="ascii") as file:
            file.write("\n".join(self.text))
