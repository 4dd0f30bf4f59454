#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sdeistop(1) against the command.

setup() {
	root=$BATS_TEST_DIRNAME/../..
	page=$root/docs/sdeistop.1
	cd "$BATS_TEST_TMPDIR"
}

@test "man page: what examples print about the bundled vmcores is what is printed" {
	local nr=0

	"$root/scripts/unpack-samples.sh"
	cd "$root"
	cd "${BUILD:-build}/samples"
	awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0; print "" } on' "$page" |
		sed 's/\\-/-/g; s/\\e/\\/g' >"$BATS_TEST_TMPDIR/examples"
	while read -r command file; do
		awk -v first="\$ sdeistop $command $file" '$0 == first { on = 1; next }
			/^\$ / { on = 0 } on' "$BATS_TEST_TMPDIR/examples" >"$BATS_TEST_TMPDIR/page"
		"$SDEISTOP" "$command" "$file" >"$BATS_TEST_TMPDIR/out" || true
		echo >>"$BATS_TEST_TMPDIR/out"
		diff "$BATS_TEST_TMPDIR/page" "$BATS_TEST_TMPDIR/out"
		nr=$((nr + 1))
	done < <(sed -nE 's/^\$ sdeistop ([a-z]+) ([a-z-]+\.vmcore)$/\1 \2/p' "$BATS_TEST_TMPDIR/examples")
	[ "$nr" -ge 2 ]
}

@test "man page: it has every option of the help" {
	sed -nE 's/^\.(B|BR) (\\-.*)$/\2/p' "$page" | sed 's/\\-/-/g' >options
	for command in $("$SDEISTOP" --help | sed -nE 's/^(usage:|      ) sdeistop ([a-z]+) .*/\2/p'); do
		"$SDEISTOP" "$command" --help | grep -E '^ {2,6}-' |
			sed -E 's/^ *//; s/  .*//' | grep -oE '(^|[ ,])--?[a-z-]+' | tr -d ' ,' >"$command"
		grep -qx -e -h "$command"
		while read -r option; do
			echo "$command $option"
			grep -qE -e "(^|[ \"])$option([ \"]|\$)" options
		done <"$command"
	done
}
