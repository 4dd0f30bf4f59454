#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A real vmcore whose notes lead to where there is nothing: the dump is made all the same.
# Prints a line a check and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-misled.sh VMCORE

  VMCORE   an ELF file, of four CPUs

The environment variables STOCK and PATCHED are makedumpfile for arm64 without and with
the patches."

[[ $# -eq 1 && ${STOCK:-} && ${PATCHED:-} ]] || { echo "$USAGE" >&2; exit 2; }
vmcore_py=$(realpath "$(dirname "$0")/../crash/vmcore.py")
# shellcheck source=tests/makedumpfile/common.sh
. "$(dirname "$0")/common.sh"

# What of the notes is changed, as vmcore.py takes it: a line each
changes='0.crc=bad 1.crc=bad 2.crc=bad 3.crc=bad
1.task=0xffff000000000abc 2.task=1 3.sp=0xffffffffffffffff 3.pc=0 3.lr=0xffff000000000000
1.cpu=0xffffffff 2.cpu=0 3.version=9 0.note=376'

while read -ra change; do
	rm -rf "$work"/{stock,retained}
	"$vmcore_py" patch "$1" "$work/vmcore" "${change[@]}"
	dump "$STOCK" "$work/stock" "$work/vmcore" -l -d 31
	check "${change[*]}: there is a dump" dump "$PATCHED" "$work/retained" "$work/vmcore" --cpu-stop -l -d 31
	whole "$work/stock"
	whole "$work/retained"
	check "${change[*]}: it has no wrong page" nothing_more
done <<<"$changes"
finish
