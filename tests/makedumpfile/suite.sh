#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h] [-a]

Builds makedumpfile without and with the patches of makedumpfile-patches, and runs
both over vmcores that the end-to-end scenarios left in build/e2e. TAP. The source is
the directory MAKEDUMPFILE_SRC, or else that of Debian unstable; where neither is
to be had, or Debian's has become one that the patches do not apply to, the tests
are skipped.

  -a   all of commands.list and of tests/data, and over the unfiltered vmcore of a CPU
       wedged in user mode, which 'tests/e2e/run-scenario.sh -o save=raw -o level=0
       -O build/makedumpfile/hard-places hard-places' makes, where it is there"

# That of trixie, 1.7.6, is too old for the series
SUITE=sid
group=all
case $# in
0) ;;
1) case $1 in
	-h) printf '%s\n' "$USAGE"; exit 0 ;;
	-a) group=full ;;
	*) printf '%s\n' "$USAGE" >&2; exit 2 ;;
	esac ;;
*) printf '%s\n' "$USAGE" >&2; exit 2 ;;
esac

build=$(realpath "${BUILD:-build}")
here=tests/makedumpfile
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/crash/tap.sh
. tests/crash/tap.sh

# skip NAME WHY: one test
skip()
{
	number=$((number + 1))
	printf 'ok %d - %s # SKIP %s\n' "$number" "$1" "$2"
}

# Needs no makedumpfile
"$here/check-32bit.sh" >"$work/32-bit.tap" 2>&1 || true
ended "$work/32-bit.tap"
retell 32-bit "$work/32-bit.tap"

# How a skip ends
tested='MAKEDUMPFILE_SRC=dir says where one is, and makedumpfile-patches/README.md what was tested'
source=${MAKEDUMPFILE_SRC:-}
if [[ ! $source ]] && scripts/private-apt.sh source "$SUITE" makedumpfile "$work/source" >&2; then
	source=$work/source
fi
if [[ ! $source ]]; then
	skip 'makedumpfile with the patches' \
		"its source is not to be had; $tested"
	finish_tap
fi
if [[ ! ${MAKEDUMPFILE_SRC:-} ]] && ! scripts/build-makedumpfile.sh -t "$source" >&2; then
	skip 'makedumpfile with the patches' \
		"they do not apply to $(sed -n 's/^VERSION *= */makedumpfile /p' "$source/Makefile") of Debian $SUITE; $tested"
	finish_tap
fi
# Not in $(...) of the export: that would hide a build that fails
STOCK=$(scripts/build-makedumpfile.sh -s "$source")
PATCHED=$(scripts/build-makedumpfile.sh "$source")
SDEISTOP=$build/bin/sdeistop
export STOCK PATCHED SDEISTOP

elf=$build/e2e/three-wedged/vmcore.elf
kdump=$build/e2e/one-wedged/vmcore
raw=$build/makedumpfile/hard-places/vmcore
names=() jobs=()

# job NAME COMMAND...: words without blanks
job()
{
	names+=("$1")
	jobs+=("${*:2}")
}

# commands NAME VMCORE: each line of the list that is for this run
commands()
{
	local line words

	while IFS= read -r line; do
		read -ra words <<<"$line"
		[[ ${words[0]:-} == all || ( $group == full && ${words[0]:-} == full ) ]] || continue
		job "$1 ${words[2]}" "$here/check-command.sh" "$2" "${words[@]:1}"
	done <"$here/commands.list"
}

damaged=(tests/data/elf-*.txt tests/data/kdump-eraseinfo*.txt tests/data/split.txt)
[[ $group == all ]] || damaged=(tests/data/*.txt)
# in two, for two CPUs
half=$((${#damaged[@]} / 2))
job damaged "$here/check-damaged.sh" "${damaged[@]:0:half}"
job damaged "$here/check-damaged.sh" "${damaged[@]:half}"
job misled "$here/check-misled.sh" "$elf"
job offline "$here/check-offline.py" "$elf"
job options "$here/check-options.sh" "$elf"
commands elf "$elf"
if [[ $group == full ]]; then
	job 'filtered options' "$here/check-options.sh" "$kdump"
	job 'filtered lzo-31' "$here/check-command.sh" "$kdump" same lzo-31 -l -d 31
	[[ ! -e $raw ]] || commands raw "$raw"
fi

run()
{
	local out=$work/$1.tap

	# shellcheck disable=SC2086 # words, on purpose
	$2 >"$out" 2>&1 || true
	ended "$out"
}
export -f run ended
export work
# shellcheck disable=SC2016 # for the shell that xargs starts
for i in "${!jobs[@]}"; do
	printf '%s\0%s\0' "$i" "${jobs[i]}"
done | xargs -0 -P "$(nproc)" -n 2 bash -c 'run "$1" "$2"' run
for i in "${!jobs[@]}"; do
	retell "${names[i]}" "$work/$i.tap"
done
if [[ $group == full && ! -e $raw ]]; then
	skip 'raw: unfiltered vmcore of a CPU wedged in user mode' "no $raw; -h says how to make it"
fi
finish_tap
