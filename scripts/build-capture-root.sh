#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A root file system of Debian packages for the capture kernel, in which kdump-tools
# runs as it is.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/guest.sh
. "$(dirname "$0")/lib/guest.sh"

USAGE="usage: build-capture-root.sh [-h] SUITE

Prints the path of an arm64 root file system with the packages of
tests/e2e/guest/kdump-tools.txt out of SUITE, unpacked in SDEISTOP_CACHE. Nothing is
configured in it, and it is not written to: what a machine adds, it mounts, over
directories and files that are here for that."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2

suite=$1
list=$SDEISTOP_ROOT/tests/e2e/guest/kdump-tools.txt

# make_root DIR: what maintainer scripts or the base system would have made, and what
# is mounted over
make_root()
{
	local name

	for name in bin sbin lib; do
		[[ -e $1/$name ]] || ln -s "usr/$name" "$1/$name"
	done
	[[ -e $1/bin/sh ]] || ln -s dash "$1/bin/sh"
	[[ -e $1/usr/bin/awk ]] || ln -s mawk "$1/usr/bin/awk"
	mkdir -p "$1"/{dev,proc,sys,tmp,mnt,run,root,etc/default,var/crash,usr/libexec/sdeistop}
	for name in bin/sdeistop bin/ssh bin/scp sbin/reboot; do
		: >"$1/usr/$name"
	done
	rm -rf "$1"/usr/share/{doc,man,locale,bash-completion}
}

cache_lock "capture-root-$suite"
version=$(version_or_cached "$SDEISTOP_CACHE/capture-root-$suite-*" guest_versions "$list" "$suite")
dir=$SDEISTOP_CACHE/capture-root-$suite-$(key_of "$version" "$list" "layout 3")
if ! cache_ready "$dir"; then
	rm -rf "$dir"
	# shellcheck disable=SC2046 # a list of names
	"$SDEISTOP_ROOT/scripts/private-apt.sh" binary "$suite" arm64 "$dir/files" \
		$(guest_packages "$list" "$suite" program) $(guest_packages "$list" "$suite" library) >&2
	make_root "$dir/files"
	printf '%s\n' "$version" | tee "$dir/src-version" >"$dir/files/packages"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_CACHE/capture-root-$suite"-*
printf '%s\n' "$dir/files"
