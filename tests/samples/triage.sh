#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail

USAGE="usage: triage.sh SDEISTOP VMCORE...

Makes a triage dump of each vmcore with the command, and holds it against the
vmcore: the report, and where it has its pages the addresses of the backtrace,
which are all that it shares with it: its symbols are left out. Prints PASS or
FAIL lines."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -ge 2 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

sdeistop=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# of the command, whatever verdict it exits with
shown()
{
	local status=0

	"$sdeistop" show "$@" || status=$?
	[[ $status -ne 1 && $status -ne 2 ]]
}

report()
{
	shown --json "$1" | jq -S 'del(.file, .format, .triage, .not_inferred)'
}

# What the link register tells needs symbols.
frames()
{
	shown -b "$1" | sed -nE '/link register/d; s/^ *#[0-9]+  (0x[0-9a-f]+) .*/\1/p'
}

same_report()
{
	shown "$2" | grep ': elf, a triage dump, ' >/dev/null || return 1
	[[ $({ shown --json "$1"; shown --json "$2"; } | jq -c .triage | paste -s) == null$'\t'true ]] || return 1
	report "$1" >"$work/report" && report "$2" | diff "$work/report" - >&2
}

same_frames()
{
	frames "$1" >"$work/frames"
	[[ $(wc -l <"$work/frames") -ge 8 ]] && frames "$2" | diff "$work/frames" - >&2
}

# But for what is told missing: what the vmcore does not have, the dump asks for no more
contents()
{
	LC_ALL=C sed '/^PART(/d' "$1" | tr -d '\0'
}

again()
{
	"$sdeistop" triage -o "$work/again" "$2" >/dev/null &&
		cmp <(contents "$2") <(contents "$work/again") >&2
}

# tell NAME COMMAND...
tell()
{
	local name=$1 status=PASS

	shift
	"$@" || status=FAIL
	printf '%s triage: %s\n' "$status" "$name"
}

for vmcore in "$@"; do
	name=$(basename "$vmcore")
	dump=$work/$name.triage
	"$sdeistop" triage -o "$dump" "$vmcore" >"$work/said" || cat "$work/said" >&2
	tell "$name: the same report" same_report "$vmcore" "$dump"
	if [[ $name == one-wedged.vmcore ]]; then
		tell "$name: the same frames" same_frames "$vmcore" "$dump"
		tell "$name: another one of it is the same" again "$vmcore" "$dump"
	fi
done
