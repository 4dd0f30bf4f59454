#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Lockdep and KASAN kernels, booted through the scenarios that stop CPUs.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$SDEISTOP_ROOT/scripts/lib/kernel.sh"

USAGE="usage: debug.sh [-h] [-b BASE] [-c CONFIG] [SCENARIO...]

Builds the kernels of tests/kernel/debug-kernels for every base of kernel/bases
(-b, -c: for that one, of that configuration), runs the scenarios listed there
(or SCENARIO...) with each and looks for complaints on their consoles. Prints TAP;
results are in build/kernel-debug/BASE-CONFIG-SCENARIO/."

data=$SDEISTOP_ROOT/tests/kernel/debug-kernels

# field KEYWORD [NAME]: what the lines of that keyword (and name) have
field()
{
	awk -v keyword="$1" -v name="${2:-}" '$1 == keyword && (name == "" || $2 == name) {
		sub(/^[^ ]+ +/, ""); if (name != "") sub(/^[^ ]+ */, ""); print }' "$data"
}

mapfile -t bases < <(kernel_bases)
mapfile -t configs < <(field config | awk '{ print $1 }')
while getopts hb:c: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	b) bases=("$OPTARG") ;;
	c) configs=("$OPTARG") ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
scenarios=("$@")
(( $# )) || read -ra scenarios < <(field scenario)

number=0 failed=0

# result STATUS NAME FILE: a test, with what is in FILE where it failed
result()
{
	number=$((number + 1))
	if (( $1 == 0 )); then
		printf 'ok %d - %s\n' "$number" "$2"
	else
		printf 'not ok %d - %s\n' "$number" "$2"
		head -n 40 "$3" | tr -d '\r' | sed 's/^/# /'
		failed=1
	fi
}

# complaints SCENARIO CONSOLE: lines that a kernel without faults does not print
complaints()
{
	grep -anEf <(field complaint) "$2" | grep -avEf <(field expected "$1") || true
}

# run BASE CONFIG SCENARIO
run()
{
	local what="$1, $2: $3" config=$2 out=$SDEISTOP_BUILD/kernel-debug/$1-$2-$3 override overrides=() status=0 sign

	for override in "base=$1" "config=$2" $(field config "$2") $(field base "$1"); do
		overrides+=(-o "$override")
	done
	mkdir -p "${out%/*}"
	"$SDEISTOP_ROOT/tests/e2e/run-scenario.sh" "${overrides[@]}" -O "$out" "$3" >"$out.log" 2>&1 || status=$?
	result "$status" "$what passes" "$out.log"
	if [[ ! -e $out/console.log ]]; then
		printf 'no console\n' >"$out.complaints"
	else
		complaints "$3" "$out/console.log" >"$out.complaints"
		sign=$(field sign "$config")
		grep -aqF "$sign" "$out/console.log" || printf 'nowhere on the console: %s\n' "$sign" >>"$out.complaints"
	fi
	[[ ! -s $out.complaints ]] && status=0 || status=1
	result "$status" "$what: no complaint" "$out.complaints"
}

for base in "${bases[@]}"; do
	for config in "${configs[@]}"; do
		"$SDEISTOP_ROOT/scripts/build-kernel.sh" -b "$base" -c "$config" patched >/dev/null ||
			result 1 "$base, $config: the kernel is built" /dev/null
		for scenario in "${scenarios[@]}"; do
			run "$base" "$config" "$scenario"
		done
	done
done
printf '1..%d\n' "$number"
exit "$failed"
