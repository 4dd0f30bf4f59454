#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/samples.sh
. "$(dirname "$0")/lib/samples.sh"

USAGE="usage: unpack-samples.sh [-h]

Unpacks the vmcores of tests/data/samples into build/samples, those that are not
there yet. What they are: tests/data/samples/README.md."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

out=$SDEISTOP_BUILD/samples
# Suites that run beside one another each see to it that they are there
lock_here "$out/.lock" "the samples"
for packed in "$SAMPLES"/*.zst; do
	file=$out/$(basename "$packed" .zst)
	[[ $file -nt $packed ]] && continue
	zstd -q -d -f --sparse "$packed" -o "$file.new"
	touch "$file.new"
	mv "$file.new" "$file"
done
