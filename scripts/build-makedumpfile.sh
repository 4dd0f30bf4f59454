#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-makedumpfile.sh [-h] [-s] SOURCE

Builds makedumpfile of upstream's source tree SOURCE with the patches of
makedumpfile-patches, for arm64 and linked statically, and prints its path. SOURCE
stays as it is. The libraries are those of this machine's own Debian release, as
the cross C library is; snappy is left out, which would want a C++ library.

  -s   stock: without the patches"

# What makedumpfile itself is linked with
PACKAGES=(libelf-dev libdw-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev liblzo2-dev)
PATCHES=$SDEISTOP_ROOT/makedumpfile-patches

series=$PATCHES/series
kind=patched
while getopts hs opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	s) series=/dev/null kind=stock ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2
[[ -e $1/makedumpfile.c ]] || die "'$1' is no source tree of makedumpfile: no makedumpfile.c there"
source=$(realpath "$1")

apt=$SDEISTOP_ROOT/scripts/private-apt.sh
# shellcheck source=/dev/null
suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
version=$(version_or_cached "$SDEISTOP_CACHE/makedumpfile-libs-$suite-*" "$apt" binary-version "$suite" arm64 libdw-dev)
libs=$SDEISTOP_CACHE/makedumpfile-libs-$suite-$(key_of "$version" "${PACKAGES[@]}")
cache_lock makedumpfile-libs
if ! cache_ready "$libs"; then
	rm -rf "$libs"
	"$apt" binary "$suite" arm64 "$libs" "${PACKAGES[@]}"
	printf '%s\n' "$version" >"$libs/src-version"
	cache_done "$libs"
fi
cache_prune "$libs" "$SDEISTOP_CACHE/makedumpfile-libs-$suite"-*

# build DIR: the sources are there
build()
{
	local patch lib=$libs/usr/lib/aarch64-linux-gnu include=$libs/usr/include

	while read -r patch; do
		patch -d "$1" -p1 --fuzz=0 --forward <"$PATCHES/$patch"
	done < <(grep -v '^#' "$series")
	make -C "$1" -j "$SDEISTOP_JOBS" TARGET=aarch64 USELZO=on USEZSTD=on \
		CC="${SDEISTOP_CROSS}gcc -isystem $include -isystem $include/aarch64-linux-gnu -L$lib"
	find "$1" -name '*.o' -delete
}

mapfile -t patches < <(grep -v '^#' "$series")
# .git is there or not, and whatever a build in it has left
mapfile -t files < <(find "$source" -name .git -prune -o -type f ! -name '*.o' ! -path "$source/makedumpfile" -print | LC_ALL=C sort)
dir=$SDEISTOP_BUILD/makedumpfile/$kind-$(key_of "${files[@]}" "${patches[@]/#/$PATCHES/}" "${libs##*/}")
lock_here "$SDEISTOP_BUILD/makedumpfile/lock-${dir##*/}" "makedumpfile, $kind"
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	mkdir -p "$dir"
	(cd "$source" && cp -t "$dir" --parents "${files[@]#"$source/"}")
	chmod -R u+w "$dir"
	run_step "makedumpfile, $kind" "$SDEISTOP_BUILD/check/makedumpfile-$kind.log" \
		"if a patch does not apply: makedumpfile-patches/README.md says which versions they are for" \
		build "$dir"
	cache_done "$dir"
fi
printf '%s\n' "$dir/makedumpfile"
