#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Packages that the machine's own release lacks, without touching its package
# lists: an apt configuration of our own, whose sources are the machine's own
# Debian mirror with another suite.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

USAGE="usage: private-apt.sh [-h] COMMAND SUITE PACKAGE...

  version SUITE PACKAGE           print the version SUITE has of a source package
  source  SUITE PACKAGE DIR       unpack that source package into DIR
  tarball SUITE PACKAGE DIR       the same of upstream's tarball alone, without Debian's
                                  part of it, which a mirror may have lost
  binary  SUITE ARCH DIR PACKAGE...  unpack the files of binary packages into DIR
  binary-version SUITE ARCH PACKAGE  print the version of a binary package

SUITE is a Debian suite (trixie, sid, ...); ARCH a Debian architecture.
Lists live under SDEISTOP_CACHE and are refreshed when older than a day."

# The mirror the machine itself installs Debian from; apt tells it whatever
# format its sources are written in.
debian_mirror()
{
	# shellcheck disable=SC2016 # the fields are apt's, not the shell's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk '$2 ~ /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/ { print $1; exit }'
}

# apt_conf SUITE ARCH: print the configuration's file name, made if need be
apt_conf()
{
	local suite=$1 arch=$2 dir mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg

	dir=$SDEISTOP_CACHE/apt/$suite-$arch
	if [[ ! -e $dir/apt.conf ]]; then
		mirror=$(debian_mirror)
		[[ $mirror ]] || die "no Debian mirror among this machine's apt sources ('apt-get indextargets' shows them)"
		mkdir -p "$dir"/{lists/partial,archives/partial,preferences.d,trusted.gpg.d}
		: >"$dir/status"
		{
			printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite"
			printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite"
		} >"$dir/sources.list"
		# Signatures are checked; that a mirror lags behind by weeks does not
		# matter for sources that are only built and read here.
		cat >"$dir/apt.conf.new" <<-CONF
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Acquire::Retries "3";
		Acquire::Check-Valid-Until "false";
		Dir::State "$dir";
		Dir::State::Lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "$dir/preferences.d";
		CONF
		mv "$dir/apt.conf.new" "$dir/apt.conf"
	fi
	if [[ ! -e $dir/updated || -n $(find "$dir/updated" -mmin +1440) ]]; then
		APT_CONFIG=$dir/apt.conf run_step "package lists of $suite ($arch)" "$dir/update.log" \
			"check the network, then run the same command again" apt-get update || return
		if grep -q '^[EW]: ' "$dir/update.log"; then
			say "apt-get update was not clean: $(grep -m1 '^[EW]: ' "$dir/update.log")"
			return 1
		fi
		: >"$dir/updated"
	fi
	printf '%s\n' "$dir/apt.conf"
}

# remembered CONF NAME COMMAND...: what COMMAND prints with that configuration,
# which only changes with the lists. apt reads all of them for each question.
remembered()
{
	local dir=${1%/*} answer=${1%/*}/answers/$2 conf=$1

	shift 2
	if [[ ! -s $answer || ! $answer -nt $dir/updated ]]; then
		mkdir -p "$dir/answers"
		: >"$answer.$$"
		touch -r "$answer.$$" "$answer.$$.asked"
		APT_CONFIG=$conf "$@" >"$answer.$$"
		# Lists that change meanwhile are newer than the answer
		touch -r "$answer.$$.asked" "$answer.$$"
		rm "$answer.$$.asked"
		mv "$answer.$$" "$answer"
	fi
	cat "$answer"
}

newest_source()
{
	apt-cache showsrc --only-source "$1" | awk '$1 == "Version:" { print $2 }' | sort -V | tail -n 1
}

newest_binary()
{
	apt-cache show --no-all-versions "$1" | awk '$1 == "Version:" { print $2; exit }'
}

source_version()
{
	local conf

	conf=$(apt_conf "$1" amd64)
	remembered "$conf" "source-$2" newest_source "$2"
}

binary_version()
{
	local conf

	conf=$(apt_conf "$1" "$2")
	remembered "$conf" "binary-$3" newest_binary "$3"
}

# get_source source|tarball SUITE PACKAGE DIR
get_source()
{
	local what=$1 conf work dir=$4 options=(--only-source)

	[[ $what == source ]] || options+=(--tar-only --download-only)
	conf=$(apt_conf "$2" amd64)
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # expanded now on purpose: work is local
	trap "rm -rf '$work'" EXIT
	(
		cd "$work"
		APT_CONFIG=$conf run_step "$what of $3 ($2)" "$SDEISTOP_CACHE/log/$what-$3.log" \
			"run the same command again; a 404 means the mirror lacks part of it" \
			apt-get source "${options[@]}" "$3"
		if [[ $what == tarball ]]; then
			mkdir tree
			tar -C tree --strip-components=1 -xf ./*.orig.tar.*
		fi
	)
	mkdir -p "$(dirname "$dir")"
	# From another file system it is a copy: not under its name until it is whole
	rm -rf "$dir.new"
	mv "$work"/*/ "$dir.new"
	mv -T "$dir.new" "$dir"
}

get_binaries()
{
	local conf suite=$1 arch=$2 dir=$3 work deb

	shift 3
	conf=$(apt_conf "$suite" "$arch")
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # expanded now on purpose: work is local
	trap "rm -rf '$work'" EXIT
	(
		cd "$work"
		APT_CONFIG=$conf run_step "packages $* ($suite, $arch)" "$SDEISTOP_CACHE/log/binary-$1-$arch.log" \
			"run the same command again" apt-get download "$@"
	)
	mkdir -p "$dir"
	for deb in "$work"/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
}

[[ ${1:-} != -h ]] || usage_exit "$USAGE"
case ${1:-}:$# in
version:3) source_version "$2" "$3" ;;
source:4 | tarball:4) get_source "$@" ;;
binary-version:4) binary_version "$2" "$3" "$4" ;;
binary:*) [[ $# -ge 5 ]] || usage_exit "$USAGE" 2
	shift; get_binaries "$@" ;;
*) usage_exit "$USAGE" 2 ;;
esac
