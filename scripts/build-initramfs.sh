#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest's user space: busybox, Debian's own makedumpfile and kexec with the
# libraries they need, our init, and the arm64 build of sdeistop if there is one.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/guest.sh
. "$(dirname "$0")/lib/guest.sh"

USAGE="usage: build-initramfs.sh [-h] [-s SUITE]

Prints the path of an arm64 initramfs (cpio.gz). Packages are those of
tests/e2e/guest/packages.txt out of SUITE (default trixie), unpacked in
SDEISTOP_CACHE. The command, built for arm64, is in it too."

suite=trixie
while getopts hs: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	s) suite=$OPTARG ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 0 ]] || usage_exit "$USAGE" 2

guest=$SDEISTOP_ROOT/tests/e2e/guest
list=$guest/packages.txt
out=$SDEISTOP_BUILD/guest/initramfs-$suite.cpio.gz

# copy_with_libraries PACKAGES ROOT FILE...: copy programs and what they are
# linked with, recursively, into flat /bin and /lib
copy_with_libraries()
{
	local from=$1 to=$2 file name found queue
	declare -A seen=()

	shift 2
	queue=("$@")
	while (( ${#queue[@]} )); do
		file=${queue[0]}
		queue=("${queue[@]:1}")
		while read -r name; do
			[[ -z ${seen[$name]:-} ]] || continue
			seen[$name]=1
			found=$(find "$from/lib" "$from/usr/lib" -name "$name" -print -quit 2>/dev/null || true)
			[[ $found ]] || die "$(basename "$file") needs $name, which no package of $list has"
			cp -L "$found" "$to/lib/$name"
			queue+=("$found")
		done < <(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
	done
}

cache_lock "guest-$suite"
version=$(version_or_cached "$SDEISTOP_CACHE/guest-$suite-*" guest_versions "$list" "$suite")
dir=$SDEISTOP_CACHE/guest-$suite-$(key_of "$version" "$list" "layout 3")
if ! cache_ready "$dir"; then
	rm -rf "$dir" "$dir.packages"
	# shellcheck disable=SC2046 # a list of names
	"$SDEISTOP_ROOT/scripts/private-apt.sh" binary "$suite" arm64 "$dir.packages" \
		$(guest_packages "$list" "$suite" program) $(guest_packages "$list" "$suite" library) >&2
	mkdir -p "$dir/tree"/{bin,lib,dev,proc,sys,share,tmp}
	programs=()
	for name in busybox makedumpfile kexec; do
		file=$(find "$dir.packages" -path "*bin/$name" -type f -print -quit)
		[[ $file ]] || die "no $name in the packages of $suite"
		cp "$file" "$dir/tree/bin/"
		programs+=("$file")
	done
	ln -s busybox "$dir/tree/bin/sh"
	copy_with_libraries "$dir.packages" "$dir/tree" "${programs[@]}"
	# No program is linked with it: libc opens it when a thread ends
	find "$dir.packages" -name libgcc_s.so.1 -exec cp -L -t "$dir/tree/lib" {} +
	rm -rf "$dir.packages"
	printf '%s\n' "$version" | tee "$dir/src-version" >"$dir/tree/packages"
	cache_done "$dir"
fi
cache_prune "$dir" "$SDEISTOP_CACHE/guest-$suite"-*

tool=$("$SDEISTOP_ROOT/scripts/build-arm64-tool.sh")
key=$(key_of "$dir" "$guest/init" "$tool" "$0")
if [[ ! -e $out || $(cat "$out.key" 2>/dev/null) != "$key" ]]; then
	staging=$(mktemp -d)
	trap 'rm -rf "$staging"' EXIT
	cp -a "$dir/tree/." "$staging/"
	install -m 755 "$guest/init" "$staging/init"
	install -m 755 "$tool" "$staging/bin/sdeistop"
	mkdir -p "$(dirname "$out")"
	# Sorted, owned by root, without dates: the same input is the same file
	find "$staging" -exec touch -h -d @0 {} +
	(cd "$staging" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet) | gzip -9n >"$out.$$"
	rm -f "$out.key"
	mv "$out.$$" "$out"
	printf '%s\n' "$key" >"$out.key"
fi
printf '%s\n' "$out"
