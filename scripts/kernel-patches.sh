#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The other direction of kernel-tree.sh: commits back into patch files.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"
# shellcheck source=scripts/lib/patches.sh
. "$(dirname "$0")/lib/patches.sh"

USAGE="usage: kernel-patches.sh [-h] [-b BASE] DIR

Writes the commits of the kernel tree DIR after its base into kernel/patches.

Of the default base, the first of kernel/bases: all of them, and their names
into kernel/series. The cover letter, kernel/patches/0000-*, and the comments at
the top of kernel/series are kept: they are written by hand.

Of another base: a twin kernel/patches/BASE/NAME, only of a patch that does not
apply there as it is or has another outcome. Its commits must be those of
kernel/series, by number and subject.

  -b BASE   what DIR is a tree of, where kernel-tree.sh has not noted it"

base=
while getopts hb: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	b) base=$OPTARG ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 ]] || usage_exit "$USAGE" 2
dir=$1
kgit -C "$dir" rev-parse -q --verify "$KERNEL_BASE_TAG^{commit}" >/dev/null ||
	die "$dir is no tree of kernel-tree.sh: it has no tag $KERNEL_BASE_TAG"
noted=$(kgit -C "$dir" config --get sdeistop.base || true)
base=${base:-$noted}
[[ $base ]] || die "$dir does not say which base it is of; say -b BASE"
[[ -z $noted || $noted == "$base" ]] || die "$dir is a tree of $noted, not of $base"
kernel_base "$base" >/dev/null
[[ -z $(kgit -C "$dir" status --porcelain --untracked-files=no) ]] ||
	die "$dir has changes that are not committed"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/patches"

# write_series: the default base's patches are the series
write_series()
{
	local twin

	{
		if [[ -e $KERNEL_DIR/series ]]; then
			sed -n '/^#/!q; p' "$KERNEL_DIR/series"
		else
			printf '# Patches of kernel/patches in the order they apply.\n'
			printf '# Written by scripts/kernel-patches.sh.\n'
		fi
		cat "$work/names"
	} >"$work/series"
	find "$KERNEL_DIR/patches" -maxdepth 1 -name '*.patch' ! -name '0000-*' -delete
	find "$work/patches" -name '*.patch' -exec cp -t "$KERNEL_DIR/patches" {} +
	cp "$work/series" "$KERNEL_DIR/series"
	for twin in "$KERNEL_DIR"/patches/*/*.patch; do
		[[ -e $twin && ! -e $work/patches/${twin##*/} ]] || continue
		say "removing ${twin#"$KERNEL_DIR/"}: no such patch any more"
		rm "$twin"
	done
	say "$(wc -l <"$work/names") patches in kernel/patches"
}

# body FILE: what git am makes the message and the author of
body()
{
	sed '/^---$/,$d' "$1"
}

# same_outcome PATCH COMMIT: does PATCH, where COMMIT is, make the tree that
# COMMIT has? Applied as git am does, in an index of its own.
same_outcome()
{
	local index=$work/index

	GIT_INDEX_FILE=$index kgit -C "$dir" read-tree "$2^"
	GIT_INDEX_FILE=$index kgit -C "$dir" apply --cached "$1" 2>/dev/null || return 1
	[[ $(GIT_INDEX_FILE=$index kgit -C "$dir" write-tree) == $(kgit -C "$dir" rev-parse "$2^{tree}") ]]
}

# write_twins: of another base only what differs
write_twins()
{
	local twins=$KERNEL_DIR/patches/$base name commit count=0

	diff <(kernel_names) "$work/names" >"$work/diff" || {
		sed -n 's/^< /only in kernel\/series: /p; s/^> /only in the tree: /p' "$work/diff" >&2
		die "the commits of $dir are not those of kernel/series"
	}
	mkdir "$work/twins"
	while read -r name commit; do
		if ! same_outcome "$KERNEL_DIR/patches/$name" "$commit"; then
			cp "$work/patches/$name" "$work/twins/"
			count=$((count + 1))
		elif ! cmp -s <(body "$KERNEL_DIR/patches/$name") <(body "$work/patches/$name"); then
			die "$name differs in its message only; a message is changed in the tree of $(kernel_default_base)"
		fi
	done < <(paste -d ' ' "$work/names" <(kgit -C "$dir" rev-list --reverse "$KERNEL_BASE_TAG..HEAD"))
	rm -rf "$twins"
	(( count == 0 )) || cp -r "$work/twins" "$twins"
	say "$count of $(wc -l <"$work/names") patches differ for $base"
}

format_patches "$dir" "$KERNEL_BASE_TAG..HEAD" "$work/patches"
find "$work/patches" -name '*.patch' -printf '%f\n' | LC_ALL=C sort >"$work/names"
if [[ $base == "$(kernel_default_base)" ]]; then
	mkdir -p "$KERNEL_DIR/patches"
	write_series
else
	write_twins
fi
