#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The main job from nothing, to be looked at: a CPU wedged in QEMU, a panic, a
# vmcore, and what crash's sdeistop says about it.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/../../scripts/lib/common.sh"

USAGE="usage: live.sh [-h]

Runs the scenario one-wedged with everything it takes and shows on its vmcore,
in crash: the table of CPUs, the wedged one's registers, its backtrace."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

name=one-wedged
cpu=2
out=$SDEISTOP_BUILD/e2e/$name
extension=$SDEISTOP_BUILD/crash-ext/sdeistop.so

"$SDEISTOP_ROOT/tests/e2e/run-scenario.sh" "$name"
[[ -e $extension ]] || die "$extension is missing; make crash-ext CRASH_SRC=\$(scripts/build-crash.sh)"
crash_dir=$("$SDEISTOP_ROOT/scripts/build-crash.sh")
vmlinux=$out/vmlinux

# show COMMAND: run it in crash, as somebody would type it
show()
{
	printf '\ncrash> %s\n' "$1"
	printf '%s\n' "extend $extension > /dev/null" "$1" quit >"$out/live.commands"
	# crash warns while it opens, before the command: not what this shows
	timeout 120 "$crash_dir/crash" --no_crashrc -s -i "$out/live.commands" "$vmlinux" "$out/vmcore" </dev/null 2>/dev/null
}

show "sdeistop"
show "sdeistop -r -c $cpu"
show "sdeistop -b -c $cpu"
printf '\nTo look further: %s -i <(echo extend %s) %s %s\n' "$crash_dir/crash" "$extension" "$vmlinux" "$out/vmcore"
