#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sdeistop scan: what it finds, in which order, and that nothing in a file or in
# a directory ends the run. SDEISTOP is the command built with sanitizers, which
# has faults on purpose (tools/scan-fault.c); the one that people have is beside.

setup_file() {
	export here="$BATS_TEST_DIRNAME"
	export plain="${SDEISTOP%/asan/bin/sdeistop}/bin/sdeistop"
	cd "$BATS_FILE_TMPDIR"
	mkdir made
	for name in elf-wedged:complete kdump-good:kdump not-stopped:incomplete \
		    old-kernel:unknown contradiction:malformed; do
		"$here/../tools/mkvmcore" "$here/../data/${name%:*}.txt" "made/${name#*:}"
	done
	export made="$PWD/made"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

sdeistop() {
	timeout 20 "$SDEISTOP" "$@"
}

# expect STATUS [ARG...]: scan with these
expect() {
	local want=$1
	shift
	run sdeistop scan "$@"
	echo "status $status, expected $want: $output"
	[ "$status" -eq "$want" ]
}

last_line() {
	[ "${lines[-1]}" = "$1" ]
}

# A tree with something of everything in it
make_tree() {
	mkdir -p tree/a/deep tree/b tree/empty
	cp "$made/complete" tree/a/deep/vmcore
	cp "$made/kdump" tree/a/vmcore
	cp "$made/incomplete" tree/b/0
	cp "$made/unknown" tree/b/1
	cp "$made/malformed" tree/c
	echo text >tree/notes.txt
	: >tree/b/nothing
	mkfifo tree/fifo
	ln -s a tree/link-to-directory
	ln -s a/vmcore tree/link-to-file
	ln -s .. tree/b/loop
}

@test "a directory: a line a vmcore with its problems, and the counts" {
	make_tree
	expect 5 tree
	[[ ${lines[0]} == "tree/a/deep/vmcore: verdict: complete (4 present"* ]]
	[[ ${lines[1]} == "tree/a/vmcore: verdict: complete ("* ]]
	[[ ${lines[2]} == "tree/b/0: verdict: incomplete ("* ]]
	[ "${lines[3]}" = "  cpu-not-stopped: CPU 1 never stopped: no registers" ]
	[[ ${lines[4]} == "tree/b/1: verdict: unknown ("* ]]
	[[ ${lines[5]} == "tree/c: verdict: malformed ("* ]]
	# notes.txt, nothing, fifo and three links
	last_line "5 vmcores: 2 complete, 1 incomplete, 1 unknown, 1 malformed; 6 other files skipped"
}

@test "what is printed of a vmcore is what verify prints" {
	make_tree
	run sdeistop scan tree/b/0 tree/c tree/b/1
	status=0
	diff <(head -n -1 <<<"$output") <(sdeistop verify tree/b/0 tree/c tree/b/1)
}

@test "the order: names by their bytes, a directory where its name is" {
	mkdir -p order/a order/Z
	for name in b a.b a/x a/B A Z/0 'ä' _; do
		cp "$made/complete" "order/$name"
	done
	expect 0 order
	diff <(sed -n 's/: verdict.*//p' <<<"$output") - <<-'END'
		order/A
		order/Z/0
		order/_
		order/a/B
		order/a/x
		order/a.b
		order/b
		order/ä
	END
}

@test "paths stay in the order given, and what is reached twice is told twice" {
	make_tree
	expect 3 tree/b/0 tree/a/ tree/a/vmcore
	diff <(sed -n 's/: verdict.*//p' <<<"$output") - <<-'END'
		tree/b/0
		tree/a/deep/vmcore
		tree/a/vmcore
		tree/a/vmcore
	END
	last_line "4 vmcores: 3 complete, 1 incomplete"
}

@test "the output is the same with one and with many at a time" {
	local i kind
	make_tree
	for i in {1..12}; do
		mkdir -p "tree/more/$i"
		for kind in complete kdump incomplete malformed; do
			cp "$made/$kind" "tree/more/$i/$kind"
		done
		echo text >"tree/more/$i/text"
	done
	for options in "" --jsonl --summary "--jsonl --summary"; do
		for jobs in 1 8; do
			# shellcheck disable=SC2086
			sdeistop scan -j "$jobs" $options tree missing tree/notes.txt \
				>"out.$jobs" 2>&1 || true
		done
		[ -s out.1 ]
		cmp out.1 out.8
	done
}

@test "named files have to be vmcores, and be there" {
	make_tree
	expect 5 tree/a tree/notes.txt
	[[ $output == *"sdeistop: tree/notes.txt: is no vmcore: "* ]]
	last_line "2 vmcores: 2 complete; 1 error"
	expect 5 tree/b/nothing
	expect 1 tree/a missing
	[[ $output == *"sdeistop: missing: cannot open: No such file"* ]]
	last_line "2 vmcores: 2 complete; 1 error"
	ln -s missing dangling
	expect 1 dangling
	expect 1 tree/fifo
	[[ $output == *"tree/fifo: is neither a regular file nor a block device"* ]]
}

@test "named links are followed" {
	make_tree
	expect 0 tree/link-to-directory tree/link-to-file
	last_line "3 vmcores: 3 complete"
}

@test "the parts of a split dump are one vmcore, in a directory and named" {
	mkdir parts more
	"$here/../tools/mkvmcore" "$here/../data/split-two-dumps.txt" parts/vmcore
	cp "$made/kdump" parts/not-a-part
	expect 0 parts
	[[ $output == *"parts/other (2 parts): verdict: complete"* ]]
	[[ $output == *"parts/three (3 parts): verdict: complete"* ]]
	last_line "3 vmcores: 3 complete"
	expect 0 parts/vmcore parts/not-a-part parts/three parts/two
	[ "${lines[0]%% (*}" = parts/vmcore ]
	last_line "2 vmcores: 2 complete"
	cp parts/two more
	expect 3 parts/three more
	last_line "2 vmcores: 2 incomplete"
}

@test "no vmcore at all is unknown" {
	mkdir empty
	expect 4 empty
	last_line "0 vmcores"
	echo text >empty/text
	expect 4 empty
	last_line "0 vmcores; 1 other file skipped"
	expect 4 --jsonl empty
	[ -z "$output" ]
}

@test "the status is the worst, in the order 1, 5, 3, 4, 0" {
	expect 0 "$made/complete"
	expect 4 "$made/complete" "$made/unknown"
	expect 3 "$made/unknown" "$made/incomplete" "$made/complete"
	expect 5 "$made/incomplete" "$made/malformed" "$made/unknown"
	expect 1 "$made/malformed" missing "$made/complete"
}

@test "--jsonl: the documents of verify, and errors" {
	make_tree
	sdeistop scan --jsonl tree missing tree/notes.txt >out 2>err || status=$?
	[ "$status" -eq 1 ]
	[ ! -s err ]
	sdeistop verify --jsonl tree/a/deep/vmcore tree/a/vmcore tree/b/0 tree/b/1 tree/c \
		missing tree/notes.txt >shown || true
	cmp out shown
	[ "$(jq -r '.verdict // .error.code' out | paste -sd ' ')" = \
		"complete complete incomplete unknown malformed cannot-open not-a-vmcore" ]
}

@test "--jsonl --summary: a last line that adds up" {
	make_tree
	sdeistop scan --jsonl --summary tree missing >out || true
	[ "$(jq -s length out)" -eq 7 ]
	head -n -1 out | jq -e 'has("summary") | not'
	tail -n 1 out | jq -e '.schema == "sdeistop/1" and (.summary |
		.vmcores == 5 and .errors == 1 and .skipped == 6 and .interrupted == false
		and .verdicts == {complete: 2, incomplete: 1, unknown: 1, malformed: 1}
		and .wedged.cpus == ([.wedged_in[].cpus] | add)
		and (.kernels | map(.vmcores) | add) == 5)'
	tail -n 1 out | jq -e --slurpfile all <(head -n -1 out) '.summary as $sum
		| [$all[] | select(.verdict)] as $vmcores
		| ([$vmcores[].cpus.wedged | length] | add) == $sum.wedged.cpus
		and ([$vmcores[] | select(.cpus.wedged != [])] | length) == $sum.wedged.vmcores
		and ([$vmcores[].cpus.not_stopped | length] | add) == $sum.not_stopped.cpus
		and ([$vmcores[].kernel.crash_time | numbers] | min) == $sum.crash_time.first
		and ([$vmcores[].kernel.crash_time | numbers] | max) == $sum.crash_time.last'
}

@test "--summary: what needs a look, 20 of a kind" {
	local i
	make_tree
	for i in {101..125}; do
		cp "$made/incomplete" "tree/b/$i"
	done
	expect 1 --summary tree missing
	[[ ${lines[0]} =~ ^30\ vmcores,\ crashed\ .*\ UTC\;\ 1\ error\;\ 6\ other\ files\ skipped$ ]]
	grep -qE '^ +2 +6\.7  complete$' <<<"$output"
	grep -qE '^ +26 +86\.7  incomplete$' <<<"$output"
	[[ $output == *$'\nerrors: 1\n  missing: cannot open: '* ]]
	[[ $output == *$'\nmalformed: 1\n  tree/c: record-contradiction: '* ]]
	[[ $output == *$'\nincomplete: 26\n  tree/b/0: cpu-not-stopped: '* ]]
	[ "$(grep -c '^  tree/b/.*: cpu-not-stopped: ' <<<"$output")" -eq 20 ]
	last_line "  and 6 more"
	[[ $output != *"verdict:"* ]]
	sdeistop scan --summary tree missing 2>err >/dev/null || true
	[ ! -s err ]
}

# triage VMCORE FILE: a triage dump of it
triage() {
	"$plain" triage -o "$2" "$1" >/dev/null
}

# sums [ARG...]: what the vmcores add up to, but for how many triage dumps there are
sums() {
	sdeistop scan --summary "$@" | sed 's/; [0-9]* triage dumps of these crashes.*//'
	sdeistop scan --jsonl --summary "$@" | tail -n 1 | jq 'del(.summary.triage_dumps)'
}

@test "a triage dump is called that" {
	triage "$made/complete" one
	expect 0 one "$made/complete"
	[[ ${lines[0]} == "one: a triage dump, verdict: complete ("* ]]
	[[ ${lines[1]} == "$made/complete: verdict: complete ("* ]]
	sdeistop scan --jsonl one "$made/complete" |
		jq -se 'map(.triage) == [true, null] and (.[1] | has("triage") | not)'
}

@test "triage dumps count if there is no whole vmcore of their crash" {
	local name
	mkdir all
	for name in complete incomplete unknown malformed; do
		triage "$made/$name" all/$name.triage
	done
	expect 5 all
	last_line "4 vmcores: 1 complete, 1 incomplete, 1 unknown, 1 malformed; 4 of them triage dumps"
	triage "$made/complete" one
	expect 0 --summary one
	[[ ${lines[0]} == "1 vmcore, crashed "*" UTC; 1 of them a triage dump" ]]
	grep -qE '^ +1 +1  unknown .* one$' <<<"$output"
	sdeistop scan --jsonl --summary all | tail -n 1 | jq -e '.summary | .vmcores == 4
		and .triage_dumps == {counted: 4, left_out: 0} and (.kernels | map(.vmcores) | add) == 4'
}

@test "triage dumps beside the whole vmcore do not count, wherever they come" {
	local one all
	mkdir before after whole
	for one in complete incomplete malformed; do
		triage "$made/$one" before/$one
		triage "$made/$one" after/$one
		cp "$made/$one" whole
	done
	for all in "before whole" "whole after" "before whole after"; do
		# shellcheck disable=SC2086
		expect 5 $all
		[ "$(grep -c 'a triage dump, verdict' <<<"$output")" -eq $((3 * ($(wc -w <<<"$all") - 1))) ]
		[[ ${lines[-1]} == "3 vmcores: 1 complete, 1 incomplete, 1 malformed; "[36]" triage dumps of these crashes not counted" ]]
		# shellcheck disable=SC2086
		diff <(sums whole) <(sums $all)
	done
	[ "$(sums whole | wc -l)" -gt 20 ]
	sdeistop scan --jsonl --summary before whole after | tail -n 1 |
		jq -e '.summary | .vmcores == 3 and .triage_dumps == {counted: 0, left_out: 6}'
}

@test "a triage dump of another crash counts" {
	local line
	mkdir all
	"$here/../tools/mkvmcore" "$here/../data/elf-wedged.txt" all/whole
	# another time, another kernel, other records, no time
	for line in 's/crashtime=[0-9]*/crashtime=1/' 's/release=/&1/' 's/pid=/&1/' \
		    's/crashtime=[0-9]*//'; do
		sed "$line" "$here/../data/elf-wedged.txt" >other.txt
		! cmp -s other.txt "$here/../data/elf-wedged.txt"
		"$here/../tools/mkvmcore" other.txt other
		triage other all/triage
		expect 0 all
		last_line "2 vmcores: 2 complete; 1 of them a triage dump"
	done
	# of two without a time nobody knows
	mv other all/whole
	expect 0 all
	last_line "2 vmcores: 2 complete; 1 of them a triage dump"
}

@test "many triage dumps, some of them of crashes counted" {
	local i
	mkdir -p all/{a,c}
	triage "$made/complete" one
	sed 's/crashtime=[0-9]*/crashtime=TIME/' "$here/../data/elf-wedged.txt" >each.txt
	for i in {1..40}; do
		sed "s/TIME/$((1781700000 + i))/" each.txt >now.txt
		"$here/../tools/mkvmcore" now.txt all/c/$i
		triage all/c/$i all/a/$i
	done
	rm all/c/?
	expect 0 all
	last_line "40 vmcores: 40 complete; 9 of them triage dumps; 31 triage dumps of these crashes not counted"
}

# named FUNCTION MODULE: an sdeistop-memory that has this name for any address
named() {
	cat >memory <<-END
		#!/bin/bash
		IFS=, read -ra all <<<"\$2"
		printf 'place\t%s\t$1\t0x8\t$2\n' "\${all[@]}"
	END
	chmod +x memory
	export SDEISTOP_MEMORY="$PWD/memory"
}

@test "--summary: where the CPUs were wedged" {
	mkdir all
	cp "$made/complete" all/1
	cp "$made/complete" all/2
	cp "$made/incomplete" all/3
	named spin_for_ever evil
	expect 3 --summary all
	[[ $output == *$'\nwedged: 3 CPUs in 3 vmcores; never stopped: 1 CPU in 1 vmcore\n'* ]]
	grep -qE '^ +2 +2  spin_for_ever \[evil\] +all/1$' <<<"$output"
	grep -qE '^ +1 +1  unknown \(no registers\) +all/3$' <<<"$output"
	sdeistop scan --jsonl --summary all | tail -n 1 | jq -e '.summary.wedged_in[0] == {
		function: "spin_for_ever", module: "evil", unknown: null, vmcores: 2, cpus: 2,
		example: "all/1"} and .summary.wedged_in[1].unknown == "no-registers"'
	named spin_for_ever -
	expect 0 --summary all/1
	grep -qE ' spin_for_ever +all/1$' <<<"$output"
	named - -
	expect 0 --summary all/1
	grep -qE ' outside the kernel image \(a module\?\) +all/1$' <<<"$output"
}

@test "--summary: names that are not to be had" {
	cp "$made/complete" .
	expect 0 --summary complete
	grep -qF 'unknown (the dump lacks the kernel'"'"'s names)' <<<"$output"
	SDEISTOP_MEMORY=/nonexistent expect 0 --summary complete
	grep -qF 'unknown (sdeistop-memory is missing or failed)' <<<"$output"
	SDEISTOP_MEMORY=/bin/false expect 0 --summary complete
	grep -qF 'unknown (sdeistop-memory is missing or failed)' <<<"$output"
	named 'es\\x1bcape' -
	expect 0 --summary complete
	grep -qF 'es\x1bcape' <<<"$output"
	# nobody asks without --summary
	printf '#!/bin/sh\n: >%s/asked\n' "$PWD" >memory
	expect 0 complete
	[ ! -e asked ]
}

@test "--summary: the function of a real vmcore, from its own pages" {
	"$here/../../scripts/unpack-samples.sh"
	expect 0 --summary "${SDEISTOP%/asan/bin/sdeistop}/samples/one-wedged.vmcore"
	grep -qE '^ +1 +1  lkdtm_HARDLOCKUP +/' <<<"$output"
}

@test "a reader that fails is told of, and the others go on" {
	local how
	mkdir all
	cp "$made/complete" all/1
	cp "$made/complete" all/2
	cp "$made/incomplete" all/3
	for how in "crash:was killed by signal 11" "exit:ended with status 7" \
		   "garbage:did not tell a result" "cut:without a result"; do
		SDEISTOP_SCAN_FAULT=2:${how%%:*} expect 1 -j 2 all
		[[ $output == *"all/1: verdict: complete"* ]]
		[[ $output == *"sdeistop: all/2: the reader of this file ${how#*:}"* ||
		   $output == *"sdeistop: all/2: the reader of this file"*"${how#*:}"* ]]
		[[ $output == *"all/3: verdict: incomplete"* ]]
		last_line "2 vmcores: 1 complete, 1 incomplete; 1 error"
	done
	run bash -c 'SDEISTOP_SCAN_FAULT=2:crash "$SDEISTOP" scan --jsonl --summary all'
	[ "$status" -eq 1 ]
	jq -se '.[1].file == "all/2" and .[1].error.code == "internal"
		and .[3].summary.errors == 1 and .[3].summary.vmcores == 2' <<<"$output"
}

@test "a reader that does not end is ended" {
	mkdir all
	cp "$made/complete" all/1
	cp "$made/complete" all/2
	SDEISTOP_SCAN_SECONDS=1 SDEISTOP_SCAN_FAULT=1:hang sdeistop scan all >hang 2>&1 &
	SDEISTOP_SCAN_CPU_SECONDS=1 SDEISTOP_SCAN_FAULT=1:spin expect 1 all
	[[ $output == *"all/1: the reader of this file used more than 1 s of CPU time"* ]]
	last_line "1 vmcore: 1 complete; 1 error"
	wait "$!" || status=$?
	[ "$status" -eq 1 ]
	grep -q "all/1: the reader of this file took longer than 1 s" hang
	[ "$(tail -n 1 hang)" = "1 vmcore: 1 complete; 1 error" ]
}

@test "no environment makes the command of people fail" {
	SDEISTOP_SCAN_FAULT=complete:crash run timeout 20 "$plain" scan "$made/complete"
	[ "$status" -eq 0 ]
	last_line "1 vmcore: 1 complete"
}

@test "a signal ends the run and its children, with what is known" {
	local pid child
	mkdir all
	cp "$made/complete" all/1
	cp "$made/complete" all/2
	SDEISTOP_SCAN_FAULT=2:hang "$SDEISTOP" scan -j 2 all >out 2>err &
	pid=$!
	for _ in {1..100}; do
		grep -q all/1 out && break
		sleep 0.05
	done
	child=$(<"/proc/$pid/task/$pid/children")
	[ "$child" ]
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 1 ]
	[ "$(tail -n 1 out)" = "1 vmcore: 1 complete; interrupted" ]
	[ "$(<err)" = "sdeistop: interrupted" ]
	[ ! -d "/proc/${child// /}" ]
}

@test "names of any bytes" {
	local name=$'odd\xff\x1b[31m\n"\\name'
	mkdir "dir$name"
	cp "$made/complete" "dir$name/$name"
	cp "$made/incomplete" "dir$name/x"
	for options in "" --summary; do
		# shellcheck disable=SC2086
		expect 3 $options "dir$name"
		[[ $output != *$'\x1b'* ]]
		grep -qF 'dirodd\xff\x1b[31m\x0a"\\name/x' <<<"$output"
	done
	sdeistop scan --jsonl --summary "dir$name" | jq -se 'length == 3
		and (.[0].file | endswith("\n\"\\name"))' || false
	expect 1 "dir$name/missing$name"
	[ "${#lines[@]}" -eq 2 ]
}

@test "directories that are too deep or whose path is too long" {
	local path=deep i name
	mkdir other
	for i in {1..300}; do
		path+=/d
	done
	mkdir -p "$path"
	cp "$made/complete" "$path/vmcore"
	cp "$made/complete" deep/vmcore
	cp "$made/complete" other/vmcore
	expect 1 deep other
	[[ $output == *"/d: is not walked: too many directories in one another"* ]]
	last_line "2 vmcores: 2 complete; 1 error"

	name=$(printf 'x%.0s' {1..250})
	mkdir long
	cp "$made/complete" long/vmcore
	(
		cd long
		for i in {1..18}; do
			mkdir "$name"
			cd "./$name"
		done
		cp "$made/complete" vmcore
	)
	expect 1 long other
	[[ $output == *"cannot open: File name too long"* ]]
	last_line "2 vmcores: 2 complete; 1 error"
}

@test "an unreadable directory is an error, and its siblings are read" {
	local dir
	dir=$(mktemp -d)
	chmod 755 "$dir"
	install -m 755 "$plain" "$dir/sdeistop"
	mkdir "$dir/all"
	install -m 644 "$made/complete" "$dir/all/1"
	mkdir -m 0 "$dir/all/2"
	install -m 0 "$made/complete" "$dir/all/3"
	install -m 644 "$made/complete" "$dir/all/4"
	if [ "$(id -u)" -eq 0 ]; then
		run setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$dir/sdeistop" scan "$dir/all"
	else
		run "$dir/sdeistop" scan "$dir/all"
	fi
	rm -rf "$dir"
	[ "$status" -eq 1 ]
	[[ $output == *"all/2: cannot open: Permission denied"* ]]
	[[ $output == *"all/3: cannot open: Permission denied"* ]]
	last_line "2 vmcores: 2 complete; 2 errors"
}

@test "few files and processes may be open: fewer at a time, the same result" {
	make_tree
	sdeistop scan tree >want || true
	(ulimit -n 20; sdeistop scan -j 1024 tree >got || true)
	cmp want got
	(ulimit -n 12; sdeistop scan -j 1024 tree >got || true)
	cmp want got
}

@test "a closed pipe and a full disk are errors" {
	make_tree
	mkfifo pipe
	sleep 0.2 <pipe &
	{ sleep 0.6; status=0; sdeistop scan tree 2>err || status=$?
	  echo "$status" >status; } >pipe || true
	wait
	[ "$(cat status)" -eq 1 ]
	grep -q "cannot write" err
	for options in "" --jsonl --summary; do
		status=0
		# shellcheck disable=SC2086
		sdeistop scan $options tree >/dev/full 2>err || status=$?
		[ "$status" -eq 1 ]
		grep -q "cannot write" err
	done
}

@test "standard streams that are closed" {
	make_tree
	sdeistop scan tree >want || true
	sdeistop scan tree <&- >got || true
	cmp want got
	sdeistop scan tree <&- 2>&- >got || true
	cmp want got
	status=0
	sdeistop scan tree >&- 2>err || status=$?
	[ "$status" -eq 1 ]
	[ "$(<err)" = "sdeistop: cannot write to standard output: Bad file descriptor" ]
}

@test "progress: on a terminal only, and gone at the end" {
	mkdir all
	cp "$made/complete" all/1
	cp "$made/complete" all/2
	export SDEISTOP_SCAN_SECONDS=1 SDEISTOP_SCAN_FAULT=2:hang
	sdeistop scan -j 1 all >out 2>err &
	script -qec "timeout 20 '$SDEISTOP' scan -j 1 all >out.terminal" typescript \
		</dev/null >/dev/null || true
	grep -qF $'\r2 files, 1 vmcores all\x1b[K' typescript
	# the last that is seen of it is that it is removed
	[[ $(grep -a 'sdeistop: all/2' typescript) == *$'\r\x1b[K''sdeistop: all/2: the reader'* ]]
	wait "$!" || true
	cmp out out.terminal
	[ "$(<err)" = "sdeistop: all/2: the reader of this file took longer than 1 s" ]
}

@test "memory does not grow with the number of files" {
	# of the largest process, the children included; python's own is less
	local code='import os, resource, subprocess, sys
os.mkdir("all")
for i in range(20):
    os.mkdir(f"all/{i}")
    for j in range(100):
        os.link(sys.argv[2], f"all/{i}/{j}")
print(subprocess.check_output([sys.argv[1], "scan", "all"]).decode().splitlines()[-1])
assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 16 * 1024'
	run python3 -c "$code" "$plain" "$made/complete"
	[ "$status" -eq 0 ]
	[ "$output" = "2000 vmcores: 2000 complete" ]
}

@test "usage errors" {
	expect 2
	expect 2 -j
	for jobs in 0 1025 -1 x "" 1x; do
		expect 2 -j "$jobs" .
	done
	expect 2 --json .
	expect 2 -x .
	expect 2 -
	expect 0 -h
	expect 0 --help
}
