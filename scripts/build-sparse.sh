#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sparse, for make C=1 of a kernel. New kernels ask for a newer one than Debian 12
# has, and without it make checks nothing and goes on.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-sparse.sh [-h]

Builds sparse from Debian's source and prints the program's name. Kept in
SDEISTOP_CACHE, keyed by source version."

SUITE=sid
PACKAGE=sparse

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

# Its Makefile names a compiler of the suite
build()
{
	make -C "$1" -j"$SDEISTOP_JOBS" CC=gcc sparse
}

cache_lock sparse
version=$(version_or_cached "$SDEISTOP_CACHE/sparse-*" \
	"$SDEISTOP_ROOT/scripts/private-apt.sh" version "$SUITE" "$PACKAGE")
dir=$SDEISTOP_CACHE/sparse-$(key_of "$version")
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	"$SDEISTOP_ROOT/scripts/private-apt.sh" source "$SUITE" "$PACKAGE" "$dir"
	run_step "sparse $version" "$SDEISTOP_CACHE/log/sparse.log" \
		"scripts/setup-packages.sh tools, then the same command again" build "$dir"
	printf '%s\n' "$version" >"$dir/src-version"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_CACHE"/sparse-*
printf '%s\n' "$dir/sparse"
