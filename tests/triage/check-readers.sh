#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A triage dump against the vmcore that it was made of: what sdeistop, crash in minimal
# mode, gdb and drgn read of it has to be the same. Prints a line a check and ends with
# "N passed, N failed".
set -uo pipefail

USAGE="usage: check-readers.sh [-k CPUS] [-m CPUS] [-s SIZE] [-l SIZE] [-d]
           CRASH_DIR VMLINUX VMCORE EXTENSION [OTHER_CRASH_DIR OTHER_EXTENSION]

  VMCORE    with its parts after it, with commas, if it is a split one
  -k CPUS   their tasks were in the kernel proper: gdb and drgn walk their stacks
  -m CPUS   there are functions of modules in their backtraces, which have no names
            in a triage dump and stop gdb and drgn
  -s SIZE   the --max-size, with K, that has room for the CPUs that crashed and were
            wedged. Without: the vmcore has no records
  -l SIZE   one with which the oldest part of the log has no room
  -d        this drgn is known not to find the symbols of such a kernel, in any vmcore

The environment variable SDEISTOP is the sdeistop command."

kernel=() modules=() enough='' capped='' no_drgn=''
while getopts k:m:s:l:d option; do
	case $option in
	k) IFS=, read -ra kernel <<<"$OPTARG" ;;
	m) IFS=, read -ra modules <<<"$OPTARG" ;;
	s) enough=${OPTARG%K} ;;
	l) capped=$OPTARG ;;
	d) no_drgn=yes ;;
	*) echo "$USAGE" >&2; exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# =~ ^[46]$ && ${SDEISTOP:-} ]] || { echo "$USAGE" >&2; exit 2; }
IFS=, read -ra files <<<"$3"
crash=$1/crash vmlinux=$2 vmcore=${files[0]} extension=$4
other_dir=${5:-} other_extension=${6:-}
here=$(dirname "$0")
# shellcheck source=tests/crash/session.sh
. "$here/../crash/session.sh"
whole=("${files[@]}")
triage=$work/triage

# over FILE...: crash's sessions are over that dump from now on
over()
{
	vmcore=$1
	shift
	parts=("$@")
}

# make_triage [OPTION...]: $triage becomes the triage dump, $out what was said of it
make_triage()
{
	rm -f "$triage"
	out=$("$SDEISTOP" triage -o "$triage" "$@" "${whole[@]}" 2>&1)
}

# json WORDS FILE...: of sdeistop show, without what differs of two files
json()
{
	local options

	read -ra options <<<"$1"
	shift
	"$SDEISTOP" show --json "${options[@]}" "$@" | jq -S 'del(.file, .format, .split, .triage)'
}

# field CPU NAME: of that CPU, in the whole vmcore
field() { jq -r ".cpu[] | select(.cpu == $1) | .$2" "$work/whole.json"; }

# ------------------------------------------------------------------ sdeistop

check_made()
{
	make_triage
	check 'it is made' test -s "$triage"
	check 'all that the vmcore has is in it' lacks 'left out'
	out=$(stat -c %s "$triage")
	check "it has 4 MiB at most" test "${out:-$((5 << 20))}" -le $((4 << 20))
	out=$("$SDEISTOP" show "$triage")
	check 'it says what it is' has ': elf, a triage dump, '
}

# Of CPUs with functions of modules the addresses only, which is what -m says
plain_json()
{
	jq --argjson modules "[$(IFS=,; echo "${modules[*]}")]" '
		.cpu |= map(if .cpu as $cpu | $modules | index($cpu) then
			{cpu, addresses: [.backtrace[].pc],
			 functions: [.backtrace[] | select(.module == null) | .function | values]}
			else . end)' "$1"
}

check_json()
{
	json '' "${whole[@]}" >"$work/whole.json"
	json '' "$triage" >"$work/triage.json"
	out=$(diff "$work/whole.json" "$work/triage.json")
	check 'show --json: the same' test -s "$work/whole.json" -a ! "$out"
	out=$("$SDEISTOP" show --json "$triage" | jq .triage)
	check 'show --json: it is a triage dump' test "$out" = true
}

check_backtraces()
{
	local options last

	last=$(jq '.cpu[-1].cpu' "$work/whole.json")
	options="-b -c 0-$last --vmlinux $vmlinux"
	json "$options" "${whole[@]}" >"$work/whole.b"
	json "$options" "$triage" >"$work/triage.b"
	out=$(diff <(plain_json "$work/whole.b") <(plain_json "$work/triage.b"))
	check 'show -b --vmlinux: the same of every CPU' test -s "$work/whole.b" -a ! "$out"
	out=$(jq -c '[.cpu[] | select(any(.backtrace[]?; .module)) | .cpu]' "$work/whole.b")
	check 'CPUs with functions of modules are those that were named' \
		test "$out" = "[$(IFS=,; echo "${modules[*]}")]"
}

# frames CPU: where sdeistop says that it was called from, in the whole vmcore
frames() { jq -c ".cpu[] | select(.cpu == $1) | [.backtrace[].pc]" "$work/whole.b"; }

# check_sizes: the file is as large as it may be at most, says what it lacks, and from
# SIZE on has what it is for
check_sizes()
{
	local size hot='^  tasks?, stacks? in use and code of (the crashing CPU|wedged CPUs): no room'
	local special options

	special=$(jq -r '[.cpu[] | select(.disposition == "crashing") | .cpu] + .cpus.wedged |
		map(tostring) | join(",")' "$work/whole.json")
	options="-b -c $special --vmlinux $vmlinux"
	json "$options" "${whole[@]}" >"$work/special"
	for size in 64 "$enough" 512 1024; do
		make_triage --max-size "${size}K"
		check "--max-size ${size}K: no larger" \
			test "$(stat -c %s "$triage")" -le $((size << 10))
		if (( size < enough )); then
			check "--max-size ${size}K: says that it is too small for backtraces" has "$hot"
			continue
		fi
		check "--max-size ${size}K: has what it is for" lacks "$hot"
		json "$options" "$triage" >"$work/limited"
		out=$(diff <(plain_json "$work/special") <(plain_json "$work/limited"))
		check "--max-size ${size}K: backtraces of CPUs $special: the same" \
			test -s "$work/limited" -a ! "$out"
	done
	make_triage
}

# --------------------------------------------------------------------- crash

complaint='^(crash|log|rd|sym|dis|sdeistop): |read error|^WARNING'

# Commands of minimal mode: the log, symbols, and memory of each of the CPUs; @CPU.NAME
# is a field of the CPU. Stacks and modules are not among it: there crash finds no address
# that is mapped page by page, in any dump.
crash_lines()
{
	local cpu

	printf '%s\n' log 'sym linux_banner' sdeistop
	[[ $enough ]] || return
	printf '%s\n' 'rd linux_banner 16' 'sdeistop -r' 'sdeistop -v' 'sdeistop -j'
	for cpu in "${kernel[@]}"; do
		printf '%s\n' "sym @$cpu.pc" "rd @$cpu.pc 8" "dis @$cpu.pc"
	done
	for cpu in "${kernel[@]}" "${modules[@]}"; do
		echo "rd @$cpu.task 64"
	done
}

# expand LINE: as crash gets it
expand()
{
	local line=$1

	while [[ $line =~ @([0-9]+)\.([a-z]+) ]]; do
		line=${line/"${BASH_REMATCH[0]}"/$(field "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}")}
	done
	echo "$line"
}

# minimal_session NAME LINE...: kept under that name
minimal_session()
{
	local name=$1 line lines=()

	shift
	for line; do
		lines+=("$(expand "$line")")
	done
	session -m "${lines[@]}"
	cp "$work/session" "$work/session.$name"
}

# said NAME LINE: what that session printed there, nothing if it did not get there; files
# have their own names and formats
said()
{
	cp "$work/session.$1" "$work/session"
	from "$(expand "$2")" || return
	if [[ $2 == 'sdeistop -j' ]]; then
		jq -S 'del(.file, .format, .triage)' <<<"$out"
	else
		echo "$out"
	fi
}

# same_in WHERE NAME NAME LINE...: two sessions printed the same, and no error
same_in()
{
	local where=$1 one=$2 other=$3 line theirs file

	shift 3
	for line; do
		theirs=$(said "$one" "$line") file=$(said "$other" "$line")
		out=$(diff <(echo "$theirs") <(echo "$file"))
		check "$where: $line: the same" test "$theirs" -a "$theirs" = "$file"
		out=$file
		check "$where: $line: no error" lacks "$complaint"
	done
}

check_crash()
{
	local lines

	mapfile -t lines < <(crash_lines)
	over "${whole[@]}"
	minimal_session whole "${lines[@]}"
	over "$triage"
	minimal_session triage "${lines[@]}"
	same_in 'crash --minimal' whole triage "${lines[@]}"
	[[ $enough ]] || return 0
	out=$(said triage 'sdeistop -v')
	check 'crash --minimal: the state words of all CPUs are there' \
		has "^memory: as the notes say \\($(jq .cpus.records "$work/whole.json") CPUs compared\\)$"
	out=$(diff <(said triage 'sdeistop -j' | jq 'del(.memory)') "$work/triage.json")
	check "crash --minimal: sdeistop -j: as the command's" test ! "$out"
}

# Another version prints the same; disassembly is gdb's own affair
check_other_crash()
{
	local lines version crash=$other_dir/crash extension=$other_extension

	version="crash $(<"$other_dir/src-version") --minimal"
	mapfile -t lines < <(crash_lines | grep -v '^dis ')
	minimal_session other "${lines[@]}"
	same_in "$version" triage other "${lines[@]}"
}

# What has no room in the file is the oldest of the log
check_capped_log()
{
	local log

	make_triage --max-size "$capped"
	over "$triage"
	log=$(said whole log)
	minimal_session capped log
	out=$(said capped log)
	check "--max-size $capped: crash --minimal: log: no error" lacks "$complaint"
	check "--max-size $capped: crash --minimal: log: its end is there" \
		test "$(wc -l <<<"$out")" -gt 20 -a "$(tail -n 20 <<<"$out")" = "$(tail -n 20 <<<"$log")"
	check "--max-size $capped: crash --minimal: log: its beginning is not" \
		test "$(head -n 2 <<<"$out")" != "$(head -n 2 <<<"$log")"
	make_triage
}

# ------------------------------------------------------------- gdb and drgn

# At the offset that the kernel was moved by, which is 0 without address randomisation
gdb_session()
{
	local offset

	offset=$(grep -aoPm 1 '^KERNELOFFSET=\K.*' "$triage")
	gdb-multiarch -nx -q -batch -ex "file $vmlinux" -ex "symbol-file $vmlinux -o 0x$offset" \
		-ex "core-file $triage" -x "$here/gdb-frames.py" >"$work/gdb" 2>"$work/gdb.err"
}

# gdb_said CPU NAME: of the thread that has the CPU's task
gdb_said()
{
	sed -n 's/^{/{/p' "$work/gdb" | jq -rc "select(.pid == $(field "$1" pid)) | .$2"
}

# where_they_are: lines that have crash, not minimal, read what registers point to
where_they_are()
{
	local cpu register

	for cpu in "${kernel[@]}" "${modules[@]}"; do
		for register in pc sp; do
			echo "rd $(field "$cpu" $register) 2"
		done
	done
}

check_gdb()
{
	local cpu register words lines

	gdb_session
	mapfile -t lines < <(where_they_are)
	over "${whole[@]}"
	session "${lines[@]}"
	for cpu in "${kernel[@]}"; do
		out=$(diff <(frames "$cpu" | jq .) <(gdb_said "$cpu" frames | jq .))
		check "gdb: CPU $cpu: backtrace as sdeistop's" test "$(frames "$cpu")" -a ! "$out"
	done
	for cpu in "${kernel[@]}" "${modules[@]}"; do
		for register in pc sp; do
			from "rd $(field "$cpu" $register) 2"
			words=$(awk '{ print $2, $3; exit }' <<<"$out")
			out="gdb: $(gdb_said "$cpu" $register), in the vmcore: $words"
			check "gdb: CPU $cpu: memory at its $register" \
				test "${#words}" -eq 33 -a "$words" = "$(gdb_said "$cpu" $register)"
		done
	done
}

# drgn_session FILE
drgn_session()
{
	"$here/drgn-frames.py" "$vmlinux" "$1" "$work/drgn.log" "${kernel[@]}" \
		>"$work/drgn" 2>"$work/drgn.err"
}

# A known limit stays one only for so long as it is drgn's
check_no_drgn()
{
	out=''
	! drgn_session "${whole[0]}"
	check 'drgn: cannot read the whole vmcore either' test $? -eq 0
}

check_drgn()
{
	local cpu

	drgn_session "$triage"
	out=$(<"$work/drgn.err")
	check 'drgn: opens it' test "$(jq -r '.release | values' "$work/drgn")" = \
		"$(jq -r .kernel.release "$work/whole.json")"
	for cpu in "${kernel[@]}"; do
		out=$(diff <(frames "$cpu" | jq .) <(jq "select(.cpu == $cpu) | .frames" "$work/drgn"))
		check "drgn: CPU $cpu: backtrace as sdeistop's" test "$(frames "$cpu")" -a ! "$out"
	done
	out=$(diff <(said whole log) "$work/drgn.log")
	check "drgn: the log, as crash's" test -s "$work/drgn.log" -a ! "$out"
}

check_made
check_json
[[ ! $enough ]] || check_backtraces
[[ ! $enough ]] || check_sizes
check_crash
[[ ! $other_dir ]] || check_other_crash
[[ ! $capped ]] || check_capped_log
if [[ $enough ]]; then
	check_gdb
	if [[ $no_drgn ]]; then check_no_drgn; else check_drgn; fi
fi
finish
