#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What check.py and run-all.sh print, as TAP. A skip is told twice by
# run-all.sh, where it happens and at the end.
/^PASS / { printf "ok %d - %s\n", ++n, substr($0, 6) }
/^FAIL / { printf "not ok %d - %s\n", ++n, substr($0, 6) }
/^SKIP / && !seen[$0]++ {
	match($0, /: [^:]*: /)
	printf "ok %d - %s # SKIP %s\n", ++n, substr($0, 6, RSTART + RLENGTH - 8), substr($0, RSTART + RLENGTH)
}
/^     / { print "# " substr($0, 6) }
{ fflush() }
END { printf "1..%d\n", n }
