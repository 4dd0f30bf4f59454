#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Does the extension behave as a command of crash does: over hundreds of runs,
# with errors, redirection and lists of CPUs, and as its documents show it?
# Prints a line a check and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-habits.sh CRASH_DIR VMLINUX VMCORE EXTENSION

  VMCORE      of the scenario one-wedged, from which the examples are"

[[ $# -eq 4 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
here=$(dirname "$0")
top=$here/../..
# shellcheck source=tests/crash/session.sh
. "$here/session.sh"
original=$vmcore

# How often each form of the command runs after the first FIRST, and how many KiB
# the process may have grown by then: crash and the allocator need up to 16. CPUS
# make a lost report larger than that.
RUNS=200 FIRST=20 GROWTH=64 CPUS=16
FORMS=(
	'sdeistop > /dev/null'
	'sdeistop -r > /dev/null'
	'sdeistop -b > /dev/null'
	'sdeistop -v > /dev/null'
	'sdeistop -j > /dev/null'
	'sdeistop -j -r -c 0-5 > /dev/null'
	'sdeistop -x -c 1,3-7 > /dev/null'
	'sdeistop -c 1-99999'
	'sdeistop -z'
	'sdeistop -x -d'
	'sdeistop | true'
	"extend -u $extension;extend $extension;sdeistop -j > /dev/null"
)

# What the documents of crash allow for -c, and what they do not
LISTS=(0 3 00 "0,1" "3,0" 1-2 0-3 "0,2-3" "1,1" a all "0,all" "all,2")
BAD_LISTS=(4 99999 0-4 4-5 "0,4" x 0x1 1x allx 2-x 99999999999999999999)
# crash takes these, which its documents do not tell of, in ways of its own
ODD_LISTS=(2-1 1- -1 ",1" "1," "0,,1" "," 1-2-3 1--2)

# How many CPUs the longest output is of
MANY=4096

# measure: a line that appends what crash holds now: KiB of memory, files, signals;
# once it is done with starting the shell, for which it blocks signals
measure()
{
	echo "!(sleep 0.1; awk '/^RssAnon/ { print \$2 }' /proc/\$PPID/status; ls /proc/\$PPID/fd | wc -l;" \
		"awk '/^SigBlk/ { print \$2 }' /proc/\$PPID/status) | paste -s >> $work/held"
}

# without_huge_pages: crash as a program that gets none. Where the kernel always gives
# them, one more page in use can be 2 MiB.
without_huge_pages()
{
	local pr_set_thp_disable=41

	cat >"$work/crash" <<-WRAPPER
	#!/bin/sh
	exec python3 -c 'import ctypes, os, sys
	ctypes.CDLL(None).prctl($pr_set_thp_disable, 1, 0, 0, 0)
	os.execvp(sys.argv[1], sys.argv[1:])' "$crash" "\$@"
	WRAPPER
	chmod 755 "$work/crash"
	echo "$work/crash"
}

check_held()
{
	local form i memory=() files=() blocked=() times stock=$crash

	"$here/vmcore.py" cpus "$original" "$work/vmcore" "$CPUS" || check 'vmcore.py cpus' false
	vmcore=$work/vmcore crash=$(without_huge_pages)
	for form in "${FORMS[@]}"; do
		for times in "$FIRST" "$RUNS"; do
			for ((i = 0; i < times; i++)); do
				printf '%s\n' "${form//;/$'\n'}"
			done
			measure
		done
	done | run_crash
	vmcore=$original crash=$stock

	read -r -d '' -a memory < <(cut -f 1 "$work/held")
	read -r -d '' -a files < <(cut -f 2 "$work/held")
	read -r -d '' -a blocked < <(cut -f 3 "$work/held")
	out=$(tail -5 "$work/session")
	check 'hundreds of commands are survived' test ${#memory[@]} -eq $((2 * ${#FORMS[@]}))
	for i in "${!FORMS[@]}"; do
		form=${FORMS[i]//"$extension"/sdeistop.so}
		out="KiB and files: ${memory[2 * i]:-?} ${files[2 * i]:-?}, later ${memory[2 * i + 1]:-?} ${files[2 * i + 1]:-?}"
		check "$RUNS times $form: nothing leaks" \
			test $((${memory[2 * i + 1]:-GROWTH + 1} - ${memory[2 * i]:-0})) -le "$GROWTH"
		check "$RUNS times $form: files are closed" test "${files[2 * i]:-?}" = "${files[2 * i + 1]:-}"
	done
	out=${blocked[*]}
	check 'no signal is left blocked' lacks '[1-9a-f]'
}

# crash has few buffers, and keeps those that a command did not give back until it
# ends: no CPU may keep one
check_many()
{
	"$here/vmcore.py" cpus "$original" "$work/vmcore" "$MANY" || check 'vmcore.py cpus' false
	vmcore=$work/vmcore
	session 'sdeistop -b -f' 'sdeistop -v'
	vmcore=$original
	from 'sdeistop -b -f'
	grep '^sdeistop: ' <<<"$out" >"$work/errors"
	awk '/^PID: / { cpu = $6 } / #0 |^    user mode/ && !seen[cpu]++ { print cpu }' \
		<<<"$out" >"$work/walked"
	out=$(<"$work/errors")
	check "-b -f of $MANY CPUs: no error" test ! "$out"
	out="$(wc -l <"$work/walked") CPUs have one; $out"
	check "-b -f of $MANY CPUs: a backtrace of each" cmp -s "$work/walked" <(seq 0 $((MANY - 1)))
	from 'sdeistop -v'
	check "-b -f of $MANY CPUs: the session goes on" has '^verdict:'
}

# cpus_shown LINE: the CPUs that a line of the session shows, "refused" or nothing
cpus_shown()
{
	from "$1"
	if has '^(bt|sdeistop): '; then
		echo refused
	else
		awk '/^PID:/ { sub(/.* CPU: /, ""); printf "%s ", $1 }' <<<"$out"
	fi
}

check_cpu_lists()
{
	local list lines=() bt ours

	for list in "${LISTS[@]}" "${BAD_LISTS[@]}" "${ODD_LISTS[@]}"; do
		lines+=("bt -c $list" "sdeistop -b -c $list")
	done
	session "${lines[@]}"
	for list in "${LISTS[@]}" "${BAD_LISTS[@]}"; do
		bt=$(cpus_shown "bt -c $list")
		ours=$(cpus_shown "sdeistop -b -c $list")
		out="bt: $bt, sdeistop: $ours"
		check "-c $list: the CPUs that bt -c shows, or refused" test "$bt" -a "$bt" = "$ours"
	done
	for list in "${LISTS[@]}"; do
		check "-c $list is taken" test "$(cpus_shown "sdeistop -b -c $list")" != refused
	done
	for list in "${ODD_LISTS[@]}"; do
		check "-c $list, which bt takes: the error" \
			eval "from 'sdeistop -b -c $list'; has '^sdeistop: invalid cpu specification: $list\$'"
	done
}

# complaint LINE: what a command said, without its name. What getopt says comes by
# another way, and may be found above the line.
complaint()
{
	from "$1"
	sed "s/^${1%% *}: /COMMAND: /; s/^  ${1%% *} .*/  COMMAND/; s/\"help [a-z]*\"/\"help COMMAND\"/
		/^     /d; /option.* -- '/d" <<<"$out"
}

# What a user gets wrong, in words of crash's own commands
check_complaints()
{
	local pair ours crashs lines pairs=('sdeistop -z|bt -z' 'sdeistop -c|bt -c' 'sdeistop -h|bt -h'
					   'sdeistop -c 99|bt -c 99' 'sdeistop -x -d|dis -x -d vfs_write')

	mapfile -t lines < <(printf '%s\n' "${pairs[@]}" | tr '|' '\n')
	session "${lines[@]}" 'sdeistop > /dev/full' 'sdeistop -v'
	for pair in "${pairs[@]}"; do
		ours=$(complaint "${pair%|*}")
		crashs=$(complaint "${pair#*|}")
		out=$(diff <(echo "$crashs") <(echo "$ours"))
		check "${pair%|*}: as ${pair#*|}" test ! "$out"
	done
	from 'sdeistop > /dev/full'
	check 'a full device is told' test "$out" = 'sdeistop: cannot write: No space left on device'
	from 'sdeistop -v'
	check 'the session goes on after a full device' has '^verdict:'
	out=$(grep -F "option" "$work/session")
	check 'unknown options are named' eval "has \"^sdeistop: invalid option -- '[zh]'\""
	check 'the argument of -c is missed' has "^sdeistop: option requires an argument -- 'c'"
}

check_redirection()
{
	local lines=("sdeistop -v > $work/twice" "sdeistop -v >> $work/twice" 'alias st sdeistop -v' 'st'
		     "sdeistop -r | head -1 > $work/first" "< $work/lines")

	printf '%s\n' 'sdeistop -z' 'sdeistop -c 99' "sdeistop -v > $work/after" >"$work/lines"
	session "${lines[@]:0:5}" sdeistop
	check '>> appends' test "$(grep -c ^verdict: "$work/twice")" -eq 2
	from st
	check 'an alias runs it' has '^verdict:'
	check 'a pipe that closes early gets the beginning' grep -q '^PID: .* CPU: 0 ' "$work/first"
	from sdeistop
	check 'a pipe that closed early harms nothing' eval "has '^ +0  0x0 ' && has '^verdict:'"
	# the last line of a session, as crash reads no other file within one
	run_crash <"$work/lines"
	check 'an input file goes on after errors' grep -q '^verdict:' "$work/after"
}

# Every option of the synopsis is described; prose keeps to crash's width
check_help()
{
	local option

	session 'help sdeistop'
	from 'help sdeistop'
	check 'help page: headings as those of crash' \
		grep -qE '^NAME SYNOPSIS DESCRIPTION EXAMPLES?$' <(grep '^[A-Z]' <<<"$out" | paste -s -d ' ')
	while read -r option; do
		check "help page: $option is described" has "^ {4,}$option( [a-z]+)?  [a-zA-Z]"
	done < <(sed -n '/^SYNOPSIS/,/^$/p' <<<"$out" | grep -oE -- '-[a-z]')
	check 'help page: prose within 80 columns' test -z "$(sed '/^EXAMPLE/,$d' <<<"$out" | grep -E '.{81}')"
}

# Examples that went stale
check_examples()
{
	local file name command

	session "help sdeistop > $work/help"
	cp "$top/crash-ext/README.md" "$work/README.md"
	for file in "$work/help" "$work/README.md"; do
		name=${file##*/}
		mapfile -t lines < <("$here/examples.py" commands "$file")
		check "$name: has examples" test "${lines[*]:-}"
		session "${lines[@]}"
		for command in "${lines[@]}"; do
			from "$command"
			out=$("$here/examples.py" compare "$file" "$command" <<<"$out")
			check "$name: $command prints what the example shows" test $? -eq 0
		done
	done
}

check_opens
# Sanitizers keep memory for themselves, and tell of leaks in their own way
[[ ${SANITIZED:-} ]] || check_held
check_many
check_cpu_lists
check_complaints
check_redirection
check_help
check_examples
finish
