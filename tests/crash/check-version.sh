#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Another version of crash with the extension made for it: it has to print what
# this version prints over the same dump, which check-extension.sh checks. Prints
# a line a check and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-version.sh CRASH_DIR VMLINUX VMCORE EXTENSION OTHER_CRASH_DIR OTHER_EXTENSION

  OTHER_CRASH_DIR   its ./crash is run, ./source/defs.h is its header; the
                    program itself, in ./sysroot/usr/bin, is arm64

The environment variable CRASH_OPTIONS has options of crash that the other version
is known to need for this dump: without them it must fail on its own."

[[ $# -eq 6 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
other_dir=$5 other_extension=$6
# shellcheck source=tests/crash/session.sh
. "$(dirname "$0")/session.sh"
this_crash=$crash this_extension=$extension

# in_both [-m] LINE...: a session of each version, kept as this and other. What
# they print is the same but for the name of the extension's file.
in_both()
{
	local lines=("${@//@EXTENSION@/$this_extension}")

	crash=$this_crash extension=$this_extension
	session "${lines[@]}"
	cp "$work/session" "$work/this"
	crash=$other_dir/crash extension=$other_extension
	session "${@//@EXTENSION@/$other_extension}"
	sed "s|$other_extension|$this_extension|g" "$work/session" >"$work/other"
}

# same NAME LINE: that line's output, both got to it, and there is some
same()
{
	local name=$1 line=${2//@EXTENSION@/$this_extension} this='' other=''

	cp "$work/this" "$work/session"
	from "$line" && this=$out
	cp "$work/other" "$work/session"
	from "$line" && other=$out
	[[ $this == "$other" ]] || out=$(diff <(echo "$this") <(echo "$other"))
	check "$name" test "$this" -a "$this" = "$other"
}

# Extensions share the structures of crash's header, which the packager may have
# changed: the program's global variables have the sizes the header tells
STRUCTURES=(program_context kernel_table task_table machdep_table symbol_table_data offset_table
	    size_table vm_table)
check_structures()
{
	local name size found compared=0

	printf '%s\n' '#include "defs.h"' >"$work/sizes.c"
	for name in "${STRUCTURES[@]}"; do
		echo "struct $name $name;"
	done >>"$work/sizes.c"
	out=$("${SDEISTOP_CROSS:-aarch64-linux-gnu-}gcc" -w -DARM64 -isystem "$other_dir/source" \
		-c -o "$work/sizes.o" "$work/sizes.c" 2>&1)
	check 'its header compiles' test $? -eq 0
	while read -r name size; do
		compared=$((compared + 1))
		found=$(readelf --dyn-syms -W "$other_dir/sysroot/usr/bin/crash" |
			awk -v name="$name" '$4 == "OBJECT" && $8 == name { print $3 }')
		out="in the program $found, by its header $size bytes"
		check "struct $name: as large as the header says" test "$found" -a "$found" = "$size"
	done < <(readelf -sW "$work/sizes.o" | awk '$4 == "OBJECT" && $7 != "UND" { print $8, $3 }')
	out="$compared of ${#STRUCTURES[@]} are in the object"
	check 'every structure was compared' test "$compared" -eq "${#STRUCTURES[@]}"
}

# A known limit stays one only for so long as it is crash's
check_limit()
{
	[[ ${CRASH_OPTIONS:-} ]] || return 0
	CRASH_OPTIONS='' session -n sys
	from sys
	check "without $CRASH_OPTIONS the stock crash does not open it, without the extension either" \
		has '^crash did not get to'
}

check_opens
crash=$other_dir/crash extension=$other_extension
check_opens
check_structures
check_limit
lines=(sdeistop 'sdeistop -x' 'sdeistop -r' 'sdeistop -b' 'sdeistop -c 0,2-3' 'sdeistop -c 99'
       'sdeistop -v' 'sdeistop -j' 'sdeistop -j -r' 'sdeistop -z' 'help sdeistop'
       'extend -u @EXTENSION@' 'sdeistop -d' 'extend @EXTENSION@'
       'sdeistop -b -c 0')
in_both "${lines[@]}"
for line in "${lines[@]}"; do
	same "${line//@EXTENSION@/sdeistop.so}: the same" "$line"
done
lines=(sdeistop 'sdeistop -r' 'sdeistop -b')
in_both -m "${lines[@]}"
for line in "${lines[@]}"; do
	same "minimal mode: $line: the same" "$line"
done
finish
