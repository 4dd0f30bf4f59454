#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# crash for arm64 vmcores on this machine, and the source tree its extensions
# are built against; as it is released, and with our patches.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-crash.sh [-h] [-p]

Builds crash from Debian's source with target=ARM64 and prints the directory
with ./crash, defs.h and the rest of crash's own source. Kept in SDEISTOP_CACHE,
keyed by source version.

  -p   with the patches of crash-ext/patches. Only crash's own sources are
       compiled again, gdb's objects are those of the other one."

SUITE=sid
PACKAGE=crash
TARGET=ARM64
# The compression formats makedumpfile writes
FORMATS=(lzo snappy zstd)
# What is kept of a build, for the key
KEPT="gdb's objects, and how they are linked"
PATCHES=$SDEISTOP_ROOT/crash-ext/patches

patched=
while getopts hp opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	p) patched=1 ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

# keep_gdb SRC GDB: of the gigabyte of SRC/GDB only the headers that crash takes
# from there, the objects it is linked from, without debuginfo, and in SRC/link
# the command, as run in SRC/GDB/gdb
keep_gdb()
{
	local src=$1 gdb=$1/$2 link word
	local keep=()

	link=$(make -s -C "$gdb/gdb" CRASH_TARGET="$TARGET" \
		CC_LD='./libtool --dry-run --tag=CXX --mode=link g++' gdb | tail -n 1)
	link=${link#libtool: link: }
	# The tree may be copied elsewhere
	link=${link//"$gdb"/..}
	[[ $link == 'g++ '*' -o ../../crash '*' ../../crashlib.a '* ]]
	for word in $link; do
		[[ $word == *.[ao] && $word != ../../* ]] || continue
		keep+=("$gdb/gdb/$word")
	done
	strip --strip-debug "${keep[@]}" "$src/crash_target.o"
	keep+=("$gdb"/{bfd,readline/readline}/*.h)
	realpath "${keep[@]}" | sort -u >"$src/kept"
	find "$(realpath "$gdb")" ! -type d ! -path "*/$2/include/*" | sort |
		comm -23 - "$src/kept" | xargs -d '\n' rm -f
	find "$gdb" -type d -empty -delete
	rm "$src/kept"
	printf '%s\n' "$link" >"$src/link"
}

# drop_own SRC: crash's own objects and debuginfo
drop_own()
{
	find "$1" -maxdepth 1 -name '*.o' ! -name crash_target.o -delete
	rm -f "$1/crashlib.a"
	strip --strip-debug "$1/crash"
	"$1/crash" --version
}

build()
{
	local src=$1 format gdb

	# What crash's own make targets lzo, snappy and zstd do, without their
	# rebuilding everything once each.
	for format in "${FORMATS[@]}"; do
		printf -- '-D%s\n' "${format^^}" >>"$src/CFLAGS.extra"
		printf -- '-l%s\n' "${format/lzo/lzo2}" >>"$src/LDFLAGS.extra"
	done
	make -C "$src" -j"$SDEISTOP_JOBS" target="$TARGET"
	gdb=$(cd "$src" && echo gdb-*/)
	keep_gdb "$src" "${gdb%/}"
	drop_own "$src"
}

# build_patched STOCK SRC: patched, compiled and linked as "make" of crash does
# once gdb is there
build_patched()
{
	local stock=$1 src=$2 patch word
	local link=()

	mkdir "$src"
	find "$stock" -mindepth 1 -maxdepth 1 ! -name 'gdb-*' ! -name crash ! -name .done \
		-exec cp -a -t "$src" {} +
	while read -r patch; do
		patch -d "$src" -p1 --fuzz=0 --forward <"$PATCHES/$patch"
	done < <(grep -v '^#' "$PATCHES/series")
	# For its headers; what links to it is run over there
	ln -s "$stock"/gdb-*/ "$src/"
	make -C "$src" -j"$SDEISTOP_JOBS" library
	rm "$src"/gdb-*[0-9]
	for word in $(<"$stock/link"); do
		link+=("${word/#..\/..\/crash/$src/crash}")
	done
	(cd "$stock"/gdb-*/gdb && "${link[@]}")
	drop_own "$src"
	rm "$src/link" "$src/crash_target.o"
}

cache_lock crash
version=$(version_or_cached "$SDEISTOP_CACHE/crash-*" \
	"$SDEISTOP_ROOT/scripts/private-apt.sh" version "$SUITE" "$PACKAGE")
dir=$SDEISTOP_CACHE/crash-$(key_of "$version" "$TARGET" "${FORMATS[@]}" "$KEPT")
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	"$SDEISTOP_ROOT/scripts/private-apt.sh" source "$SUITE" "$PACKAGE" "$dir"
	run_step "crash $version for $TARGET" "$SDEISTOP_CACHE/log/crash.log" \
		"scripts/setup-packages.sh tools crash, then the same command again" \
		build "$dir"
	printf '%s\n' "$version" >"$dir/src-version"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_CACHE"/crash-*
if [[ $patched ]]; then
	stock=$dir
	mapfile -t series < <(grep -v '^#' "$PATCHES/series")
	dir=$SDEISTOP_CACHE/patched-crash-$(key_of "${stock##*/}" "${series[@]/#/$PATCHES/}")
	if ! cache_ready "$dir"; then
		rm -rf "$dir"
		run_step "crash $version with patches" "$SDEISTOP_CACHE/log/patched-crash.log" \
			"scripts/build-crash.sh -p" build_patched "$stock" "$dir"
		cache_done "$dir"
	fi
	cache_prune "$dir" "$SDEISTOP_CACHE"/patched-crash-*
fi
printf '%s\n' "$dir"
