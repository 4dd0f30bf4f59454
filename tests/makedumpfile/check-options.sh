#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What --cpu-stop and --cpu-stop-only do besides a dump, and with what they do not go
# together. Prints a line a check and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-options.sh VMCORE

The environment variables STOCK and PATCHED are makedumpfile for arm64 without and with
the patches, SDEISTOP the command."

[[ $# -eq 1 && ${STOCK:-} && ${PATCHED:-} && ${SDEISTOP:-} ]] || { echo "$USAGE" >&2; exit 2; }
vmcore=$(realpath "$1")
# shellcheck source=tests/makedumpfile/common.sh
. "$(dirname "$0")/common.sh"
cd "$work" || exit

# patched STATUS OPTION...: ends with that status; what it printed is in out and err
patched()
{
	local expected=$1 status=0

	shift
	"${run[@]}" "$PATCHED" "$@" >out 2>err </dev/null || status=$?
	cat out err
	[[ $status -eq $expected ]]
}

lacks() { ! grep -h "$@"; }

# limited COMMAND...: no file of it may be above 1 KB, which is an error of write()
limited() { (ulimit -f 1; trap '' XFSZ; "$@"); }

# unharmed FILE OPTION...: with that FILE the dump is made, and FILE is told as refused
unharmed()
{
	timeout 60 "${run[@]}" "$PATCHED" --cpu-stop="$1" "${@:2}" >out 2>err </dev/null || return
	grep -F "Can't open the file($1). It is " err
}

# as_triage FILE OPTION...: the command makes the same of the vmcore
as_triage()
{
	"$SDEISTOP" triage "${@:2}" -o own "$vmcore" && cmp own "$1"
}

# rearranged FILE: from the flattened format it becomes the dump that dump.1 is
rearranged()
{
	"${run[@]}" "$STOCK" -R back <"$1" && cmp dump.1 back
}

# The triage dump through a pipe, and back
flattened()
{
	"${run[@]}" "$PATCHED" --cpu-stop-only -F "$vmcore" >flat && "${run[@]}" "$STOCK" -R rearranged <flat &&
		cmp triage rearranged
}

"$SDEISTOP" show "$vmcore" >table
"$SDEISTOP" show --json "$vmcore" >json

check '--cpu-stop alone' patched 0 --cpu-stop "$vmcore"
check 'sdeistop show: there is something to compare with' test -s table -a -s json
check '--cpu-stop alone: the table' diff table <(head -n "$(wc -l <table)" out)
check '--cpu-stop=FILE alone' patched 0 --cpu-stop=told "$vmcore"
check '--cpu-stop=FILE: the table' diff table told
check '--cpu-stop=FILE: and nothing of it on the terminal' lacks verdict out err
check '--cpu-stop=FILE.json' patched 0 --cpu-stop=told.json "$vmcore"
check '--cpu-stop=FILE.json: JSON as of sdeistop show' diff json told.json
echo mine >there
check '--cpu-stop=FILE alone: fails if it is there' patched 1 --cpu-stop=there "$vmcore"
check '--cpu-stop=FILE: left as it was' grep -qx mine there
check '--cpu-stop=FILE: a dump does not fail for it' patched 0 --cpu-stop=there -l -d 31 "$vmcore" dump.1
check '--cpu-stop=FILE: it is told' grep -q "Can't open the file(there)" err
check '--cpu-stop=FILE: nor for a directory that is not there' \
	patched 0 --cpu-stop=no/where -l -d 31 "$vmcore" dump.2
check '--cpu-stop=FILE: all of these dumps are the same' cmp dump.1 dump.2
# There is no other file that is always full
if [[ -c /dev/full ]]; then
	check '--cpu-stop=FILE: nor for a full disk' patched 0 --cpu-stop=/dev/full -f -l -d 31 "$vmcore" dump.3
	check '--cpu-stop=FILE: which is told' grep -q "Can't write the file(/dev/full)" err
	check '--cpu-stop=FILE: and that dump is the same' cmp dump.1 dump.3
	check '--cpu-stop-only: full disk' patched 1 --cpu-stop-only -f "$vmcore" /dev/full
else
	skip 'full disks' 'no /dev/full here'
fi
check '--cpu-stop=FILE: half of it' limited patched 1 --cpu-stop=half.json "$vmcore"
check '--cpu-stop=FILE: which is told, too' grep -q "Can't write the file(half.json)" err
check '--cpu-stop=FILE: and not left there' test ! -e half.json
ln -s half half.json
check '--cpu-stop=FILE -f: half of it by a link' limited patched 1 --cpu-stop=half.json -f "$vmcore"
check '--cpu-stop=FILE -f: the link stays' test -L half.json

check '--cpu-stop=DUMPFILE' unharmed ./dump.4 -l -d 31 "$vmcore" dump.4
check '--cpu-stop=DUMPFILE: the dump is the same' cmp dump.1 dump.4
ln -s dump.4 link
check '--cpu-stop=DUMPFILE -f, by another name' unharmed link -f -l -d 31 "$vmcore" dump.4
check '--cpu-stop=DUMPFILE -f: the dump is the same' cmp dump.1 dump.4
check '--cpu-stop=DUMPFILE2 --split' unharmed part.2 --splitblock-size 4 --split -l -d 31 "$vmcore" part.1 part.2
check '--cpu-stop=DUMPFILE2 --split: both are there' test -s part.1 -a -s part.2
check '--cpu-stop=standard output -F' unharmed /proc/self/fd/1 -f -F -l -d 31 "$vmcore"
check '--cpu-stop=standard output -F: is a dump' rearranged out
cp "$vmcore" copy
check '--cpu-stop=VMCORE -f' unharmed copy -f -l -d 31 copy dump.5
check '--cpu-stop=VMCORE -f: left as it was' cmp "$vmcore" copy
check '--cpu-stop=VMCORE -f: the dump is the same' cmp dump.1 dump.5
rm -f copy dump.[2-5]
mkfifo fifo
check '--cpu-stop=FIFO -f: nobody reads it' timeout 60 "${run[@]}" "$PATCHED" --cpu-stop=fifo -f -l -d 31 "$vmcore" dump.5
sleep 60 <>fifo &
reader=$!
check '--cpu-stop=FIFO -f: nor does one that does not read hold it up' unharmed fifo -f -l -d 31 "$vmcore" dump.6
kill "$reader"
check '--cpu-stop=FILE -f: overwritten' patched 0 --cpu-stop=there -f "$vmcore"
check '--cpu-stop=FILE -f: with the table' diff table there
check '--cpu-stop --dry-run' patched 0 --cpu-stop --dry-run -l -d 31 "$vmcore" dry
check '--cpu-stop --dry-run: no file' test ! -e dry
check '--cpu-stop --check-params' patched 0 --check-params --cpu-stop -l -d 31 "$vmcore" dry
check '--cpu-stop of no vmcore' patched 1 --cpu-stop /dev/null
check '--cpu-stop of no vmcore: why' grep -q '^show_cpu_stop: .*/dev/null' err

while read -ra options; do
	check "refused: ${options[*]}" patched 1 "${options[@]}"
	check "refused: ${options[*]}: as a wrong parameter" grep -q 'Commandline parameter is invalid' out
done <<-END
	--cpu-stop -d 31 $vmcore
	--cpu-stop -E $vmcore
	--cpu-stop --dump-dmesg $vmcore no
	--cpu-stop -R no
	--cpu-stop --reassemble $vmcore no no
	--cpu-stop
	--cpu-stop-only $vmcore
	--cpu-stop-only --split $vmcore no no
END
check 'refused: no file was made' test ! -e no

check '--cpu-stop-only' patched 0 --cpu-stop-only "$vmcore" triage
check '--cpu-stop-only: is smaller' test "$(stat -c %s triage)" -lt 4194305 -a -s triage
check '--cpu-stop-only: tells of the same CPUs' \
	diff <(sed '1s/.*aarch64//' table) <("$SDEISTOP" show triage | sed '1s/.*aarch64//')
check '--cpu-stop-only: what sdeistop triage makes' as_triage triage
check '--cpu-stop-only -L' patched 0 --cpu-stop-only -L 512K "$vmcore" small
check '--cpu-stop-only -L: not above' test "$(stat -c %s small)" -le 524288 -a -s small
check '--cpu-stop-only -L: what sdeistop triage --max-size makes' as_triage small --max-size 524288
check '--cpu-stop-only -L: what is left out is told' grep -q '^No room for about' out
check '--cpu-stop-only: a file that is there stays' patched 1 --cpu-stop-only "$vmcore" there
check '--cpu-stop-only -f' patched 0 --cpu-stop-only -f "$vmcore" there
check '--cpu-stop-only -f: overwritten' cmp triage there
while read -ra options; do
	check "--cpu-stop-only ${options[*]}: refused" patched 1 --cpu-stop-only "${options[@]}" "$vmcore" no
	check "--cpu-stop-only ${options[*]}: and why" grep -q -- '^--cpu-stop-only cannot' out
done <<-END
	--config none -x none
	--eppic none -x none
	-c
	-l
	-z
	-d 31
	-d 0
	-X
	--num-threads 2
	--split
END
check '--cpu-stop-only, refused: no file was made' test ! -e no
check '--cpu-stop-only -F: the same once rearranged' flattened
check '--cpu-stop-only --cpu-stop: both' patched 0 --cpu-stop=both.json --cpu-stop-only "$vmcore" both
check '--cpu-stop-only --cpu-stop: JSON' diff json both.json
check '--cpu-stop-only --cpu-stop: dump' cmp triage both
finish
