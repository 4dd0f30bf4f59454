#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sdeistop triage as a command: the file that it writes, or does not; what it takes
# and refuses; and how it bears sdeistop-memory. SDEISTOP is the command. What such a
# file has: tests/unit/test_triage.c, and tests/data/triage.txt.

setup_file() {
	export root="$BATS_TEST_DIRNAME/../.."
	cd "$BATS_FILE_TMPDIR"
	sed '/^variant/d' "$root/tests/data/triage.txt" >elf.txt
	# its pages come from sdeistop-memory
	sed '/^load/d; /^word/d; 1a file format=kdump' elf.txt >kdump.txt
	sed '1a file machine=riscv64' elf.txt >riscv.txt
	for name in elf kdump riscv; do
		"$root/tests/tools/mkvmcore" $name.txt $name
		rm $name.txt
	done
	"$root/tests/tools/mkvmcore" "$root/tests/data/old-kernel.txt" old
}

setup() {
	cp -r "$BATS_FILE_TMPDIR/." "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR"
}

triage() {
	run timeout 20 "$SDEISTOP" triage "$@"
	echo "status $status: $output"
}

# is_dump FILE
is_dump() {
	[[ $("$SDEISTOP" show "$1") == "$1: elf, a triage dump, "* ]]
}

# program COMMANDS: runs instead of sdeistop-memory
program() {
	printf '#!/bin/bash\n%s\n' "$1" >program
	chmod +x program
	export SDEISTOP_MEMORY=$PWD/program
}

# What is here that setup_file did not make
left_over() {
	ls | grep -vxE 'elf|kdump|riscv|old'
}

@test "triage: the name is that of the vmcore, here" {
	mkdir elsewhere
	mv elf elsewhere/vmcore
	triage elsewhere/vmcore
	[ "$status" -eq 0 ]
	[[ $output == "vmcore.triage: "*" KiB, contexts of 2 CPUs" ]]
	is_dump vmcore.triage
	[ ! -e elsewhere/vmcore.triage ]
}

@test "triage: -o names it, its owner alone reads it, and nothing else is left" {
	umask 022
	triage -o out elf
	[ "$status" -eq 0 ]
	is_dump out
	[ "$(stat -c %a out)" = 600 ]
	[ "$(left_over)" = out ]
	echo older >out
	triage --output=out elf
	[ "$status" -eq 0 ]
	is_dump out
}

@test "triage: - is standard output, and only the file goes there" {
	"$SDEISTOP" triage -o - elf >out 2>err
	triage -o named elf
	cmp out named
	# by a name in /proc, where nothing could be replaced
	"$SDEISTOP" triage -o /proc/self/fd/1 elf 2>/dev/null | cmp - named
	[[ $(<err) == "-: "*" KiB, contexts of 2 CPUs" ]]
	[ "$(left_over)" = "$(printf 'err\nnamed\nout')" ]
}

@test "triage: a file that cannot be written is not there" {
	triage -o missing/out elf
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: missing/out: cannot write: No such file or directory" ]]
	mkdir out
	triage -o out elf
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: out: cannot write: Is a directory" ]]
	rmdir out
	# a file that is there stays as it is
	echo older >out
	run bash -c 'ulimit -f 8; trap "" XFSZ; "$SDEISTOP" triage -o out elf'
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: out: cannot write: File too large" ]]
	[ "$(<out)" = older ]
	[ "$(left_over)" = out ]
}

@test "triage: a full disk, as standard output" {
	run bash -c '"$SDEISTOP" triage -o - elf >/dev/full'
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: -: cannot write: No space left on device" ]]
}

@test "triage: a pipe that nobody reads" {
	run bash -c '"$SDEISTOP" triage -o - elf | true; echo "${PIPESTATUS[0]}"'
	[[ ${lines[-1]} == 0 || ${lines[-1]} == 1 ]]
}

# Devices made here: what is broken would replace those of the machine.
@test "triage: a device is not replaced" {
	mknod null c 1 3 2>/dev/null && mknod full c 1 7 || skip "no devices can be made here"
	triage -o null elf
	[ "$status" -eq 0 ]
	[ -c null ]
	triage -o full elf
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: full: cannot write: No space left on device" ]]
	[ -c full ]
}

@test "triage: a link, and a pipe, are not replaced" {
	ln -s target link
	triage -o link elf
	[ "$status" -eq 0 ]
	[ -L link ]
	[ "$(stat -c %a target)" = 600 ]
	mkfifo pipe
	cat pipe >piped &
	triage -o pipe elf
	[ "$status" -eq 0 ]
	wait $!
	[ -p pipe ]
	cmp piped target
}

@test "triage: the vmcore itself is not replaced" {
	before=$(sha256sum <elf)
	ln -s elf link
	ln elf hard
	for out in elf ./elf link hard; do
		triage -o "$out" elf
		[ "$status" -eq 2 ]
		[[ ${lines[0]} == "sdeistop: '$out' is the vmcore itself" ]]
		[ "$(sha256sum <elf)" = "$before" ]
	done
}

@test "triage: --max-size in bytes and units" {
	for size in 65536 64K 1M 1G 8388607G; do
		triage --max-size "$size" -o out elf
		[ "$status" -eq 0 ]
		is_dump out
	done
	triage --max-size 65536 -o out elf
	[ "$(stat -c %s out)" -le 65536 ]
	strings out | grep -qx MAX_SIZE=65536
}

@test "triage: --max-size that is none" {
	for size in '' 0 1 65535 63K 64k K 4MB M -1 +65536 ' 65536' 0x10000 1e6 18446744073709551616 \
		18446744073709551615G 9007199254740992K 99999999999999999999999999; do
		triage --max-size "$size" -o out elf
		[ "$status" -eq 2 ]
		[[ ${lines[0]} == "sdeistop: --max-size '$size': expected bytes, 64K or more, as in 4M" ]]
		[ ! -e out ]
	done
}

@test "triage: what it is given" {
	triage
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == "sdeistop: triage needs a vmcore" ]]
	triage elf old
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == "sdeistop: triage takes one vmcore, or the parts of one" ]]
	triage -
	[ "$status" -eq 2 ]
	triage elf -
	[ "$status" -eq 2 ]
	triage -o
	[ "$status" -eq 2 ]
	triage not-there
	[ "$status" -eq 1 ]
	triage .
	[ "$status" -eq 1 ]
	[ -z "$(left_over)" ]
}

@test "triage: what is no vmcore, and what is none of arm64" {
	echo "no vmcore" >text
	triage text
	[ "$status" -eq 5 ]
	[ ! -e text.triage ]
	triage riscv
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: riscv: no vmcore of arm64: contexts of other machines are not known" ]]
	[ ! -e riscv.triage ]
}

@test "triage: of a vmcore with nothing to find contexts by the notes" {
	triage -o out old
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == "out: "*", the notes only: no VMCOREINFO tells where the rest is" ]]
	is_dump out
}

@test "triage: another one of it is the same, byte for byte" {
	triage -o one elf
	triage -o two one
	cmp one two
	# what the first has left out is not in the vmcore that the second is of
	triage --max-size 64K -o one elf
	triage --max-size 64K -o two one
	for name in one two; do
		LC_ALL=C sed '/^PART(/d' $name | tr -d '\0' >$name.rest
	done
	cmp one.rest two.rest
}

@test "triage: flattened, and the parts of a split one" {
	sed '/^variant/d; 1a flattened chunk=1000' "$root/tests/data/triage.txt" >flat.txt
	"$root/tests/tools/mkvmcore" flat.txt flat
	triage -o one elf
	triage -o two flat
	cmp one two
	mkdir parts
	"$root/tests/tools/mkvmcore" "$root/tests/data/split.txt" parts/one
	triage -o out parts/*
	[ "$status" -eq 0 ]
	is_dump out
	triage -o out parts/one parts/two
	[ "$status" -eq 0 ]
	is_dump out
}

# fault OPTION...: strace with these, run by $runner, makes a triage dump of elf, out
fault() {
	# shellcheck disable=SC2086
	run env ASAN_OPTIONS=detect_leaks=0 timeout 20 ${runner-} strace -qq -o trace "$@" \
		"$SDEISTOP" triage -o out elf
	echo "status $status: $output"
}

# Not everywhere are there files without a name
needs_nameless() {
	fault -e trace=openat
	grep -q 'O_TMPFILE.* = [0-9]' trace || skip "the file system has no O_TMPFILE"
	rm out trace
}

@test "triage: a signal half-way leaves nothing, and what was there before" {
	command -v strace >/dev/null || skip "no strace"
	local signal older
	needs_nameless
	for signal in TERM INT HUP KILL; do
		for older in "" older; do
			rm -f out
			[ -z "$older" ] || echo older >out
			fault -e inject=fsync:signal=$signal
			[ "$status" -gt 128 ]
			grep -q '^fsync' trace
			rm trace
			[ "$(left_over)" = "${older:+out}" ]
			[ -z "$older" ] || [ "$(<out)" = older ]
		done
	done
}

# NFS is one
@test "triage: the same where the file system has no files without a name" {
	command -v strace >/dev/null || skip "no strace"
	local signal nth none
	fault -e trace=openat
	[ "$status" -eq 0 ]
	nth=$(grep -n O_TMPFILE trace | cut -d: -f1)
	rm out trace
	none=(-e "inject=openat:error=EOPNOTSUPP:when=$nth")
	fault "${none[@]}"
	[ "$status" -eq 0 ]
	grep -q 'O_TMPFILE.* = -1 EOPNOTSUPP' trace
	grep -q '^openat(AT_FDCWD, "out\..*O_CREAT|O_EXCL' trace
	is_dump out
	[ "$(left_over)" = $'out\ntrace' ]
	rm out trace
	for signal in TERM INT HUP; do
		fault "${none[@]}" -e inject=fsync:signal=$signal
		[ "$status" -gt 128 ]
		grep -q '^fsync' trace
		rm trace
		[ -z "$(left_over)" ]
	done
	runner=nohup fault "${none[@]}" -e inject=fsync:signal=HUP
	[ "$status" -eq 0 ]
	is_dump out
}

@test "triage: nor is anything left by what fails once it is written" {
	command -v strace >/dev/null || skip "no strace"
	fault -e inject=fsync:error=EIO
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: out: cannot write: Input/output error" ]]
	rm trace
	[ -z "$(left_over)" ]
	# a name is given, and cannot be changed
	echo older >out
	fault -e inject=rename:error=EROFS
	[ "$status" -eq 1 ]
	[[ $output == "sdeistop: out: cannot write: Read-only file system" ]]
	grep -q '^rename' trace
	rm trace
	[ "$(left_over)" = out ]
	[ "$(<out)" = older ]
	# without /proc there are no files without a name
	fault -e inject=access:error=ENOENT
	[ "$status" -eq 0 ]
	! grep -q O_TMPFILE trace
	is_dump out
}

@test "triage: the name that one more takes to replace a file is somebody's" {
	command -v strace >/dev/null || skip "no strace"
	needs_nameless
	echo older >out
	fault -e inject=linkat:error=EEXIST:when=2..3
	[ "$status" -eq 0 ]
	[ "$(grep -c ^linkat trace)" -eq 4 ]
	is_dump out
	[ "$(left_over)" = $'out\ntrace' ]
}

# --------------------------------------------------------- sdeistop-memory

# without_pages SENTENCE: the notes are there all the same
without_pages() {
	triage -o out kdump
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "sdeistop: no pages can be read: $1" ]]
	is_dump out
}

@test "triage: sdeistop-memory is not there" {
	SDEISTOP_MEMORY=$PWD/none without_pages "sdeistop-memory, which reads pages, is not installed"
}

# bears WHY: whatever it does, the notes are there, soon; and nobody takes what it did
# not answer for pages that the vmcore does not have
bears() {
	local begin=$SECONDS

	triage -o out kdump
	[ "$status" -eq 1 ]
	grep -qFx "sdeistop: kdump: $1: some pages could not be read" <<<"$output"
	[ $((SECONDS - begin)) -le 4 ]
	is_dump out
}

@test "triage: pages that are not there are no error" {
	triage -o out kdump
	[ "$status" -eq 0 ]
	[[ $output == *"not in the vmcore, "* && $output != *"could not be read"* ]]
}

@test "triage: sdeistop-memory ends, crashes, is no program" {
	program 'exit 3'
	bears "sdeistop-memory ended too early"
	program 'kill -SEGV $$'
	bears "sdeistop-memory ended too early"
	echo nonsense >program
	bears "sdeistop-memory ended too early"
}

@test "triage: sdeistop-memory crashes once, and is asked again" {
	program '[[ -e crashed ]] || { touch crashed; exit 3; }
		while [[ $(head -c 16 | wc -c) -eq 16 ]]; do printf n; done'
	triage -o out kdump
	[ "$status" -eq 0 ]
	[ -e crashed ]
	[[ $output != *"could not be read"* ]]
}

@test "triage: sdeistop-memory hangs, and is not waited for again and again" {
	program 'exec sleep 100'
	SDEISTOP_MEMORY_SECONDS=1 bears "sdeistop-memory took too long"
	program 'sleep 0.4'
	SDEISTOP_MEMORY_SECONDS=1 bears "sdeistop-memory ended too early"
}

@test "triage: sdeistop-memory answers garbage" {
	program 'exec cat /dev/urandom'
	bears "sdeistop-memory answered what was not asked"
	program 'exec yes'
	bears "sdeistop-memory answered what was not asked"
	program 'exec yes n'
	bears "sdeistop-memory answered what was not asked"
}

@test "triage: sdeistop-memory says why it reads nothing" {
	program 'printf "error\tnot this\\\\x1bone\n"; exit 1'
	bears 'not this\x1bone'
	# and is heard as well if it does so before it is asked
	program 'printf "error\tnot this one\n"; exec <&-; sleep 0.1; exit 1'
	bears 'not this one'
}
