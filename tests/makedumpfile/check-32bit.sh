#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# makedumpfile is built for 32-bit machines too: so must be what the series carries of
# lib/. Only syntax and types are looked at, for which this machine's headers do. Prints a
# line a check and ends with "N passed, N failed".
set -uo pipefail

root=$(realpath "$(dirname "$0")/../..")
# shellcheck source=tests/makedumpfile/common.sh
. "$(dirname "$0")/common.sh"

# compiles FILE
compiles()
{
	clang --target=i386-linux-gnu -m32 -fsyntax-only -std=gnu11 -D_GNU_SOURCE -Wall -Werror \
		-I"$work/lib/include" -isystem "$work/include" -isystem "/usr/include/$(gcc -print-multiarch)" "$1"
}

if [[ $(uname -m) != x86_64 ]]; then
	skip 'for a 32-bit machine' 'the headers of this machine are not for i386 too'
	finish
fi
# All that the package of the i386 C library adds to the headers of amd64 and is needed
mkdir -p "$work/include/gnu"
: >"$work/include/gnu/stubs-32.h"
read -r _ parts < <(grep -v '^#' "$root/makedumpfile-patches/carried")
# shellcheck disable=SC2086 # words, on purpose
check 'what is carried of lib/' "$root/scripts/carry-core.sh" copy "$work/lib" $parts
mapfile -t files < <(cd "$work/lib" && find . -name '*.c' | LC_ALL=C sort)
check 'it has sources' test "${#files[@]}" -gt 0
for file in "${files[@]}"; do
	check "for a 32-bit machine: ${file#./}" compiles "$work/lib/$file"
done
finish
