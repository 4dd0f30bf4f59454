#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension over everything that makedumpfile makes of a vmcore, for
# kernels of each version and page size.
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: formats.sh [-h] [NUMBER...]

For each line of formats.list, or those lines: runs the scenario, which leaves a
copy of /proc/vmcore, and check-formats.sh over that. TAP. An hour."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }

build=$(realpath "${BUILD:-build}")
crash_dir=$(scripts/build-crash.sh)
export SDEISTOP=$build/bin/sdeistop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/crash/tap.sh
. tests/crash/tap.sh
# shellcheck source=tests/crash/makedumpfile.sh
. tests/crash/makedumpfile.sh

# filtered OUT SCENARIO WORD...: check-formats.sh with those words over its vmcore
filtered()
{
	local out=$1 options=() dir=$build/e2e/formats name all overrides

	read -r name all <<<"$2"
	read -ra overrides <<<"$all"
	shift 2
	if [[ $1 == -u ]]; then
		options=("$1" "$2")
		shift 2
	fi
	tests/e2e/run-scenario.sh -n -O "$dir" -o save=raw "${overrides[@]/#/-o}" "$name" >&2 || return
	# A gigabyte, mostly of zeros
	fallocate --dig-holes "$dir/vmcore"
	tests/crash/check-formats.sh "${options[@]}" "$crash_dir" "$dir/vmlinux" "$dir/vmcore" \
		"$build/crash-ext/sdeistop.so" "$@" >"$out"
	rm -rf "$dir"
}

mapfile -t lines < <(grep -vE '^(#|$)' tests/crash/formats.list)
(( $# )) || mapfile -t wanted < <(seq ${#lines[@]})
(( ! $# )) || wanted=("$@")
for i in "${wanted[@]}"; do
	scenario=${lines[i - 1]%% : *}
	read -ra words <<<"${lines[i - 1]#* : }"
	rm -f "$work/tap"
	filtered "$work/tap" "$scenario" "${words[@]}" || true
	ended "$work/tap"
	retell "$scenario" "$work/tap"
done
finish_tap
