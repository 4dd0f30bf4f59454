# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: what several check scripts printed, as one TAP.

number=0 failed=0

# run_each RUN...: calls run NUMBER WORD... for the words of each, two at a time, and
# wait is for the caller: crash takes seconds to open a vmcore, and does nothing in parallel
run_each()
{
	local number=0 words=() line

	for line in "$@"; do
		(( number < 2 )) || wait -n
		read -r -a words <<<"$line"
		run "$number" "${words[@]}" &
		number=$((number + 1))
	done
}

# ended FILE: a script that ended by itself ended with its sum
ended()
{
	[[ $(tail -n 1 "$1" 2>/dev/null) =~ ^[0-9]+\ passed,\ [0-9]+\ failed$ ]] ||
		printf 'not ok 0 - did not run to its end\n' >>"$1"
}

# retell NAME FILE: its lines, numbered on
retell()
{
	local line

	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			number=$((number + 1))
			[[ $line == ok* ]] || failed=1
			# its number becomes ours
			printf '%s %d - %s: %s\n' "${line%%ok*}ok" "$number" "$1" "${line#*ok * - }"
			;;
		*) printf '# %s\n' "${line#\# }" ;;
		esac
	done <"$2"
}

# The plan, and the end
finish_tap()
{
	printf '1..%d\n' "$number"
	exit "$failed"
}
