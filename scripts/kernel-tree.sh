#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel tree to work in: a base as one commit and the series on top.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"

USAGE="usage: kernel-tree.sh [-h] [-b BASE] [-n] DIR

Makes DIR, which must not exist, a git tree of kernel BASE (default: the first
of kernel/bases) with the patches of kernel/series as commits. The base commit
carries the tag $KERNEL_BASE_TAG. kernel-patches.sh writes commits back.

  -b BASE   a version of kernel/bases
  -n        the base only, no patches"

base=$(kernel_default_base)
series=1
while getopts hb:n opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	b) base=$OPTARG ;;
	n) series= ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2
dir=$1
kernel_base "$base" >/dev/null
[[ ! -e $dir ]] || die "$dir exists already; remove it, or name another directory"

patches=()
if [[ $series ]]; then
	list=$(kernel_series "$base")
	[[ -z $list ]] || mapfile -t patches <<<"$list"
fi
cache_lock "kernel-source-$base"
tarball=$(kernel_tarball "$base")
run_step "unpack $(basename "$tarball")" "$SDEISTOP_CACHE/log/kernel-tree.log" \
	"remove $dir, then the same command again" kernel_unpack "$base" "$tarball" "$dir"
kernel_apply "$dir" "${patches[@]}"
say "$dir: base $base and ${#patches[@]} patches"
