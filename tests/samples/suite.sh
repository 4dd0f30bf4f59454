#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Reads the bundled vmcores with the command, built with sanitizers, and holds the
report field by field against what the guest printed and the scenario expects:
the checks of the end-to-end tests without QEMU. TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
scripts/unpack-samples.sh
for console in tests/data/samples/*.console; do
	name=$(basename "$console" .console)
	dir=$build/samples-check/$name
	mkdir -p "$dir"
	cp "$console" "$dir/console.log"
	cp "tests/data/samples/$name.ended" "$dir/ended"
	for file in "$build/samples/$name".vmcore*; do
		ln -sf "$file" "$dir/${file##*/"$name".}"
	done
	# saved with pages in plain, see scripts/make-samples.sh
	sed 's/kdump-lzo/kdump-plain/' "tests/e2e/scenarios/$name.scenario" >"$dir/$name.scenario"
	tests/e2e/check.py --sdeistop "$build/asan/bin/sdeistop" "$dir/$name.scenario" "$dir" || true
done | tests/e2e/tap.awk
