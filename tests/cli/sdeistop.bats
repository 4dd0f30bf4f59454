#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command line of sdeistop. What it says about single vmcores is in
# tests/data. SDEISTOP is the command.

setup_file() {
	export here="$BATS_TEST_DIRNAME"
	cd "$BATS_FILE_TMPDIR"
	for name in elf-wedged:complete kdump-good:kdump not-stopped:incomplete \
		    old-kernel:unknown contradiction:malformed; do
		"$here/../tools/mkvmcore" "$here/../data/${name%:*}.txt" "${name#*:}"
	done
	echo text >text
	: >empty
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

sdeistop() {
	timeout 20 "$SDEISTOP" "$@"
}

# expect STATUS [ARG...]
expect() {
	local want=$1
	shift
	run sdeistop "$@"
	echo "status $status, expected $want: $output"
	[ "$status" -eq "$want" ]
}

@test "a status for each verdict" {
	expect 0 show complete
	expect 0 verify kdump
	expect 3 show incomplete
	expect 4 show unknown
	expect 5 show malformed
}

@test "a status for each failure" {
	expect 1 show nonexistent
	expect 1 show .
	expect 5 show text
	expect 5 show empty
}

@test "several files: the worst in the order 1, 5, 3, 4, 0" {
	expect 0 verify complete kdump
	expect 4 verify complete unknown
	expect 4 verify unknown complete
	expect 3 verify unknown incomplete complete
	expect 3 verify incomplete unknown
	expect 5 verify malformed incomplete unknown
	expect 5 verify incomplete text
	expect 1 verify nonexistent malformed
	expect 1 verify malformed nonexistent incomplete
}

@test "several files: one that cannot be read does not end the run" {
	expect 1 show complete nonexistent unknown
	[[ $output == *"complete: elf"* ]]
	[[ $output == *"nonexistent: cannot open"* ]]
	[[ $output == *"unknown: elf"* ]]
}

@test "show tells several files apart with a blank line" {
	expect 0 show complete kdump
	[ "$(grep -c '^$' <<<"$output")" -eq 5 ]
}

@test "verify prints a line a file, and its problems" {
	expect 3 verify complete incomplete
	[ "${lines[0]%% (*}" = "complete: verdict: complete" ]
	[ "${lines[1]%% (*}" = "incomplete: verdict: incomplete" ]
	[ "${lines[2]}" = "  cpu-not-stopped: CPU 1 never stopped: no registers" ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "bad input: one line on stderr that names the file, nothing on stdout" {
	for file in nonexistent . text empty /dev/null; do
		sdeistop show "$file" >out 2>err || true
		[ ! -s out ]
		[ "$(wc -l <err)" -eq 1 ]
		grep -q "^sdeistop: $file: ." err
	done
}

@test "nothing is written, whatever the input" {
	mkdir only-input only-input/directory
	cp text empty complete only-input
	head -c 900 complete >only-input/truncated
	cd only-input
	find . -printf '%p %s %T@\n' | sort >../before
	for file in text empty complete truncated directory missing; do
		sdeistop show "$file" >/dev/null 2>&1 || true
		sdeistop verify --json "$file" >/dev/null 2>&1 || true
	done
	find . -printf '%p %s %T@\n' | sort | diff ../before -
}

@test "bad input as JSON: an error object on stdout, nothing on stderr" {
	for mode in --json --jsonl; do
		for file in nonexistent . text empty; do
			sdeistop verify "$mode" "$file" >out 2>err || true
			[ ! -s err ]
			jq -e --arg file "$file" '.schema == "sdeistop/1" and .file == $file
				and (.error.code | length > 0) and (.error.text | length > 0)' out
		done
	done
}

@test "error codes of JSON" {
	[ "$(sdeistop show --json nonexistent | jq -r .error.code)" = cannot-open ]
	[ "$(sdeistop show --json . | jq -r .error.code)" = cannot-read ]
	[ "$(sdeistop show --json text | jq -r .error.code)" = not-a-vmcore ]
	printf 'makedumpfile\0\0\0\0%016d' 0 >flat
	[ "$(sdeistop show --json flat | jq -r .error.code)" = unsupported ]
	expect 1 show flat
}

@test "an unreadable file" {
	local dir
	dir=$(mktemp -d)
	chmod 755 "$dir"
	install -m 755 "$SDEISTOP" "$dir/sdeistop"
	install -m 0 complete "$dir/unreadable"
	if [ "$(id -u)" -eq 0 ]; then
		run setpriv --reuid=65534 --regid=65534 --clear-groups \
			"$dir/sdeistop" show "$dir/unreadable"
	else
		run "$dir/sdeistop" show "$dir/unreadable"
	fi
	rm -rf "$dir"
	[ "$status" -eq 1 ]
	[[ $output == *"cannot open: Permission denied"* ]]
}

@test "a FIFO is refused, not waited for" {
	mkfifo fifo
	expect 1 show fifo
}

@test "--json: an object of one file, an array of several" {
	sdeistop show --json complete | jq -e '.schema == "sdeistop/1" and .verdict == "complete"'
	sdeistop show --json complete kdump | jq -e 'map(.verdict) == ["complete", "complete"]'
	run sdeistop show --json complete text nonexistent
	jq -e 'length == 3 and .[1].error.code == "not-a-vmcore"' <<<"$output"
}

@test "--jsonl: a line a file" {
	run sdeistop verify --jsonl complete text incomplete
	[ "$status" -eq 5 ]
	[ "${#lines[@]}" -eq 3 ]
	for line in "${lines[@]}"; do
		jq -e .schema <<<"$line"
	done
}

@test "--json has every key of the schema" {
	sdeistop show --json incomplete complete | jq -e '
		all(.[]; has("schema") and has("file") and has("format") and has("verdict")
			and (.kernel | has("release") and has("machine") and has("crash_time"))
			and (.cpus | has("present") and has("online") and has("records")
				and has("with_regs") and has("wedged") and has("not_stopped")
				and has("offline"))
			and all(.cpu[]; has("cpu") and has("hwid") and has("method")
				and has("disposition") and has("rungs") and has("irqs_masked")
				and has("regs_valid") and has("error") and has("requested_us")
				and has("acked_us") and has("pid") and has("pc") and has("sp")
				and has("lr") and has("pstate") and has("inferred")))' || false
	sdeistop show --json complete | jq -e '.cpus.wedged == [2] and .cpu[2].irqs_masked
		and .cpu[2].pc == "0xffff800080335ae0" and .cpu[3].pc == null'
	sdeistop show --json incomplete | jq -e '.cpus.not_stopped == [1]
		and .problems == [{"code": "cpu-not-stopped", "cpu": 1,
				   "text": "CPU 1 never stopped: no registers"}]'
}

@test "-c selects CPUs of the table, the registers and the JSON, not of the verdict" {
	expect 0 show -c 2-3 -r complete
	[[ $output != *$'\n    1 '* ]]
	[[ $output == *$'\n*   2 '* ]]
	[[ $output != *"CPU 1 ("* ]]
	[[ $output == *"CPU 2 ("* ]]
	[[ $output == *"4 recorded"* ]]
	sdeistop show -c 2 --json complete | jq -e '[.cpu[].cpu] == [2] and .cpus.records == 4'
	expect 3 show -c 0 incomplete
}

@test "-c tells of CPUs that have no record" {
	expect 0 show -c 2,99 complete
	[[ $output == *$'\nCPU 99: no record\n'* ]]
	expect 0 show -c 0-4294967295 complete
	[[ $output == *$'\nCPU 4-4294967295: no record\n'* ]]
	expect 0 show -c 7-9,0-1,12,5 complete
	[[ $output == *$'\nCPU 5,7-9,12: no record\n'* ]]
	expect 0 show -c 0-3 complete
	[[ $output != *"no record"* ]]
	expect 4 show -c 99 unknown
	[[ $output != *"CPU 99"* ]]
}

@test "-c with many ranges" {
	local list
	list=$(seq -s, 0 2 40000)
	"$here/../tools/mkvmcore" <(echo "repeat first=0 last=2000 method=ipi disposition=parked present=2001") many
	expect 3 show -c "$list" many
	[ "$(grep -c parked <<<"$output")" -eq 1001 ]
}

@test "-c with a list that is none" {
	for list in "" , 1, 1-, -1 3-1 x 1x 4294967296 "1 2"; do
		expect 2 show -c "$list" complete
	done
	expect 2 show complete -c
}

@test "-c given twice: the last one counts" {
	run sdeistop show -c 0 -c 1 --json complete
	jq -e '[.cpu[].cpu] == [1]' <<<"$output"
}

@test "-r prints the registers of each CPU, or that there are none" {
	expect 0 show -r complete
	[[ $output == *"CPU 2 (sdei, parked, wedged): pstate 0x804003c5 (Nzcv DAIF EL1h)"* ]]
	[[ $output == *"CPU 3 (none, offline): no registers"* ]]
	sdeistop show -r --json complete | jq -e '.cpu[2].x | length == 31'
}

@test "usage errors" {
	expect 2
	expect 2 show
	expect 2 verify
	expect 2 triage
	expect 2 triage --max-size 63K complete
	expect 2 triage --json complete
	expect 2 triage -
	expect 2 frobnicate complete
	expect 2 complete
	expect 2 show -z complete
	expect 2 show -x complete
	expect 2 show --frobnicate complete
	expect 2 show --json=yes complete
	expect 2 verify -r complete
	expect 2 verify -c 1 complete
	expect 2 --json show complete
}

@test "usage errors say what and go to stderr" {
	sdeistop show --frobnicate complete >out 2>err || true
	[ ! -s out ]
	grep -q -e --frobnicate err
	sdeistop show -rx complete 2>err || true
	grep -q -e '-x is not an option' err
	sdeistop show -c 2>err || true
	grep -q -e '-c needs an argument' err
}

@test "help and version" {
	for args in -h --help "show -h" "show --help" "verify -h"; do
		# shellcheck disable=SC2086
		expect 0 $args
		[[ $output == "usage: sdeistop"* ]]
	done
	for command in show verify; do
		sdeistop "$command" -h >out
		head -n 1 out | grep -q "^usage: sdeistop $command "
		[ "$(grep -c '^usage: ' out)" -eq 1 ]
	done
	sdeistop show -h | grep -q -e --regs
	[ "$(sdeistop verify -h | grep -c -e --regs)" -eq 0 ]
	expect 0 -V
	[[ $output =~ ^sdeistop\ [0-9]+\.[0-9]+ ]]
	expect 0 --version
}

@test "options after files, and files that look like options" {
	expect 0 show complete --json
	jq -e .schema <<<"$output"
	cp complete ./-r
	expect 0 show -- -r
	[[ $output == "-r: elf"* ]]
}

@test "file names of any bytes" {
	local name=$'odd\xff\x1b[31m\n"\\name'
	cp complete "$name"
	expect 0 show "$name"
	[[ $output != *$'\x1b'* ]]
	[ "$(sdeistop show --json "$name" | jq -r .file)" = $'odd\xef\xbf\xbd\x1b[31m\n"\\name' ]
	sdeistop show --json "$name-not" | jq -e .error.code
	run sdeistop show "$name-not"
	[ "${#lines[@]}" -eq 1 ]
}

@test "a full disk is an error" {
	[ -w /dev/full ] || skip "no /dev/full"
	for args in "show complete" "show --json complete" --help -V; do
		status=0
		# shellcheck disable=SC2086
		sdeistop $args >/dev/full 2>err || status=$?
		[ "$status" -eq 1 ]
		grep -q "cannot write" err
	done
}

@test "a closed pipe is an error, not a signal" {
	# the reader is gone before anything is written
	mkfifo pipe
	sleep 0.2 <pipe &
	{ sleep 0.6; status=0; sdeistop show complete 2>err || status=$?
	  echo "$status" >status; } >pipe || true
	wait
	[ "$(cat status)" -eq 1 ]
	grep -q "cannot write" err
}

@test "standard output closed" {
	status=0
	sdeistop show complete >&- 2>err || status=$?
	[ "$status" -eq 1 ]
}

@test "a sparse file of a tebibyte takes no longer than a small one" {
	cp kdump sparse
	truncate -s 1T sparse || skip "no sparse files here"
	expect 0 show sparse
	truncate -s 1T complete.sparse
	dd if=complete of=complete.sparse conv=notrunc status=none
	expect 0 show complete.sparse
}

@test "bytes read do not depend on the size of the memory image" {
	command -v strace >/dev/null || skip "no strace"
	cp kdump sparse
	truncate -s 64G sparse
	# the leak check cannot run under strace
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=pread64 -o trace "$SDEISTOP" show sparse
	total=$(awk -F'= ' '/pread64\(/ { n += $NF } END { print n + 0 }' trace)
	[ "$total" -gt 0 ]
	[ "$total" -lt 200000 ]
}
