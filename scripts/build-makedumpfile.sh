#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-makedumpfile.sh [-h] [-s | -t] SOURCE

Builds makedumpfile of upstream's source tree SOURCE with the patches of
makedumpfile-patches, for arm64 and linked statically, and prints its path. SOURCE
stays as it is; what was built before, of other sources or patches, is removed. The
libraries are those of this machine's own Debian release, as the cross C library is;
snappy is left out, which would want a C++ library.

  -s   stock: without the patches
  -t   build nothing: do the patches apply to it?"

# What makedumpfile itself is linked with
PACKAGES=(libelf-dev libdw-dev zlib1g-dev libbz2-dev liblzma-dev libzstd-dev liblzo2-dev)
MAKE=(TARGET=aarch64 USELZO=on USEZSTD=on)
PATCHES=$SDEISTOP_ROOT/makedumpfile-patches

series=$PATCHES/series
kind=patched try=
while getopts hst opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	s) series=/dev/null kind=stock ;;
	t) try=1 ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2
[[ -e $1/makedumpfile.c ]] || die "'$1' is no source tree of makedumpfile: no makedumpfile.c there"
source=$(realpath "$1")
mapfile -t patches < <(grep -v '^#' "$series")
# .git is there or not, and whatever a build in it has left
mapfile -t files < <(find "$source" -name .git -prune -o -type f ! -name '*.o' ! -path "$source/makedumpfile" -print | LC_ALL=C sort)

# unpack DIR: the sources, with the patches
unpack()
{
	local patch

	(cd "$source" && cp -t "$1" --parents "${files[@]#"$source/"}")
	chmod -R u+w "$1"
	for patch in "${patches[@]}"; do
		patch -d "$1" -p1 --fuzz=0 --forward <"$PATCHES/$patch" || return
	done
}

if [[ $try ]]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	unpack "$work" >&2
	exit
fi

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

# build DIR
build()
{
	local lib=$libs/usr/lib/aarch64-linux-gnu include=$libs/usr/include

	unpack "$1"
	make -C "$1" -j "$SDEISTOP_JOBS" "${MAKE[@]}" \
		CC="${SDEISTOP_CROSS}gcc -isystem $include -isystem $include/aarch64-linux-gnu -L$lib"
	find "$1" -name '*.o' -delete
}

# The files' names too: key_of takes their contents
dir=$SDEISTOP_BUILD/makedumpfile/$kind-$(key_of "${files[@]}" "${files[*]#"$source/"}" "${patches[@]/#/$PATCHES/}" \
	"${libs##*/}" "${MAKE[*]}" "$("${SDEISTOP_CROSS}gcc" -dumpfullversion)")
lock_here "$SDEISTOP_BUILD/makedumpfile/lock-$kind" "makedumpfile, $kind"
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	mkdir -p "$dir"
	run_step "makedumpfile, $kind" "$SDEISTOP_BUILD/check/makedumpfile-$kind.log" \
		"if a patch does not apply: makedumpfile-patches/README.md says which versions they are for" \
		build "$dir"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_BUILD/makedumpfile/$kind"-*
printf '%s\n' "$dir/makedumpfile"
