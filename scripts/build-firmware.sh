#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# TF-A for QEMU's virt machine, with or without SDEI, as one flash image. What
# else a test wants of it is a patch: of tests/e2e/firmware, or of
# kernel/firmware, where those are that firmware ought to have.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: build-firmware.sh [-h] sdei|nosdei[-NAME]...

Builds TF-A from Debian's source and prints the path of flash.bin. NAME is a
patch, NAME.patch in tests/e2e/firmware or in kernel/firmware, or 'release':
without assertions. Kept in SDEISTOP_CACHE, keyed by source version, build
options and patches."

SUITE=trixie
PACKAGE=arm-trusted-firmware

# QEMU_USE_GIC_DRIVER: the default is GICv2, which asserts on event 0.
# The kernel is BL33, loaded by QEMU at 0x60000000.
OPTIONS=(PLAT=qemu LOG_LEVEL=20
	QEMU_USE_GIC_DRIVER=QEMU_GICV3
	ARM_LINUX_KERNEL_AS_BL33=1 PRELOADED_BL33_BASE=0x60000000)

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 1 && $1 ]] || usage_exit "$USAGE" 2
variant=$1
IFS=- read -ra names <<<"$variant"
kind=debug
patches=()
case ${names[0]} in
sdei) OPTIONS+=(SDEI_SUPPORT=1 EL3_EXCEPTION_HANDLING=1) ;;
nosdei) OPTIONS+=(SDEI_SUPPORT=0 EL3_EXCEPTION_HANDLING=0) ;;
*) usage_exit "$USAGE" 2 ;;
esac
for name in "${names[@]:1}"; do
	if [[ $name == release ]]; then
		kind=release
		continue
	fi
	for patch in "$SDEISTOP_ROOT"/{tests/e2e,kernel}/firmware/"$name.patch"; do
		[[ ! -e $patch ]] || break
	done
	[[ -e $patch ]] || die "no firmware '$variant': neither tests/e2e/firmware nor kernel/firmware has $name.patch"
	patches+=("$patch")
done
OPTIONS+=("DEBUG=$([[ $kind == debug ]] && echo 1 || echo 0)")

build()
{
	local src=$1 out=$2 patch

	for patch in "${patches[@]}"; do
		patch -p1 -F0 -d "$src" <"$patch"
	done
	make -C "$src" -j"$SDEISTOP_JOBS" CROSS_COMPILE="$SDEISTOP_CROSS" BUILD_BASE="$src/build" \
		"${OPTIONS[@]}" bl1 bl2 bl31 fip
	# BL1 at the start of the flash, the FIP at 256 KiB: plat/qemu's layout
	cp "$src/build/qemu/$kind/bl1.bin" "$out/flash.bin"
	dd if="$src/build/qemu/$kind/fip.bin" of="$out/flash.bin" bs=64k seek=4 conv=notrunc
	truncate -s 4M "$out/flash.bin"
}

cache_lock "firmware-$variant"
version=$(version_or_cached "$SDEISTOP_CACHE/firmware/${names[0]}-*" \
	"$SDEISTOP_ROOT/scripts/private-apt.sh" version "$SUITE" "$PACKAGE")
dir=$SDEISTOP_CACHE/firmware/$variant-$(key_of "$version" "${OPTIONS[@]}" "${patches[@]}")
if ! cache_ready "$dir"; then
	rm -rf "$dir" "$dir.src"
	mkdir -p "$dir"
	"$SDEISTOP_ROOT/scripts/private-apt.sh" source "$SUITE" "$PACKAGE" "$dir.src"
	run_step "TF-A $version, $variant" "$SDEISTOP_CACHE/log/firmware-$variant.log" \
		"scripts/setup-packages.sh kernel, then the same command again" \
		build "$dir.src" "$dir"
	rm -rf "$dir.src"
	printf '%s\n' "$version" >"$dir/src-version"
	cache_done "$dir"
fi
# A key is 12 digits: sdei-* would take sdei-release for an old sdei
digits=$(printf '[0-9a-f]%.0s' {1..12})
# shellcheck disable=SC2086 # a pattern, to be expanded
cache_prune "$dir" "$SDEISTOP_CACHE/firmware/$variant"-$digits
printf '%s\n' "$dir/flash.bin"
