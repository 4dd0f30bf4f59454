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
# run FILE RESULT: of a bats file its TAP, of a description as one
run()
{
	case $1 in
	*.bats) bats --tap "$1" >"$2" 2>&1 || touch "$2.failed" ;;
	*) one "$@" ;;
	esac
}
export -f one run

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The bats files first: each takes seconds, a description a part of one
for file in tests/cli/*.bats tests/data/*.txt; do
	printf '%s\0%s\0' "$file" "$work/$(basename "$file" .txt)"
done | xargs -0 -n 2 -P "$(nproc)" bash -c 'run "$@"' run

for file in tests/cli/*.bats; do
	cat "$work/$(basename "$file")"
	[[ ! -e $work/$(basename "$file").failed ]] || failed=1
done
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
