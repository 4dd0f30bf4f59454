#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several scenarios, and one sum.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"

USAGE="usage: run-all.sh [-h] [-l] [NAME|FILE|LIST|DIRECTORY...]

Runs those scenarios, by default all of tests/e2e/scenarios. LIST is a .list
file: scenarios with what is overridden in them; of a DIRECTORY both are taken.
The last line is 'N passed, N failed, N skipped'; what was skipped is named above it.

What a machine left is checked while the next one runs. Two machines at a time
would keep each other from answering in time.

  -l   only list them"

e2e=$SDEISTOP_ROOT/tests/e2e
list=
while getopts hl opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	l) list=1 ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))

# runs_of ARGUMENT: a line for each run, NAME|FILE [KEY=VALUE...]
runs_of()
{
	local file

	if [[ -d $1 ]]; then
		while read -r file; do
			runs_of "$file"
		done < <(find "$1" -name '*.scenario' | LC_ALL=C sort; find "$1" -name '*.list' | LC_ALL=C sort)
	elif [[ $1 == *.list ]]; then
		grep -vE '^(#|[[:space:]]*$)' "$1"
	else
		printf '%s\n' "$1"
	fi
}

(( $# )) || set -- "$e2e/scenarios"
runs=()
for argument; do
	mapfile -t -O "${#runs[@]}" runs < <(runs_of "$argument")
done
if [[ $list ]]; then
	for run in "${runs[@]}"; do
		read -r file overrides <<<"$run"
		name=$(basename "$file" .scenario)
		[[ -e $file ]] || file=$(find "$e2e"/{scenarios,matrix} -name "$name.scenario" -print -quit)
		printf '%-22s %s\n' "$name" "${overrides:-$("$e2e/scenario.py" "$file" | sed -n 's/^description=//p')}"
	done
	exit 0
fi

# scenario FLAG NUMBER: run-scenario.sh for that line; what it says is kept
scenario()
{
	local words overrides

	# Values have no blanks in them
	read -ra words <<<"${runs[$2]}"
	overrides=("${words[@]:1}")
	"$e2e/run-scenario.sh" "$1" "${overrides[@]/#/-o}" "${words[0]}" >"$output/$2"
}

# tell NUMBER: what it said, and add it up
tell()
{
	local line

	cat "$output/$1"
	if [[ $(tail -n 1 "$output/$1") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + BASH_REMATCH[3]))
	else
		# it did not get as far as checking anything
		printf 'FAIL %s: no result\n' "${runs[$1]%% *}"
		failed=$((failed + 1))
	fi
	while read -r line; do
		skips+=("$line")
	done < <(grep '^SKIP ' "$output/$1" || true)
}

passed=0 failed=0 skipped=0 before=
skips=()
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
for number in "${!runs[@]}"; do
	ran=1
	scenario -n "$number" || ran=
	wait
	[[ ! $before ]] || tell "$before"
	before=$number
	[[ ! $ran ]] || scenario -c "$number" &
done
wait
[[ ! $before ]] || tell "$before"
(( ${#skips[@]} == 0 )) || printf '%s\n' "${skips[@]}"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
(( failed == 0 ))
