#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension, driven as a user would: crash reads commands from a file,
# and what it prints is checked. Prints a line a check and ends with
# "N passed, N failed".
set -uo pipefail

USAGE="usage: check-extension.sh CRASH_DIR VMLINUX VMCORE EXTENSION [CPU...]

  CRASH_DIR   a built source tree of crash (its ./crash is run)
  VMCORE      of that VMLINUX, or the first of three parts, NAME.1; with CPUSTOP notes all is checked, without them
              that the extension says so and labels what it infers
  CPU         wedged, in LKDTM's HARDLOCKUP, and no other was

The environment variable SDEISTOP may name the sdeistop command: the JSON of
both must then be equal."

[[ $# -ge 4 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
shift 4
wedged=("$@")
# shellcheck source=tests/crash/session.sh
. "$(dirname "$0")/session.sh"
files=("$vmcore")
if [[ $vmcore == *.1 ]]; then
	parts=("${vmcore%1}"{2,3})
	# The report is called by the first, and by crash the last it was given
	files=("${vmcore%1}"{3,2,1})
fi

# ---------------------------------------------------------------- any dump

check_options()
{
	local line bad=('-z' 'extra' '-c' '-v -r' '-v -c 0' '-j -b' '-v -j' '-f' '-r -f' '-j -f')

	session "${bad[@]/#/sdeistop }" 'sdeistop -x -d' 'sdeistop -v' 'help sdeistop'
	for line in "${bad[@]}"; do
		from "sdeistop $line"
		check "sdeistop $line: usage" has '^Usage:'
		check "sdeistop $line: nothing else" lacks '^verdict:|HWID'
	done
	from 'sdeistop -x -d'
	check '-x with -d is refused' has 'mutually exclusive'
	from 'sdeistop -v'
	check 'the session goes on after errors' has '^verdict:'
	from 'help sdeistop'
	check 'help page' has '^SYNOPSIS'
	check 'help page: example' has '^EXAMPLE'
}

check_output()
{
	local option pipe="sdeistop -v | grep -c ^verdict: > $work/piped" lines=()

	for option in '' -c0 -r -b -v -j; do
		lines+=("sdeistop $option> $work/file$option")
	done
	session "$pipe" "${lines[@]}" 'sdeistop | true' 'sdeistop -v'
	check 'output goes through a pipe' grep -qx 1 "$work/piped"
	for option in '' -c0 -r -b -v -j; do
		from "sdeistop $option> $work/file$option"
		check "sdeistop $option: to a file, and nowhere else" test -s "$work/file$option" -a ! "$out"
	done
	from 'sdeistop -v'
	check 'a pipe closed early is survived' has '^verdict:'
}

check_loading()
{
	session "extend -u $extension" sdeistop "extend $extension" 'sdeistop -v'
	from sdeistop
	check 'unloaded, the command is gone' has 'command not found: sdeistop'
	from 'sdeistop -v'
	check 'loaded again, it works' has '^verdict:'

	session sdeistop "extend -u $extension" "extend $extension" 'sdeistop -r' \
		"extend -u $extension" 'sys -i' "extend $extension" 'sdeistop -v'
	from 'sdeistop -v'
	check 'and once more' has '^verdict:'
}

# --------------------------------------------------- a dump without records

# The number of a CPU and its task are facts; everything said of it is of this dump alone
check_unknown()
{
	local line panicked lines=('sdeistop' 'sdeistop -r' 'sdeistop -b' 'sdeistop -c 0' 'sdeistop -v')

	session log
	panicked=$(awk '/Kernel panic/ { on = 1 }
		on && /CPU: / { sub(/.*CPU: /, ""); print $1; exit }' "$work/session")
	session "${lines[@]}" 'sdeistop -c 99999'
	for line in "${lines[@]}"; do
		from "$line"
		check "$line: verdict unknown" has '^verdict: unknown'
		check "$line: says why" has 'no CPUSTOP notes'
		check "$line: no table of records" lacks 'HWID'
	done
	from 'sdeistop -c 99999'
	check '-c is checked all the same' has 'invalid cpu specification: 99999'
	from sdeistop
	check 'inferred: said so, twice' count '^(I|i)nferred from (memory|the panic log)' 2
	check 'inferred: one CPU runs the crash path' count '^ +[0-9]+  crashing ' 1
	check 'inferred: who panicked, and where' has "^ +$panicked  crashing .* __crash_kexec\+"
	check 'inferred: no comparison with what is not there' lacks '^memory:'
	from 'sdeistop -c 0'
	check 'inferred: -c 0, from memory' count '^ +[0-9]+  [a-z ]+ +[0-9]+  [^ ]+ +[^ ]+$' 1
	from 'sdeistop -r'
	check 'inferred: -r, labelled' has '^    inferred: crashing$'
	check_inferred_owners
	check_json_of_log
	check_unknown_incomplete
}

# The same of a file that its writer has marked: its verdict is another one
check_unknown_incomplete()
{
	local original=$vmcore

	vmcore=$work/incomplete
	python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[424] |= 8  # of the status in a kdump-compressed file
open(sys.argv[2], "wb").write(data)' "$original" "$vmcore"
	session sdeistop
	from sdeistop
	check 'incomplete: the verdict' has '^verdict: incomplete'
	check 'incomplete: no more is said of the kernel than is known' has '^This dump has no CPUSTOP notes: '
	check 'incomplete: inferred all the same' eval "has '^Inferred from memory' && lacks HWID"
	vmcore=$original
}

# Registers of a CPU, from its own buffer: crash reads the same memory for bt. One
# that is still online has none, and whoever's note comes first is not shown as its.
check_inferred_owners()
{
	local cpu none line lines=()

	none=$(awk '/^    inferred: / { state = $0 } /no registers/ { print state }' <<<"$out")
	check 'inferred: no registers but of those that were stopped' \
		test "$(sort -u <<<"$none")" = '    inferred: still online'
	for cpu in 0 1 2 3; do
		lines+=("sdeistop -b -c $cpu" "bt -c $cpu")
	done
	session "${lines[@]}"
	for cpu in 0 1 2 3; do
		from "bt -c $cpu"
		line=$(names)
		from "sdeistop -b -c $cpu"
		if has 'no registers'; then
			check "CPU $cpu: no frames without registers" lacks ' #0 '
		else
			check "CPU $cpu: inferred, the same functions as the end of crash's bt" \
				test "$(names)" = "$(tail -n "$(names | wc -l)" <<<"$line")"
		fi
	done
}

# What the log tells is the library's to say: as the command says it
check_json_of_log()
{
	session "sdeistop -j > $work/json"
	check '-j is JSON' python3 -m json.tool "$work/json" /dev/null
	[[ ${SDEISTOP:-} ]] || return 0
	"$SDEISTOP" show --json "${files[@]}" >"$work/command"
	check "the command's verdict is unknown too" test $? -eq 4
	out=$(diff <(without_memory "$work/json") <(without_memory "$work/command"))
	check "-j equals the command's, inferred from the same log" test -z "$out"
}

# ------------------------------------------------------ a dump with records

# In $out the CPUs that were wedged are marked, and the verdict counts them
check_marks()
{
	local marked

	marked=$(awk '/^\* +[0-9]/ { print $2 }' <<<"$out")
	check "marked as wedged: ${wedged[*]:-none}" \
		test "${marked//$'\n'/ }" = "${wedged[*]}"
	if (( ${#wedged[@]} )); then
		check 'the verdict names the wedged CPUs' \
			has "^verdict:.*; wedged: CPUs? ${wedged[0]}(-${wedged[-1]})?\)$"
		check 'the mark is explained' has '^\* wedged:'
	else
		check 'nobody is wedged in the verdict' lacks wedged
	fi
}

check_table()
{
	local hidden="sdeistop > $work/hidden"

	session sdeistop 'sdeistop -x' 'sdeistop -d' 'sdeistop -c 0' 'set offline hide' "$hidden"
	from sdeistop
	check 'table' has '^  CPU +HWID +METHOD +STATE +IRQS +TIME +PID +COMMAND +PC$'
	check 'one CPU ran the crash path' count ' panic +crashing ' 1
	check 'one verdict' count '^verdict: (complete|incomplete|malformed)' 1
	check_marks
	check 'one line about a capture kernel' count '^a capture kernel: can use CPU [0-9]+ \(it runs there\)' 1
	check 'nothing to say about memory' lacks '^memory:'
	from 'sdeistop -x'
	check '-x: offsets in hexadecimal' has '\+0x[0-9a-f]+$'
	from 'sdeistop -d'
	check '-d: offsets in decimal' eval "has '[+][0-9]+$' && lacks '[+]0x'"
	from 'sdeistop -c 0'
	check '-c 0: one line' count '^[ *] +[0-9]+  0x' 1
	out=$(<"$work/hidden")
	check 'set offline hide: the online are there' has ' panic +crashing '
	check 'set offline hide: others are not' lacks ' none +(offline|absent) '
}

check_cpu_lists()
{
	local list
	local bad=(99999 65536 4294967296 -1 1- 2-1 "0,,1" "," x 0x1 allx)
	local good=(0 "0,1" 0-1 a all "0,all" "1,0")

	session "${bad[@]/#/sdeistop -c }" "${good[@]/#/sdeistop -c }"
	for list in "${bad[@]}"; do
		from "sdeistop -c $list"
		check "-c $list is refused" has "invalid cpu specification: $list"
		check "-c $list: no table" lacks HWID
	done
	for list in "${good[@]}"; do
		from "sdeistop -c $list"
		check "-c $list" has '^[ *] +0  0x'
	done
}

# Two names of one address, which of them is told differs
one_name() { sed 's/^__softirqentry_text_start$/__do_softirq/'; }

# names: the functions of a backtrace in $out, ours or crash's, innermost first;
# not what leads up to the first C function, which crash leaves out, and not
# frames without a record, which it does not know
names()
{
	sed -n '/(link register.*)$/d; s/^ *#[0-9]* \[[0-9a-f]*\] \([A-Za-z0-9_.]*\).*/\1/p' \
		<<<"$out" | one_name | sed '/^\(start_kernel\|secondary_start_kernel\|kthread\)$/q'
}

# command_names CPU: the same of the command's backtrace, every frame of a record
command_names()
{
	"$SDEISTOP" show -b -c "$1" --vmlinux "$vmlinux" "${files[@]}" |
		sed -n '/(link register.*)$/d; s/^ *#[0-9]*  0x[0-9a-f]*  \([^+ ]*\).*/\1/p' |
		one_name | sed '/^\(start_kernel\|secondary_start_kernel\|kthread\)$/q'
}

# The command against crash's bt, whose functions are the argument. crash begins
# in the handler where there was one: a CPU that SDEI stopped has left it, and both
# begin where it was interrupted.
check_command()
{
	local cpu=$1 crashs=$2 ours

	[[ ${SDEISTOP:-} ]] || return 0
	# pages of these are not libkdumpfile's to read
	cmp -s -n 12 "$vmcore" <(echo makedumpfile) && return
	ours=$(command_names "$cpu")
	out="the command:
$ours
crash:
$crashs"
	if [[ " ${wedged[*]} " == *" $cpu "* ]]; then
		check "CPU $cpu: show -b, the same functions as crash's bt" test "$ours" = "$crashs"
	else
		check "CPU $cpu: show -b, the same functions as the end of crash's bt" \
			test "$ours" -a "$ours" = "$(tail -n "$(wc -l <<<"$ours")" <<<"$crashs")"
	fi
}

# crash's backtraces begin in the handler that stopped the CPU, ours where it
# was interrupted: from there on both must name the same functions
check_against_bt()
{
	local cpu cpus ours crashs compared=0 lines=()

	from 'sdeistop -b'
	cpus=$(awk '/^PID:/ { cpu = $6 } / #0 / { print cpu }' <<<"$out")
	for cpu in $cpus; do
		lines+=("bt -c $cpu" "sdeistop -b -c $cpu")
	done
	session "${lines[@]}"
	for cpu in $cpus; do
		from "sdeistop -b -c $cpu"
		ours=$(names)
		from "bt -c $cpu"
		crashs=$(names)
		# crash has no registers for it, or cannot walk this kernel's frames
		[[ $(wc -l <<<"$crashs") -ge 3 ]] || continue
		check "CPU $cpu: the same functions as crash's bt" \
			test "$ours" = "$(tail -n "$(wc -l <<<"$ours")" <<<"$crashs")"
		check_command "$cpu" "$crashs"
		compared=$((compared + 1))
	done
	check 'a backtrace was compared with crash'\''s' test "$compared" -gt 0
}

check_contexts()
{
	session 'sdeistop -r' 'sdeistop -b' 'sdeistop -r -b -c 0'
	from 'sdeistop -r'
	check '-r: a heading a CPU' has '^PID: .* CPU: 0 '
	check '-r: pc with its symbol' has '^     PC: [0-9a-f]{16}  \[[A-Za-z_0-9.]+(\+[0-9]+)?\]$'
	check '-r: down to x0' has '     X2: [0-9a-f]{16}   X1: [0-9a-f]{16}   X0: '
	check '-r: no verdict' lacks '^verdict'
	from 'sdeistop -r -b -c 0'
	check '-r -b: both' eval 'has " X28:" && has "^ #0 "'
	check '-c 0: nothing of CPU 1' lacks 'CPU: 1 '
	from 'sdeistop -b'
	check '-b: frames' has '^ #0 \[[0-9a-f]{16}\] [A-Za-z_0-9.]+(\+[0-9]+)? at [0-9a-f]+$'
	check '-b: every walk reaches its end' lacks 'ends here'
	check '-b: no register dump' lacks ' X28:'
	check_against_bt
	check_wedged
	check_handlers
}

# Of CPUs that the IPI stopped: from its entry on, over the IRQ stack. Nothing of the
# CPU that panicked, which no handler interrupted.
check_handlers()
{
	local cpus cpu panicked

	session sdeistop
	from sdeistop
	panicked=$(awk '/ panic +crashing / { print $1 }' <<<"$out")
	mapfile -t cpus < <(awk '$3 == "ipi" { print $1 }' <<<"$out")
	session "sdeistop -b -f -c $panicked" "${cpus[@]/#/sdeistop -b -f -c }"
	for cpu in "${cpus[@]}"; do
		from "sdeistop -b -f -c $cpu"
		check "CPU $cpu, -f: the IPI, from its entry to the stop" eval \
			"has '^     ~ .* stop_this_cpu\\+' && has '^     ~ .* ipi_handler\\+' && has '^     ~ .* el1h_64_irq\\+'"
	done
	from "sdeistop -b -f -c $panicked"
	check 'CPU that panicked, -f: no handler' lacks '~|what stopped it'
}

# What the end-to-end runs wedge: LKDTM's loop, a leaf function called through a
# pointer
check_wedged()
{
	local cpu plain

	(( ${#wedged[@]} )) || return 0
	session "${wedged[@]/#/sdeistop -b -c }" "${wedged[@]/#/sdeistop -b -f -c }"
	for cpu in "${wedged[@]}"; do
		from "sdeistop -b -c $cpu"
		plain=$(grep -E '^ *#[0-9]|user mode' <<<"$out")
		from "sdeistop -b -f -c $cpu"
		check "wedged CPU $cpu, -f: what the event did, outermost last" \
			has '^     ~ \[[0-9a-f]{16}\] __sdei_asm_handler\+[0-9]+ at '
		check "wedged CPU $cpu, -f: as far as the handler of the stop" has '^     ~ .* stop_this_cpu\+'
		check "wedged CPU $cpu, -f: labelled" has 'found by search, so perhaps not its last calls:$'
		check "wedged CPU $cpu, -f: then what -b shows" \
			test "$(sed '1,/what it was doing:/d' <<<"$out")" = "$plain"
		from "sdeistop -b -c $cpu"
		check "wedged CPU $cpu: says so" has '^    wedged; '
		check "wedged CPU $cpu: begins where it was stopped" has '^ #0 .* lkdtm_HARDLOCKUP\+'
		check "wedged CPU $cpu: the caller of the leaf function" \
			has '^ #1 .* lkdtm_do_action\+.* \(link register, probable\)$'
		check "wedged CPU $cpu: down to the system call" has '^ #[0-9] .* ksys_write\+'
		check "wedged CPU $cpu: and where it came from" has '^    user mode: PC: 0000'
	done
}

# without_memory FILE: that JSON without what only a debugger can tell, and without
# how many parts there are, which crash does not
without_memory()
{
	python3 -c 'import json, sys
document = json.load(sys.stdin)
document.pop("memory", None)
document.pop("split", None)
print(json.dumps(document, indent=1))' <"$1"
}

check_json()
{
	session "sdeistop -j > $work/json" "sdeistop -j -r -c 0 > $work/json0"
	check '-j is JSON' python3 -m json.tool "$work/json" /dev/null
	check '-j: schema' grep -q '"schema": "sdeistop/1"' "$work/json"
	check '-j: memory compared, and the same' python3 -c 'import json, sys
memory = json.load(sys.stdin)["memory"]
sys.exit(memory["findings"] != [] or memory["compared"] == 0 or memory["corrupt"])' <"$work/json"
	check '-j -r -c 0 is JSON' python3 -m json.tool "$work/json0" /dev/null
	check '-j -r -c 0: one CPU' python3 -c 'import json, sys
sys.exit([c["cpu"] for c in json.load(sys.stdin)["cpu"]] != [0])' <"$work/json0"
	[[ ${SDEISTOP:-} ]] || return
	"$SDEISTOP" show --json "${files[@]}" >"$work/command"
	out=$(diff <(without_memory "$work/json") <(without_memory "$work/command"))
	check "-j equals the command's" test -z "$out"
}

check_minimal()
{
	session -m sdeistop 'sdeistop -r -c 0' 'sdeistop -b' 'sdeistop -v'
	from sdeistop
	check 'minimal mode: table' has '^  CPU +HWID'
	check 'minimal mode: verdict' has '^verdict:'
	from 'sdeistop -r -c 0'
	check 'minimal mode: registers' has '^     PC: '
	from 'sdeistop -v'
	check 'minimal mode: compared with memory' has '^memory: as the notes say \([1-9]'
	from 'sdeistop -b'
	check 'minimal mode: no backtrace, and says so' eval "has 'minimal mode' && lacks '#0'"
}

check_opens
recorded=yes
has 'no record of any CPU' && recorded=
check_options
check_output
check_loading
if [[ $recorded ]]; then
	check_table
	check_cpu_lists
	check_contexts
	check_json
	check_minimal
else
	check_unknown
fi
finish
