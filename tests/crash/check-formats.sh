#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension over one vmcore in every form makedumpfile gives it: what it
# shows has to be the same. Prints a line a check and ends with "N passed, N
# failed".
set -uo pipefail

USAGE="usage: check-formats.sh [-u BIT] CRASH_DIR VMLINUX VMCORE EXTENSION FORMATS-LEVELS...

  VMCORE   as /proc/vmcore has it, or with the pages of zeros left out
  FORMATS  with commas: plain, zlib, lzo, zstd, snappy (kdump-compressed), split
           (that, in three files), elf, flattened (of zlib), flattened-elf
  LEVELS   of makedumpfile's -d, numbers and ranges with commas
  -u BIT   stock crash is known not to open kdump-compressed files of this kernel
           where the level has that bit

The environment variable MAKEDUMPFILE is the command to filter with, SDEISTOP
the sdeistop command: the JSON of both must be equal."

unopened=0
if [[ ${1:-} == -u ]]; then
	unopened=$2
	shift 2
fi
[[ $# -ge 5 && ${MAKEDUMPFILE:-} && ${SDEISTOP:-} ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
shift 4
# shellcheck source=tests/crash/session.sh
. "$(dirname "$0")/session.sh"
raw=$vmcore
filtered=$work/filtered
read -ra makedumpfile <<<"$MAKEDUMPFILE"

# makedumpfile_to FILE OPTION...: the raw vmcore filtered to FILE, which with -F
# is what comes through the pipe
makedumpfile_to()
{
	local file=$1

	shift
	if [[ $1 == -F ]]; then
		"${makedumpfile[@]}" "$@" "$raw" 2>"$work/filter.log" >"$file"
	else
		"${makedumpfile[@]}" "$@" "$raw" "$file" >"$work/filter.log" 2>&1
	fi
}

# filter_split LEVEL: into vmcore and parts. The blocks that are dealt out are as
# small as it takes them, a page, else all of a small memory is in the first part.
filter_split()
{
	local block

	for block in 4 16 64; do
		"${makedumpfile[@]}" -l -d "$1" --splitblock-size "$block" --split "$raw" \
			"$vmcore" "${parts[@]}" >"$work/filter.log" 2>&1 && return
	done
	return 1
}

# filter FORMAT LEVEL: vmcore and parts become the raw one in that form
filter()
{
	local level=$2

	rm -f "$filtered"*
	vmcore=$filtered parts=()
	case $1 in
	plain) makedumpfile_to "$vmcore" -d "$level" ;;
	zlib) makedumpfile_to "$vmcore" -c -d "$level" ;;
	lzo) makedumpfile_to "$vmcore" -l -d "$level" ;;
	zstd) makedumpfile_to "$vmcore" -z -d "$level" ;;
	elf) makedumpfile_to "$vmcore" -E -d "$level" ;;
	flattened) makedumpfile_to "$vmcore" -F -c -d "$level" ;;
	flattened-elf) makedumpfile_to "$vmcore" -F -E -d "$level" ;;
	snappy)
		makedumpfile_to "$vmcore.plain" -d "$level" &&
			"$(dirname "$0")/snappy.py" "$vmcore.plain" "$vmcore" ;;
	split)
		vmcore=$filtered.1 parts=("$filtered".{2,3})
		filter_split "$level" ;;
	*) echo "check-formats.sh: no format '$1'" >&2; exit 2 ;;
	esac
}

# look DIRECTORY [-m]: what a session shows is kept there, a file a command
look()
{
	local dir=$1 line lines=('sdeistop' 'sdeistop -r' 'sdeistop -b' 'sdeistop -j')

	shift
	mkdir -p "$dir"
	session "$@" "${lines[@]}"
	for line in "${lines[@]}"; do
		from "$line"
		printf '%s\n' "$out" >"$dir/${line#sdeistop }"
	done
}

# same_as DIRECTORY NAME FILE...: the files of the last look are as those there
same_as()
{
	local dir=$1 name=$2 file

	shift 2
	for file; do
		out=$(diff "$dir/$file" "$work/here/$file")
		check "$name: $file: the same" test -s "$dir/$file" -a ! "$out"
	done
}

# What may differ of one crash in two files, and what the extension shows of no
# file: how many a split vmcore has
common_json='del(.file, .format, .memory)'

check_json()
{
	local name=$1

	"$SDEISTOP" show --json "$vmcore" "${parts[@]}" >"$work/command"
	out=$(diff <(jq -S 'del(.file, .memory)' "$work/here/-j") <(jq -S 'del(.file, .split)' "$work/command") 2>&1)
	check "$name: -j equals the command's" test ! "$out"
	out=$(diff <(jq -S "$common_json" "$work/here/-j") <(jq -S "$common_json" "$work/raw/-j") 2>&1)
	check "$name: -j: the same" test ! "$out"
	out=$(jq -r '"\(.file) \(.format)"' "$work/here/-j")
	case $name in
	elf-*) check "$name: -j: format" test "${out##* }" = elf ;;
	flattened*) check "$name: -j: format" test "${out##* }" = flattened ;;
	*) check "$name: -j: format" test "${out##* }" = kdump ;;
	esac
}

# A known limit of crash stays one only for so long as it is crash's
check_unopened()
{
	local name=$1

	session -n sys
	from sys
	check "$name: stock crash does not open it, without the extension either" \
		has '^crash did not get to'
	look "$work/here" -m
	same_as "$work/minimal" "$name, minimal mode" sdeistop -r
	check_json "$name, minimal mode"
}

check_format()
{
	local format=$1 level=$2 name=$1-$2

	out=
	if ! filter "$format" "$level"; then
		out=$(<"$work/filter.log")
		check "$name: makedumpfile writes it" false
		return
	fi
	if (( level & unopened )) && [[ $format != *elf ]]; then
		check_unopened "$name"
		return
	fi
	look "$work/here"
	same_as "$work/raw" "$name" sdeistop -r -b
	check_json "$name"
}

# levels LIST: each one of it
levels()
{
	local range

	for range in ${1//,/ }; do
		seq "${range%-*}" "${range#*-}"
	done
}

check_opens
look "$work/raw"
from sdeistop
check 'raw: table' has '^  CPU +HWID'
check 'raw: verdict' has '^verdict: complete'
look "$work/minimal" -m
for word; do
	formats=${word%%-[0-9]*}
	for level in $(levels "${word#"$formats-"}"); do
		for format in ${formats//,/ }; do
			check_format "$format" "$level"
		done
	done
done
finish
