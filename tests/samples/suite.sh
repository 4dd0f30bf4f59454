#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"
# shellcheck source=scripts/lib/samples.sh
. "$(dirname "$0")/../../scripts/lib/samples.sh"

USAGE="usage: suite.sh [-h]

Reads the bundled vmcores with the command, built with sanitizers, and holds the
report field by field against what the guest printed and the scenario expects:
the checks of the end-to-end tests without QEMU. Then what is in the pages of the
one that has them, triage dumps, and how they are unpacked. TAP."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

"$SDEISTOP_ROOT/scripts/unpack-samples.sh"
asan=$SDEISTOP_BUILD/asan

notes()
{
	local console name dir file

	for console in "$SAMPLES"/*.console; do
		name=$(basename "$console" .console)
		dir=$SDEISTOP_BUILD/samples-check/$name
		mkdir -p "$dir"
		cp "$console" "$dir/console.log"
		cp "$SAMPLES/$name.ended" "$dir/ended"
		for file in "$SDEISTOP_BUILD/samples/$name".vmcore*; do
			ln -sf "$file" "$dir/${file##*/"$name".}"
		done
		sample_scenario "$name" "$dir/$name.scenario"
		# Told as a failure too if it died before it came to one
		"$SDEISTOP_ROOT/tests/e2e/check.py" --sdeistop "$asan/bin/sdeistop" \
			"$dir/$name.scenario" "$dir" || printf 'FAIL %s: not all of it is right\n' "$name"
	done
}

# Only that of one-wedged has its pages.
pages()
{
	"$SDEISTOP_ROOT/tests/samples/pages.py" "$asan/bin/sdeistop" \
		"$asan/libexec/sdeistop/sdeistop-memory" \
		"$SDEISTOP_BUILD/samples/one-wedged.vmcore" "$SAMPLES/one-wedged.console" ||
		printf 'FAIL pages: not all of it is right\n'
}

triage_dumps()
{
	"$SDEISTOP_ROOT/tests/samples/triage.sh" "$asan/bin/sdeistop" \
		"$SDEISTOP_BUILD"/samples/*.vmcore* || printf 'FAIL triage: not all of it is right\n'
}

# What the suites that use them do, beside one another in a tree that has none yet
unpacked_at_once()
{
	local work status=PASS nr packed

	work=$(mktemp -d)
	for nr in 1 2 3 4; do
		SDEISTOP_BUILD=$work "$SDEISTOP_ROOT/scripts/unpack-samples.sh" 2>"$work/$nr.err" &
	done
	wait
	for packed in "$SAMPLES"/*.zst; do
		zstd -q -dc "$packed" | cmp - "$work/samples/$(basename "$packed" .zst)" >&2 || status=FAIL
	done
	rm -rf "$work"
	printf '%s samples: unpacked by four at once\n' "$status"
}

{ notes; pages; triage_dumps; unpacked_at_once; } | "$SDEISTOP_ROOT/tests/e2e/tap.awk"
