#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Drives the crash extension over vmcores that the end-to-end scenarios left in
build/e2e: one of each kind of content and of each file format. TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
crash_dir=$(scripts/build-crash.sh)
vmcores=(one-wedged/vmcore three-wedged/vmcore.elf hot-unplugged/vmcore unpatched/vmcore)
export SDEISTOP=$build/bin/sdeistop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Two at a time: crash takes seconds to open a vmcore, and does nothing in parallel
# shellcheck disable=SC2016 # the inner shell's variables
printf '%s\0' "${vmcores[@]}" | xargs -0 -P 2 -I '{}' bash -c '
	out=$3/$(dirname "$1").tap
	tests/crash/check-extension.sh "$2" "$4/e2e/$(dirname "$1")/vmlinux" "$4/e2e/$1" \
		"$4/crash-ext/sdeistop.so" >"$out" 2>&1
	[ $? -le 1 ] || printf "not ok - did not run\n" >>"$out"' \
	check '{}' "$crash_dir" "$work" "$build" || true

number=0 failed=0
for vmcore in "${vmcores[@]}"; do
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			number=$((number + 1))
			[[ $line == ok* ]] || failed=1
			# its number becomes ours
			printf '%s %d - %s: %s\n' "${line%%ok*}ok" "$number" "$vmcore" "${line#*ok * - }"
			;;
		*) printf '# %s\n' "${line#\# }" ;;
		esac
	done <"$work/$(dirname "$vmcore").tap"
done
printf '1..%d\n' "$number"
exit "$failed"
