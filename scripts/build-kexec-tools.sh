#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kexec-tools of a Debian release, as upstream released it, and with our patches.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"

USAGE="usage: build-kexec-tools.sh [-h] [-b SUITE] [KIND]

Builds kexec-tools from upstream's tarball of the version that the Debian release
SUITE has, and prints the directory: a git tree, built in place, with build/sbin
and build.log. Of asan and arm64 it prints the path of vmcore-sdeistop in it. Kept in
SDEISTOP_CACHE, keyed by version and patches. KIND is

  patched  with the patches of kexec-tools-patches as commits, for this machine
           (the default)
  stock    without them
  asan     with them, vmcore-sdeistop alone, with sanitizers
  arm64    with them, vmcore-sdeistop alone, linked statically for arm64
  debian   with them, from the sources as Debian patches them

  -b SUITE  trixie (the default), which has 2.0.29; sid has 2.0.32 or newer

Exit status 3: the source cannot be had."

PACKAGE=kexec-tools
PATCHES=$SDEISTOP_ROOT/kexec-tools-patches
TOOL=build/sbin/vmcore-sdeistop

suite=trixie
while getopts hb: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	b) suite=$OPTARG ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -le 1 ]] || usage_exit "$USAGE" 2
kind=${1:-patched}
patches=() configure=() targets=(all) program="" cc=gcc
groups=(tools apt kernel crash)
case $kind in
stock | patched | debian) ;;
asan)
	configure=(CFLAGS='-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all')
	targets=("$TOOL") program=/$TOOL ;;
arm64)
	cc=${SDEISTOP_CROSS}gcc
	groups=(tools apt kernel)
	configure=(--host="${SDEISTOP_CROSS%-}" LDFLAGS=-static)
	targets=("$TOOL") program=/$TOOL ;;
*) usage_exit "$USAGE" 2 ;;
esac

# The series; of Debian's tree with those of its own for which there is a twin
if [[ $kind != stock ]]; then
	mapfile -t patches < <(sed "/^#/d; s,^,$PATCHES/," "$PATCHES/series")
fi
if [[ $kind == debian ]]; then
	for (( i = 0; i < ${#patches[@]}; i++ )); do
		twin=$PATCHES/debian/${patches[i]##*/}
		[[ ! -e $twin ]] || patches[i]=$twin
	done
fi

# build SOURCE DIR: patched, configured and built
build()
{
	local dir=$2

	cp -a "$1" "$dir"
	rm -rf "$dir"/{.done,src-version,.pc}
	kgit -C "$dir" init -q -b sdeistop
	kgit -C "$dir" add -A -f
	kgit -C "$dir" commit -q -m base
	kernel_apply "$dir" "${patches[@]}"
	cd "$dir"
	# Not to be made anew, whatever the times of files: that wants autoconf
	touch configure
	./configure CC="$cc" "${configure[@]}"
	make -j"$SDEISTOP_JOBS" "${targets[@]}" 2>&1 | tee build.log
}

hint="scripts/setup-packages.sh ${groups[*]}, then the same command again"
command -v "$cc" >/dev/null || die "there is no $cc; to go on: $hint"
compiler=$("$cc" -dumpfullversion)

cache_lock kexec-tools
version=$(version_or_cached "$SDEISTOP_CACHE/kexec-tools-*-$suite" \
	"$SDEISTOP_ROOT/scripts/private-apt.sh" version "$suite" "$PACKAGE") || exit 3
what=tarball
[[ $kind != debian ]] || what=source
source=$SDEISTOP_CACHE/kexec-tools-$what-$suite
dir=$SDEISTOP_CACHE/kexec-tools-$suite-$kind-$(key_of "$version" "${patches[@]}" "${configure[@]}" \
	"$compiler")
if ! cache_ready "$dir"; then
	absent=$("$SDEISTOP_ROOT/scripts/setup-packages.sh" -n "${groups[@]}")
	[[ -z $absent ]] || die "not installed: ${absent//$'\n'/ }; to go on: $hint"
	if ! cache_ready "$source" || [[ $(<"$source/src-version") != "$version" ]]; then
		rm -rf "$source"
		"$SDEISTOP_ROOT/scripts/private-apt.sh" "$what" "$suite" "$PACKAGE" "$source" || exit 3
		printf '%s\n' "$version" >"$source/src-version"
		cache_done "$source"
	fi
	rm -rf "$dir"
	run_step "kexec-tools $version, $kind" "$SDEISTOP_CACHE/log/kexec-tools-$suite-$kind.log" \
		"$hint" build "$source" "$dir"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_CACHE/kexec-tools-$suite-$kind"-*
printf '%s\n' "$dir$program"
