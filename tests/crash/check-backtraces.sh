#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension's backtraces against those that the kernel itself put into
# its log before it died: of wedged CPUs when sysrq-l asked for them, of the CPU
# that panicked at the panic. Prints a line a check and ends with "N passed, N
# failed".
set -uo pipefail

USAGE="usage: check-backtraces.sh [-m] CRASH_DIR VMLINUX VMCORE EXTENSION [CPU...]

  -m          crash must not look at modules, as of 7.2: their functions have no
              names then
  VMCORE      of a scenario of tests/e2e
  CPU         that was wedged when sysrq-l came, and stayed where it was"

modules=yes
if [[ ${1:-} == -m ]]; then
	modules=
	shift
fi
[[ $# -ge 4 ]] || { echo "$USAGE" >&2; exit 2; }
crash=$1/crash vmlinux=$2 vmcore=$3 extension=$4
shift 4
wedged=("$@")
# shellcheck source=tests/crash/session.sh
. "$(dirname "$0")/session.sh"
[[ $modules ]] || crash_options=(--no_modules)

# fact NAME: what the guest told
fact() { sed -n "s/^FACT $1=//p" "$work/log"; }

# said PATTERN: what the kernel printed from the last line that matches it to the end
# of the call trace after it
said()
{
	awk -v pattern="$1" '
		$0 ~ pattern { text = ""; on = 1; trace = 0 }
		on && (trace && !/^ / || text && /^(NMI backtrace|Kernel panic|sysrq: |FACT )/) { on = 0 }
		on { text = text $0 "\n" }
		/^Call trace:/ { trace = 1 }
		END { printf "%s", text }' "$work/log"
}

# their_frames: the call trace in $out as "MODULE:NAME+OFFSET" lines. Where a call
# is the last instruction of its function, as one that never returns may be, the
# kernel names what comes after it, at offset 0: any name will do there.
their_frames()
{
	sed -n 's/^ \([^+ ]*\)+0x\([0-9a-f]*\)\/0x[0-9a-f]*\( \[\(.*\)\]\)\{0,1\}\( (.*)\)\{0,1\}$/\4:\1+\2/p' <<<"$out" |
		sed '2,$s/:.*+0$/:*/' |
		if [[ $modules ]]; then cat; else sed 's/^[^:]\{1,\}:.*/:(no+*/'; fi
}

# their_register NAME: pc or lr as the kernel printed it, in the form of a frame
their_register()
{
	local out

	# the first of a trace is taken as it is
	out=$(sed -n "s/^$1 : / /p" <<<"$theirs")
	their_frames
}

# our_frames [1]: what sdeistop -b -x shows in $out as such lines: the frames of
# records, or frame 1 if only the link register told it, of which the kernel's trace
# does not know. A call is shown at its own address, by the kernel at the one that
# it returns to; what an exception interrupted is no call.
our_frames()
{
	awk -v only="${1:-}" '
		/^ *#[0-9]/ && (only ? /^ *#1 .*\(link register/ : !/\(link register/) {
			sub(/ \(link register.*/, "")
			name = $3; offset = 0; module = ""
			if (match(name, /\+0x/)) {
				offset = substr(name, RSTART + 1)
				name = substr(name, 1, RSTART - 1)
			}
			if (match($0, /\[[^]]*\]$/))
				module = substr($0, RSTART + 1, RLENGTH - 2)
			print module ":" name, offset, frames++ && !interrupted || only
			interrupted = name ~ /^(el1h_64_(sync|irq|fiq|error)|__sdei_asm_handler)$/
		}' <<<"$out" | while read -r name offset call; do
			printf '%s+%x\n' "$name" $((offset + 4 * call))
		done
}

# shellcheck disable=SC2053 # the second is a pattern
matches() { [[ $1 == $2 ]]; }

# same_frames OURS THEIRS: is each line the same, or as the other's pattern says?
# The first is where it was, and may go in circles: its offset does not count.
same_frames()
{
	local -n a=$1 b=$2
	local i

	(( ${#a[@]} == ${#b[@]} && ${#a[@]} > 0 )) || return
	for i in "${!a[@]}"; do
		if (( i == 0 )); then
			matches "${a[0]%+*}" "${b[0]%+*}" || return
		else
			matches "${a[i]}" "${b[i]}" || return
		fi
	done
}

# compare NAME FIRST: the backtrace in $ours and the trace in $theirs; with FIRST from
# the first function on that matches it, in both
compare()
{
	local our their

	out=$ours
	mapfile -t our < <(our_frames | sed -n "/$2/,\$p")
	out=$theirs
	mapfile -t their < <(their_frames | sed -n "/$2/,\$p")
	out=$(diff <(printf '%s\n' "${our[@]}") <(printf '%s\n' "${their[@]}"))
	check "$1" same_frames our their
}

# check_caller CPU: the link register tells the caller of the function that $theirs
# was printed in, if it points into neither that one nor the caller of the trace
check_caller()
{
	local pc lr shown wanted=

	pc=$(their_register pc) lr=$(their_register lr)
	out=$theirs
	[[ ${lr%+*} == "${pc%+*}" || $lr == "$(their_frames | sed -n 2p)" ]] || wanted=$lr
	out=$ours
	shown=$(our_frames 1)
	# after its function's end, see their_frames
	[[ $wanted != *+0 ]] || wanted="${wanted%%:*}:*"
	out="shown: $shown
lr:    $wanted"
	check "CPU $1: the caller that only the link register tells: ${shown:-none}" \
		matches "$shown" "$wanted"
}

# check_task CPU: the heading in $ours is of the task that the kernel named in $theirs
check_task()
{
	local said

	said=$(sed -n "s/^CPU: $1 .*PID: \([0-9]*\) Comm: \([^ ]*\) .*/\1 \"\2\"/p" <<<"$theirs")
	out="$ours
said: $said"
	check "CPU $1: the task" test "$said" -a "$said" = "$(awk 'NR == 1 { print $2, $8 }' <<<"$ours")"
}

# check_stacks CPU: a stack ends where the walk enters another, and only there
check_stacks()
{
	local wanted

	wanted=$(sed -n 's/^ call_on_irq_stack+.*/--- <IRQ stack> ---/p; s/^ __sdei_asm_handler+.*/--- <SDEI stack> ---/p' <<<"$theirs")
	out=$ours
	check "CPU $1: stacks: ${wanted:-one}" test "$wanted" = "$(grep '^---' <<<"$ours")"
	check "CPU $1: to the end of the last one" eval "lacks 'ends here' && has '^    user mode: PC: 0000'"
}

# check_user CPU: user mode, where its program is, and not a frame
check_user()
{
	local area pc

	area=$(fact "user.$1")
	out=$ours
	pc=$(sed -n 's/^    user mode: PC: \([0-9a-f]*\) .*/\1/p' <<<"$ours")
	check "CPU $1: user mode, in its program (${area:-not told})" \
		test "$area" -a "$pc" -a $((0x${pc:-0})) -ge $((0x${area%-*})) -a $((0x${pc:-0})) -lt $((0x${area#*-}))
	check "CPU $1: user mode, its own stack pointer" has ' SP: 0000[0-9a-f]{12}  PSTATE: '
	check "CPU $1: user mode, no frames" lacks '#[0-9]|exception:|ends here'
}

# ours_and_theirs CPU PATTERN: what is shown and what was said of it
ours_and_theirs()
{
	theirs=$(said "$2")
	from "sdeistop -b -x -c $1"
	ours=$out
}

# check_spinning CPU...: nothing but user mode keeps these from the stop IPI, which
# may hit a timer interrupt in rare cases: hardly one of each CPU
check_spinning()
{
	local cpu found=

	for cpu; do
		from "sdeistop -b -x -c $cpu"
		ours=$out
		check "CPU $cpu: the process that spins there" has "^PID: $(fact "wedge_pid.$cpu") .* COMMAND: \"sh\"$"
		if lacks ' #0 '; then
			check_user "$cpu"
			found=1
		else
			check "CPU $cpu: to the end" eval "lacks 'ends here' && has '^    user mode: PC: 0000'"
		fi
	done
	check 'a CPU was stopped by IPI in user mode' test "$found"
}

check_opens
session "log > $work/times"
sed 's/^\[ *[0-9.]*\] //' "$work/times" >"$work/log"
out=$(said '^Kernel panic')
panicked=$(sed -n 's/^CPU: \([0-9]*\) .*/\1/p' <<<"$out")
check 'the log tells which CPU panicked' test "$panicked"
spinning=()
while read -r cpu; do
	[[ " $panicked ${wedged[*]} " == *" $cpu "* ]] || spinning+=("$cpu")
done < <(sed -n 's/^FACT user\.\([0-9]*\)=.*/\1/p' "$work/log")
cpus=("${panicked:-0}" "${wedged[@]}" "${spinning[@]}")
session "${cpus[@]/#/sdeistop -b -x -c }"

ours_and_theirs "${panicked:-0}" '^Kernel panic'
check_task "${panicked:-0}"
compare "CPU ${panicked:-0}: from the panic on, what the kernel said" ':v\{0,1\}panic+'
check_stacks "${panicked:-0}"
for cpu in "${wedged[@]}"; do
	ours_and_theirs "$cpu" "^NMI backtrace for cpu $cpu\$"
	check_task "$cpu"
	if [[ $theirs == *'Call trace:'* ]]; then
		compare "CPU $cpu: what the kernel said" :
		check_caller "$cpu"
		check_stacks "$cpu"
	else
		check_user "$cpu"
	fi
done
(( ! ${#spinning[@]} )) || check_spinning "${spinning[@]}"
finish
