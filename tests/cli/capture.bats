#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hooks for capture environments: what they leave, and that they keep nothing from
# coming after them. kdump-tools itself is in the end-to-end tests (scenario capture).
# kdump.sh of kdump-utils runs here where there is a source tree, KDUMP_UTILS_SRC.

setup_file() {
	export hooks="$BATS_TEST_DIRNAME/../../scripts/capture"
	export hooks_at="$BATS_FILE_TMPDIR/vmcore"
	"$BATS_TEST_DIRNAME/../tools/mkvmcore" "$BATS_TEST_DIRNAME/../data/elf-wedged.txt" "$hooks_at"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export SDEISTOP_VMCORE=$hooks_at
	mkdir bin dump
	PATH=$PWD/bin:$PATH
	# The command has been tested elsewhere
	program sdeistop <<-'END'
	case $1 in
	show) echo '{"verdict": "complete"}' ;;
	triage) echo "$*" >asked; echo triage >"${3}" ;;
	esac
	END
}

# program NAME: a script of that name, from standard input
program() {
	{ echo '#!/bin/sh'; cat; } >"bin/$1"
	chmod 755 "bin/$1"
}

save() {
	run "$hooks/sdeistop-save" "$@"
	echo "status $status: $output"
	[ "$status" -eq 0 ]
}

# files DIRECTORY NAME...: these and no others
files() {
	local dir=$1
	shift
	echo "has $(ls -A "$dir" | paste -sd ' '), expected $*"
	[ "$(ls -A "$dir" | paste -sd ' ')" = "$*" ]
}

@test "both files, for their owner only" {
	save dump
	files dump sdeistop.json triage
	[ "$(stat -c %a dump/* | paste -sd ' ')" = '600 600' ]
	[ "$(cat dump/triage)" = triage ]
}

@test "the real command" {
	ln -sf "$SDEISTOP" bin/sdeistop
	save dump
	files dump sdeistop.json triage
	sdeistop show --json "$hooks_at" | jq 'del(.file)' >expected
	diff <(jq 'del(.file)' dump/sdeistop.json) expected
	diff <(sdeistop show --json dump/triage | jq .cpus) <(jq .cpus expected)
}

@test "a report of what is missing is one to keep" {
	for status in 3 4 5; do
		program sdeistop <<-END
		case \$1 in show) echo '{}' ;; triage) echo x >\$3 ;; esac
		exit $status
		END
		rm -f dump/*
		save dump
		files dump sdeistop.json triage
	done
}

@test "no command: nothing is left and nothing fails" {
	rm bin/sdeistop
	PATH=$PWD/bin:/usr/bin:/bin save dump
	files dump
	[[ $output == *"status 127"* ]]
}

@test "a command that dies" {
	program sdeistop <<-'END'
	[ "$1" != triage ] || echo part >$3
	kill -SEGV $$
	END
	save dump
	[ ! -e dump/sdeistop.json ] && [ ! -e dump/triage ]
}

@test "a command that does not come back, and what it leaves" {
	program sdeistop <<-'END'
	[ "$1" != triage ] || echo part | tee "$3.abcdef" >"$3"
	exec sleep 60
	END
	start=$SECONDS
	SDEISTOP_SECONDS=8 save dump
	[ $((SECONDS - start)) -le 18 ]
	[[ $output == *'show --json'*'not done after 4 s'* ]]
	# what was written of it stays, the temporary file does not
	files dump triage-incomplete
}

@test "a command that is killed at once" {
	program sdeistop <<<'kill -KILL $$'
	save dump
	[[ $output == *'killed (out of memory?) or not done after'* ]]
	files dump
}

# What cannot be killed is a process that waits for a disk or a server; a timeout that
# does nothing is the same to whoever waits
@test "a step that cannot be killed is not waited for" {
	program timeout <<<'while [ "$1" != sh ]; do shift; done; exec "$@"'
	program sdeistop <<<'echo $$ >>hanging; exec sleep 60'
	mkdir second
	start=$SECONDS
	# it keeps standard error open
	SDEISTOP_SECONDS=2 "$hooks/sdeistop-save" dump second 2>log
	took=$((SECONDS - start))
	cat log
	kill $(cat hanging)
	[ "$took" -le 7 ]
	grep 'show --json.*cannot be killed' log
	[ ! -e dump/sdeistop.json ] && [ ! -e dump/triage ]
}

@test "a directory that hangs: the next one is taken, for both files" {
	mkdir second
	program timeout <<<'while [ "$1" != sh ]; do shift; done; exec "$@"'
	program sdeistop <<-'END'
	case "$1 $(readlink /proc/$$/fd/1)" in
	show*/dump/*) echo $$ >>hanging; exec sleep 60 ;;
	show*) echo '{}' ;;
	triage*) echo x >"$3" ;;
	esac
	END
	SDEISTOP_SECONDS=8 "$hooks/sdeistop-save" dump second 2>log
	cat log
	kill $(cat hanging)
	files second sdeistop.json triage
	[ "$(wc -l <hanging)" -eq 1 ]
}

# save_with FREE: where so many bytes are free
save_with() {
	program stat <<-END
	[ "\$*" = "-f -c %a %S dump" ] || exec /usr/bin/stat "\$@"
	echo $(($1 / 4096)) 4096
	END
	save dump
}

@test "the triage dump is as large as there is room" {
	for free in 8388608 4796416; do
		save_with $free
		[ "$(cat asked)" = "triage -o dump/triage-incomplete $hooks_at" ]
	done
	for free in 4788224 1048576 524288 77824; do
		save_with $free
		[ "$(cat asked)" = "triage -o dump/triage-incomplete --max-size $((free - free / 8)) $hooks_at" ]
	done
	rm asked dump/triage
	save_with 69632
	[[ $output == *"no room for a triage dump in dump: 60928 bytes"* ]]
	[ ! -e asked ]
	files dump sdeistop.json
}

@test "less room than there seems to be: a smaller triage dump" {
	program sdeistop <<-'END'
	case $1 in
	show) echo '{}' ;;
	triage)
		[ "$4" = --max-size ] || { echo part | tee "$3.abcdef" >"$3"; echo 'no space' >&2; exit 1; }
		echo "$5" >"$3" ;;
	esac
	END
	save dump
	files dump sdeistop.json triage
	[ "$(cat dump/triage)" -le 1048576 ]
	[ "$(cat dump/triage)" -ge 65536 ]
}

@test "notes that do not fit are said to be what does not" {
	ln -sf "$SDEISTOP" bin/sdeistop
	{
		echo 'file format=elf'
		echo 'vmcoreinfo release=6.12.0 crashtime=1 cpustop=1'
		echo 'repeat first=0 last=511 method=ipi disposition=parked'
	} >many.txt
	"$BATS_TEST_DIRNAME/../tools/mkvmcore" many.txt many
	SDEISTOP_VMCORE=$PWD/many
	save_with 262144
	[[ $output == *'the notes and what describes them have '*' bytes, more than the 229376 '* ]]
	files dump sdeistop.json
}

@test "each file goes to the first directory that takes it" {
	mkdir second
	save missing dump second
	files dump sdeistop.json triage
	files second
	program sdeistop <<-'END'
	case $1 in
	show) echo '{}' ;;
	triage) case $3 in dump/*) exit 1 ;; esac; echo triage >$3 ;;
	esac
	END
	rm dump/*
	save dump second
	files dump sdeistop.json
	files second triage
}

@test "nowhere to save: the table is in the log" {
	program sdeistop <<<'[ "$*" != "show $SDEISTOP_VMCORE" ] || echo the table'
	save missing
	[[ $output == *"the table"* ]]
}

@test "nothing of it is on standard output, which may be the dump" {
	program sdeistop <<<'echo chatter; [ "$1" != triage ] || echo x >"$3"'
	"$hooks/sdeistop-save" dump missing >out 2>err
	[ ! -s out ]
	grep chatter err
}

# ------------------------------------------------------------- kdump-tools

# kdump_tools ARGUMENT...: as kdump-config calls makedumpfile
kdump_tools() {
	program real-makedumpfile <<-'END'
	ls dump >seen 2>&1
	echo "makedumpfile $*"
	exit 7
	END
	export SDEISTOP_MAKEDUMPFILE=$PWD/bin/real-makedumpfile
	run "$hooks/kdump-tools/makedumpfile" "$@"
	echo "status $status: $output"
	[ "$status" -eq 7 ]
}

@test "kdump-tools: the messages come first, then ours" {
	export KDUMP_DUMP_DMESG=1 KDUMP_STAMPDIR=$PWD/dump
	kdump_tools --dump-dmesg /proc/vmcore dump/dmesg.1
	files dump sdeistop.json triage
	[ ! -s seen ]
	rm dump/*
	kdump_tools -F -c -d 31 /proc/vmcore
	files dump
}

@test "kdump-tools: without messages ours come before the dump" {
	export KDUMP_DUMP_DMESG=0 KDUMP_STAMPDIR=$PWD/dump
	kdump_tools -F -c -d 31 /proc/vmcore
	[ "$(paste -sd ' ' seen)" = 'sdeistop.json triage' ]
	"$hooks/kdump-tools/makedumpfile" -F -d 31 /proc/vmcore 2>/dev/null >out || true
	[ "$(cat out)" = 'makedumpfile -F -d 31 /proc/vmcore' ]
}

@test "kdump-tools: by ssh, only what has the name of a file of ours" {
	export KDUMP_DUMP_DMESG=1 KDUMP_STAMPDIR= SSH_STAMPDIR=/there SSH=somebody@somewhere SSH_KEY=key TMPDIR=$PWD
	program scp <<<'echo "$*" | tr " " "\n" | sed "s,.*/tmp\.[^/]*/,," | paste -sd " " >copied'
	program sdeistop <<-'END'
	case $1 in
	show) echo '{}'; exit 1 ;;
	triage) touch "${3%/*}/triage.stray1" ; echo x >"$3" ;;
	esac
	END
	kdump_tools --dump-dmesg /proc/vmcore dump/dmesg.1
	cat copied
	[ "$(cat copied)" = '-p -o BatchMode=yes -i key sdeistop-incomplete.json triage somebody@somewhere:/there/' ]
	[ -z "$(ls -d tmp.* 2>/dev/null)" ]
}

@test "kdump-tools: the configuration does nothing where there is no vmcore" {
	run sh -euc '. "$hooks/kdump-tools/kdump-tools.sh"; echo "$PATH"'
	[ "$status" -eq 0 ]
	[ "$output" = "$PATH" ]
}

# ------------------------------------------------------------- kdump-utils

# collector: as kdump.sh makes and runs CORE_COLLECTOR, for that target
collector() {
	CORE_COLLECTOR="$hooks/kdump-utils/sdeistop-collector makedumpfile -l --message-level 7 -d 31"
	program makedumpfile <<-'END'
	ls dump >seen 2>&1
	echo "makedumpfile $*"
	exit 7
	END
}

@test "kdump-utils: a file system: beside the file, before it is written" {
	collector
	CORE_COLLECTOR="$CORE_COLLECTOR --num-threads=2"
	run $CORE_COLLECTOR /proc/vmcore "$PWD/dump//vmcore-incomplete"
	[ "$status" -eq 7 ]
	[ "$(paste -sd ' ' seen)" = 'sdeistop.json triage' ]
	[ "${lines[-1]}" = "makedumpfile -l --message-level 7 -d 31 --num-threads=2 /proc/vmcore $PWD/dump//vmcore-incomplete" ]
}

@test "kdump-utils: standard output is the dump's alone" {
	collector
	$CORE_COLLECTOR -F /proc/vmcore 2>/dev/null >out || status=$?
	[ "$status" -eq 7 ]
	[ "$(cat out)" = 'makedumpfile -l --message-level 7 -d 31 -F /proc/vmcore' ]
	files dump
}

# kdump_sh: kdump.sh of the tree, as it is but for the paths in it; what belongs to the
# machine that it runs on is ours
kdump_sh() {
	mkdir -p lib sysroot
	cp tree/kdump-logger.sh tree/kdump-lib-initramfs.sh lib/
	echo 'getarg() { [ "$1" = kdump_remote_ip= ] && echo 192.0.2.1; }; make_trace_mem() { :; }' >lib/dracut-lib.sh
	program findmnt <<<'[ "$3" != -r ] || echo rw; exit 0'
	program vmcore-dmesg <<<'echo messages'
	# to a file or to standard output
	program makedumpfile <<-'END'
	ls sysroot/var/crash/* >seen
	for file; do :; done
	case $file in
	*/vmcore-incomplete) echo dump >"$file" ;;
	*) echo dump ;;
	esac
	END
	program systemctl <<<'echo "$*" >>ended'
	program logger <<<':'
	local file
	for file in tree/dracut/99kdumpbase/kdump.sh lib/*.sh; do
		sed -i -e "s#/tmp/#$PWD/#g" -e "s#/lib/\(dracut-lib\|kdump\)#$PWD/lib/\1#; s#/etc/kdump#$PWD/etc/kdump#g" \
			-e "s#\"/sysroot\"#\"$PWD/sysroot\"#; s#/sbin/\(vmcore-dmesg\|ip \)#$PWD/bin/\1#" \
			-e "s#/usr/libexec/sdeistop/sdeistop-save#$hooks/sdeistop-save#; s#/dev/console#$PWD/console#" \
			-e "s#/proc/vmcore#$hooks_at#; s#/run/initramfs#$PWD#" "$file"
	done
	run timeout 60 sh tree/dracut/99kdumpbase/kdump.sh
	echo "status $status: $output"
	cat console ended || true
	[ "$status" -eq 0 ]
	[ "$(cat ended)" = 'reboot -f' ]
	dump=$(echo sysroot/var/crash/*)
	[ "$(cat "$dump/vmcore-dmesg.txt")" = messages ]
	# before the dump
	[ "$(grep -c 'sdeistop.json\|triage' seen)" -eq 2 ]
	[ "$(stat -c %a "$dump"/{sdeistop.json,triage} | paste -sd ' ')" = '600 600' ]
}

# kdump_utils LINE...: a tree of it, and its configuration
kdump_utils() {
	[ "${KDUMP_UTILS_SRC:-}" ] || skip "no source tree of kdump-utils (KDUMP_UTILS_SRC)"
	git clone -q "$KDUMP_UTILS_SRC" tree
	mkdir etc
	printf '%s\n' 'path /var/crash' "$@" >etc/kdump.conf
}

patch_tree() {
	git -C tree apply "$hooks"/kdump-utils/*.patch
}

@test "kdump-utils: kdump.sh itself, with the collector" {
	kdump_utils "core_collector $hooks/kdump-utils/sdeistop-collector makedumpfile -l --message-level 7 -d 31"
	kdump_sh
	files "$dump" kexec-dmesg.log sdeistop.json triage vmcore vmcore-dmesg.txt
}

@test "kdump-utils: kdump.sh itself, with the patch" {
	kdump_utils
	patch_tree
	kdump_sh
	files "$dump" kexec-dmesg.log sdeistop.json triage vmcore vmcore-dmesg.txt
}

@test "kdump-utils: kdump.sh itself, with the patch, by ssh" {
	kdump_utils 'ssh somebody@192.0.2.1'
	patch_tree
	program ip <<-'END'
	case $* in
	*route*) echo '192.0.2.1 dev eth0 src 192.0.2.2' ;;
	*) echo '    inet 192.0.2.2/24' ;;
	esac
	END
	# without their options; the other machine's files are below sysroot
	program ssh <<-'END'
	while [ "${1#-}" != "$1" ]; do case $1 in -q) shift ;; *) shift 2 ;; esac; done
	shift
	exec sh -c "$(echo "$*" | sed "s,/var/crash,$PWD/sysroot/var/crash,g")"
	END
	program scp <<-'END'
	while [ "${1#-}" != "$1" ]; do case $1 in -[qp]) shift ;; *) shift 2 ;; esac; done
	for to; do :; done
	while [ $# -gt 1 ]; do cp -p "$1" "$PWD/sysroot${to#*:}"; shift; done
	END
	kdump_sh
	[ "$(cat "$dump/vmcore.flat")" = dump ]
	files "$dump" kexec-dmesg.log sdeistop.json triage vmcore-dmesg.txt vmcore.flat
}
