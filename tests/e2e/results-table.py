#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print the last results of scenarios as a Markdown table, for docs/test-matrix.md.

Reads result.json of the directories named, of build/e2e without any.
"""

import glob
import json
import os
import sys
import time


def main():
    if sys.argv[1:] == ["-h"]:
        print("usage: results-table.py [DIR...]\n\n" + __doc__.strip())
        return 0
    directories = sys.argv[1:] or sorted(glob.glob("build/e2e/*"))
    print("| scenario | what it shows | passed | failed | skipped | run on |\n|---|---|---|---|---|---|")
    missing = 0
    for directory in directories:
        path = os.path.join(directory, "result.json")
        name = os.path.basename(os.path.normpath(directory))
        try:
            with open(path, encoding="utf-8") as file:
                result = json.load(file)
        except (OSError, ValueError):
            missing += 1
            print(f"results-table.py: no result in {directory}", file=sys.stderr)
            continue
        date = time.strftime("%Y-%m-%d", time.gmtime(os.path.getmtime(path)))
        print(f"| {name} | {result.get('description', '')} | {result['passed']} | {result['failed']} | {result['skipped']} | {date} |")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
