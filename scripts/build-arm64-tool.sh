#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-arm64-tool.sh [-h]

Builds the command for arm64, linked statically so that it runs in any capture
environment, and prints its path. libelf for arm64 is the one of this machine's
own Debian release, as the cross C library is."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

apt=$SDEISTOP_ROOT/scripts/private-apt.sh
# shellcheck source=/dev/null
suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
version=$(version_or_cached "$SDEISTOP_CACHE/libelf-arm64-$suite-*" "$apt" binary-version "$suite" arm64 libelf-dev)
dir=$SDEISTOP_CACHE/libelf-arm64-$suite-$(key_of "$version")
cache_lock libelf-arm64
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	"$apt" binary "$suite" arm64 "$dir" libelf-dev zlib1g-dev
	printf '%s\n' "$version" >"$dir/src-version"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_CACHE/libelf-arm64-$suite"-*

lib=$dir/usr/lib/aarch64-linux-gnu
run_step "sdeistop for arm64" "$SDEISTOP_BUILD/check/build-arm64.log" "the same command again" \
	make -C "$SDEISTOP_ROOT" -j "$SDEISTOP_JOBS" BUILD="$SDEISTOP_BUILD/arm64" \
	CC="${SDEISTOP_CROSS}gcc" AR="${SDEISTOP_CROSS}ar" STATIC=yes LIBMEMORY_CFLAGS= \
	LIBELF_CFLAGS="-I$dir/usr/include" LIBELF_STATIC_LIBS="$lib/libelf.a $lib/libz.a" \
	"$SDEISTOP_BUILD/arm64/bin/sdeistop"
printf '%s\n' "$SDEISTOP_BUILD/arm64/bin/sdeistop"
