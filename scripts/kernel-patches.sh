#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The other direction of kernel-tree.sh: commits back into patch files.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"

USAGE="usage: kernel-patches.sh [-h] DIR

Writes the commits of the kernel tree DIR after its base into kernel/patches and
their names into kernel/series. The cover letter, kernel/patches/0000-*, and the
comments at the top of kernel/series are kept: they are written by hand."

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2
dir=$1
kgit -C "$dir" rev-parse -q --verify "$KERNEL_BASE_TAG^{commit}" >/dev/null ||
	die "$dir is no tree of kernel-tree.sh: it has no tag $KERNEL_BASE_TAG"
[[ -z $(kgit -C "$dir" status --porcelain --untracked-files=no) ]] ||
	die "$dir has changes that are not committed"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Nothing that depends on when, where or by which git this was made: no hashes
# of commits, no [n/m] in subjects, no version, abbreviated blobs of one length.
# The blob hashes stay, git am --3way needs them.
kgit -C "$dir" -c diff.noprefix=false -c diff.mnemonicPrefix=false -c diff.renames=false \
	-c diff.algorithm=myers -c diff.context=3 -c diff.interHunkContext=0 -c diff.orderFile=/dev/null \
	-c format.attach=false -c format.from=false -c format.headers= -c format.useAutoBase=false \
	-c core.abbrev=12 -c format.notes=false -c format.thread=false \
	format-patch -q --no-attach --zero-commit -N --no-signature --stat-width=78 --no-cover-letter \
	-o "$work" "$KERNEL_BASE_TAG..HEAD" >/dev/null

mkdir -p "$KERNEL_DIR/patches"
{
	if [[ -e $KERNEL_DIR/series ]]; then
		sed -n '/^#/!q; p' "$KERNEL_DIR/series"
	else
		printf '# Patches of kernel/patches in the order they apply.\n'
		printf '# Written by scripts/kernel-patches.sh.\n'
	fi
	find "$work" -name '*.patch' -printf '%f\n' | LC_ALL=C sort
} >"$work/series"
find "$KERNEL_DIR/patches" -maxdepth 1 -name '*.patch' ! -name '0000-*' -delete
find "$work" -name '*.patch' -exec cp -t "$KERNEL_DIR/patches" {} +
cp "$work/series" "$KERNEL_DIR/series"
say "$(grep -vc '^#' "$KERNEL_DIR/series" || true) patches in kernel/patches"
