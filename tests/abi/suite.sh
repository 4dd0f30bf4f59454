#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Checks what others build on: that the shared library exports the functions of its
header and no others, what the objects of the library leave alone, and that a
program builds and runs against an installed tree. Wants 'make tools'. TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

export BUILD=${BUILD:-build}
HEADER=lib/include/sdeistop.h
LIBRARY=$BUILD/lib/libsdeistop.so
ARCHIVE=$BUILD/lib/libsdeistop.a
PREFIX=/opt/sdeistop		# none that pkg-config or the linker know
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# check NAME COMMAND...; not as a condition, in which set -e would mean nothing
check()
{
	local name=$1 status=0 output
	shift

	number=$((number + 1))
	set +e
	output=$(set -e; "$@" 2>&1)
	status=$?
	set -e
	if (( status == 0 )); then
		printf 'ok %d - %s\n' "$number" "$name"
	else
		printf 'not ok %d - %s\n' "$number" "$name"
		printf '%s\n' "$output" | sed 's/^/# /'
		failed=1
	fi
}

# Functions that the header itself declares, as the compiler understood it
declared()
{
	gcc -x c -Ilib/include -fsyntax-only -aux-info "$work/prototypes" "$HEADER"
	sed -nE "s|^/\* $HEADER:.* \*/ extern .*[ *](sdeistop_[a-z0-9_]+) \(.*|\1|p" \
		"$work/prototypes" | LC_ALL=C sort
}

exported()
{
	nm -D --defined-only "$LIBRARY" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
		LC_ALL=C sort
}

# lib/libsdeistop.map is what makes them the same
exports_header()
{
	declared >"$work/declared"
	[[ -s $work/declared ]]
	exported >"$work/exported"
	diff -u --label "declared in $HEADER" --label "exported by $LIBRARY" \
		"$work/declared" "$work/exported"
}

every_export_versioned()
{
	nm -D --defined-only --with-symbol-versions "$LIBRARY" |
		awk '$2 != "A" && $3 !~ /@@SDEISTOP_[0-9]+\.[0-9]+$/ { print; bad = 1 } END { exit bad }'
}

soname()
{
	local version
	version=$("$BUILD/bin/sdeistop" --version)
	version=${version#* }
	[[ $(realpath "$LIBRARY") == */libsdeistop.so.$version ]]
	readelf -dW "$LIBRARY" | grep -F "soname: [libsdeistop.so.${version%%.*}]"
}

# Sections that are written to and not only relocated; .data.rel.ro is
no_writable_data()
{
	objdump -hw "$ARCHIVE" | awk '
		/file format/ { file = $1 }
		$2 ~ /^\.(data|bss|tdata|tbss)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ {
			print file, $2, $3; bad = 1
		}
		$2 == ".text" { seen++ }
		END { exit bad || !seen }'
	nm "$ARCHIVE" >"$work/symbols"
	! awk '$2 == "C"' "$work/symbols" | grep .
}

# A library does not end the program, nor print other than to where it is told
no_exit_no_print()
{
	nm -u "$ARCHIVE" | awk '{ print $2 }' >"$work/undefined"
	grep -qx fprintf "$work/undefined"	# there is something to look through
	! grep -xE "$work/undefined" -e \
		'_?exit|_Exit|quick_exit|abort|__assert_fail|(__)?v?printf(_chk)?|puts|putchar|perror|std(in|out|err)|v?(err|warn)x?|v?syslog'
}

# Where the static libraries are, which on Debian the -dev packages bring
command_is_static()
{
	readelf -lW "$BUILD/bin/sdeistop" >"$work/segments"
	grep -qw LOAD "$work/segments"
	! grep -w INTERP "$work/segments"
}

installs()
{
	local file

	make -s install DESTDIR="$work/root" PREFIX="$PREFIX"
	for file in bin/sdeistop libexec/sdeistop/sdeistop-memory lib/libsdeistop.a \
		    lib/libsdeistop.so include/linux/cpustop.h share/man/man1/sdeistop.1 \
		    share/man/man5/sdeistop-note.5 share/zsh/site-functions/_sdeistop \
		    share/bash-completion/completions/sdeistop; do
		echo "$file"
		[[ -e $work/root$PREFIX/$file ]]
	done
}

# installed_flags ARG...: pkg-config's answer about the installed tree
installed_flags()
{
	PKG_CONFIG_SYSROOT_DIR=$work/root PKG_CONFIG_PATH=$work/root$PREFIX/lib/pkgconfig \
		pkg-config "$@" libsdeistop
}

program_runs()
{
	local flags

	read -ra flags < <(installed_flags --cflags --libs)
	gcc -Wall -Wextra -Werror -o "$work/verdict" tests/abi/verdict.c "${flags[@]}"
	readelf -dW "$work/verdict" | grep -F "[$(basename "$(readlink "$LIBRARY")")]"
	tests/tools/mkvmcore tests/data/elf-wedged.txt "$work/vmcore"
	[[ $(LD_LIBRARY_PATH=$work/root$PREFIX/lib "$work/verdict" "$work/vmcore") == complete ]]
}

# The same without the shared library: what Requires.private is for
program_runs_static()
{
	local libs cflags

	read -ra cflags < <(installed_flags --cflags)
	read -ra libs < <(PKG_CONFIG_PATH=$work/root$PREFIX/lib/pkgconfig \
		pkg-config --static --libs-only-l libsdeistop)
	gcc -o "$work/verdict-static" tests/abi/verdict.c "${cflags[@]}" \
		"$work/root$PREFIX/lib/libsdeistop.a" "${libs[@]:1}"
	[[ $("$work/verdict-static" "$work/vmcore") == complete ]]
}

header_is_cxx()
{
	local flags

	read -ra flags < <(installed_flags --cflags)
	for standard in c++98 c++17; do
		printf '#include <sdeistop.h>\nint main() { return !sdeistop_report_cpu(0, 0); }\n' |
			clang++ "-std=$standard" -Wall -Wextra -Werror -fsyntax-only \
				"${flags[@]}" -x c++ -
	done
}

check 'the shared library exports what its header declares, and nothing else' exports_header
check 'every exported symbol has a version' every_export_versioned
check "the library's names have the version that the command prints" soname
check 'no global data is ever written' no_writable_data
check 'the library neither exits nor prints to standard output or error' no_exit_no_print
check 'the command needs no shared library' command_is_static
check 'make install puts everything in its place' installs
check 'a program builds through pkg-config and runs with the shared library' program_runs
check 'a program builds with the static library' program_runs_static
check 'the header is C++ too' header_is_cxx
printf '1..%d\n' "$number"
exit "$failed"
