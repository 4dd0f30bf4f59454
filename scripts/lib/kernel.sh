# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Kernel trees: which bases there are, how one is unpacked and how the series
# gets onto it. Sourced after common.sh.

KERNEL_DIR=$SDEISTOP_ROOT/kernel
# The commit every tree starts from, also known by this tag
KERNEL_BASE_TAG=sdeistop-base

kernel_bases()
{
	awk '!/^#/ && NF { print $1 }' "$KERNEL_DIR/bases"
}

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
		-c core.hooksPath=/dev/null -c core.autocrlf=false -c am.threeWay=false -c core.fsync=none \
		-c core.compression=1 -c gc.auto=0 -c maintenance.auto=false "$@"
}

# kernel_unpack BASE TARBALL DIR: a git tree with one commit, the base
kernel_unpack()
{
	local base=$1 tarball=$2 dir=$3

	mkdir -p "$dir"
	tar -C "$dir" --strip-components=1 -xf "$tarball"
	kgit -C "$dir" init -q -b sdeistop
	kgit -C "$dir" config sdeistop.base "$base"
	# -f: the tarball's own .gitignore excludes everything at the top
	kgit -C "$dir" add -A -f
	GIT_AUTHOR_DATE='2000-01-01T00:00:00Z' GIT_COMMITTER_DATE='2000-01-01T00:00:00Z' \
		kgit -C "$dir" commit -q -m base
	kgit -C "$dir" tag "$KERNEL_BASE_TAG"
}

# kernel_cached_tree BASE: print the directory of the cache's tree of BASE, in
# whatever state the last build left it. What was built from another version of
# it goes. Call it with the lock kernel-BASE held.
kernel_cached_tree()
{
	local base=$1 dir=$SDEISTOP_CACHE/kernel/$1-tree version tarball

	version=$(kernel_base_version "$base")
	if ! cache_ready "$dir.stamp" || [[ $(<"$dir.stamp/src-version") != "$version" ]]; then
		rm -rf "$dir" "$dir.stamp" "$SDEISTOP_CACHE/kernel/$base"-obj-* "$SDEISTOP_CACHE/kernel/$base-check"
		mkdir -p "$dir.stamp"
		tarball=$(kernel_tarball "$base")
		run_step "unpack $(basename "$tarball")" "$SDEISTOP_CACHE/log/kernel-$base-unpack.log" \
			"the same command again" kernel_unpack "$base" "$tarball" "$dir"
		printf '%s\n' "$version" >"$dir.stamp/src-version"
		cache_done "$dir.stamp"
	fi
	printf '%s\n' "$dir"
}

# kernel_names: the names of the series
kernel_names()
{
	[[ ! -e $KERNEL_DIR/series ]] || awk '!/^#/ && NF { print $1 }' "$KERNEL_DIR/series"
}

# kernel_series BASE: the patches of the series that apply to BASE, as file
# names. A patch that differs for one version has a twin patches/BASE/NAME.
kernel_series()
{
	local base=$1 name

	while read -r name; do
		if [[ -e $KERNEL_DIR/patches/$base/$name ]]; then
			printf '%s\n' "$KERNEL_DIR/patches/$base/$name"
		elif [[ -e $KERNEL_DIR/patches/$name ]]; then
			printf '%s\n' "$KERNEL_DIR/patches/$name"
		else
			die "kernel/series names $name, which is not in kernel/patches"
		fi
	done < <(kernel_names)
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

# kernel_fragments BASE NAME...: the files of kernel/config that configure BASE,
# in the order in which they override. NAME-BASE.config adds to NAME.config.
kernel_fragments()
{
	local base=$1 name

	shift
	for name in "$@"; do
		[[ -e $KERNEL_DIR/config/$name.config || -e $SDEISTOP_ROOT/tests/e2e/kernel/$name.patch ]] ||
			die "there is neither kernel/config/$name.config nor tests/e2e/kernel/$name.patch"
		[[ ! -e $KERNEL_DIR/config/$name.config ]] || printf '%s\n' "$KERNEL_DIR/config/$name.config"
		[[ ! -e $KERNEL_DIR/config/$name-$base.config ]] ||
			printf '%s\n' "$KERNEL_DIR/config/$name-$base.config"
	done
}

# kernel_merge_config FRAGMENT...: one line a symbol, the last that names it wins
kernel_merge_config()
{
	awk -F= '/^CONFIG_/ { value[$1] = substr($0, length($1) + 2) }
		END { for (symbol in value) print symbol "=" value[symbol] }' "$@" | LC_ALL=C sort
}

# kernel_check_config CONFIG WANTED: did every line asked for survive? Kconfig
# drops what has an unmet dependency without a word. "=n" is also fulfilled by a
# symbol that cannot be set at all.
kernel_check_config()
{
	local config=$1 symbol value missing=()

	while IFS='=' read -r symbol value; do
		if [[ $value == n ]]; then
			! grep -q "^$symbol=" "$config" || missing+=("$symbol=n")
		else
			grep -Fxq -- "$symbol=$value" "$config" || missing+=("$symbol=$value")
		fi
	done <"$2"
	(( ${#missing[@]} == 0 )) ||
		die "$config lacks what was asked for (unmet dependency, or no such symbol): ${missing[*]}"
}
