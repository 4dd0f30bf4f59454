#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-arm64-crash.sh [-h]

Gets the crash that Debian trixie has for arm64, which users of that release
have, and prints a directory: ./crash runs it here, through qemu-user; ./source
is upstream's source of that version, for extensions to be built against, and is
missing if it is not to be had; ./sysroot is what it runs on. Kept in
SDEISTOP_CACHE. Where there is that source, the extension for this crash is made
too, build/arm64/crash-ext/sdeistop.so. Status 3: this crash is not to be had."

SUITE=trixie
# crash itself, and what it is linked with
PACKAGES=(crash libc6 libgcc-s1 liblzo2-2 libncursesw6 libsnappy1v5 libstdc++6 libtinfo6 libzstd1)

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

apt=$SDEISTOP_ROOT/scripts/private-apt.sh

# write_wrapper FILE: the program as one file that runs here. A CPU with pointer
# authentication, as qemu-user's default is, takes twenty times as long: every
# function of Debian's arm64 programs signs its return address.
write_wrapper()
{
	cat >"$1" <<-'WRAPPER'
	#!/bin/sh
	here=${0%/*}
	exec qemu-aarch64-static -cpu cortex-a57 -L "$here/sysroot" "$here/sysroot/usr/bin/crash" "$@"
	WRAPPER
	chmod 755 "$1"
}

not_to_be_had()
{
	say "no crash of $SUITE for arm64: its checks are skipped"
	exit 3
}

cache_lock crash-arm64
version=$(version_or_cached "$SDEISTOP_CACHE/arm64-crash-*" "$apt" binary-version "$SUITE" arm64 crash) ||
	not_to_be_had
dir=$SDEISTOP_CACHE/arm64-crash-$(key_of "$version" "${PACKAGES[@]}" "layout 1")
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	"$apt" binary "$SUITE" arm64 "$dir/sysroot" "${PACKAGES[@]}" || not_to_be_had
	# where the ELF interpreter is said to be
	ln -s usr/lib "$dir/sysroot/lib"
	write_wrapper "$dir/crash"
	printf '%s\n' "$version" >"$dir/src-version"
	cache_done "$dir"
fi
# The header of another version would be worse than none
if [[ ! -e $dir/source ]]; then
	source=$("$apt" version "$SUITE" crash) || source=unknown
	# A rebuild of the binary alone has a suffix that the source has not
	if [[ $source != "${version%+b[0-9]*}" ]]; then
		say "the binary is $version, the source in $SUITE is $source: no header to build extensions against"
	elif ! "$apt" tarball "$SUITE" crash "$dir/source"; then
		say "no source of crash $version: no header to build extensions against"
	fi
fi
cache_prune "$dir" "$SDEISTOP_CACHE"/arm64-crash-*
extension=$SDEISTOP_BUILD/arm64/crash-ext/sdeistop.so
if [[ -e $dir/source ]]; then
	run_step "crash extension for arm64" "$SDEISTOP_BUILD/check/build-arm64-ext.log" "the same command again" \
		make -C "$SDEISTOP_ROOT" -j "$SDEISTOP_JOBS" BUILD="$SDEISTOP_BUILD/arm64" \
		CC="${SDEISTOP_CROSS}gcc" CRASH_SRC="$dir/source" CRASH_EXT_TARGET=ARM64 crash-ext
else
	rm -f "$extension"
fi
printf '%s\n' "$dir"
