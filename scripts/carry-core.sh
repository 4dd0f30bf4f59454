#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Patches of other projects carry files of lib/, byte for byte. Which files there
# are is lib/build.mk's to say, and which of them a series carries its file "carried".
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"
# shellcheck source=scripts/lib/patches.sh
. "$(dirname "$0")/lib/patches.sh"

USAGE="usage: carry-core.sh [-h] COMMAND

  copy DIR PART...  lib/include, and of each PART lib/PART (core, for one) what
                    lib/build.mk lists as SDEISTOP_PART_SRCS, with its headers, into DIR
  check SERIES      is what the series in the directory SERIES carries what lib/ has?
                    Names each file that is not
  refresh SERIES    the patch that carries it, with what lib/ has now; its message,
                    author and date stay

SERIES/carried has one line: the directory that the patch adds to the tree, and the
PARTs. That patch adds files only, so that it applies to an empty directory; what it
has in that directory beside lib/'s is its own."

# sources PART: what lib/build.mk lists
sources()
{
	make -s --no-print-directory -C "$SDEISTOP_ROOT" -f lib/build.mk \
		--eval "list:; @printf '%s\\n' \$(SDEISTOP_${1^^}_SRCS)" list
}

# copy DIR PART...
copy()
{
	local dir=$1 part list

	shift
	mkdir -p "$dir"
	(cd "$SDEISTOP_ROOT/lib" && find include -name '*.h' -exec cp --parents -t "$dir" {} +)
	for part in "$@"; do
		list=$(sources "$part")
		[[ $list ]] || die "lib/build.mk lists no sources of '$part'"
		mapfile -t list <<<"$list"
		(cd "$SDEISTOP_ROOT/lib" &&
			find "$part" -name '*.h' -exec cp --parents -t "$dir" {} + &&
			cp --parents -t "$dir" "${list[@]#lib/}")
	done
}

# read_carried SERIES: set $dir, $parts and $patch
read_carried()
{
	local line

	line=$(grep -v '^#' "$1/carried") || die "no $1/carried"
	read -r dir line <<<"$line"
	read -r -a parts <<<"$line"
	patch=$(grep -lFx "+++ b/$dir/include/sdeistop.h" "$1"/*.patch) ||
		die "no patch of $1 adds $dir/include/sdeistop.h"
	[[ $patch != *$'\n'* ]] || die "more than one patch of $1 changes $dir/include/sdeistop.h:" "$patch"
	patch=$(realpath "$patch")
}

# check SERIES: quiet if the copies are the same
check()
{
	local dir parts patch name bad=0

	read_carried "$1"
	mkdir "$work"/{lib,tree}
	copy "$work/lib/$dir" "${parts[@]}"
	# As in an empty directory, whatever repository that is in
	(cd "$work/tree" && GIT_CEILING_DIRECTORIES=$work kgit apply --whitespace=nowarn "$patch")
	for name in include "${parts[@]}"; do
		(cd "$work" && diff -rqN "lib/$dir/$name" "tree/$dir/$name") >>"$work/differ" || bad=1
	done
	(( bad )) || return 0
	awk -v from="lib/$dir/" '{ print "lib/" substr($2, length(from) + 1) }' "$work/differ" |
		while read -r name; do
			printf '%s: not what %s carries\n' "$name" "$1/${patch##*/}"
		done
	printf 'to bring it up to date: scripts/carry-core.sh refresh %s\n' "$1"
	return 1
}

# refresh SERIES
refresh()
{
	local dir parts patch tree=$work/tree

	read_carried "$1"
	kgit init -q "$tree"
	kgit -C "$tree" commit -q --allow-empty -m base
	kgit -C "$tree" am -q --keep-non-patch "$patch"
	(cd "$tree/$dir" && rm -rf include "${parts[@]}")
	copy "$tree/$dir" "${parts[@]}"
	kgit -C "$tree" add -A -f
	kgit -C "$tree" commit -q --amend --no-edit
	format_patches "$tree" -1 "$work/patch"
	cmp -s "$work"/patch/*.patch "$patch" || {
		cp "$work"/patch/*.patch "$patch"
		say "changed ${patch##*/}"
	}
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case ${1:-}:$# in
-h:*) usage_exit "$USAGE" ;;
check:2 | refresh:2) "$1" "${2%/}" ;;
copy:[012]) usage_exit "$USAGE" 2 ;;
copy:*) copy "$(realpath -m "$2")" "${@:3}" ;;
*) usage_exit "$USAGE" 2 ;;
esac
