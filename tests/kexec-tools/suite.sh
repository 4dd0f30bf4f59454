#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The patches of kexec-tools-patches, each by what kexec-tools do without and with it.
# Where those without do not fail, a patch is not needed. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

USAGE="usage: suite.sh [-h]

Runs vmcore-dmesg and vmcore-sdeistop over the ELF vmcores that tests/data
describes and those that the end-to-end scenarios left in build/e2e, and what
kexec makes of crash_notes over directories that stand for sysfs."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
here=tests/kexec-tools
sdeistop=$build/bin/sdeistop

# not_built STATUS: without the source all of this is one skip
not_built()
{
	(( $1 == 3 )) || exit "$1"
	printf '1..1\nok 1 - the patches of kexec-tools # SKIP the source of kexec-tools cannot be had\n'
	exit 0
}

stock=$(scripts/build-kexec-tools.sh stock) || not_built $?
patched=$(scripts/build-kexec-tools.sh) || not_built $?
asan=$(scripts/build-kexec-tools.sh asan) || not_built $?
arm64=$(scripts/build-kexec-tools.sh arm64) || not_built $?
# Upstream's tarball may be there without Debian's part
debian=$(scripts/build-kexec-tools.sh debian) || (( $? == 3 )) || exit
scripts/unpack-samples.sh || exit
tool=$patched/build/sbin/vmcore-sdeistop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/tap.sh
. tests/tap.sh

skip()
{
	number=$((number + 1))
	printf 'ok %d - %s # SKIP %s\n' "$number" "$1" "$2"
}

# ------------------------------------------------------------------ building

# warnings TREE: of its build, without line numbers
warnings()
{
	grep 'warning:' "$1/build.log" | sed 's/:[0-9:]*:/:/' | sort
}

no_new_warnings()
{
	[[ -s $stock/build.log && -s $patched/build.log ]] &&
		! comm -13 <(warnings "$stock") <(warnings "$patched") | grep .
}

# Of the files that patches touch, in a release whose other files may warn
no_warnings_of_ours()
{
	[[ -s $1/build.log ]] &&
		! grep -E '(sdeistop/|vmcore-|util_lib/elf_|kexec/crashdump[.-]).*warning:' "$1/build.log"
}

# The series is for 2.0.32 too. Unstable has that until it has a newer one.
check_newest()
{
	local name='the series applies to 2.0.32 and compiles' version newest status=0

	newest=$(scripts/build-kexec-tools.sh -b sid) || status=$?
	version=$(scripts/private-apt.sh version sid kexec-tools)
	if (( status == 3 )); then
		skip "$name" "the mirror lost the source of kexec-tools $version"
	elif (( status )) && [[ $version != 1:2.0.32-* ]]; then
		skip "$name" "unstable has $version by now, to which it does not apply"
	else
		check "$name" no_warnings_of_ours "$newest"
	fi
}

# As a compiler from before gcc 5 has it, of which some build kexec-tools. sdeistop/ says
# for itself which C it wants.
compiles_as_c89()
{
	local tree=$work/c89

	cp -a "$patched" "$tree" && make -s -C "$tree" clean >/dev/null || return
	make -s -j2 -C "$tree" build/sbin/vmcore-sdeistop build/sbin/vmcore-dmesg kexec/crashdump.o \
		CC='gcc -std=gnu89 -D__builtin_add_overflow=since_gcc_5 -Werror=implicit-function-declaration'
}

# static FILE: no interpreter to load libraries, and for arm64
is_static_arm64()
{
	grep -q 'Machine: *AArch64' <(readelf -h "$1") && ! grep -w INTERP <(readelf -lW "$1")
}

installs()
{
	local dest=$work/dest

	make -s -C "$patched" install DESTDIR="$dest" >"$work/install.log" 2>&1 || return
	[[ $(find "$dest" -name 'vmcore-sdeistop*' -printf '%f %m\n' | sort) == \
	   $'vmcore-sdeistop 755\nvmcore-sdeistop.8 644' ]] || return
	make -s -C "$patched" uninstall DESTDIR="$dest" >>"$work/install.log" 2>&1 || return
	[[ -z $(find "$dest" -name 'vmcore-sdeistop*') ]]
}

# A release that is made of the patched tree has all that the patches add
distributes()
{
	cp -a "$patched" "$work/tree"
	make -s -C "$work/tree" tarball >"$work/dist.log" 2>&1 || return
	# The first commit is the base
	git -C "$patched" diff --name-only --diff-filter=A \
		"$(git -C "$patched" rev-list --max-parents=0 HEAD)" HEAD | sort >"$work/added"
	tar -tf "$work"/tree/kexec-tools-*.tar.gz | sed 's,^[^/]*/,,' | sort >"$work/released"
	[[ -s $work/added ]] && ! comm -23 "$work/added" "$work/released" | grep .
}

check_building()
{
	check 'the series compiles without a new warning' no_new_warnings
	check 'without features of C that kexec-tools do without' compiles_as_c89
	if [[ $debian ]]; then
		check "the series applies to Debian's tree and compiles" no_warnings_of_ours "$debian"
		check "Debian's tree builds it" test -x "$debian/build/sbin/vmcore-sdeistop"
	else
		skip "the series applies to Debian's tree" "the mirror lost Debian's part of the source"
	fi
	check 'vmcore-sdeistop is installed and uninstalled, with its page' installs
	check 'a tarball of the patched tree has all that the patches add' distributes
	check 'vmcore-sdeistop links statically, for arm64' is_static_arm64 "$arm64"
	check 'its page is clean' mandoc -T lint -W warning "$patched/vmcore-sdeistop/vmcore-sdeistop.8"
	check_newest
}

# --------------------------------------------------- what cannot be had

# elsewhere NAME ANSWER: these scripts in a directory of their own, NAME. Packages
# cannot be had there, but ANSWER is what private-apt.sh says of their version.
# Whatever else the scripts would build is there.
elsewhere()
{
	local root=$work/$1 script body

	mkdir -p "$root/tests/kexec-tools"
	cp -r scripts "$root"
	cp "$here/suite.sh" "$root/tests/kexec-tools"
	ln -s "$PWD/kernel" "$PWD/kexec-tools-patches" "$root"
	echo 'tools asan-programs crash-ext:' >"$root/Makefile"
	for script in "$root"/scripts/*.sh; do
		case ${script##*/} in
		prepare.sh | build-kexec-tools.sh) continue ;;
		private-apt.sh) body="[ \$1 = version ] && echo $2" ;;
		*) body=: ;;
		esac
		printf '#!/bin/sh\n%s\n' "$body" >"$script"
	done
}

# there NAME STATUS COMMAND...: ends like that
there()
{
	local status=0

	SDEISTOP_CACHE=$work/$1/cache SDEISTOP_BUILD=$work/$1/build BUILD=$work/$1/build \
		"$work/$1/$3" "${@:4}" || status=$?
	(( status == $2 ))
}

one_skip()
{
	there "$1" 0 "$here/suite.sh" >"$work/skip" && [[ $(wc -l <"$work/skip") -eq 2 ]] &&
		grep -qx '1\.\.1' "$work/skip" && grep -q '^ok 1 - .* # SKIP .' "$work/skip"
}

# Programs of this machine, without the cross compiler
names_what_to_install()
{
	mkdir "$work/bin"
	ln -s /usr/bin/* "$work/bin"
	rm "$work"/bin/aarch64-linux-gnu-*
	(PATH=$work/bin there no-tarball 1 scripts/build-kexec-tools.sh arm64) 2>"$work/says" &&
		grep -q 'scripts/setup-packages.sh.* apt.* kernel' "$work/says"
}

check_without()
{
	local lost

	elsewhere no-package ''
	elsewhere no-tarball 1:2.0.29-2
	for lost in no-package no-tarball; do
		check "$lost: status 3" there "$lost" 3 scripts/build-kexec-tools.sh
		check "$lost: prepare.sh goes on" there "$lost" 0 scripts/prepare.sh all
		check "$lost: this suite is one skip" one_skip "$lost"
	done
	check 'no cross compiler: says what installs it' names_what_to_install
}

# ------------------------------------------------------------------- vmcores

check_vmcores()
{
	local real=$build/e2e/three-wedged/vmcore.elf dmesg=build/sbin/vmcore-dmesg
	local samples=() vmcores=()

	mkdir "$work/samples"
	mapfile -t samples < <("$here/elf-samples" "$work/samples")
	check 'there are ELF vmcores in tests/data' test "${#samples[@]}" -gt 100
	mapfile -t vmcores < <(find "$build/e2e/" -name vmcore.elf -o -name vmcore.raw | sort)
	check "there is $real (make e2e SCENARIO=three-wedged)" test -r "$real"

	check 'vmcore-dmesg prints the log' grep -q 'Kernel panic' <("$patched/$dmesg" "$real")
	check 'vmcore-dmesg: no other output than without the patches' "$here/same.py" dmesg \
		"$stock/$dmesg" "$patched/$dmesg" "${samples[@]}" "${vmcores[@]}"
	check 'vmcore-dmesg: nor for a damaged vmcore' "$here/same.py" damaged dmesg \
		"$stock/$dmesg" "$patched/$dmesg" "$real"

	# With sanitizers: what they find is another output
	check 'vmcore-sdeistop: the output of sdeistop show' "$here/same.py" report \
		"$sdeistop" "$asan" "${samples[@]}" "${vmcores[@]}" "$build/samples/three-wedged.vmcore.elf"
	check 'vmcore-sdeistop: also for a damaged vmcore' "$here/same.py" damaged report \
		"$sdeistop" "$asan" "$build/samples/three-wedged.vmcore.elf"
	check 'vmcore-sdeistop for arm64: the same' diff \
		<("$sdeistop" show --json "$real") <(qemu-aarch64-static "$arm64" --json "$real")
}

# -------------------------------------------------------------- command line

# ends STATUS ARG...: so does vmcore-sdeistop, and soon
ends()
{
	local status=0

	timeout 10 "$asan" "${@:2}" || status=$?
	(( status == $1 ))
}

# says PATTERN ARG...
says()
{
	grep -qE -- "$1" <(timeout 10 "$asan" "${@:2}" 2>&1)
}

full()
{
	ends 1 "$1" >/dev/full
}

json_error()
{
	jq -e --arg code "$2" '.schema == "sdeistop/1" and .error.code == $code' \
		<("$asan" --json "$1") >/dev/null
}

check_command_line()
{
	local data=$work/data name

	mkdir "$data"
	for name in elf-wedged not-stopped old-kernel contradiction kdump-good; do
		tests/tools/mkvmcore "tests/data/$name.txt" "$data/$name"
	done
	echo text >"$data/text"
	: >"$data/empty"
	mkfifo "$data/fifo"

	check 'status 0: complete' ends 0 "$data/elf-wedged"
	check 'status 3: incomplete' ends 3 "$data/not-stopped"
	check 'status 4: unknown' ends 4 "$data/old-kernel"
	check 'status 5: malformed' ends 5 "$data/contradiction"
	check 'status 5: no vmcore' ends 5 "$data/text"
	check 'status 5: an empty file' ends 5 "$data/empty"
	check 'status 1: no such file' ends 1 "$data/nonexistent"
	check 'status 1: a directory' ends 1 "$data"
	check 'status 1: a FIFO, without waiting for it' ends 1 "$data/fifo"
	check 'status 1: not ELF' ends 1 "$data/kdump-good"
	check 'not ELF: says what it is' says 'makedumpfile compressed' "$data/kdump-good"
	if [[ -c /dev/full ]]; then
		check 'status 1: standard output is full' full "$data/elf-wedged"
	else
		skip 'status 1: standard output is full' 'no /dev/full'
	fi
	check 'status 2: no file' ends 2
	check 'status 2: two files' ends 2 "$data/elf-wedged" "$data/elf-wedged"
	check 'status 2: no such option' ends 2 --jsonl "$data/elf-wedged"
	check '--help' ends 0 --help
	check '--help: how to use it' says '^usage: vmcore-sdeistop ' --help
	check '--json: an error is JSON' json_error "$data/nonexistent" cannot-open
	check '--json: a file that is no vmcore' json_error "$data/text" not-a-vmcore
}

# 512 CPUs, each with registers and a record
under_100_ms()
{
	local i start ms best=100000

	cat >"$work/512.txt" <<-'END'
	vmcoreinfo release=6.12.117 crashtime=1781708841 cpustop=1
	cpu cpu=0 method=panic disposition=crashing pid=1 pc=0xffff80008033a000 flags=known present=512 online=512
	repeat first=1 last=511 method=ipi disposition=off pid=0 pc=0xffff800080100000 flags=known rungs=ipi acked=412 present=512 online=512
	END
	tests/tools/mkvmcore "$work/512.txt" "$work/512"
	for (( i = 0; i < 5; i++ )); do
		start=${EPOCHREALTIME/./}
		"$tool" "$@" "$work/512" >"$work/512.out" || return
		ms=$(( (${EPOCHREALTIME/./} - start) / 1000 ))
		(( ms >= best )) || best=$ms
	done
	echo "512 CPUs: $best ms"
	grep -qE 'complete.*512 present|"present": 512' "$work/512.out" && (( best < 100 ))
}

# --------------------------------------------------------------- crash_notes

# harness TREE: its crash_create_elf64_headers() as a program
harness()
{
	local tree=$1 arch objects=("$1/kexec/crashdump.o")

	arch=$(sed -n 's/^ARCH[[:space:]]*= *//p' "$tree/Makefile")
	[[ ! -e $tree/util_lib/elf_notes.o ]] || objects+=("$tree/util_lib/elf_notes.o")
	gcc -g -O1 -Wall -Wextra -I"$tree/include" -I"$tree/kexec" -I"$tree/kexec/arch/$arch/include" \
		-I"$tree/util_lib/include" -Wl,--wrap=fopen,--wrap=open,--wrap=stat,--wrap=sysconf \
		-o "$2" "$here/crash_headers.c" "${objects[@]}"
}

# machine SIZE CPU...: a sysfs with these CPUs, notes of SIZE bytes each
machine()
{
	local cpus=$work/machine/sys/devices/system/cpu size=$1 cpu

	rm -rf "$work/machine"
	mkdir -p "$cpus" "$work/machine/proc"
	echo 8191 >"$cpus/kernel_max"
	for cpu in "${@:2}"; do
		mkdir "$cpus/cpu$cpu"
		echo "1${cpu}000" >"$cpus/cpu$cpu/crash_notes"
		[[ $size == none ]] || echo "$size" >"$cpus/cpu$cpu/crash_notes_size"
	done
}

# kcore TEXT: its VMCOREINFO has that
kcore()
{
	printf "vmcoreinfo 'raw=%s'\nload size=64\n" "$1" >"$work/kcore.txt"
	tests/tools/mkvmcore "$work/kcore.txt" "$work/machine/proc/kcore"
}

# notes stock|patched NR_CPUS CPU...: these have a PT_NOTE, in this order
notes()
{
	local expected='' cpu

	for cpu in "${@:3}"; do
		expected+="note 0x1${cpu}000 $bytes"$'\n'
	done
	[[ $(timeout 20 "$work/headers-$1" "$work/machine" "$2" 2>"$work/stderr" || echo failed) == \
	   "${expected%$'\n'}" ]]
}

# warned stock|patched [TEXT]: about room for TEXT, or not at all; with its PT_NOTE in any case
warned()
{
	notes "$1" 2 0 1 || return
	if [[ ${2:-} ]]; then
		grep -qF "$2" "$work/stderr"
	else
		[[ ! -s $work/stderr ]]
	fi
}

check_holes()
{
	local bytes=424 cpus=$work/machine/sys/devices/system/cpu

	machine 424 0 1 4 5
	check 'stock: no PT_NOTE for the highest CPUs if numbers have holes' notes stock 4 0 1
	check 'holes: a PT_NOTE for each CPU' notes patched 4 0 1 4 5
	# as many as are counted: where that is too many, as stock
	check 'holes, and more CPUs possible than are there' notes patched 8 0 1 4 5
	rm "$cpus/kernel_max"
	check 'holes, and no kernel_max: as stock' notes patched 4 0 1
	machine 424 0 1 2 3
	check 'stock: no holes' notes stock 4 0 1 2 3
	check 'no holes: the same' notes patched 4 0 1 2 3
	machine 424
	check 'a kernel without crash_notes: ends, without PT_NOTE' notes patched 4
}

check_warning()
{
	local bytes=424 text='NUMBER(CPUSTOP_VERSION)=1\nNUMBER(CRASH_NOTES_BYTES)=508\n' odd

	machine 424 0 1
	kcore "$text"
	check 'stock: silent about notes that have no room' warned stock
	check 'warns if notes have no room' warned patched 'room for 424 bytes of notes a cpu, but the kernel writes 508'
	kcore "OSRELEASE=6.12\\n${text%\\n}"
	check 'warns if it is the last line, without a newline' warned patched 'writes 508'
	kcore 'NUMBER(CRASH_NOTES_BYTES)=508\n'
	check 'silent if the kernel announces no CPUSTOP' warned patched
	kcore 'xNUMBER(CPUSTOP_VERSION)=1\nNUMBER(CRASH_NOTES_BYTES)=508\n'
	check 'silent if something else announces it' warned patched
	kcore "${text/508/1048576}"
	check 'warns of 1 MiB' warned patched 'writes 1048576'
	for odd in '' x -508 +508 ' 508' 508x 0x508 508.5 1048577 18446744073709551615 \
		99999999999999999999999999999999; do
		kcore "NUMBER(CPUSTOP_VERSION)=1\\nNUMBER(CRASH_NOTES_BYTES)=$odd\\n"
		check "silent if the size in VMCOREINFO is odd: '$odd'" warned patched
	done
	kcore "${text/VERSION)=1/VERSION)=one}"
	check 'silent if the version is odd' warned patched
	kcore "$text"
	truncate -s 130 "$work/machine/proc/kcore"
	check 'silent if /proc/kcore is cut' warned patched
	: >"$work/machine/proc/kcore"
	check 'silent if /proc/kcore is empty' warned patched
	rm "$work/machine/proc/kcore"
	check 'silent if there is no /proc/kcore' warned patched
	machine 508 0 1
	kcore "$text"
	bytes=508
	check 'silent if there is room' warned patched
	machine none 0 1
	kcore "$text"
	bytes=1024
	check 'silent if kexec takes 1024 bytes, for want of a size' warned patched
}

check_building
check_without
check_vmcores
check_command_line
check '512 CPUs in less than 100 ms' under_100_ms
check '512 CPUs in less than 100 ms, JSON' under_100_ms --json
check "stock's kexec compiles into a program" harness "$stock" "$work/headers-stock"
check 'patched kexec does' harness "$patched" "$work/headers-patched"
check_holes
check_warning
printf '1..%d\n' "$number"
exit "$failed"
