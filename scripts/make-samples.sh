#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Make the bundled vmcores anew. Rarely: each time adds megabytes to the history.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: make-samples.sh [-h]

Runs the end-to-end scenarios and puts what they captured into
tests/data/samples: the vmcore of one-wedged whole, those of the others with
their pages blanked (headers, notes, bitmaps and page descriptors as captured),
and of each the facts that the guest printed on its console."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

dir=$SDEISTOP_ROOT/tests/data/samples
mkdir -p "$dir"

# pack FILE NAME: as small as zstd makes it
pack()
{
	zstd -q -f -19 --long=27 "$1" -o "$dir/$2.zst"
}

for name in one-wedged none-wedged three-wedged no-sdei hot-unplugged unpatched; do
	"$SDEISTOP_ROOT/tests/e2e/run-scenario.sh" -n "$name"
	out=$SDEISTOP_BUILD/e2e/$name
	grep -ao 'FACT .*' "$out/console.log" | tr -d '\r' >"$dir/$name.facts"
	for file in "$out"/vmcore "$out"/vmcore.elf; do
		[[ -e $file ]] || continue
		suffix=${file##*/}
		if [[ $name == one-wedged ]]; then
			pack "$file" "$name.$suffix"
		else
			"$SDEISTOP_ROOT/scripts/blank-pages.py" "$file" "$out/blanked"
			pack "$out/blanked" "$name.$suffix"
			rm "$out/blanked"
		fi
	done
done
du -ch "$dir"/*.zst
