# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: a check a command, as TAP. The one who sources it prints the plan, 1..$number,
# and ends with $failed.

number=0 failed=0

# check NAME COMMAND...: passes if the command does. Shows the last line that it printed,
# and more of them if it did not pass.
check()
{
	local name=$1 lines=1 output

	shift
	number=$((number + 1))
	if output=$("$@" 2>&1); then
		printf 'ok %d - %s\n' "$number" "$name"
	else
		printf 'not ok %d - %s\n' "$number" "$name"
		# shellcheck disable=SC2034 # who sources this ends with it
		failed=1
		lines=40
	fi
	[[ -z $output ]] || printf '%s\n' "$output" | cut -c 1-400 | tail -n "$lines" | sed 's/^/# /'
}
