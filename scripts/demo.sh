#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The main job on real vmcores that come with the project.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: demo.sh [-h]

Shows what sdeistop says about the bundled vmcores of tests/data/samples."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

sdeistop=$SDEISTOP_BUILD/bin/sdeistop
[[ -x $sdeistop ]] || die "$sdeistop is not built: make tools"
"$SDEISTOP_ROOT/scripts/unpack-samples.sh"
cd "$SDEISTOP_BUILD/samples"

# run ARGUMENT...: as somebody would type it. A verdict is no failure here.
run()
{
	local status=0

	printf '\n$ sdeistop %s\n' "$*"
	"$sdeistop" "$@" || status=$?
	printf '(exit status %d)\n' "$status"
	# 3 and 4 are verdicts; anything else but 0 is this demo's failure
	[[ $status == [034] ]] || die "sdeistop $* failed"
}

printf 'A CPU of four spins with interrupts masked; the machine panics. SDEI stops that CPU:\n'
run show one-wedged.vmcore
printf '\nThe registers it was wedged with, and how it came there: into lkdtm_HARDLOCKUP, the test that wedges\n'
run show -r -b -c 2 one-wedged.vmcore
printf '\nThe same wedge where firmware has no SDEI: nothing stops that CPU, and the report says so:\n'
run show no-sdei.vmcore
printf '\nThe same wedge under a kernel without the series: nothing is known, and nothing is made up:\n'
run verify unpatched.vmcore
