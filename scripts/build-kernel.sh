#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The test kernels. One tree and one object directory a variant in the cache;
# the patched kernel starts from a copy of the unpatched one's objects, so that
# it costs what the series touches and no more.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"

USAGE="usage: build-kernel.sh [-h] [-b BASE] patched|unpatched

Builds kernel BASE (default: the first of kernel/bases) with or without
kernel/series, configured as kernel/config/test.config says (patched:
patched.config too; NAME-BASE.config adds to NAME.config for one base), and
prints the directory with Image, vmlinux, config and version. Kept in
SDEISTOP_CACHE, keyed by everything that goes into it."

base=$(kernel_default_base)
while getopts hb: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	b) base=$OPTARG ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 && $1 =~ ^(un)?patched$ ]] || usage_exit "$USAGE" 2
variant=$1
kernel_base "$base" >/dev/null

cache=$SDEISTOP_CACHE/kernel
tree=$cache/$base-tree

MAKE=(make -C "$tree" -j"$SDEISTOP_JOBS" ARCH=arm64 CROSS_COMPILE="$SDEISTOP_CROSS"
	# Set and empty: no suffix for being a git tree
	LOCALVERSION=
	KBUILD_BUILD_TIMESTAMP='2000-01-01 00:00:00 UTC' KBUILD_BUILD_USER=sdeistop
	KBUILD_BUILD_HOST=sdeistop KBUILD_BUILD_VERSION=1)

# fragments VARIANT: the files its configuration is made of
fragments()
{
	local name names=(test)

	[[ $1 != patched ]] || names+=(patched)
	for name in "${names[@]}"; do
		[[ -e $KERNEL_DIR/config/$name.config ]] || die "kernel/config/$name.config is missing"
		printf '%s\n' "$KERNEL_DIR/config/$name.config"
		[[ ! -e $KERNEL_DIR/config/$name-$base.config ]] ||
			printf '%s\n' "$KERNEL_DIR/config/$name-$base.config"
	done
}

# result_dir VARIANT: where its result belongs
result_dir()
{
	local inputs patches=

	inputs=$(fragments "$1")
	[[ $1 != patched ]] || patches=$(kernel_series "$base")
	# shellcheck disable=SC2086 # lists, of names without spaces
	printf '%s/%s-%s-%s\n' "$cache" "$base" "$1" "$(key_of "$version" \
		"$("${SDEISTOP_CROSS}gcc" -dumpfullversion)" "${MAKE[*]:6}" $inputs $patches)"
}

# get_tree: the tree of this version; what belonged to another one goes
get_tree()
{
	local tarball

	if ! cache_ready "$tree.stamp" || [[ $(<"$tree.stamp/src-version") != "$version" ]]; then
		rm -rf "$tree" "$tree.stamp" "$cache/$base"-obj-*
		mkdir -p "$tree.stamp"
		tarball=$(kernel_tarball "$base")
		run_step "unpack $(basename "$tarball")" "$SDEISTOP_CACHE/log/kernel-$base-unpack.log" \
			"the same command again" kernel_unpack "$tarball" "$tree"
		printf '%s\n' "$version" >"$tree.stamp/src-version"
		cache_done "$tree.stamp"
	fi
}

# tree_blobs: "blob path" of every file in which the tree differs from the base
tree_blobs()
{
	kgit -C "$tree" diff-tree -r --no-renames --diff-filter=AM "$KERNEL_BASE_TAG" HEAD |
		awk -F'[ \t]' '{ print $4, $6 }'
}

# set_tree VARIANT: put the tree into that state. Files that come out as they
# were keep their time stamps, otherwise make would build them again.
set_tree()
{
	local blob path list patches=()
	declare -A before=()

	while read -r blob path; do
		before[$blob $path]=$(stat -c %y "$tree/$path")
	done < <(tree_blobs)
	kgit -C "$tree" am --abort 2>/dev/null || true
	kgit -C "$tree" checkout -q -f --detach "$KERNEL_BASE_TAG"
	if [[ $1 == patched ]]; then
		list=$(kernel_series "$base")
		[[ -z $list ]] || mapfile -t patches <<<"$list"
		kernel_apply "$tree" "${patches[@]}"
	fi
	while read -r blob path; do
		[[ -z ${before[$blob $path]:-} ]] || touch -d "${before[$blob $path]}" "$tree/$path"
	done < <(tree_blobs)
}

# check_config CONFIG FRAGMENT...: did every line asked for survive? Kconfig
# drops what has an unmet dependency without a word. A later fragment overrides
# an earlier one; "=n" is also fulfilled by a symbol that cannot be set at all.
check_config()
{
	local config=$1 symbol value missing=()

	shift
	while read -r symbol value; do
		if [[ $value == n ]]; then
			! grep -q "^$symbol=" "$config" || missing+=("$symbol=n")
		else
			grep -Fxq -- "$symbol=$value" "$config" || missing+=("$symbol=$value")
		fi
	done < <(awk -F= '/^CONFIG_/ { value[$1] = substr($0, length($1) + 2) }
		END { for (symbol in value) print symbol, value[symbol] }' "$@")
	(( ${#missing[@]} == 0 )) ||
		die "kernel $base does not take these lines of its configuration (unmet dependency, or no such symbol): ${missing[*]}"
}

make_kernel()
{
	local obj=$1

	"${MAKE[@]}" O="$obj" Image vmlinux
}

# build VARIANT: into its result directory
build()
{
	local variant=$1 dir obj=$cache/$base-obj-$1 files

	dir=$(result_dir "$variant")
	if cache_ready "$dir"; then
		return
	fi
	if [[ $variant == patched && ! -e $obj/.started ]]; then
		build unpatched
		# From the base on, so that all the series changes is newer than
		# the objects copied
		set_tree unpatched
		# Still there only if the last unpatched build was here; otherwise
		# everything is compiled, once.
		if [[ -e $cache/$base-obj-unpatched/.started ]]; then
			rm -rf "$obj" "$obj.new"
			cp -a --reflink=auto "$cache/$base-obj-unpatched" "$obj.new"
			mv "$obj.new" "$obj"
		fi
	fi
	set_tree "$variant"
	mapfile -t files < <(fragments "$variant")
	mkdir -p "$obj"
	: >"$obj/.started"
	cat "${files[@]}" >"$obj/.fragments"
	run_step "configure kernel $base, $variant" "$SDEISTOP_CACHE/log/kernel-$base-$variant-config.log" \
		"scripts/setup-packages.sh kernel, then the same command again" \
		"${MAKE[@]}" O="$obj" KCONFIG_ALLCONFIG="$obj/.fragments" allnoconfig
	check_config "$obj/.config" "${files[@]}"
	run_step "kernel $base, $variant" "$SDEISTOP_CACHE/log/kernel-$base-$variant.log" \
		"scripts/setup-packages.sh kernel, then the same command again" \
		make_kernel "$obj"
	rm -rf "$dir"
	mkdir -p "$dir"
	cp "$obj/arch/arm64/boot/Image" "$obj/vmlinux" "$dir/"
	cp "$obj/.config" "$dir/config"
	"${MAKE[@]}" -s O="$obj" kernelrelease >"$dir/version"
	printf '%s\n' "$version" >"$dir/src-version"
	cache_done "$dir"
	cache_prune "$dir" "$cache/$base-$variant"-*
}

version=$(kernel_base_version "$base")
dir=$(result_dir "$variant")
if ! cache_ready "$dir"; then
	cache_lock "kernel-$base"
	get_tree
	build "$variant"
fi
printf '%s\n' "$dir"
