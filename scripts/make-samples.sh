#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Make the bundled vmcores anew. Rarely: each time adds megabytes to the history.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/samples.sh
. "$(dirname "$0")/lib/samples.sh"

USAGE="usage: make-samples.sh [-h]

Runs the scenarios of SAMPLE_SCENARIOS and puts what they captured into
tests/data/samples: the vmcore of one-wedged whole, those of the others with
their pages blanked (headers, notes, bitmaps and page descriptors as captured),
and of each the guest's console."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

mkdir -p "$SAMPLES"
rm -f "$SAMPLES"/*.zst "$SAMPLES"/*.console "$SAMPLES"/*.ended

# pack FILE NAME: as small as zstd makes it
pack()
{
	zstd -q -f -19 --long=27 "$1" -o "$SAMPLES/$2.zst"
}

work=$SDEISTOP_BUILD/samples-scenarios
mkdir -p "$work"
for name in "${SAMPLE_SCENARIOS[@]}"; do
	sample_scenario "$name" "$work/$name.scenario"
	"$SDEISTOP_ROOT/tests/e2e/run-scenario.sh" "$work/$name.scenario"
	out=$SDEISTOP_BUILD/e2e/$name
	cp "$out/console.log" "$SAMPLES/$name.console"
	cp "$out/ended" "$SAMPLES/$name.ended"
	for file in "$out"/vmcore "$out"/vmcore.elf; do
		[[ -e $file ]] || continue
		if [[ $name == one-wedged ]]; then
			pack "$file" "$name.${file##*/}"
		else
			"$SDEISTOP_ROOT/scripts/blank-pages.py" "$file" "$out/blanked"
			pack "$out/blanked" "$name.${file##*/}"
			rm "$out/blanked"
		fi
	done
done
du -ch "$SAMPLES"/*
