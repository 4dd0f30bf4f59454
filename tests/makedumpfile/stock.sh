#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The notes of the CPUs through everything that stock makedumpfile can make of a vmcore.
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: stock.sh [-h] [-s]

Runs Debian's arm64 makedumpfile, that of the guest, over the ELF vmcore of the scenario
three-wedged (which runs first if it has not yet) as stock.list says. The note
segment of each file has to be that of the vmcore byte for byte, and what the command
says of it the same. TAP.

  -s   with one bit of a note changed on the way: all that comes after has to fail"

spoil=
case ${1:-} in
-h) printf '%s\n' "$USAGE"; exit 0 ;;
-s) spoil=1; shift ;;
esac
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
list=tests/makedumpfile/stock.list
scenario=$build/e2e/three-wedged
vmcore=$scenario/vmcore.elf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/crash/makedumpfile.sh
. tests/crash/makedumpfile.sh
read -ra makedumpfile <<<"$MAKEDUMPFILE"
# shellcheck source=tests/tap.sh
. tests/tap.sh

# files_of NAME: into files
files_of()
{
	case $1 in
	vmcore) files=("$vmcore") ;;
	*split) files=("$work/$1".{1,2,3}) ;;
	*) files=("$work/$1") ;;
	esac
}

# make NAME FROM OPTION...
make_file()
{
	local name=$1 from files status=0

	files_of "$2"
	from=("${files[@]}")
	files_of "$name"
	shift 2
	# How far it is it tells with carriage returns
	case " $* " in
	*' -F '*) "${makedumpfile[@]}" "$@" "${from[@]}" >"${files[0]}" ;;
	*' -R '*) "${makedumpfile[@]}" "$@" "${files[@]}" <"${from[0]}" ;;
	*) "${makedumpfile[@]}" "$@" "${from[@]}" "${files[@]}" ;;
	esac 2>"$work/log" >&2 || status=$?
	(( status == 0 )) || { tr '\r' '\n' <"$work/log"; return "$status"; }
}

report_of()
{
	# An incomplete one is a report too
	"$build/bin/sdeistop" show --json "$@" | jq -S 'del(.file, .format, .split)'
}

# notes_of FILE: of a flattened one when it is arranged again
notes_of()
{
	local file=$1

	if [[ $(head -c 12 "$file") == makedumpfile ]]; then
		file=$work/arranged
		rm -f "$file"
		"${makedumpfile[@]}" -R "$file" <"$1" >"$work/log" 2>&1 || return
	fi
	tests/crash/vmcore.py notes "$file"
}

same_notes()
{
	local file

	for file; do
		cmp <(notes_of "$file") "$work/notes" || return
	done
}

same_report()
{
	diff <(report_of "$@") "$work/report"
}

# made NAME FROM OPTION...: as the list has it
made()
{
	local name=$1 files

	check "$name: makedumpfile ${*:3}" make_file "$@"
	files_of "$name"
	check "$name: the same notes" same_notes "${files[@]}"
	check "$name: the same report" same_report "${files[@]}"
}

[[ -e $vmcore && -e $scenario/vmcore-sdeistop.json ]] || tests/e2e/run-scenario.sh -n three-wedged >&2
tests/crash/vmcore.py notes "$vmcore" >"$work/notes"
report_of "$vmcore" >"$work/report"
check 'the vmcore has records to lose' jq -e '.cpus.records == .cpus.present and .cpus.records > 1' "$work/report"
# What the capture kernel's own /proc/vmcore said is where it all begins
check 'as the capture kernel saw it' diff "$work/report" \
	<(jq -S 'del(.file, .format, .split)' "$scenario/vmcore-sdeistop.json")
if [[ $spoil ]]; then
	tests/crash/vmcore.py patch "$vmcore" "$work/spoiled" 2.pid=1
	vmcore=$work/spoiled
fi
while read -r -a words; do
	made "${words[@]}"
done < <(grep -vE '^(#|$)' "$list")
printf '1..%d\n' "$number"
exit "$failed"
