#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whose registers the crash extension shows. Every CPU's are held against its own
# buffer in memory (per-CPU crash_notes), found by the CPU's number, and its task
# against its runqueue: neither knows of an order of notes. Prints a line a check
# and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-owners.sh CRASH_DIR VMLINUX VMCORE EXTENSION CPU...

  VMCORE      with CPUSTOP notes
  CPU         that never stopped, and no other did not"

[[ $# -ge 5 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
shift 4
running=("$@")
# shellcheck source=tests/crash/session.sh
. "$(dirname "$0")/session.sh"

# buffers: address of every CPU's crash_notes, one a line
buffers()
{
	local cpus notes

	session 'p nr_cpu_ids' 'p crash_notes'
	from 'p nr_cpu_ids'
	cpus=${out##* = }
	from 'p crash_notes'
	notes=0x${out##* 0x}
	[[ $cpus =~ ^[0-9]+$ && $notes =~ ^0x[0-9a-f]+$ ]] || return
	session "rd __per_cpu_offset $cpus"
	from "rd __per_cpu_offset $cpus"
	grep -oE '\b[0-9a-f]{16}\b' < <(cut -d : -f 2- <<<"$out" | cut -c 1-36) | head -n "$cpus" |
		while read -r offset; do
			printf '%x\n' $((0x$offset + notes))
		done
}

# The words of a note's header and name "CORE", and struct elf_prstatus of arm64
NOTE_WORDS=103
CORE='00000005 00000188 00000001 45524f43'
REGS_AT=33				# header, name, 112 bytes before pr_reg

# memory_regs: from words that rd -32 shows in $out, "NAME VALUE" lines as the
# registers are in an NT_PRSTATUS; nothing if there is none
memory_regs()
{
	awk -v core="$CORE" -v at=$REGS_AT '
		{ for (i = 2; i <= 5 && i <= NF; i++) word[++n] = $i }
		END {
			if (word[1] " " word[2] " " word[3] " " word[4] != core)
				exit
			for (i = 0; i < 34; i++) {
				name = i < 30 ? "X" i : i == 30 ? "LR" : i == 31 ? "SP" : i == 32 ? "PC" : "PSTATE"
				print name, word[at + 2 * i + 2] word[at + 2 * i + 1]
			}
		}' <<<"$out" | sort
}

# shown_regs: the same from what sdeistop -r shows in $out
shown_regs()
{
	awk '{ for (i = 1; i < NF; i++) if ($i ~ /^(PC|LR|SP|PSTATE|X[0-9]+):$/) {
			name = substr($i, 1, length($i) - 1); value = $(i + 1)
			while (length(value) < 16)
				value = "0" value
			print name, value
		} }' <<<"$out" | sort
}

# running_task CPU: "PID TASK COMMAND" of what its runqueue says is current
running_task()
{
	from 'runq -t'
	awk -v cpu="$1:" '$1 == "CPU" { here = $2 == cpu; next }
		here && $2 == "PID:" { print $3, $5, $7 }' <<<"$out"
}

# check_task CPU: the heading, in $out, is of the task that runs there
check_task()
{
	local shown

	shown=$(awk '$1 == "PID:" { print $2, $4, $8 }' <<<"$out")
	out="shown:   $shown
running: $(running_task "$1")"
	check "CPU $1: the task that runs there" test "$shown" -a "$shown" = "${out##*running: }"
}

# check_cpu CPU ADDRESS
check_cpu()
{
	local cpu=$1 memory shown

	from "rd -32 $2 $NOTE_WORDS"
	memory=$(memory_regs)
	pc[cpu]=$(awk '$1 == "PC" { print $2 }' <<<"$memory")
	sp[cpu]=$(awk '$1 == "SP" { print $2 }' <<<"$memory")
	from "sdeistop -r -c $cpu"
	shown=$(shown_regs)
	if [[ " ${running[*]} " == *" $cpu "* ]]; then
		check "CPU $cpu: its buffer has no registers" test -z "$memory"
		check "CPU $cpu: no registers" eval "has '^    no registers$' && [[ ! '$shown' ]]"
		check_task "$cpu"
		from "sdeistop -b -c $cpu"
		check "CPU $cpu: no backtrace" eval "has '^    no registers$' && lacks '#[0-9]|user mode:|exception:'"
		return
	fi
	out=$(diff <(echo "$memory") <(echo "$shown"))
	check "CPU $cpu: all 34 registers are those of its own buffer" \
		test "$(wc -l <<<"$memory")" -eq 34 -a -z "$out"
	from "sdeistop -r -c $cpu"
	check_task "$cpu"
	from "sdeistop -b -c $cpu"
	check "CPU $cpu: the backtrace begins with its own pc, on its own stack" \
		has "^ #0 \[${sp[cpu]}\] .* at ${pc[cpu]}$"
}

# Without -c: every CPU under its own heading, and nothing under those that have none
check_all()
{
	local option=$1 cpu

	for cpu in "${!pc[@]}"; do
		from "sdeistop $option"
		out=$(awk -v cpu="$cpu" '$1 == "PID:" { here = $6 == cpu } here' <<<"$out")
		if [[ ${pc[cpu]} ]]; then
			has "${pc[cpu]}" && lacks 'no registers'
		else
			has 'no registers' && lacks ' PC: |#[0-9]'
		fi || { check "sdeistop $option: CPU $cpu's own or none" false; return; }
	done
	check "sdeistop $option: for every CPU its own or none" test "${#pc[@]}" -eq "$cpus"
}

# What crash itself shows, which goes by position in places: told, not checked. It
# does not survive help -r of some ELF files that lack notes of CPUs.
tell_crash()
{
	local cpu owner value

	from 'bt -c 0'
	sed -n '1,4s/^/# crash'\''s bt -c 0: /p' <<<"$out"
	session 'help -r' 2>/dev/null || echo "# crash's help -r: crash ends with status $?"
	from 'help -r'
	while read -r cpu value; do
		for owner in "${!sp[@]}"; do
			[[ ${sp[owner]} != "$value" ]] || break
			owner=none
		done
		echo "# crash's help -r: CPU $cpu: the registers of CPU $owner"
	done < <(awk '$1 == "CPU" { cpu = $2 + 0 }
		{ for (i = 1; i < NF; i++) if ($i == "SP:") print cpu, $(i + 1) }' <<<"$out")
}

mapfile -t addresses < <(buffers)
cpus=${#addresses[@]} pc=() sp=()
out="addresses: ${addresses[*]}"
check 'the buffers of all CPUs are found' test "$cpus" -gt "${#running[@]}"
(( ! failed )) || finish
lines=('runq -t' 'sdeistop -r' 'sdeistop -b' 'bt -c 0')
for cpu in "${!addresses[@]}"; do
	lines+=("rd -32 ${addresses[cpu]} $NOTE_WORDS" "sdeistop -r -c $cpu" "sdeistop -b -c $cpu")
done
session "${lines[@]}"
for cpu in "${!addresses[@]}"; do
	check_cpu "$cpu" "${addresses[cpu]}"
done
check_all -r
check_all -b
tell_crash
finish
