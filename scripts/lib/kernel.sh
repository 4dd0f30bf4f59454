# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Kernel trees: which bases there are, how one is unpacked and how the series
# gets onto it. Sourced after common.sh.

KERNEL_DIR=$SDEISTOP_ROOT/kernel
# The commit every tree starts from, also known by this tag
KERNEL_BASE_TAG=sdeistop-base

kernel_default_base()
{
	awk '!/^#/ && NF { print $1; exit }' "$KERNEL_DIR/bases"
}

# kernel_base BASE: print "suite package"
kernel_base()
{
	local line

	line=$(awk -v base="$1" '!/^#/ && $1 == base { print $2, $3 }' "$KERNEL_DIR/bases")
	[[ $line ]] || die "no base '$1'; kernel/bases has: $(awk '!/^#/ && NF { printf "%s ", $1 }' "$KERNEL_DIR/bases")"
	printf '%s\n' "$line"
}

# kernel_base_version BASE: the package version, asked of the archive
kernel_base_version()
{
	local suite package

	read -r suite package < <(kernel_base "$1")
	version_or_cached "$SDEISTOP_CACHE/kernel/source-$1" \
		"$SDEISTOP_ROOT/scripts/private-apt.sh" binary-version "$suite" amd64 "$package"
}

# kernel_tarball BASE: print the name of the source tarball, fetched if need be
kernel_tarball()
{
	local base=$1 suite package version dir=$SDEISTOP_CACHE/kernel/source-$1

	read -r suite package < <(kernel_base "$base")
	version=$(kernel_base_version "$base")
	if ! cache_ready "$dir" || [[ $(<"$dir/src-version") != "$version" ]]; then
		rm -rf "$dir"
		"$SDEISTOP_ROOT/scripts/private-apt.sh" binary "$suite" amd64 "$dir" "$package" >&2
		printf '%s\n' "$version" >"$dir/src-version"
		cache_done "$dir"
	fi
	printf '%s\n' "$dir/usr/src/$package.tar.xz"
}

# Git without anything of the user's: no identity, hooks, signing or attributes
# to depend on, no packing in the background while a build reads the tree.
kgit()
{
	git -c user.name=sdeistop -c user.email=sdeistop@localhost -c commit.gpgSign=false \
		-c core.hooksPath=/dev/null -c core.autocrlf=false -c core.fsync=none \
		-c core.compression=1 -c gc.auto=0 -c maintenance.auto=false "$@"
}

# kernel_unpack TARBALL DIR: a git tree with one commit, the base
kernel_unpack()
{
	local tarball=$1 dir=$2

	mkdir -p "$dir"
	tar -C "$dir" --strip-components=1 -xf "$tarball"
	kgit -C "$dir" init -q -b sdeistop
	# -f: the tarball's own .gitignore excludes everything at the top
	kgit -C "$dir" add -A -f
	GIT_AUTHOR_DATE='2000-01-01T00:00:00Z' GIT_COMMITTER_DATE='2000-01-01T00:00:00Z' \
		kgit -C "$dir" commit -q -m base
	kgit -C "$dir" tag "$KERNEL_BASE_TAG"
}

# kernel_series BASE: the patches of the series that apply to BASE, as file
# names. A patch that differs for one version has a twin patches/BASE/NAME.
kernel_series()
{
	local base=$1 name

	[[ -e $KERNEL_DIR/series ]] || return 0
	while read -r name; do
		[[ $name && $name != '#'* ]] || continue
		if [[ -e $KERNEL_DIR/patches/$base/$name ]]; then
			printf '%s\n' "$KERNEL_DIR/patches/$base/$name"
		elif [[ -e $KERNEL_DIR/patches/$name ]]; then
			printf '%s\n' "$KERNEL_DIR/patches/$name"
		else
			die "kernel/series names $name, which is not in kernel/patches"
		fi
	done <"$KERNEL_DIR/series"
}

# kernel_apply DIR PATCH...: commit the patches on top of what DIR has. Commits
# are dated as their authors dated them, so the same series gives the same hashes.
kernel_apply()
{
	local dir=$1

	shift
	(( $# )) || return 0
	if ! kgit -C "$dir" am -q --committer-date-is-author-date --keep-non-patch "$@"; then
		say "the series does not apply in $dir; the failing patch:"
		kgit -C "$dir" am --show-current-patch=diff | head -n 20 >&2 || true
		kgit -C "$dir" am --abort || true
		return 1
	fi
}
