#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The patches of crash-ext/patches, each by what crash does without and with it.
# crash without them has to fail: where it does not, a patch is not needed. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

USAGE="usage: check-crash-patches.sh [-h]

Runs crash as it is released and crash with the patches over vmcores that the
end-to-end scenarios left in build/e2e, and over changed copies of one."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

build=$(realpath "${BUILD:-build}")
released=$(scripts/build-crash.sh)/crash || exit
patched=$(scripts/build-crash.sh -p)/crash || exit
extension=$build/tests/crash/crash-patches.so
make -s crash-patches-ext CRASH_SRC="${patched%/crash}" || exit
elf=$build/e2e/three-wedged/vmcore.elf
# What session.sh wants to be there
crash=$released vmlinux=$build/e2e/three-wedged/vmlinux vmcore=$elf
# shellcheck source=tests/crash/session.sh
. tests/crash/session.sh
ulimit -c 0

# session_in DIR CRASH VMCORE LINE...: a session of that crash in DIR of $work, and
# how it ended
session_in()
{
	local work=$work/$1 crash=$2 vmcore=$3

	shift 3
	mkdir -p "$work"
	# Where it dies, the shell says so here
	{ session "$@"; } 2>/dev/null
	echo $? >"$work/status"
}

# both VMCORE LINE...: a session of each crash
both()
{
	local vmcore=$1

	shift
	session_in released "$released" "$vmcore" "$@" &
	session_in patched "$patched" "$vmcore" "$@" &
	wait
}

# of DIR LINE: what that line printed there becomes $out
of()
{
	local work=$work/$1

	from "$2"
}

# ended released|patched STATUS
ended() { [[ $(<"$work/$1/status") -eq $2 ]]; }

# registers: CPU, link register, stack pointer and program counter in $out, of
# those that have any
registers()
{
	awk '/^CPU [0-9]+:/ { cpu = $2 + 0 } / PC: / { print cpu, $2, $4, $6 }' <<<"$out" |
		sed 's/ 0*/ /g'
}

# expect VMCORE: what the notes of that file have, by the CPU their records tell
expect()
{
	"${SDEISTOP:-$build/bin/sdeistop}" show --json -r "$1" |
		jq -r '.cpu[] | "\(.cpu) \(.lr) \(.sp) \(.pc)"' | sed 's/ 0x/ /g' >"$work/expected"
}

# shows CPU...: the registers in $out are those of just these CPUs, and theirs
shows()
{
	[[ $(registers) ]] &&
		diff <(printf '%s\n' "$@" | join - "$work/expected") <(registers) >/dev/null
}

# right: the CPUs whose registers in $out are theirs
right() { registers | grep -xFf "$work/expected" | cut -d ' ' -f 1 | paste -s -d ' '; }

# A real one, of a panic on CPU 0 that stopped the others
check_stopped()
{
	both "$elf" 'help -r' elfnotes afterregs

	of released 'help -r'
	check 'released: CPUs that the panic stopped are offline' count '^CPU [123]: \[OFFLINE\]$' 3
	of patched 'help -r'
	check 'help -r: registers of all CPUs' shows 0 1 2 3

	of released elfnotes
	check 'released: no get_elf_notes()' has 'this crash has no get_elf_notes'
	of patched elfnotes
	check 'get_elf_notes(): the notes of an ELF file' \
		test "$out" = "$(tests/crash/vmcore.py notes "$elf")"

	of released afterregs
	check 'released: the next note is taken for syscallno' has '^[0-3] [0-9a-f]+ [1-9a-f][0-9a-f]*$'
	of patched afterregs
	check 'registers end where the note ends' count '^[0-3] 0 0$' 4
}

# The same as of a panic on CPU 1: only that one is online
check_panic_cpu()
{
	tests/crash/vmcore.py patch "$elf" "$work/vmcore" "image.$online=02"
	both "$work/vmcore" 'help -r'

	of released 'help -r'
	check 'released: CPU 1 gets the registers of CPU 0' \
		test "$(registers | cut -d ' ' -f 2-)" = "$(sed -n 's/^0 //p' "$work/expected")"
	of patched 'help -r'
	check 'help -r: CPU 1 panicked, registers of all CPUs' shows 0 1 2 3
}

# CPU 2 was not stopped: it is online, and has no notes
check_not_stopped()
{
	tests/crash/vmcore.py patch "$elf" "$work/vmcore" "image.$online=05" 2.memory=blank 2.note=none
	both "$work/vmcore" 'help -r' sys

	check 'released: a segmentation fault for a CPU without a note' ended released 139
	of patched 'help -r'
	check 'help -r: a CPU has no note' has '^help: registers not collected for cpu 2$'
	check 'help -r: the others have theirs' shows 0 1 3
	of patched sys
	check 'help -r: the session goes on' has 'CPUS: 4'
}

# A virtual machine that panics, for it has no init, and what QEMU dumps of it
dump_guest()
{
	local log=$work/console i

	: >"$log"
	{
		for (( i = 0; i < 300; i++ )); do
			grep -q 'end Kernel panic' "$log" && break
			sleep 0.1
		done
		echo stop
		echo "dump-guest-memory $work/guest.elf"
		echo "dump-guest-memory -z $work/guest.kdump"
		echo quit
	} | timeout 60 qemu-system-aarch64 -machine virt,gic-version=3 -cpu max -smp 4 -m 128 \
		-nic none -display none -kernel "$kernel/Image" -append 'nokaslr panic=0 console=ttyAMA0' \
		-serial "file:$log" -monitor stdio >"$work/monitor" 2>&1
}

# A virtual machine that panicked: no note is missing, one CPU at most is online, and
# crash_notes is empty
check_guest()
{
	local format text vmlinux=$kernel/vmlinux

	tests/crash/vmcore.py registers "$work/guest.elf" >"$work/expected"
	text=$(nm "$vmlinux" | awk '$3 == "_text" { print $1 }')
	# QEMU writes no VMCOREINFO here. The kernel is loaded 2 MB into RAM.
	crash_options=(-m phys_offset=0x40000000 -m vabits_actual=48
		       -m kimage_voffset="$(printf '0x%x' $((0x$text - 0x40200000)))")
	for format in elf kdump; do
		both "$work/guest.$format" 'bt -a' 'help -r'

		if [[ $format == elf ]]; then
			check 'released: a segmentation fault for a guest that panicked' ended released 139
		else
			of released 'bt -a'
			check 'released: no backtraces of a guest that panicked' eval "has '^PID: ' && lacks '^ *#'"
			of released 'help -r'
			check 'released: nor registers' count '^help: registers not collected' 4
		fi
		of patched 'bt -a'
		check "a guest that panicked: bt, $format" count '^ *#0 ' 4
		check "a guest that panicked: bt of who was stopped, $format" has '^ *#0 .* ipi_handler at '
		of patched 'help -r'
		check "a guest that panicked: help -r, $format" shows 0 1 2 3
	done
	crash_options=()
	expect "$elf"
}

# As of a virtual machine that QEMU dumped while it ran: all online, and nothing in memory. The
# note of CPU 1 has no room for the registers, that of CPU 2 ends after them, before struct
# elf_prstatus does, and that of CPU 3 is longer.
check_sizes()
{
	local cpu

	tests/crash/vmcore.py patch "$elf" "$work/vmcore" "image.$online=0f" \
		{2,3}.memory=blank 1.note=376 2.note=384 3.note=400
	both "$work/vmcore" 'bt -c 2' 'bt -c 3' 'help -r'

	for cpu in 2 3; do
		of released "bt -c $cpu"
		check "released: bt has no registers of CPU $cpu" eval "has '^PID: ' && lacks '^ *#'"
		of patched "bt -c $cpu"
		check "note of another size: bt of CPU $cpu" has '^ *#0 .* lkdtm_HARDLOCKUP'
	done
	of released 'help -r'
	check 'released: registers of a note of another size are shifted' test "$(right)" = 0
	of patched 'help -r'
	check 'note of another size: help -r' shows 0 2 3
	check 'note of another size: no FPVALID from behind it' count ' FPVALID: ' 2
	check 'note of another size: no registers from behind it' \
		has '^help: registers not collected for cpu 1$'
}

# Other files, of one run: the accessor, and that nothing else has changed
check_kdump()
{
	local notes kind one_wedged=$build/e2e/one-wedged

	vmlinux=$one_wedged/vmlinux
	expect "$one_wedged/vmcore"
	notes=$(tests/crash/vmcore.py notes "$one_wedged/vmcore")
	session_in compressed "$patched" "$one_wedged/vmcore" elfnotes 'help -r' &
	tests/crash/vmcore.py flatten "$one_wedged/vmcore" "$work/vmcore.flattened"
	session_in flattened "$patched" "$work/vmcore.flattened" elfnotes 'help -r' &
	wait
	for kind in compressed flattened; do
		of "$kind" elfnotes
		check "get_elf_notes(): the notes of a $kind kdump" test "$out" = "$notes"
		of "$kind" 'help -r'
		check "help -r: registers of all CPUs, $kind kdump" shows 0 1 2 3
	done
}

kernel=$(scripts/build-kernel.sh unpatched) || exit
dump_guest &
online=$(nm "$vmlinux" | awk '$3 == "__cpu_online_mask" { print $1 }')
expect "$elf"
check_stopped
check_panic_cpu
check_not_stopped
check_guest
check_sizes
check_kdump
printf '1..%d\n' $((passed + failed))
(( failed == 0 ))
