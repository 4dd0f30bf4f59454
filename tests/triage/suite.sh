#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Makes triage dumps of vmcores that the end-to-end scenarios left in build/e2e, and has
sdeistop, crash, gdb and drgn read them. TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
crash_dir=$(scripts/build-crash.sh)
# Without it, or without an extension for it, what is for it is skipped
old_dir=$(scripts/build-arm64-crash.sh) || [[ $? -eq 3 ]]
old_extension=$build/arm64/crash-ext/sdeistop.so
export SDEISTOP=$build/bin/sdeistop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/crash/tap.sh
. tests/crash/tap.sh

# Scenario, vmcore, and which of its CPUs were where, see check-readers.sh. With the older
# crash too, which is emulated, if "old:" is before it.
e2e=$build/e2e
runs=(
	"old:three-wedged vmcore.elf -k 0,1,2,3 -s 256K"
	"hard-places vmcore -k 0 -m 1,2,3,4 -s 352K -l 352K"
	"hot-unplugged vmcore -k 0 -s 160K"
	"panic-cpu-1 vmcore.split.1 -k 1 -s 224K"
	"one-wedged+base=7.2+level=23 vmcore -k 0,2 -s 224K -d"
	"unpatched vmcore"
)

# run NUMBER SCENARIO VMCORE [OPTION...]
run()
{
	local out=$work/$1.tap scenario=${2#old:} vmcore other=()

	vmcore=$e2e/$scenario/$3
	[[ $3 != *.split.1 ]] || vmcore+=",${vmcore%1}2,${vmcore%1}3"
	[[ $2 != old:* || ! $old_dir || ! -e $old_extension ]] || other=("$old_dir" "$old_extension")
	tests/triage/check-readers.sh "${@:4}" "$crash_dir" "$e2e/$scenario/vmlinux" "$vmcore" \
		"$build/crash-ext/sdeistop.so" "${other[@]}" >"$out" 2>&1 || true
	ended "$out"
	[[ $2 != old:* || ${other[*]} ]] ||
		echo 'ok 0 - older crash # SKIP it, or its source for the extension, is not to be had' >>"$out"
}

# The program that ran in user mode, for what the capture kernel itself made of it
run_user()
{
	local out=$work/user.tap

	mkdir "$work/guest"
	zcat "$(scripts/build-initramfs.sh)" | (cd "$work/guest" && cpio -id --quiet bin/busybox)
	tests/triage/check-user.py "$SDEISTOP" "$e2e/hard-places"/{vmlinux,vmcore.triage} \
		"$work/guest/bin/busybox" 5 >"$out" 2>&1 || true
	ended "$out"
}

run_each "${runs[@]}"
run_user
wait

for i in "${!runs[@]}"; do
	read -r scenario vmcore _ <<<"${runs[i]}"
	retell "${scenario#old:}/$vmcore" "$work/$i.tap"
done
retell 'hard-places/vmcore.triage' "$work/user.tap"
finish_tap
