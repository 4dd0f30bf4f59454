#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension over what the end-to-end runs do not leave: copies of one
# of their vmcores with other registers and records. Prints a line a check and
# ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-patched.sh CRASH_DIR VMLINUX VMCORE EXTENSION

  VMCORE      of four CPUs, 1 to 3 wedged in LKDTM's HARDLOCKUP"

[[ $# -eq 4 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
here=$(dirname "$0")
# shellcheck source=tests/crash/session.sh
. "$here/session.sh"

# A function of which gcc made one of its own out of a part, and calls that:
# address of the part, of the instruction after the call, and the two names
find_part()
{
	local candidates lines

	session "sym -l > $work/symbols"
	candidates=$(awk '{ at[$3] = $1 }
		END { for (s in at) { base = s; sub(/[.]part[.]0$/, "", base)
			if (base != s && base in at) print base, at[base] } }' "$work/symbols" | sort | head -20)
	mapfile -t lines < <(sed '/./!d; s/.* \(.*\)/dis \1 64/' <<<"$candidates")
	session "${lines[@]}"
	sed -n 's/^0x\([0-9a-f]*\) <\([^+>]*\)+[0-9]*>:\tbl\t0x\([0-9a-f]*\) <\2\.part\.0>$/\3 \1 \2/p' \
		"$work/session" | head -1
}

# command_calls CPU: the functions of that CPU's backtrace by the command, innermost
# first, those of the link register too
command_calls()
{
	"$SDEISTOP" show -b -c "$1" --vmlinux "$vmlinux" "$vmcore" |
		sed -n 's/^ *#[0-9]*  0x[0-9a-f]*  \([^+ ]*\).*/\1/p'
}

# The command, over a function interrupted before its frame record is made: at its
# beginning, when the record is on the stack and x29 is still the caller's, and
# with x29 set. The function is vfs_write() of a CPU that is further down in it,
# so the stack above is a real one.
check_prologue()
{
	local crashs start own callers lr made

	[[ ${SDEISTOP:-} ]] || return 0
	vmcore=$original
	session 'bt -c 2' 'sym vfs_write' 'dis vfs_write 8'
	from 'bt -c 2'
	# address of the record, function, address of the call in it
	crashs=$(sed -n 's/^ *#[0-9]* \[\([0-9a-f]*\)\] \([^ ]*\) at \(.*\)/\1 \2 \3/p' <<<"$out" |
		sed -n '/ vfs_write /,$p')
	read -r own _ _ <<<"$crashs"
	read -r callers _ lr < <(sed -n 2p <<<"$crashs")
	lr=$((0x$lr + 4))
	from 'sym vfs_write'
	start=$(awk '{ print "0x" $1 }' <<<"$out")
	from 'dis vfs_write 8'
	made=$(grep -n 'stp.*x29, x30, \[sp, *#-' <<<"$out" | cut -d : -f 1 | head -1)
	check 'vfs_write() makes a frame record' test "$own" -a "${made:-0}" -gt 0
	crashs=$(cut -d ' ' -f 2 <<<"$crashs")

	changed "2.pc=$start" "2.lr=$lr" "2.fp=0x$callers" "2.sp=0x$callers"
	out=$(command_calls 2)
	check 'show -b: at the beginning of a function' test "$out" = "$crashs"
	changed "2.pc=$((start + 4 * made))" 2.lr=0 "2.fp=0x$callers" "2.sp=0x$own"
	out=$(command_calls 2)
	check 'show -b: with a record that x29 does not tell of yet' test "$out" = "$crashs"
	changed "2.pc=$((start + 4 * made + 4))" "2.lr=$lr" "2.fp=0x$own" "2.sp=0x$own"
	out=$(command_calls 2)
	check 'show -b: with a record, and the same in the link register' test "$out" = "$crashs"
}

check_registers()
{
	local part=() registers=(1.pc=0 3.task=0xffff000000000abc 3.pid=999999)

	read -r -a part < <(find_part)
	if (( ${#part[@]} )); then
		registers+=("2.pc=0x${part[0]}" "2.lr=$((0x${part[1]} + 4))")
	else
		echo '# this kernel has no function that calls a part of its own'
	fi
	changed "${registers[@]}"
	session 'sdeistop -b -c '{1..3} 'sdeistop -b'
	from 'sdeistop -b -c 1'
	check 'jump to NULL: no symbol' has '^ #0 \[[0-9a-f]+\] \(no symbol\) at 0$'
	check 'jump to NULL: the caller is kept' \
		has '^ #1 .* lkdtm_do_action\+.* \(link register, probable\)$'
	check 'jump to NULL: down to user mode' has '^    user mode: PC: 0000'
	if [[ ${SDEISTOP:-} ]]; then
		out=$("$SDEISTOP" show -b -c 1 --vmlinux "$vmlinux" "$vmcore")
		check 'jump to NULL, show -b: no name' has '^ #0  0x0{16}  \?$'
		check 'jump to NULL, show -b: the caller is kept' \
			has '^ #1  0x[0-9a-f]* +lkdtm_do_action\+.*  \(link register, probable\)$'
	fi
	if (( ${#part[@]} )); then
		from 'sdeistop -b -c 2'
		check 'part of a function: begins there' has "^ #0 .* ${part[2]}\.part\.0 at"
		check 'part of a function: its caller is proven' \
			has "^ #1 .* ${part[2]}\+.* \(link register\)$"
		check 'part of a function: goes on from there' has '^ #2 .* direct_entry\+'
	fi
	from 'sdeistop -b -c 3'
	check 'unknown task: no command' has '^PID: 999999 .* COMMAND: "-"$'
	check 'unknown task: its stack is found' has '^ #[0-9]+ .* ksys_write\+'
	check 'unknown task: came from user mode' has '^    user mode: PC: 0000'
}

# task CPU, pid CPU: of the unpatched dump
task() { awk -v cpu="$1" '$5 == "CPU:" && $6 == cpu { print $4 }' "$work/headings"; }
pid() { awk -v cpu="$1" '$5 == "CPU:" && $6 == cpu { print $2 }' "$work/headings"; }

# CPU 1 tells the task of CPU 2 with a pid of its own, CPU 2 is said to run the
# task of CPU 3, and the record of CPU 3 is of a later version and a CPU that
# cannot be
check_records()
{
	local line lines=(sdeistop 'sdeistop -c all' 'sdeistop -r' 'sdeistop -b' 'sdeistop -b -c 1'
			  'sdeistop -b -c 2' 'sdeistop -c 4294967295' "sdeistop -j > $work/json")

	changed "1.task=0x$(task 2)" "2.task=0x$(task 3)" "2.pid=$(pid 3)" 3.version=2 3.cpu=0xffffffff
	session "${lines[@]}" 'sdeistop -v'
	from 'sdeistop -b -c 1'
	check 'task and pid differ: the pid counts' \
		has "^PID: $(pid 1) +TASK: $(task 1) +CPU: 1 +COMMAND: \"sh\"$"
	from 'sdeistop -b -c 2'
	check 'task on the stack of another: told as recorded' has "^PID: $(pid 3) +TASK: $(task 3) +CPU: 2 "
	check 'task on the stack of another: walked' has '^ #[0-9]+ .* ksys_write\+'
	check 'task on the stack of another: to its end' lacks 'ends here'
	for line in "${lines[@]:0:2}"; do
		from "$line"
		check "$line: impossible CPU: three are left" count '^[ *] +[0-2]  0x' 3
		check "$line: impossible CPU: its own has no record" has '^  +3  -  .* no record '
		check "$line: impossible CPU: is not listed" lacks '^[ *] +4294967295 '
	done
	from 'sdeistop -b'
	check 'impossible CPU: its own has no record' has '^    no valid record in the notes$'
	from 'sdeistop -c 4294967295'
	check 'impossible CPU: cannot be named' has 'invalid cpu specification'
	check 'impossible CPU: JSON' python3 -m json.tool "$work/json" /dev/null
	from 'sdeistop -v'
	check 'impossible CPU: the session goes on' has '^verdict: incomplete'
}

# The kernel announced records, and none is valid
check_no_valid_record()
{
	local lines=('sdeistop' 'sdeistop -b' 'sdeistop -c 1' 'sdeistop -c 99')

	changed {0..3}.crc=bad
	session "${lines[@]}"
	from sdeistop
	check 'no valid record: a row for each CPU' count '^  +[0-3]  -  .* no record ' 4
	check 'no valid record: verdict' has '^verdict: incomplete'
	check 'no valid record: the kernel did write some' lacks 'wrote no CPUSTOP notes'
	from 'sdeistop -b'
	check 'no valid record: -b' count '^    no valid record in the notes$' 4
	from 'sdeistop -c 1'
	check 'no valid record: -c 1' count '^  +[0-9]  -  .* no record ' 1
	from 'sdeistop -c 99'
	check 'no valid record: -c is checked' has 'invalid cpu specification: 99'

	session -m sdeistop 'sdeistop -r' 'sdeistop -c all' 'sdeistop -c 0'
	from 'sdeistop -r'
	check 'no valid record, minimal mode: the verdict' has '^verdict: incomplete'
	from 'sdeistop -c all'
	check 'no valid record, minimal mode: there are no CPUs' has 'invalid cpu specification: all'
}

check_opens
session "sdeistop -r > $work/headings"
check_registers
check_prologue
check_records
check_no_valid_record
finish
