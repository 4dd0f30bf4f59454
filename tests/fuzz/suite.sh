#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Replays all fuzz inputs, the seeds and tests/fuzz/corpus, through the targets
built with sanitizers. TAP, a test a target."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

asan=${BUILD:-build}/asan/fuzz
number=0 failed=0
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	number=$((number + 1))
	inputs=("$asan/seeds/$name")
	[[ ! -d tests/fuzz/corpus/$name ]] || inputs+=("tests/fuzz/corpus/$name")
	if output=$("$asan/replay_$name" "${inputs[@]}" 2>&1); then
		printf 'ok %d - %s: %s\n' "$number" "$name" "${output##*$'\n'}"
	else
		printf 'not ok %d - %s\n' "$number" "$name"
		printf '%s\n' "$output" | tail -n 40 | sed 's/^/# /'
		failed=1
	fi
done
printf '1..%d\n' "$number"
exit "$failed"
