#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Check the protocols between CPUs exhaustively, and that the models can fail.
set -euo pipefail

USAGE="usage: check.sh [-h]

Runs spin over every model of tests/model: as it is, which must hold, and with
each of its mutants, which must not. Prints TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

models=("$(cd "$(dirname "$0")" && pwd)"/*.pml)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# holds MODEL [OPTION]: does the model, built with OPTION, hold? Status 2: not
# decided. -E: a CPU that is parked or powered off is stuck on purpose.
holds()
{
	local model=$1

	shift
	(
		cd "$work"
		rm -f pan* ./*.trail
		spin "$@" -a "$model" >spin.log 2>&1 &&
			cc -O1 -DSAFETY -o pan pan.c >cc.log 2>&1 || exit 2
		./pan -E -m100000 >pan.log 2>&1 || exit 2
		grep -q 'errors: 0' pan.log
	)
}

# report GOOD TEXT
report()
{
	number=$((number + 1))
	if [[ $1 ]]; then
		printf 'ok %d - %s\n' "$number" "$2"
	else
		printf 'not ok %d - %s\n' "$number" "$2"
		sed 's/^/# /' "$work"/*.log
		failed=1
	fi
}

# check_model MODEL
check_model()
{
	local model=$1 name mutant mutants status=0

	name=$(basename "$model" .pml)
	if ! command -v spin >/dev/null; then
		report yes "$name # SKIP spin is not installed"
		return
	fi
	holds "$model" || status=$?
	report "$([[ $status -ne 0 ]] || echo yes)" \
		"$name holds: $(grep -o '[0-9]* states, stored' "$work/pan.log" || true)"
	mapfile -t mutants < <(grep -o 'MUTANT_[A-Z_]*[A-Z]' "$model" | sort -u)
	for mutant in "${mutants[@]}"; do
		status=0
		holds "$model" "-D$mutant" || status=$?
		report "$([[ $status -ne 1 ]] || echo yes)" "$name: $mutant is found"
	done
}

for model in "${models[@]}"; do
	check_model "$model"
done
printf '1..%d\n' "$number"
exit "$failed"
