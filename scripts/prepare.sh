#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Install and build what the tests need. What is there already costs nothing.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"

USAGE="usage: prepare.sh [-h] fast|all|full

fast: packages for unit tests, the command and its test programs. all: also the
firmware, kernels, crash, its extension, kexec-tools and the guest that 'make
check' needs.
full: what is only for 'make check-full' is built by its scenarios themselves."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ ${1:-} =~ ^(fast|all|full)$ ]] || usage_exit "$USAGE" 2
scripts=$SDEISTOP_ROOT/scripts

case $1 in
fast)
	"$scripts/setup-packages.sh" tools unit
	;;
*)
	"$scripts/setup-packages.sh" tools unit apt kernel qemu crash debuggers
	;;
esac

run_step "build the command and the test programs" "$SDEISTOP_BUILD/check/build.log" \
	"make tools asan-programs" \
	make -C "$SDEISTOP_ROOT" -j "$SDEISTOP_JOBS" tools asan-programs

[[ $1 != fast ]] || exit 0

for variant in sdei nosdei; do
	"$scripts/build-firmware.sh" "$variant" >/dev/null
done
# Unpatched first: what it has compiled, the patched one takes over
"$scripts/build-kernel.sh" unpatched >/dev/null
mapfile -t bases < <(kernel_bases)
for base in "${bases[@]}"; do
	"$scripts/build-kernel.sh" -b "$base" patched >/dev/null
done
"$scripts/build-sparse.sh" >/dev/null
"$scripts/build-initramfs.sh" >/dev/null
"$scripts/build-capture-root.sh" trixie >/dev/null
crash_dir=$("$scripts/build-crash.sh")
"$scripts/build-crash.sh" -p >/dev/null
run_step "build the command and the crash extension" "$SDEISTOP_BUILD/check/build-ext.log" \
	"make tools; make crash-ext CRASH_SRC=\$(scripts/build-crash.sh)" \
	make -C "$SDEISTOP_ROOT" -j "$SDEISTOP_JOBS" tools crash-ext CRASH_SRC="$crash_dir"
# The mirror may have lost these two, which the scripts say; what needs them is skipped then
for kind in stock patched asan arm64 debian; do
	"$scripts/build-kexec-tools.sh" "$kind" >/dev/null || [[ $? -eq 3 ]]
done
# What of it unstable has may be another one by now, which is for its test to tell
"$scripts/build-kexec-tools.sh" -b sid >/dev/null || true
"$scripts/build-arm64-crash.sh" >/dev/null || [[ $? -eq 3 ]]
