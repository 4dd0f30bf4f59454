# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: crash over a vmcore, with commands from a file and the extension
# loaded, and checks of what it printed. Wants crash, vmlinux, vmcore and
# extension. In the environment: CRASH_OPTIONS, further options of crash; and
# SANITIZED=yes, the extension is one with sanitizers, and what they say of it is a
# failed check.

for file in "${crash:?}" "${vmlinux:?}" "${vmcore:?}" "${extension:?}"; do
	[[ -r $file ]] || { echo "$0: cannot read $file" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

passed=0 failed=0 out=
# More options for every run of crash, and the further files of a split vmcore
crash_options=()
parts=()

# crash has none of its own: they come before all else it loads. What it leaks
# itself is not to end it, nor is freed memory to look as if held.
sanitizers=()
if [[ ${SANITIZED:-} ]]; then
	sanitizers=(LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
		    ASAN_OPTIONS="log_path=$work/sanitizers,exitcode=0,quarantine_size_mb=0"
		    UBSAN_OPTIONS="log_path=$work/sanitizers,print_stacktrace=1")
fi

# check NAME COMMAND...: passes if the command does; $out is shown if not
check()
{
	local name=$1

	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $name"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $name"
		head -40 <<<"$out" | sed 's/^/# /'
	fi
}

# run_crash [OPTION...]: one run of crash over the lines of standard input, the
# extension loaded if there is one
run_crash()
{
	local options

	# A ~/.crashrc of the user's may load another build of the extension
	read -ra options <<<"--no_crashrc -s ${CRASH_OPTIONS:-}"
	options+=("${crash_options[@]}" "$@")
	{
		echo "${extension:+extend $extension}"
		cat
		echo '!echo END'
		echo quit
	} >"$work/input"
	# Texts of the C library are compared too. An emulated crash may take minutes.
	timeout -k 5 300 env LC_ALL=C "${sanitizers[@]}" "$crash" "${options[@]}" -i "$work/input" \
		"$vmlinux" "$vmcore" "${parts[@]}" </dev/null >"$work/session" 2>&1
}

# session [-m] [-n] LINE...: one run of crash over these lines; -m in minimal mode,
# -n without the extension
session()
{
	local line options=() extension=$extension

	for (( ; $#; )); do
		case $1 in
		-m) options+=(--minimal) ;;
		-n) extension='' ;;
		*) break ;;
		esac
		shift
	done
	for line; do
		echo "!echo 'BEGIN $line'"
		echo "$line"
	done | run_crash "${options[@]}"
}

# changed PLACE=VALUE...: the sessions that follow are over such a copy of the vmcore,
# made by vmcore.py
original=$vmcore
changed()
{
	vmcore=$work/vmcore
	"$(dirname "${BASH_SOURCE[0]}")/vmcore.py" patch "$original" "$vmcore" "$@" && return
	check "vmcore.py patch $*" false
	finish
}

# from LINE: what that line of the last session printed becomes $out; fails if there
# is no such line
from()
{
	if ! grep -qxF -- "BEGIN $1" "$work/session"; then
		out="crash did not get to: $1"
		return 1
	fi
	out=$(awk -v line="BEGIN $1" '/^BEGIN / || /^END$/ { on = $0 == line; next } on' \
		"$work/session")
}

has() { grep -qE -- "$1" <<<"$out"; }
lacks() { ! grep -qE -- "$1" <<<"$out"; }
count() { [[ $(grep -cE -- "$1" <<<"$out") -eq $2 ]]; }

# The dump has to open at all, or there is nothing to check
check_opens()
{
	session 'sdeistop -v'
	from 'sdeistop -v'
	has '^verdict:' && return
	out=$(<"$work/session")
	check 'crash opens the dump and loads the extension' false
	finish
}

# complaints: what the sanitizers said of the extension, with leaks of crash left
# out. Of one that was unloaded they know no name.
complaints()
{
	cat "$work"/sanitizers.* 2>/dev/null | awk -v RS= '
		/ leak of / && !/crash-ext\/|lib\/core\/|sdeistop\.so|<unknown module>/ { next }
		/ leak of |ERROR: AddressSanitizer|runtime error:/ { print; print "" }' |
		grep -v '^==.*LeakSanitizer: detected'
}

finish()
{
	if [[ ${SANITIZED:-} ]]; then
		out=$(complaints)
		check 'the sanitizers find nothing' test ! "$out"
		out="no log of a leak of crash's own"
		check 'the sanitizers were there' grep -q LeakSanitizer "$work"/sanitizers.*
		out="$extension has no symbol of theirs"
		check 'the extension is one with sanitizers' \
			grep -q __asan_init <(readelf -W --dyn-syms "$extension")
	fi
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
	exit
}
