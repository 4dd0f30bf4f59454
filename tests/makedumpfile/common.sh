# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: runs of makedumpfile without and with the patches, and checks of what came
# out of them. Wants STOCK and PATCHED, the two programs for arm64, and SDEISTOP, the
# command, in the environment.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
# A CPU without pointer authentication, which takes qemu-user twenty times as long
run=(qemu-aarch64-static -cpu cortex-a57)

# check NAME COMMAND...: passes if the command does; what it prints is shown if not
check()
{
	local name=$1

	shift
	if "$@" >"$work/shown" 2>&1; then
		passed=$((passed + 1))
		echo "ok $((passed + failed + skipped)) - $name"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed + skipped)) - $name"
		head -20 "$work/shown" | sed 's/^/# /'
	fi
}

# skip NAME WHY: a check that cannot be made here
skip()
{
	skipped=$((skipped + 1))
	echo "ok $((passed + failed + skipped)) - $1 # SKIP $2"
}

finish()
{
	printf '%d passed, %d failed\n' "$passed" "$failed"
	exit $((failed != 0))
}

# dump PROGRAM DIR VMCORE OPTION...: that dump becomes the files part1, or part1 to part3, of
# DIR, beside messages, all that makedumpfile said of it but progress and times. Its status
# is the result.
dump()
{
	local program=$1 dir=$2 vmcore=$3 status=0 files=(part1)

	shift 3
	mkdir -p "$dir"
	[[ " $* " != *' --split '* ]] || files=(part{1..3})
	(
		cd "$dir" || exit
		if [[ " $* " == *' -F '* ]]; then
			"${run[@]}" "$program" --message-level 22 "$@" "$vmcore" >part1 2>messages
		else
			"${run[@]}" "$program" --message-level 22 "$@" "$vmcore" "${files[@]}" >messages 2>&1
		fi
	) || status=$?
	sed -i '/^STEP /d' "$dir/messages"
	return "$status"
}

# whole DIR: what was dumped there becomes one file again, DIR/whole
whole()
{
	if [[ -e $1/part2 ]]; then
		"${run[@]}" "$STOCK" --message-level 4 --reassemble "$1"/part{1..3} "$1/whole"
	elif head -c 12 "$1/part1" | grep -aq makedumpfile; then
		"${run[@]}" "$STOCK" --message-level 4 -R "$1/whole" <"$1/part1"
	else
		ln "$1/part1" "$1/whole"
	fi
}

# nothing_more: the dumps in stock and retained of $work are the same once stock has filtered
# them again, so that pages which -d 31 leaves out are all they differ in
nothing_more()
{
	local dir

	for dir in stock retained; do
		rm -f "$work/$dir/again"
		"${run[@]}" "$STOCK" --message-level 4 -l -d 31 "$work/$dir/whole" "$work/$dir/again" || return
	done
	cmp "$work"/{stock,retained}/again
}
