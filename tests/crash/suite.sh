#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h] [-s]

Drives the crash extension over vmcores that the end-to-end scenarios left in
build/e2e: one of each kind of content and of each file format, and changed
copies of one. TAP.

-s: an extension with sanitizers, which is built for it."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 || $* == -s ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
crash_dir=$(scripts/build-crash.sh)
export SDEISTOP=$build/bin/sdeistop
extension=$build/crash-ext/sdeistop.so
if [[ ${1:-} == -s ]]; then
	make -s asan-crash-ext CRASH_SRC="$crash_dir" >&2
	extension=$build/asan/crash-ext/sdeistop.so
	export SANITIZED=yes
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# flattened: two formats in one, and a file crash reads in its own way
tests/crash/vmcore.py flatten "$build/e2e/one-wedged/vmcore" "$work/flattened" || true

# What to run: script, scenario, vmcore, and further arguments of the script: the
# CPUs wedged in it, or how many turns
runs=(
	"check-extension.sh one-wedged $build/e2e/one-wedged/vmcore 2"
	"check-extension.sh three-wedged $build/e2e/three-wedged/vmcore.elf 1 2 3"
	"check-extension.sh hot-unplugged $build/e2e/hot-unplugged/vmcore"
	"check-extension.sh unpatched $build/e2e/unpatched/vmcore"
	"check-extension.sh one-wedged $work/flattened 2"
	"check-patched.sh three-wedged $build/e2e/three-wedged/vmcore"
	"check-memory.sh three-wedged $build/e2e/three-wedged/vmcore.elf"
	"check-memory.sh late $build/e2e/late/vmcore 2"
	"check-habits.sh one-wedged $build/e2e/one-wedged/vmcore"
	"check-backtraces.sh hard-places $build/e2e/hard-places/vmcore 1 2 3 4 5"
	"check-backtraces.sh agdi $build/e2e/agdi/vmcore"
	"check-owners.sh no-sdei-cpu-0 $build/e2e/no-sdei-cpu-0/vmcore 0"
	"check-owners.sh one-of-sixteen $build/e2e/one-of-sixteen/vmcore $(echo {0..6} {8..10} {12..15})"
)
# Nothing of it is about memory that sanitizers would see, and it is slow with them
[[ ${SANITIZED:-} ]] || runs+=("check-terminal.py three-wedged $build/e2e/three-wedged/vmcore 2")

# run NUMBER SCRIPT SCENARIO VMCORE [WORD...]
run()
{
	local out=$work/$1.tap script=$2 scenario=$3 status=0

	shift 3
	"tests/crash/$script" "$crash_dir" "$build/e2e/$scenario/vmlinux" "$1" \
		"$extension" "${@:2}" >"$out" 2>&1 || status=$?
	# A script that ends by itself ends with its sum
	if (( status > 1 )) || [[ ! $(tail -n 1 "$out") =~ ^[0-9]+\ passed,\ [0-9]+\ failed$ ]]; then
		printf 'not ok 0 - did not run to its end\n' >>"$out"
	fi
}

# Two at a time: crash takes seconds to open a vmcore, and does nothing in parallel
for i in "${!runs[@]}"; do
	(( i < 2 )) || wait -n
	read -r -a words <<<"${runs[i]}"
	run "$i" "${words[@]}" &
done
wait

number=0 failed=0
for i in "${!runs[@]}"; do
	read -r script scenario vmcore _ <<<"${runs[i]}"
	name=$scenario/$(basename "$vmcore")
	if [[ $script != check-extension.sh ]]; then
		name=${script#check-}
		name=$scenario/${name%.*}
	fi
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			number=$((number + 1))
			[[ $line == ok* ]] || failed=1
			# its number becomes ours
			printf '%s %d - %s: %s\n' "${line%%ok*}ok" "$number" "$name" "${line#*ok * - }"
			;;
		*) printf '# %s\n' "${line#\# }" ;;
		esac
	done <"$work/$i.tap"
done
printf '1..%d\n' "$number"
exit "$failed"
