#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension's second source: crash_notes and the state words in memory,
# held against the notes. Over a vmcore, and over copies in which one of the two
# was changed. Prints a line a check and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-memory.sh CRASH_DIR VMLINUX VMCORE EXTENSION [CPU...]

  VMCORE      an ELF file with CPUSTOP notes of four CPUs
  CPU         came to its stop after the verdict about it, and no other did"

[[ $# -ge 4 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
shift 4
late=("$@")
here=$(dirname "$0")
# shellcheck source=tests/crash/session.sh
. "$here/session.sh"

# findings of the JSON in $work/json: "code cpu" a line
findings()
{
	python3 -c 'import json, sys
for finding in json.load(sys.stdin)["memory"]["findings"]:
    print(finding["code"], finding["cpu"])' <"$work/json"
}

corrupt()
{
	python3 -c 'import json, sys
sys.exit(not json.load(sys.stdin)["memory"]["corrupt"])' <"$work/json"
}

# expect NAME FINDING...: those and no other, in the JSON and below the verdict
expect()
{
	local name=$1 finding

	shift
	session 'sdeistop -v' "sdeistop -j > $work/json"
	from 'sdeistop -v'
	check "$name: one line on memory" count '^memory: ' 1
	for finding; do
		check "$name: ${finding%% *} of CPU ${finding##* }" \
			has "^  ${finding%% *}: .*CPU ${finding##* }\\b"
	done
	out=$(sed -n '/^memory:/,$p' <<<"$out")
	check "$name: and nothing else" count '^  [a-z-]+: ' "$#"
	out=$(findings)
	check "$name: JSON" test "$out" = "$(printf '%s\n' "$@")"
}

# The states of the CPUs as crash prints them
check_states()
{
	local cpu counter wanted

	session 'p cpustop_state:a'
	out=$(<"$work/session")
	for cpu in 0 1 2 3; do
		counter=$(grep -A 3 "cpustop_state, $cpu) = " <<<"$out" | grep -o 'counter = [0-9]*' | head -1)
		wanted='counter = 4'
		[[ " ${late[*]} " != *" $cpu "* ]] || wanted='counter = 5'
		check "CPU $cpu: state word as crash prints it: ${wanted##* }" test "$counter" = "$wanted"
	done
}

check_as_it_is()
{
	check_states
	expect 'as it is' "${late[@]/#/ran-on }"
	check 'as it is: not corrupt' eval '! corrupt'
}

# state_words: their places for vmcore.py, CPU by CPU
state_words()
{
	local base even odd lines=()

	session 'sym cpustop_state' 'rd __per_cpu_offset 4'
	from 'sym cpustop_state'
	base=${out%% *}
	from 'rd __per_cpu_offset 4'
	while read -r _ even odd _; do
		lines+=("vtop $(printf %x $((0x$base + 0x$even)))"
			"vtop $(printf %x $((0x$base + 0x$odd)))")
	done <<<"$out"
	session "${lines[@]}"
	awk 'NF == 2 && $1 ~ /^[0-9a-f]+$/ && $2 ~ /^[0-9a-f]+$/ { print "physical." $2 }' "$work/session"
}

# Notes that say something else than memory
check_changed_notes()
{
	changed 1.pc=0x1234
	expect 'one register of CPU 1' 'registers-differ 1'
	check 'one register: corrupt' corrupt
	from 'sdeistop -v'
	check 'one register: says which' has ' 1 register differs, the first is pc: 0x1234 in the notes'
	changed 1.task=0x5678
	expect 'a record with another task' 'record-differs 1'
	changed 1.crc=bad 3.crc=bad
	expect 'two records that are not valid' 'record-new 1' 'record-new 3'
	changed 1.cpu=2 2.cpu=1
	expect 'two records exchanged' 'record-differs 1' 'registers-differ 1' \
		'record-differs 2' 'registers-differ 2'
	vmcore=$original
}

# Memory that says something else than the notes
check_changed_memory()
{
	local at

	mapfile -t at < <(state_words)
	check 'the state words are found' test "${#at[@]}" -eq 4
	changed "${at[0]}=00000000" "${at[1]}=02000000" "${at[2]}=03000000" "${at[3]}=05000000"
	expect 'other state words' 'state-contradicts 0' 'still-writing 1' 'finished-late 2' 'ran-on 3'
	check 'other state words: corrupt' corrupt
	changed "${at[1]}=05000000" "${at[3]}=05000000"
	expect 'CPUs that ran on' 'ran-on 1' 'ran-on 3'
	check 'CPUs that ran on: not corrupt' eval '! corrupt'
	vmcore=$original
}

# A kernel that writes records and has not crashed to the end, as a hypervisor may
# dump it: what a stop leaves in memory is no verdict that anybody went on after
check_no_crash()
{
	changed {0..3}.note=none
	LC_ALL=C sed -i 's/CRASHTIME=/XRASHTIME=/' "$vmcore"
	session sdeistop
	from sdeistop
	check 'no crash: verdict' has '^verdict: unknown'
	check 'no crash: nothing is compared' lacks '^memory:'
	check 'no crash: inferred' has '^Inferred from memory'
	vmcore=$original
}

check_opens
check_as_it_is
if (( ! ${#late[@]} )); then
	check_changed_notes
	check_changed_memory
	check_no_crash
fi
finish
