#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run the test suites of tests/suites and add up what they said.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: check.sh [-h] fast|all|full [SUITE...]

Prepares what the suites of tests/suites need, runs those of the group (all has
fast, full has all) and prints a line for each. A suite speaks TAP; its output is
kept in build/check/SUITE.tap. Failures and skips are named at the end; the last line is
'N passed, N failed, N skipped'. A suite that runs no test has failed."

suites_file=$SDEISTOP_ROOT/tests/suites
out=$SDEISTOP_BUILD/check
passed=0 failed=0 skipped=0
failures=() skips=()

# run_suite NAME COMMAND...
run_suite()
{
	local name=$1 start=$SECONDS status=0 tap=$out/$1.tap ok bad skip kept line
	shift

	say "$name ... (output: $tap)"
	(cd "$SDEISTOP_ROOT" && "$@") >"$tap" 2>"$out/$name.err" </dev/null || status=$?

	skip=$(grep -ciE '^ok\b.*# skip' "$tap" || true)
	ok=$(($(grep -c '^ok\b' "$tap" || true) - skip))
	bad=$(grep -c '^not ok\b' "$tap" || true)
	while read -r line; do
		failures+=("$name: ${line#not ok }")
	done < <(grep '^not ok\b' "$tap" || true)
	while read -r line; do
		skips+=("$name: ${line#ok }")
	done < <(grep -iE '^ok\b.*# skip' "$tap" || true)

	if (( status != 0 && bad == 0 )); then
		bad=1
		failures+=("$name: exit status $status without a failed test")
		tail -n 15 "$out/$name.err" >&2
	elif (( ok + bad + skip == 0 )); then
		bad=1
		failures+=("$name: ran no test")
	elif (( bad )); then
		grep -A 12 '^not ok' "$tap" | head -n 60 >&2 || true
		tail -n 10 "$out/$name.err" >&2
	fi

	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	kept=$(grep -c '^ok\b.*# unchanged since ' "$tap" || true)
	(( kept == 0 )) || say "$name: $kept of these passed in an earlier run, nothing they depend on has changed since"
	say "$name: $ok passed, $bad failed, $skip skipped ($((SECONDS - start)) s)"
}

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ ${1:-} =~ ^(fast|all|full)$ ]] || usage_exit "$USAGE" 2
which=$1
shift
declare -A groups=([fast]='fast' [all]='fast all' [full]='fast all full')

mkdir -p "$out"
"$SDEISTOP_ROOT/scripts/prepare.sh" "$which"

while read -r name group command; do
	[[ $name && $name != \#* ]] || continue
	[[ " ${groups[$which]} " == *" $group "* ]] || continue
	if (( $# )) && [[ " $* " != *" $name "* ]]; then
		continue
	fi
	# The table's commands are words without quoting, on purpose.
	# shellcheck disable=SC2086
	run_suite "$name" $command
done <"$suites_file"

for line in "${skips[@]}"; do
	printf 'SKIPPED %s\n' "$line"
done
for line in "${failures[@]}"; do
	printf 'FAILED %s\n' "$line"
done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
(( failed == 0 ))
