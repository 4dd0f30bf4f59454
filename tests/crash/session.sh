# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: crash over a vmcore, with commands from a file and the extension
# loaded, and checks of what it printed. Wants crash, vmlinux, vmcore and
# extension; crash_options may be further options of crash.

for file in "${crash:?}" "${vmlinux:?}" "${vmcore:?}" "${extension:?}"; do
	[[ -r $file ]] || { echo "$0: cannot read $file" >&2; exit 2; }
done
crash_options=()
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

passed=0 failed=0 out=

# check NAME COMMAND...: passes if the command does; $out is shown if not
check()
{
	local name=$1

	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $name"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $name"
		head -40 <<<"$out" | sed 's/^/# /'
	fi
}

# session [-m] LINE...: one run of crash over these lines, the extension loaded
session()
{
	local line options=(-s "${crash_options[@]}")

	if [[ $1 == -m ]]; then
		options+=(--minimal)
		shift
	fi
	{
		echo "extend $extension"
		for line; do
			echo "!echo 'BEGIN $line'"
			echo "$line"
		done
		echo '!echo END'
		echo quit
	} >"$work/input"
	timeout 100 "$crash" "${options[@]}" -i "$work/input" "$vmlinux" "$vmcore" \
		</dev/null >"$work/session" 2>&1
}

# from LINE: what that line of the last session printed becomes $out
from()
{
	if grep -qxF -- "BEGIN $1" "$work/session"; then
		out=$(awk -v line="BEGIN $1" '/^BEGIN / || /^END$/ { on = $0 == line; next } on' \
			"$work/session")
	else
		out="crash did not get to: $1"
	fi
}

has() { grep -qE -- "$1" <<<"$out"; }
lacks() { ! grep -qE -- "$1" <<<"$out"; }
count() { [[ $(grep -cE -- "$1" <<<"$out") -eq $2 ]]; }

# The dump has to open at all, or there is nothing to check
check_opens()
{
	session 'sdeistop -v'
	from 'sdeistop -v'
	has '^verdict:' && return
	out=$(<"$work/session")
	check 'crash opens the dump and loads the extension' false
	finish
}

finish()
{
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
	exit
}
