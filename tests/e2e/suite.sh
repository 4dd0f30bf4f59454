#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The scenarios as a suite that speaks TAP, for tests/suites.
set -euo pipefail

USAGE="usage: suite.sh [-h] [NAME...]

Runs run-all.sh and prints its groups as TAP."

if [[ ${1:-} == -h ]]; then
	printf '%s\n' "$USAGE"
	exit 0
fi

# A skip is told twice by run-all.sh: where it happens, and at the end
"$(dirname "$0")/run-all.sh" "$@" | awk '
	/^PASS / { printf "ok %d - %s\n", ++n, substr($0, 6) }
	/^FAIL / { printf "not ok %d - %s\n", ++n, substr($0, 6) }
	/^SKIP / && !seen[$0]++ {
		match($0, /: [^:]*: /)
		printf "ok %d - %s # SKIP %s\n", ++n, substr($0, 6, RSTART + RLENGTH - 8), substr($0, RSTART + RLENGTH)
	}
	/^     / { print "# " substr($0, 6) }
	{ fflush() }
	END { printf "1..%d\n", n }'
