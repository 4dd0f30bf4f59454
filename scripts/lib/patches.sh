# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Commits as patch files. Sourced after kernel.sh, whose git format_patches uses.

# Who every patch to another project is from, and signed off by
# shellcheck disable=SC2034 # of who sources this
PATCH_IDENTITY='sdeistop developers <sdeistop@example.org>'

# format_patches TREE RANGE OUT: those commits of the git tree TREE as files in OUT.
# Nothing that depends on when, where or by which git this was made: no hashes
# of commits, no [n/m] in subjects, no version, abbreviated blobs of one length.
# The blob hashes stay, git am --3way needs them.
format_patches()
{
	kgit -C "$1" -c diff.noprefix=false -c diff.mnemonicPrefix=false -c diff.renames=false \
		-c diff.algorithm=myers -c diff.context=3 -c diff.interHunkContext=0 -c diff.orderFile=/dev/null \
		-c format.attach=false -c format.from=false -c format.headers= -c format.useAutoBase=false \
		-c core.abbrev=12 -c format.notes=false -c format.thread=false \
		format-patch -q --no-attach --zero-commit -N --no-signature --stat-width=78 --no-cover-letter \
		-o "$3" "$2" >/dev/null
}
