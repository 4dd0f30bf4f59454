#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h] [-s|-o]

Drives the crash extension over vmcores that the end-to-end scenarios left in
build/e2e: one of each kind of content and of each file format, and changed
copies of one. TAP.

  -s   an extension with sanitizers, which is built for it
  -o   all that there is to check in the older crash of Debian trixie (arm64, run
       through qemu-user) instead: minutes for each vmcore"

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 || $* == -[so] ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
crash_dir=$(scripts/build-crash.sh)
# Without it, or without an extension for it, what is for it is skipped
old_dir=$(scripts/build-arm64-crash.sh) || [[ $? -eq 3 ]]
old='older crash' why_not_old='it is not to be had'
old_extension=$build/arm64/crash-ext/sdeistop.so
if [[ $old_dir ]]; then
	old="crash $(<"$old_dir/src-version")"
	why_not_old=''
	[[ -e $old_extension ]] || why_not_old='its source is not to be had, to build the extension against'
fi
extension=$build/crash-ext/sdeistop.so
export SDEISTOP=$build/bin/sdeistop
if [[ ${1:-} == -s ]]; then
	make -s asan-crash-ext CRASH_SRC="$crash_dir" >&2
	extension=$build/asan/crash-ext/sdeistop.so
	export SANITIZED=yes
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/crash/tap.sh
. tests/crash/tap.sh
# shellcheck source=tests/crash/makedumpfile.sh
. tests/crash/makedumpfile.sh

# What to run: script, scenario, vmcore, and further arguments of the script: the
# CPUs wedged in it, how many turns, or what else it wants. old: before its name is
# for the older crash. Words with two dashes are options of crash: 8.0.6 does not
# know the slab caches of 7.2.
e2e=$build/e2e
runs=(
	"check-extension.sh one-wedged $e2e/one-wedged/vmcore 2"
	"check-extension.sh three-wedged $e2e/three-wedged/vmcore.elf 1 2 3"
	"check-extension.sh hot-unplugged $e2e/hot-unplugged/vmcore"
	"check-extension.sh unpatched $e2e/unpatched/vmcore"
	"check-extension.sh panic-cpu-1 $e2e/panic-cpu-1/vmcore.split.1 0"
	"check-patched.sh three-wedged $e2e/three-wedged/vmcore"
	"check-memory.sh three-wedged $e2e/three-wedged/vmcore.elf"
	"check-memory.sh late $e2e/late/vmcore 2"
	"check-habits.sh one-wedged $e2e/one-wedged/vmcore"
	"check-backtraces.sh hard-places $e2e/hard-places/vmcore 1 2 3 4 5"
	"check-backtraces.sh agdi $e2e/agdi/vmcore"
	"check-owners.sh no-sdei-cpu-0 $e2e/no-sdei-cpu-0/vmcore 0"
	"check-owners.sh one-of-sixteen $e2e/one-of-sixteen/vmcore $(echo {0..6} {8..10} {12..15})"
)
# Nothing of these is about memory that sanitizers would see, and they are slow with them
not_sanitized=(
	"check-formats.sh three-wedged $e2e/three-wedged/vmcore.elf zstd-1 snappy-31 flattened-elf-31"
	"old:check-version.sh three-wedged $e2e/three-wedged/vmcore.elf"
	"check-terminal.py three-wedged $e2e/three-wedged/vmcore 1"
)
newest=one-wedged+base=7.2+level=23
older=(
	"old:check-extension.sh one-wedged $e2e/one-wedged/vmcore 2"
	"old:check-extension.sh three-wedged $e2e/three-wedged/vmcore.elf 1 2 3"
	"old:check-extension.sh hot-unplugged $e2e/hot-unplugged/vmcore"
	"old:check-extension.sh unpatched $e2e/unpatched/vmcore"
	"old:check-extension.sh one-wedged $work/flattened 2"
	"old:check-patched.sh three-wedged $e2e/three-wedged/vmcore"
	"old:check-version.sh $newest $e2e/$newest/vmcore --no_kmem_cache"
)
case ${1:-} in
-o)
	runs=("${older[@]}")
	tests/crash/vmcore.py flatten "$e2e/one-wedged/vmcore" "$work/flattened" ;;
'') runs+=("${not_sanitized[@]}") ;;
esac

# run NUMBER SCRIPT SCENARIO VMCORE [WORD...]
run()
{
	local out=$work/$1.tap script=$2 scenario=$3 vmcore=$4 dir=$crash_dir
	local extension=$extension word words=() options=''

	for word in "${@:5}"; do
		if [[ $word == --* ]]; then
			options+=" $word"
		else
			words+=("$word")
		fi
	done
	if [[ $script == old:* && $why_not_old ]]; then
		printf 'ok 1 - %s # SKIP %s\n' "${script#old:}" "$why_not_old" >"$out"
		return
	fi
	case $script in
	old:check-version.sh) words=("$old_dir" "$old_extension") ;;
	old:*) dir=$old_dir extension=$old_extension ;;
	esac
	CRASH_OPTIONS=${options# } "tests/crash/${script#old:}" "$dir" "$e2e/$scenario/vmlinux" \
		"$vmcore" "$extension" "${words[@]}" >"$out" 2>&1 || true
	ended "$out"
}

run_each "${runs[@]}"
wait

for i in "${!runs[@]}"; do
	read -r script scenario vmcore _ <<<"${runs[i]}"
	name=$scenario/$(basename "$vmcore")
	if [[ $script != *check-extension.sh ]]; then
		name=${script#*check-}
		name=$scenario/${name%.*}
	fi
	[[ $script != old:* ]] || name="$old: $name"
	retell "$name" "$work/$i.tap"
done
finish_tap
