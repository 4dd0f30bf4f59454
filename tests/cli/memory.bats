#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How the command bears sdeistop-memory: whatever it is or does, the report of
# the notes is there with its exit status, and one sentence says what is not.
# SDEISTOP is the command.

setup_file() {
	export here="$BATS_TEST_DIRNAME"
	cd "$BATS_FILE_TMPDIR"
	for name in old-kernel:unknown elf-wedged:complete contradiction:malformed; do
		"$here/../tools/mkvmcore" "$here/../data/${name%:*}.txt" "${name#*:}"
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

# program COMMANDS: a program that runs these instead
program() {
	printf '#!/bin/bash\n%s\n' "$1" >program
	chmod +x program
}

# shows SENTENCE: nothing is inferred, SENTENCE says why, all else is as ever
shows() {
	SDEISTOP_MEMORY=$PWD/program run timeout 20 "$SDEISTOP" show unknown
	echo "status $status: $output"
	[ "$status" -eq 4 ]
	[ "${lines[0]%%:*}" = unknown ]
	[ "${lines[1]}" = "nothing inferred from the panic log: $1" ]
	[ "${lines[2]%% (*}" = "verdict: unknown" ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "memory: started by who ignores the end of children" {
	program 'printf "log\t[    1.000000] Kernel panic - not syncing: told\n"'
	trap '' CHLD
	SDEISTOP_MEMORY=$PWD/program "$SDEISTOP" show unknown >out || true
	trap - CHLD
	grep -q "Kernel panic - not syncing: told" out
}

@test "memory: a log is told of" {
	program 'printf "log\t[    1.000000] Kernel panic - not syncing: told\n"'
	SDEISTOP_MEMORY=$PWD/program run timeout 20 "$SDEISTOP" show unknown
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *"inferred from the panic log (this kernel writes no records):"* ]]
	[[ $output == *"  [    1.000000] Kernel panic - not syncing: told"* ]]
}

@test "memory: it is not there" {
	rm -f program
	shows "sdeistop-memory, which reads pages, is not installed"
}

@test "memory: it is no program" {
	echo nonsense >program
	chmod +x program
	shows "sdeistop-memory cannot be started"
}

@test "memory: a command without it beside it finds nothing and says so" {
	mkdir -p alone/bin
	cp "$SDEISTOP" alone/bin/
	run timeout 20 alone/bin/sdeistop show unknown
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *"log: sdeistop-memory, which reads pages, is not installed"* ]]
}

@test "memory: it crashes" {
	program 'printf "log\tKernel panic - not syncing: half\n"; kill -SEGV $$'
	shows "sdeistop-memory was ended by signal 11"
}

@test "memory: it fails without a word" {
	program 'exit 3'
	shows "sdeistop-memory failed"
}

@test "memory: it hangs" {
	program 'printf "log\tKernel panic - not syncing: half\n"; exec sleep 100'
	export SDEISTOP_MEMORY_SECONDS=1
	shows "sdeistop-memory took too long"
}

@test "memory: it closes its output and hangs" {
	program 'exec >&-; exec sleep 100'
	export SDEISTOP_MEMORY_SECONDS=1
	shows "sdeistop-memory was ended by signal 9"
}

@test "memory: it prints without end" {
	program 'exec yes "log	and again"'
	shows "sdeistop-memory printed too much"
}

@test "memory: it says why it cannot, in any bytes" {
	program 'printf "error\tno \\\\x1b[31m pages\nerror\tanother\n"; exit 1'
	shows 'it cannot be read: no \x1b[31m pages'
}

@test "memory: nonsense is left out" {
	program 'head -c 100000 /dev/urandom | tr -d "\n"; echo
		printf "\n\t\nlog\nlog\ta\tb\nlig\tKernel panic - not syncing: 1\n"
		printf "log\t\\\\x0\nlog\tKernel panic - not syncing: \\\\q\n"
		printf "log\tKernel panic - not syncing: a\001b\n"
		printf "log\tKernel panic - not syncing: a\000b\n"
		printf "log\tKernel panic - not syncing: \\\\x00\n"
		printf "error\tone\ttwo\n"
		printf "log\tKernel panic - not syncing: %s\n" "$(head -c 20000 /dev/zero | tr "\0" x)"
		printf "log\tKernel panic - not syncing: no newline"'
	shows "the newest part of the kernel's log tells of no crash"
}

@test "memory: it inherits nothing but its limits" {
	program 'limits="$(ulimit -c),$(ulimit -f),$(ulimit -t)"
		(( $(ls /proc/self/fd | wc -l) == 4 )) || limits+=,descriptors
		for variable in $(env | cut -d= -f1); do
			case $variable in LC_ALL|PWD|SHLVL|_) ;; *) limits+=,$variable ;; esac
		done
		[[ $(readlink /proc/self/fd/0) == /dev/null ]] || limits+=,input
		printf "error\t%s\n" "$limits"'
	exec 9<unknown
	SECRET=1 SDEISTOP_MEMORY_SECONDS=7 shows "it cannot be read: 0,0,8"
}

# What is sanitized reserves terabytes, and so does without this limit.
@test "memory: it has 1 GiB of address space" {
	program 'printf "error\t%s\n" "$(ulimit -v)"'
	SDEISTOP=$(cd "$here/../.." && realpath "${BUILD:-build}/bin/sdeistop") \
		shows "it cannot be read: $((1024 * 1024))"
}

@test "memory: it is started only where there is nothing better to tell" {
	program 'touch started'
	export SDEISTOP_MEMORY=$PWD/program
	run timeout 20 "$SDEISTOP" show complete
	[ "$status" -eq 0 ]
	run timeout 20 "$SDEISTOP" show --json malformed
	[ "$status" -eq 5 ]
	run timeout 20 "$SDEISTOP" verify unknown
	[ "$status" -eq 4 ]
	[ ! -e started ]
	run timeout 20 "$SDEISTOP" show --json unknown
	[ "$status" -eq 4 ]
	[ -e started ]
}

@test "memory: JSON says why not, too" {
	program 'printf "error\tno pages\n"; exit 1'
	SDEISTOP_MEMORY=$PWD/program run timeout 20 "$SDEISTOP" show --json unknown
	echo "$output"
	[[ $output == *'"not_inferred": "it cannot be read: no pages"'* ]]
	[[ $output == *'"cpu": [],'* ]]
}
