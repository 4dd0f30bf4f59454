#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: run.sh [-h]

Runs the programs of 'make coverage-programs', which count the lines they run:
the unit tests, the fuzz inputs, and each description of tests/data, whose output
has to be that of its .expect file here, too. Counting begins anew."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

BUILD=$(realpath "${BUILD:-build}/coverage")
export BUILD SDEISTOP=$BUILD/bin/sdeistop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What counts writes files even where the command has forbidden that to a child
# (tools/memory-run.c): it fails there, and no signal ends it.
trap '' XFSZ

# run COMMAND...: silent if it succeeds
run()
{
	"$@" >"$work/out" 2>&1 || { tail -n 40 "$work/out" >&2; return 1; }
}

describes()
{
	tests/cli/transcript "$1" 2>&1 | diff -u "${1%.txt}.expect" -
}
export -f describes

find "$BUILD" -name '*.gcda' -delete
for source in tests/unit/test_*.c; do
	run "$BUILD/tests/unit/$(basename "$source" .c)"
done
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	inputs=("$BUILD/fuzz/seeds/$name")
	[[ ! -d tests/fuzz/corpus/$name ]] || inputs+=("tests/fuzz/corpus/$name")
	run "$BUILD/fuzz/replay_$name" "${inputs[@]}"
done
printf '%s\0' tests/data/*.txt |
	run xargs -0 -n 1 -P "$(nproc)" bash -o pipefail -c 'describes "$@"' describes
