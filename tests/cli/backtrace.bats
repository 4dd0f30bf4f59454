#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sdeistop show -b: backtraces, without a vmlinux or with one that is none. With
# the right one: tests/crash, against crash. SDEISTOP is the command.

bats_require_minimum_version 1.5.0

setup_file() {
	local root

	root=$(realpath "$BATS_TEST_DIRNAME/../..")
	"$root/scripts/unpack-samples.sh" >/dev/null
	export samples=$root/tests/data/samples
	export whole=${BUILD:-$root/build}/samples/one-wedged.vmcore
	export pageless=${BUILD:-$root/build}/samples/three-wedged.vmcore
	whole=$(cd "$root" && realpath "$whole")
	pageless=$(cd "$root" && realpath "$pageless")
	export patch=$root/tests/crash/vmcore.py mkvmcore=$root/tests/tools/mkvmcore
	cd "$BATS_FILE_TMPDIR"
	"$mkvmcore" "$root/tests/data/old-kernel.txt" unknown
	echo text >text
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# show ARG...: status and output as with run, the output without standard error
show() {
	run --separate-stderr timeout 20 "$SDEISTOP" show "$@"
	echo "status $status"
	echo "$output"
	echo "$stderr"
}

# frames CPU: function+offset/size of that CPU's frames in $output, the innermost first
frames() {
	awk -v start="^CPU $1 " '$0 ~ start { on = 1; next } !NF { on = 0 }
		on && /^ *#[0-9]+  0x/ { print $3 }' <<<"$output"
}

# lacks GREP-ARGS...: no line of $output matches. "! grep" would not fail a test.
lacks() {
	if grep "$@" <<<"$output"; then
		return 1
	fi
}

# same_report FILE: the table and the verdict in $output are those without -b
same_report() {
	local file=$1 with without

	with=$(grep -E '^[ *] +[0-9]+ |HWID|^verdict' <<<"$output")
	without=$(timeout 20 "$SDEISTOP" show "$file" | grep -E '^[ *] +[0-9]+ |HWID|^verdict')
	[ "$with" = "$without" ]
}

@test "the calls of the CPU that panicked are those the kernel printed" {
	local ours kernels

	show -b -c 0 "$whole"
	[ "$status" -eq 0 ]
	# panic() printed them from another place in it, and above that the function
	# whose last instruction was the call got a wrong name
	ours=$(frames 0 | sed -n '/^__handle_sysrq+/,$p')
	kernels=$(tr -d '\r' <"$samples/one-wedged.console" |
		sed -n '/] Call trace:/,/] SMP: /s/^\[[ 0-9.]*\]  \([^ ]*+0x[^ ]*\)$/\1/p' |
		sed -n '/^__handle_sysrq+/,$p')
	[ "$(wc -l <<<"$ours")" -gt 8 ]
	[ "$ours" = "$kernels" ]
}

@test "of wedged CPUs by default, and of those that -c names" {
	show -b "$whole"
	[ "$(grep -c '^CPU ' <<<"$output")" -eq 1 ]
	grep '^CPU 2 (sdei, parked, wedged), pid [0-9]*:$' <<<"$output"
	[[ $(frames 2 | head -1) = lkdtm_HARDLOCKUP+* ]]
	grep -E '^ #1  0x[0-9a-f]{16}  lkdtm_do_action\+.*  \(link register, probable\)$' <<<"$output"
	# it was written to, as what made the other panic
	[ "$(frames 2 | sed -n '/^vfs_write+/,$p')" = \
	  "$(show -b -c 0 "$whole" >/dev/null; frames 0 | sed -n '/^vfs_write+/,$p')" ]
	lacks -E 'no further|may be missing'
	same_report "$whole"

	show -b -c 0,2-3,9 "$whole"
	[ "$(grep -o '^CPU [0-9]* (' <<<"$output" | tr -dc '0-9\n' | tr '\n' ' ')" = '0 2 3 ' ]
	show -b -c 9 "$whole"
	[ "$status" -eq 0 ]
}

@test "of the CPU that panicked if none was wedged" {
	show -b "${pageless%/*}/none-wedged.vmcore"
	[ "$status" -eq 0 ]
	[ "$(grep '^CPU ' <<<"$output" | cut -d ' ' -f 1-4)" = 'CPU 0 (panic, crashing),' ]
}

@test "JSON: the same frames, null where there is none" {
	local text

	show -b "$whole"
	text=$(frames 2)
	show -b --json "$whole"
	[ "$status" -eq 0 ]
	[ "$(python3 -c '
import json, sys
report = json.load(sys.stdin)
cpus = {c["cpu"]: c for c in report["cpu"]}
assert report["backtrace_error"] is None
assert report["backtraces_left_out"] == 0
assert all(cpus[i]["backtrace"] is None for i in (0, 1, 3))
assert all(c["backtrace_end"] is None for c in cpus.values())
assert cpus[2]["backtrace"][0]["pc"] == cpus[2]["pc"]
for frame in cpus[2]["backtrace"]:
    assert frame["module"] is None and frame["file"] is None and frame["line"] is None
    print("%s+%#x/%#x" % (frame["function"], frame["offset"], frame["size"]))' <<<"$output")" = "$text" ]
	show --json "$whole"
	lacks backtrace
	show -b --jsonl "$BATS_FILE_TMPDIR/unknown"
	[ "$status" -eq 4 ]
	python3 -m json.tool <<<"$output" >/dev/null
}

@test "a CPU in user space has one frame" {
	"$patch" patch "$whole" user 2.pstate=0 2.pc=0x41e5c0
	show -b user
	[ "$status" -eq 0 ]
	grep '^CPU 2 (sdei, parked, wedged), pid [0-9]*: in user space at 0x41e5c0$' <<<"$output"
	[ -z "$(frames 2)" ]
}

@test "a stack that cannot be followed is told, as far as it can be" {
	"$patch" patch "$whole" odd 2.fp=0x1001
	show -b odd
	[ "$status" -eq 0 ]
	[[ $(frames 2 | head -1) = lkdtm_HARDLOCKUP+* ]]
	grep '^     no further: 0x1001 cannot be the address of a frame record$' <<<"$output"
	show -b --json odd
	grep '"backtrace_end": "0x1001 cannot be' <<<"$output"
}

@test "a dump without pages: its table, and one sentence" {
	show -b "$pageless"
	[ "$status" -eq 0 ]
	same_report "$pageless"
	[ "$(grep -c '^     no further: the frame record at 0x[0-9a-f]* is not in the dump$' <<<"$output")" -eq 3 ]
	[ "$(grep -c '^backtraces: ' <<<"$output")" -eq 1 ]
	lacks '^?:'
	show -b --json "$pageless"
	[ "$status" -eq 0 ]
	grep '"backtrace_error": "' <<<"$output"
}

@test "a dump that libkdumpfile refuses: the reason, though it crashes after that" {
	cp --sparse=always "$whole" refused
	# the number of its CPUs, which the notes do not need
	printf '\377' | dd of=refused bs=1 seek=442 conv=notrunc status=none
	show -b refused
	[ "$status" -eq 0 ]
	same_report "$whole"
	grep '^backtraces: libkdumpfile: .*Invalid diskdump header content$' <<<"$output"
}

@test "without records nobody's registers are known" {
	show -b "$BATS_FILE_TMPDIR/unknown"
	[ "$status" -eq 4 ]
	grep 'no backtrace: without records' <<<"$output"
	[ -z "$stderr" ]
}

@test "--vmlinux needs -b, and a file" {
	show --vmlinux text "$whole"
	[ "$status" -eq 2 ]
	show -b --vmlinux
	[ "$status" -eq 2 ]
	show -b --vmlinux - "$whole"
	[ "$status" -eq 2 ]
	[[ $stderr = *'--vmlinux needs a file'* ]]
}

@test "a vmlinux that is none costs nothing but the backtraces" {
	local file

	: >empty
	printf '\177ELF' >magic
	for file in "$BATS_FILE_TMPDIR/text" empty magic nonexistent . "$SDEISTOP" "$whole"; do
		show -b --vmlinux "$file" "$whole"
		[ "$status" -eq 0 ]
		same_report "$whole"
		grep '^CPU 2 (sdei, parked, wedged), pid [0-9]*: no backtrace, see below$' <<<"$output"
		[ "$(grep -c "^backtraces: $file: " <<<"$output")" -eq 1 ]
	done
}

# elf BUILD_ID: an arm64 ELF file with nothing but that
elf() {
	python3 -c '
import struct, sys
id = bytes.fromhex(sys.argv[1])
note = struct.pack("<III4s", 4, len(id), 3, b"GNU\0") + id
sys.stdout.buffer.write(
    struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 183, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0) +
    struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, 4096, 4096, 4096) +
    struct.pack("<IIQQQQQQ", 4, 4, 176, 176, 176, len(note), len(note), 4) +
    note.ljust(4096, b"\0"))' "$1"
}

@test "a vmlinux of another kernel is refused, with both build-ids" {
	local id

	elf 0123456789abcdef0123456789abcdef01234567 >other
	show -b --vmlinux other "$whole"
	[ "$status" -eq 0 ]
	id=$(grep -am1 -o '^BUILD-ID=[0-9a-f]*' "$whole" | cut -d = -f 2)
	[ "${#id}" -eq 40 ]
	grep "^backtraces: other is not this kernel's: its build-id is 0123456789abcdef0123456789abcdef01234567, the dump's is $id$" \
		<<<"$output"
	lacks '^ #0'

	# and one of this kernel without a symbol: frames without names, and why. An
	# indirect call is before the address in the link register.
	elf "$id" >bare
	show -b --vmlinux bare "$whole"
	[ "$status" -eq 0 ]
	grep -E '^ #0  0x[0-9a-f]{16}  \?  \(its caller may be missing\)$' <<<"$output"
	grep -E '^ #1  0x[0-9a-f]{16}  \?$' <<<"$output"
	grep '^     no further: end of the stack, but the caller of #0 may be missing$' <<<"$output"
	grep '^backtraces: bare has no debuginfo: ' <<<"$output"
}

# memory TEXT...: a program for sdeistop-memory that prints these, by printf
memory() {
	printf '#!/bin/sh\n' >memory
	printf "printf '%s'\n" "$@" >>memory
	chmod +x memory
}

@test "a backtrace is whole only if it was said to be, of the record's registers" {
	local pc first end text

	show -b --json "$whole"
	pc=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["cpu"][2]["pc"])' <<<"$output")
	first="frame\\t2\\t0\\t$pc\\t0x0\\texact\\tfirst\\t0x1\\t-\\t0x2\\t-\\t-\\n"
	end='end\t2\twhole\tend of the stack\n'

	memory "$first" "$end"
	SDEISTOP_MEMORY=$PWD/memory show -b "$whole"
	[ "$(frames 2)" = 'first+0x1/0x2' ]
	lacks 'no further'

	# no end, none that is one, a frame that is none, numbers that JSON does not have
	for text in '' 'end\t2\tperhaps\ttext\n' 'end\t2\tcut\t\n' "frame\\t2\\t1\\n$end" \
		"frame\\t2\\t1\\t0x1\\t0x0\\tnone\\ta\\t0x1\\t-\\t0x2\\t-\\t-\\n$end" \
		"frame\\t2\\t1\\t0x1\\t0x0\\treturn\\ta\\t0x8000000000000000\\t-\\t0x2\\t-\\t-\\n$end" \
		"frame\\t2\\t1\\t0x1\\t0x0\\treturn\\ta\\t0x1\\t-\\t0x8000000000000000\\t-\\t-\\n$end"; do
		memory "$first" "$text"
		SDEISTOP_MEMORY=$PWD/memory show -b "$whole"
		[ "$status" -eq 0 ]
		[ "$(frames 2)" = 'first+0x1/0x2' ]
		grep '^     no further: the rest was not told$' <<<"$output"
		SDEISTOP_MEMORY=$PWD/memory show -b --json "$whole"
		grep '"backtrace_end": "the rest was not told"' <<<"$output"
	done

	memory "${first/$pc/0x1234}" "$end"
	SDEISTOP_MEMORY=$PWD/memory show -b "$whole"
	[ "$status" -eq 0 ]
	lacks -E 'first|no further'
	grep '^backtraces: of CPU 2 sdeistop-memory has other registers than its record$' <<<"$output"
}

@test "a frame whose caller may be missing says so" {
	local pc

	show -b --json "$whole"
	pc=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["cpu"][2]["pc"])' <<<"$output")
	memory "frame\\t2\\t0\\t$pc\\t0x0\\tunsure\\t-\\t-\\t-\\t-\\t-\\t-\\n" \
		'frame\t2\t1\t0x12\t0x0\tunsure\t-\t-\t-\t-\t-\t-\n' \
		'end\t2\tcut\tend of the stack, but the caller of #0 may be missing\n'
	SDEISTOP_MEMORY=$PWD/memory show -b "$whole"
	[ "$status" -eq 0 ]
	grep "^ #0  $pc  ?  (its caller may be missing)$" <<<"$output"
	grep '^ #1  0x0000000000000012  ?  (interrupted, its caller may be missing)$' <<<"$output"
	grep '^     no further: end of the stack, but the caller of #0 may be missing$' <<<"$output"
}

@test "more CPUs than there are backtraces of are counted, in JSON too" {
	cat >many.txt <<'END'
vmcoreinfo release=6.12.117 crashtime=1781708841 cpustop=1
cpu cpu=0 method=panic disposition=crashing pid=1 flags=known present=300 online=300 start=71000000000
repeat first=1 last=299 method=sdei disposition=parked pid=69 flags=known+masked rungs=ipi+sdei requested=1000123 acked=1003456 present=300 online=300 start=71000000000
load size=64
END
	"$mkvmcore" many.txt many
	show -b many
	grep '^backtraces of 43 more CPUs are left out, name them with -c$' <<<"$output"
	show -b --json many
	grep '"backtraces_left_out": 43$' <<<"$output"
	show -b --json -c 1-256 many
	grep '"backtraces_left_out": 0$' <<<"$output"
}

@test "nothing that sdeistop-memory prints is believed" {
	local frame='frame\t2\t%s\t0x%s\t0x0\t%s\t%s\t0x1\t-\t0x2\t-\t-\n' pc

	show -b --json "$whole"
	pc=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["cpu"][2]["pc"])' <<<"$output")
	show -b "$whole"
	{
		echo '#!/bin/sh'
		echo "printf 'frame\\t2\\t0\\t$pc\\t0x0\\texact\\t\\\\x1b[31mred\\t0x1\\t-\\t0x2\\tfile\\t7\\n'"
		# out of order, of another CPU, of no kind, no number, too short, twice
		# shellcheck disable=SC2059
		printf "printf '$frame'\n" 5 11 return order 0 22 exact twice 1 xx return number 1 33 odd kind
		echo "printf 'frame\\t3\\t0\\t0x44\\t0x0\\texact\\tother\\t0x1\\t-\\t0x2\\t-\\t-\\n'"
		echo "printf 'frame\\t2\\t1\\nend\\t2\\nend\\t2\\tcut\\t\\\\x1b[2J\\nend\\t2\\tcut\\tmore\\n'"
	} >memory
	chmod +x memory
	SDEISTOP_MEMORY=$PWD/memory show -b "$whole"
	[ "$status" -eq 0 ]
	same_report "$whole"
	[ "$(frames 2)" = '\x1b[31mred+0x1/0x2' ]
	grep -F '     no further: \x1b[2J' <<<"$output"
	lacks -E 'order|twice|number|kind|other|more'

	SDEISTOP_MEMORY=$PWD/nonexistent show -b "$whole"
	[ "$status" -eq 0 ]
	same_report "$whole"
	[ "$(grep -c '^backtraces: ' <<<"$output")" -eq 1 ]
}
