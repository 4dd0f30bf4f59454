#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Vmcores of which something is broken: makedumpfile does with --cpu-stop what it does
# without, and tells of the CPUs what the command does. Prints a line a check and ends
# with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-damaged.sh DESCRIPTION...

  DESCRIPTION   of tests/data, as tests/tools/mkvmcore reads it

The environment variables STOCK and PATCHED are makedumpfile for arm64 without and with
the patches, SDEISTOP the command."

[[ $# -ge 1 && ${STOCK:-} && ${PATCHED:-} && ${SDEISTOP:-} ]] || { echo "$USAGE" >&2; exit 2; }
tools=$(realpath "$(dirname "$0")/../tools")
# shellcheck source=tests/makedumpfile/common.sh
. "$(dirname "$0")/common.sh"
# What can only be inferred from pages is not makedumpfile's to tell
export SDEISTOP_MEMORY=/nonexistent
common='del(.inferred, .not_inferred)'

# same_dump VMCORE: status and dump are those of stock
same_dump()
{
	local status=0 stock=0

	rm -rf "$work"/{stock,retained}
	dump "$STOCK" "$work/stock" "$1" -l -d 31 || stock=$?
	dump "$PATCHED" "$work/retained" "$1" --cpu-stop=cpus -l -d 31 || status=$?
	echo "status $status, of stock $stock"
	[[ $status -eq $stock && -s $work/retained/cpus ]] || return
	[[ ! -e $work/stock/part1 ]] || cmp "$work"/{stock,retained}/part1
}

# same_json VMCORE: with --cpu-stop alone, as sdeistop show has it
same_json()
{
	rm -f "$work/cpus.json"
	"${run[@]}" "$PATCHED" --cpu-stop="$work/cpus.json" "$1"
	"$SDEISTOP" show --json "$1" >"$work/json"
	diff <(jq "$common" "$work/json") <(jq "$common" "$work/cpus.json") && [[ -s $work/json ]]
}

for description; do
	name=$(basename "$description" .txt)
	# without what of its installation it does not need: half of its time
	python3 -S "$tools/mkvmcore" "$description" "$work/vmcore"
	check "$name: the dump is as without the option" same_dump "$work/vmcore"
	check "$name: told as by sdeistop show" same_json "$work/vmcore"
done
finish
