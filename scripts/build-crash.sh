#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# crash for arm64 vmcores on this machine, and the source tree its extensions
# are built against.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-crash.sh [-h]

Builds crash from Debian's source with target=ARM64 and prints the directory
with ./crash, defs.h and the rest of crash's own source. Kept in SDEISTOP_CACHE,
keyed by source version."

SUITE=sid
PACKAGE=crash
TARGET=ARM64
# The compression formats makedumpfile writes
FORMATS=(lzo snappy zstd)

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

build()
{
	local src=$1 format

	# What crash's own make targets lzo, snappy and zstd do, without their
	# rebuilding everything once each.
	for format in "${FORMATS[@]}"; do
		printf -- '-D%s\n' "${format^^}" >>"$src/CFLAGS.extra"
		printf -- '-l%s\n' "${format/lzo/lzo2}" >>"$src/LDFLAGS.extra"
	done
	make -C "$src" -j"$SDEISTOP_JOBS" target="$TARGET"
	# What an extension needs is crash's own headers: of the gigabyte the
	# build leaves behind keep only those and the program.
	rm -rf "$src"/gdb-*/
	find "$src" -name '*.o' -delete
	rm -f "$src/crashlib.a"
	strip --strip-debug "$src/crash"
	"$src/crash" --version
}

cache_lock crash
version=$(version_or_cached "$SDEISTOP_CACHE/crash-*" \
	"$SDEISTOP_ROOT/scripts/private-apt.sh" version "$SUITE" "$PACKAGE")
dir=$SDEISTOP_CACHE/crash-$(key_of "$version" "$TARGET" "${FORMATS[@]}")
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
printf '%s\n' "$dir"
