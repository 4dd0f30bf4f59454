#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Runs the command, built with sanitizers: over its command line (bats), then over
each description of tests/data, against the .expect file beside it. TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

export BUILD=${BUILD:-build}
SDEISTOP=$(realpath "$BUILD/asan/bin/sdeistop")
export SDEISTOP
failed=0

bats --tap tests/cli || failed=1

# one DESCRIPTION RESULT: its TAP line without the number
one()
{
	local name

	name=$(basename "$1" .txt)
	if tests/cli/transcript "$1" >"$2.out" 2>"$2.err" &&
	   diff -u "tests/data/$name.expect" "$2.out" >"$2.diff" 2>&1; then
		printf 'ok %%d - data: %s\n' "$name" >"$2"
	else
		{
			printf 'not ok %%d - data: %s\n' "$name"
			sed 's/^/# /; s/%/%%/g' "$2.err" "$2.diff"
		} >"$2"
	fi
}
export -f one

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for description in tests/data/*.txt; do
	printf '%s\0%s\0' "$description" "$work/$(basename "$description" .txt)"
done | xargs -0 -n 2 -P "$(nproc)" bash -c 'one "$@"' one

number=0
for description in tests/data/*.txt; do
	number=$((number + 1))
	format=$(<"$work/$(basename "$description" .txt)")
	# shellcheck disable=SC2059 # it is a format: the number goes in
	printf "$format\n" "$number"
	[[ $format == ok* ]] || failed=1
done
printf '1..%d\n' "$number"
exit "$failed"
