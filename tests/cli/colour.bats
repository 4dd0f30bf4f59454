#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When the text has colours, and that they change nothing else.

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	for name in elf-wedged:complete not-stopped:incomplete old-kernel:unknown \
		    contradiction:malformed; do
		"$BATS_TEST_DIRNAME/../tools/mkvmcore" \
			"$BATS_TEST_DIRNAME/../data/${name%:*}.txt" "${name#*:}"
	done
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	esc=$'\x1b'
}

# on_terminal [NAME=VALUE...] -- ARG...: what a terminal of its own gets
on_terminal() {
	local environment=()

	while [[ $1 != -- ]]; do
		environment+=("$1")
		shift
	done
	shift
	env -u NO_COLOR TERM=xterm "${environment[@]}" \
		script -qec "$(printf '%q ' "$SDEISTOP" "$@")" /dev/null </dev/null | tr -d '\r'
}

stripped() {
	sed "s/$esc\[[0-9]*m//g"
}

# A '!' before a command would not fail a test
uncoloured() {
	if grep -F "$esc"; then
		return 1
	fi
}

@test "colour: none without a terminal" {
	for command in show verify; do
		for file in complete incomplete unknown malformed; do
			TERM=xterm "$SDEISTOP" "$command" "$file" >out || true
			[ -s out ]
			uncoloured <out
		done
	done
}

@test "colour: a terminal has them, and the same text" {
	for file in complete incomplete unknown malformed; do
		for args in show verify 'show -r' 'show -c 0-2'; do
			# shellcheck disable=SC2086
			on_terminal -- $args "$file" >coloured
			# shellcheck disable=SC2086
			"$SDEISTOP" $args "$file" >plain || true
			grep -qF "$esc" coloured
			stripped <coloured | diff plain -
		done
	done
}

@test "colour: what turns them off, and on" {
	on_terminal NO_COLOR=1 -- show complete | uncoloured
	on_terminal NO_COLOR= -- show complete | grep -qF "$esc"
	on_terminal TERM=dumb -- show complete | uncoloured
	on_terminal -u TERM -- show complete | uncoloured
	on_terminal -- show --color=never complete | uncoloured
	NO_COLOR=1 TERM=dumb "$SDEISTOP" show --color=always complete | grep -qF "$esc"
	"$SDEISTOP" show --color=auto complete | uncoloured
	run "$SDEISTOP" show --color=red complete
	[ "$status" -eq 2 ]
	[[ $output == *"expected auto, always or never"* ]]
}

@test "colour: JSON has none" {
	"$SDEISTOP" show --color=always --json complete | jq -e .schema
	on_terminal -- verify --jsonl complete | uncoloured
}

@test "colour: which rows and words have which" {
	local green="${esc}[32m" yellow="${esc}[33m" red="${esc}[31m" end="${esc}[0m"

	for file in complete:"$green" unknown:"$yellow" incomplete:"$red" malformed:"$red"; do
		"$SDEISTOP" verify --color=always "${file%%:*}" |
			grep -F "verdict: ${file#*:}${file%%:*}$end (" || false
	done
	"$SDEISTOP" show --color=always complete >out
	grep -F "$yellow*" out
	[ "$(grep -cF "$yellow" out)" -eq "$("$SDEISTOP" show --json complete | jq '.cpus.wedged | length')" ]
	"$SDEISTOP" show --color=always incomplete >out || true
	[ "$(grep -F "$red*" out | stripped | awk '{ print $2 }')" = \
	  "$("$SDEISTOP" show --json incomplete | jq '.cpus.not_stopped[]')" ]
	grep -E "^$esc\[31m\*.*$esc\[0m\$" out
}
