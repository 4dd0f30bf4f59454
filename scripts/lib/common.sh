# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What every script here shares: where things are, how progress and failure are
# told, and how a built third-party tree is kept in the cache. Sourced, never run.

# Without this, set -e of a script does not reach into its $(...)
shopt -s inherit_errexit

SDEISTOP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SDEISTOP_CACHE=${SDEISTOP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sdeistop}
# make's BUILD, where it is set, is meant from the top of the tree
SDEISTOP_BUILD=${SDEISTOP_BUILD:-$(cd "$SDEISTOP_ROOT" && realpath -m "${BUILD:-build}")}
SDEISTOP_JOBS=${SDEISTOP_JOBS:-$(nproc)}
SDEISTOP_CROSS=aarch64-linux-gnu-
export SDEISTOP_ROOT SDEISTOP_CACHE SDEISTOP_BUILD SDEISTOP_JOBS SDEISTOP_CROSS

# say TEXT...: one line of progress. Standard error, so that standard output
# stays free for what a script produces.
say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

# usage_exit TEXT [STATUS]: print a script's usage; asked for it is output, an
# error otherwise.
usage_exit()
{
	if [[ ${2:-0} -eq 0 ]]; then
		printf '%s\n' "$1"
	else
		printf '%s\n' "$1" >&2
	fi
	exit "${2:-0}"
}

# run_step WHAT LOG HINT CMD...: run CMD with its output in LOG. Says that it
# began and where its log is, shows that it is alive every 20 s, and when it
# fails shows the end of the log and HINT, which tells how to go on.
run_step()
{
	local what=$1 log=$2 hint=$3 start=$SECONDS pid status=0
	shift 3

	mkdir -p "$(dirname "$log")"
	say "$what ... (log: $log)"
	# A process group of its own, so that an interrupt ends all of it
	set -m
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	set +m
	# shellcheck disable=SC2064 # expanded now on purpose: pid is local
	trap "kill -- -$pid 2>/dev/null; exit 130" INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		if (( SECONDS - start >= 20 && (SECONDS - start) % 20 == 0 )); then
			say "$what: $((SECONDS - start)) s, $(wc -l <"$log") lines of log"
			sleep 1
		fi
	done
	wait "$pid" || status=$?
	trap - INT TERM
	if (( status != 0 )); then
		tail -n 25 "$log" >&2
		say "FAILED: $what (status $status)."
		say "  log:   $log"
		say "  to go on: $hint"
		return "$status"
	fi
	say "$what: done in $((SECONDS - start)) s"
}

# key_of FILE-OR-WORD...: a short key over contents of files and over plain words
key_of()
{
	local item

	for item in "$@"; do
		if [[ -f $item ]]; then
			sha256sum <"$item"
		else
			printf '%s\n' "$item"
		fi
	done | sha256sum | cut -c1-12
}

# cache_ready DIR: was DIR completed by cache_done?
cache_ready()
{
	[[ -e $1/.done ]]
}

cache_done()
{
	: >"$1/.done"
}

# lock_here FILE WHAT: hold the lock FILE for the rest of this script, so that two
# runs never make the same thing WHAT at once. Released when the script ends.
lock_here()
{
	mkdir -p "$(dirname "$1")"
	# Inherited by what the script starts, which is fine: it ends before.
	exec 9>"$1"
	if ! flock -n 9; then
		say "another run is building $2; waiting for it"
		flock 9
	fi
}

# cache_lock NAME: the lock of what is NAME in the cache
cache_lock()
{
	lock_here "$SDEISTOP_CACHE/lock/$1" "$1"
}

# cache_prune KEEP PATTERN...: remove what matches and is not the directory
# KEEP. Matches are cache directories of older keys.
cache_prune()
{
	local keep=$1 path

	shift
	for path in "$@"; do
		[[ -e $path && $path != "$keep" ]] || continue
		say "removing $path, superseded"
		rm -rf "$path"
	done
}

# version_or_cached PATTERN CMD...: what CMD prints as a version. Without a
# network fall back to the version of what is in the cache: the file PATTERN/version.
version_or_cached()
{
	local pattern=$1 version file

	shift
	if version=$("$@") && [[ $version ]]; then
		printf '%s\n' "$version"
		return
	fi
	for file in $pattern/src-version; do
		[[ -e $file ]] || continue
		say "cannot ask for the version now, taking the cached one: $(<"$file")"
		cat "$file"
		return
	done
	say "no version from '$*' and nothing cached as $pattern; is there a network?"
	return 1
}
