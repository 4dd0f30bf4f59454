#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One way to make a dump: without --cpu-stop what stock makes, with it the same and
# the pages of the contexts. Prints a line a check and ends with "N passed, N failed".
set -uo pipefail

USAGE="usage: check-command.sh VMCORE KIND NAME OPTION...

  KIND, NAME, OPTION...   as in a line of commands.list

VMCORE must have pages of a process whose CPU was wedged. The environment variables
STOCK and PATCHED are makedumpfile for arm64 without and with the patches, SDEISTOP
the command."

[[ $# -ge 4 && ${STOCK:-} && ${PATCHED:-} && ${SDEISTOP:-} ]] || { echo "$USAGE" >&2; exit 2; }
vmcore=$(realpath "$1") kind=$2
shift 3
# shellcheck source=tests/makedumpfile/common.sh
. "$(dirname "$0")/common.sh"

# triage FILE OUT: what tells where the CPUs were, of that file
triage()
{
	"${run[@]}" "$PATCHED" --message-level 4 --cpu-stop-only "$1" "$2"
}

# has_contexts DIR: the dump there has all of it that the vmcore has
has_contexts()
{
	triage "$work/$1/whole" "$work/$1/triage" && [[ -s $work/triage ]] && cmp "$work/triage" "$work/$1/triage"
}

# says_first FILE: that text is the first that makedumpfile said
says_first()
{
	[[ -s $1 ]] && head -n "$(wc -l <"$1")" "$work/retained/messages" | diff "$1" -
}

# lacks_contexts DIR: that dump has others, or has none that it leads to
lacks_contexts()
{
	triage "$work/$1/whole" "$work/$1/triage" && ! cmp "$work/triage" "$work/$1/triage"
}

# How many pages makedumpfile says are there only for this
retained() { sed -n 's/^ *Retained pages *: 0x0*//p' "$work/$1/messages"; }

check 'stock' dump "$STOCK" "$work/stock" "$vmcore" "$@"
# With nothing to compare with, much of what follows would be right
(( !failed )) || finish
check 'option unused' dump "$PATCHED" "$work/unused" "$vmcore" "$@"
# What the processes of --split say is mixed
differ=(diff -r)
[[ " $* " != *' --split '* ]] || differ+=(-x messages)
check 'option unused: all is byte for byte that of stock' "${differ[@]}" "$work/stock" "$work/unused"
check '--cpu-stop' dump "$PATCHED" "$work/retained" "$vmcore" --cpu-stop "$@"
"$SDEISTOP" show "$vmcore" >"$work/table"
check '--cpu-stop: the table is that of sdeistop show' says_first "$work/table"

triage "$vmcore" "$work/triage"
whole "$work/stock"
whole "$work/retained"
check '--cpu-stop: has the contexts of all CPUs' has_contexts retained
case $kind in
loses)
	check 'stock has not' lacks_contexts stock
	check '--cpu-stop: tells how many pages that takes' test "$(retained retained)"
	check 'stock does not' test ! "$(retained stock)"
	check '--cpu-stop: and no other page besides' nothing_more ;;
same)
	check 'nothing to retain: the dump is that of stock' cmp "$work"/{stock,retained}/whole ;;
esac
finish
