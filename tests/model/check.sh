#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Check the state word's protocol exhaustively, and that the model can fail.
set -euo pipefail

USAGE="usage: check.sh [-h]

Runs spin over tests/model/cpustop.pml: as it is, which must hold, and with each
of its mutants, which must not. Prints TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

model=$(cd "$(dirname "$0")" && pwd)/cpustop.pml
mapfile -t mutants < <(grep -o 'MUTANT_[A-Z_]*[A-Z]' "$model" | sort -u)
printf '1..%d\n' $((${#mutants[@]} + 1))

if ! command -v spin >/dev/null; then
	printf 'ok 1 - state word # SKIP spin is not installed\n'
	for i in "${!mutants[@]}"; do
		printf 'ok %d - %s # SKIP spin is not installed\n' $((i + 2)) "${mutants[i]}"
	done
	exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# holds [OPTION]: does the model, built with OPTION, hold? Status 2: not decided.  -E: a parked or
# powered-off CPU is stuck on purpose.
holds()
{
	(
		cd "$work"
		rm -f pan* ./*.trail
		spin "$@" -a "$model" >spin.log 2>&1 &&
			cc -O1 -DSAFETY -o pan pan.c >cc.log 2>&1 || exit 2
		./pan -E -m100000 >pan.log 2>&1 || exit 2
		grep -q 'errors: 0' pan.log
	)
}

failed=0
report()
{
	if [[ $2 -eq 0 ]]; then
		printf 'ok %d - %s\n' "$1" "$3"
	else
		printf 'not ok %d - %s\n' "$1" "$3"
		sed 's/^/# /' "$work"/*.log
		failed=1
	fi
}

status=0
holds || status=$?
report 1 "$status" "the state word holds: $(grep -o '[0-9]* states, stored' "$work/pan.log" || true)"

for i in "${!mutants[@]}"; do
	status=0
	holds "-D${mutants[i]}" || status=$?
	report $((i + 2)) $((status != 1)) "${mutants[i]} is found"
done
exit "$failed"
