#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The test kernels. One tree a base and one object directory a variant in the
# cache; a variant starts from a copy of the nearest one's objects, so that it
# costs what differs and no more.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"
# shellcheck source=scripts/lib/kernel.sh
. "$(dirname "$0")/lib/kernel.sh"

USAGE="usage: build-kernel.sh [-h] [-b BASE] [-c NAME[,NAME...]] patched|unpatched

Builds kernel BASE (default: the first of kernel/bases) with or without
kernel/series, configured as kernel/config/test.config says (patched:
patched.config too, and last the NAME.config of -c; NAME-BASE.config adds to
NAME.config for one base), and prints the directory with Image, vmlinux, config,
version and the test module. A NAME with a tests/e2e/kernel/NAME.patch has that
on top of the series, for tests that need what no kernel should have. Kept in
SDEISTOP_CACHE, keyed by everything that goes into it."

base=$(kernel_default_base)
names=()
while getopts hb:c: opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	b) base=$OPTARG ;;
	c) IFS=, read -ra names <<<"$OPTARG" ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -eq 1 && $1 =~ ^(un)?patched$ ]] || usage_exit "$USAGE" 2
series=$1
kernel_base "$base" >/dev/null

cache=$SDEISTOP_CACHE/kernel
tree=$cache/$base-tree
variant=$(IFS=-; printf '%s\n' "$series${names[*]:+-${names[*]}}")
obj=$cache/$base-obj-$variant

MAKE=(make -C "$tree" -j"$SDEISTOP_JOBS" ARCH=arm64 CROSS_COMPILE="$SDEISTOP_CROSS"
	# Set and empty: no suffix for being a git tree
	LOCALVERSION=
	KBUILD_BUILD_TIMESTAMP='2000-01-01 00:00:00 UTC' KBUILD_BUILD_USER=sdeistop
	KBUILD_BUILD_HOST=sdeistop KBUILD_BUILD_VERSION=1)

# The module that does to a kernel under test what cannot be done from outside
MODULE=cpustop_test
MODULE_DIR=$SDEISTOP_ROOT/tests/e2e/module
# What tests do to a kernel's source
TEST_PATCHES=$SDEISTOP_ROOT/tests/e2e/kernel

module_sources()
{
	[[ ! -d $MODULE_DIR ]] || find "$MODULE_DIR" -maxdepth 1 -type f \( -name Makefile -o -name '*.[ch]' \) | LC_ALL=C sort
}

fragments()
{
	local first=(test)

	[[ $series != patched ]] || first+=(patched)
	kernel_fragments "$base" "${first[@]}" "${names[@]}"
}

# patches: of the series, and then those of tests
patches()
{
	local name

	if [[ $series == patched ]]; then
		kernel_series "$base"
	fi
	for name in "${names[@]}"; do
		[[ ! -e $TEST_PATCHES/$name.patch ]] || printf '%s\n' "$TEST_PATCHES/$name.patch"
	done
}

# result_dir: where the result belongs
result_dir()
{
	local inputs patches sources

	inputs=$(fragments)
	patches=$(patches)
	sources=$(module_sources)
	# shellcheck disable=SC2086 # lists, of names without spaces
	printf '%s/%s-%s-%s\n' "$cache" "$base" "$variant" "$(key_of "$version" \
		"$("${SDEISTOP_CROSS}gcc" -dumpfullversion)" "${MAKE[*]:6}" $inputs $patches $sources)"
}

# tree_blobs: "blob path" of every file in which the tree differs from the base
tree_blobs()
{
	kgit -C "$tree" diff-tree -r --no-renames --diff-filter=AM "$KERNEL_BASE_TAG" HEAD |
		awk -F'[ \t]' '{ print $4, $6 }'
}

# set_tree: put the tree into the state of this variant. Files that come out as
# they were keep their time stamps, otherwise make would build them again.
set_tree()
{
	local blob path list patches
	declare -A before=()

	while read -r blob path; do
		before[$blob $path]=$(stat -c %y "$tree/$path")
	done < <(tree_blobs)
	kgit -C "$tree" am --abort 2>/dev/null || true
	kgit -C "$tree" checkout -q -f --detach "$KERNEL_BASE_TAG"
	list=$(patches)
	if [[ $list ]]; then
		mapfile -t patches <<<"$list"
		kernel_apply "$tree" "${patches[@]}"
	fi
	while read -r blob path; do
		[[ -z ${before[$blob $path]:-} ]] || touch -d "${before[$blob $path]}" "$tree/$path"
	done < <(tree_blobs)
}

# first_objects: an object directory that begins with what the nearest variant
# has compiled. Kbuild finds out what of it can stay.
first_objects()
{
	local near

	[[ ! -e $obj/.started ]] || return 0
	for near in "$cache/$base-obj-$series" "$cache/$base-obj-unpatched"; do
		[[ -e $near/.started ]] || continue
		rm -rf "$obj" "$obj.new"
		cp -a --reflink=auto "$near" "$obj.new"
		mv "$obj.new" "$obj"
		return
	done
	mkdir -p "$obj"
	: >"$obj/.started"
}

configure()
{
	local files

	mapfile -t files < <(fragments)
	kernel_merge_config "${files[@]}" >"$obj/.wanted"
	run_step "configure kernel $base, $variant" "$SDEISTOP_CACHE/log/kernel-$base-$variant-config.log" \
		"scripts/setup-packages.sh kernel, then the same command again" \
		"${MAKE[@]}" O="$obj" KCONFIG_ALLCONFIG="$obj/.wanted" allnoconfig
	kernel_check_config "$obj/.config" "$obj/.wanted"
}

# modules: there are none, but what a module of others is linked against
make_kernel()
{
	"${MAKE[@]}" O="$obj" Image vmlinux modules
}

# make_module: from a copy, as Kbuild leaves its files beside the sources
make_module()
{
	local sources

	mapfile -t sources < <(module_sources)
	rm -rf "${obj:?}/$MODULE"
	mkdir "$obj/$MODULE"
	cp "${sources[@]}" "$obj/$MODULE/"
	"${MAKE[@]}" O="$obj" M="$obj/$MODULE" modules
}

# build: into the result directory, which is complete unless inputs changed
build()
{
	local hint="scripts/setup-packages.sh kernel, then the same command again" key

	set_tree
	first_objects
	configure
	run_step "kernel $base, $variant" "$SDEISTOP_CACHE/log/kernel-$base-$variant.log" "$hint" make_kernel
	rm -rf "$dir"
	mkdir -p "$dir"
	cp "$obj/arch/arm64/boot/Image" "$obj/vmlinux" "$dir/"
	cp "$obj/.config" "$dir/config"
	"${MAKE[@]}" -s O="$obj" kernelrelease >"$dir/version"
	if [[ -n $(module_sources) ]]; then
		run_step "$MODULE for kernel $base, $variant" "$SDEISTOP_CACHE/log/kernel-$base-$variant-module.log" \
			"mend tests/e2e/module, then the same command again" make_module
		cp "$obj/$MODULE/$MODULE.ko" "$dir/"
	fi
	printf '%s\n' "$version" >"$dir/src-version"
	# Somebody may have been at work on it in those minutes
	if [[ $(result_dir) != "$dir" ]]; then
		say "the series, a configuration or the module changed during the build"
		rm -rf "$dir"
		return
	fi
	cache_done "$dir"
	# "patched-*" would match another variant's "patched-kasan-KEY"
	key=$(printf '[0-9a-f]%.0s' {1..12})
	# shellcheck disable=SC2086 # a pattern
	cache_prune "$dir" "$cache/$base-$variant-"$key
}

version=$(kernel_base_version "$base")
dir=$(result_dir)
if ! cache_ready "$dir"; then
	cache_lock "kernel-$base"
	kernel_cached_tree "$base" >/dev/null
	while ! cache_ready "$dir"; do
		build
		dir=$(result_dir)
	done
fi
printf '%s\n' "$dir"
