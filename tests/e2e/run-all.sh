#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Several scenarios, one after the other, and one sum.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"

USAGE="usage: run-all.sh [-h] [-l] [NAME|FILE|DIRECTORY...]

Runs those scenarios, by default all of tests/e2e/scenarios. The last line is
'N passed, N failed, N skipped'; what was skipped is named above it.

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
names=()
for name; do
	if [[ -d $name ]]; then
		mapfile -t -O "${#names[@]}" names < <(find "$name" -name '*.scenario' | LC_ALL=C sort)
	else
		names+=("$name")
	fi
done
if (( ${#names[@]} == 0 )); then
	mapfile -t names < <(find "$e2e/scenarios" -name '*.scenario' -printf '%f\n' | sed 's/\.scenario$//' | LC_ALL=C sort)
fi
if [[ $list ]]; then
	for name in "${names[@]}"; do
		printf '%-16s %s\n' "$name" "$("$e2e/scenario.py" "$e2e/scenarios/$name.scenario" | sed -n 's/^description=//p')"
	done
	exit 0
fi

passed=0 failed=0 skipped=0
skips=()
output=$(mktemp)
trap 'rm -f "$output"' EXIT
for name in "${names[@]}"; do
	"$e2e/run-scenario.sh" "$name" | tee "$output" || true
	if [[ $(tail -n 1 "$output") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + BASH_REMATCH[3]))
	else
		# it did not get as far as checking anything
		printf 'FAIL %s: no result\n' "$name"
		failed=$((failed + 1))
	fi
	while read -r line; do
		skips+=("$line")
	done < <(grep '^SKIP ' "$output" || true)
done
(( ${#skips[@]} == 0 )) || printf '%s\n' "${skips[@]}"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
(( failed == 0 ))
