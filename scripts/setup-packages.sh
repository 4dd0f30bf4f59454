#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Install what a group of the project's parts needs, and nothing twice.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

LIST=$SDEISTOP_ROOT/scripts/packages.txt
USAGE="usage: setup-packages.sh [-h] [-n] GROUP...

Installs the Debian packages of those groups of scripts/packages.txt that are
not installed, as root or through sudo. Needs no network when all are there.
Package lists are the machine's own when it has recent ones, otherwise a copy
under SDEISTOP_CACHE: the machine's are never refreshed by this.

  -n   only print what is missing

Groups: $(awk '!/^#/ && NF { printf "%s ", $1 }' "$LIST")"

print=
while getopts hn opt; do
	case $opt in
	h) usage_exit "$USAGE" ;;
	n) print=1 ;;
	*) usage_exit "$USAGE" 2 ;;
	esac
done
shift $((OPTIND - 1))
[[ $# -ge 1 ]] || usage_exit "$USAGE" 2

wanted=()
for group in "$@"; do
	line=$(awk -v group="$group" '!/^#/ && $1 == group { $1 = ""; print }' "$LIST")
	[[ $line ]] || die "no group '$group' in scripts/packages.txt"
	read -ra packages <<<"$line"
	wanted+=("${packages[@]}")
done
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | LC_ALL=C sort -u)

# missing: those of wanted that are not installed. A virtual name counts when
# an installed package provides it.
missing()
{
	local package

	for package in "${wanted[@]}"; do
		dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
			printf '%s\n' "$package"
	done
}

need=()
mapfile -t need < <(missing)
if (( ${#need[@]} == 0 )); then
	exit 0
fi
if [[ $print ]]; then
	printf '%s\n' "${need[@]}"
	exit 0
fi

as_root=()
if (( EUID != 0 )); then
	if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
		# sudo may still ask, on a terminal
		if ! { command -v sudo >/dev/null && [[ -t 0 ]] && sudo -v; }; then
			say "not root, and no sudo. As root run:"
			say "  apt-get install --no-install-recommends ${need[*]}"
			exit 1
		fi
	fi
	as_root=(sudo)
fi

# Lists of the machine's sources, where it has none or they are older than a day
lists=()
system_lists=$(apt-config shell dir Dir::State::Lists/d | sed "s/^dir='\(.*\)'$/\1/")
if [[ -z $(find "$system_lists" -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit 2>/dev/null) ]]; then
	own=$SDEISTOP_CACHE/apt/lists
	mkdir -p "$own/partial"
	# _apt, apt's own user, need not be able to reach a home directory
	lists=(-o "Dir::State::Lists=$own" -o APT::Sandbox::User=root)
	if [[ -z $(find "$own" -maxdepth 1 -name '*_Packages*' -mmin -1440 -print -quit) ]]; then
		run_step "package lists" "$SDEISTOP_CACHE/log/apt-lists.log" \
			"check the network, then the same command again" \
			"${as_root[@]}" apt-get "${lists[@]}" -o Acquire::Retries=3 update
		# apt leaves the mirror's dates on the files
		"${as_root[@]}" find "$own" -maxdepth 1 -name '*_Packages*' -exec touch {} +
	fi
fi

say "to install: ${need[*]}"
run_step "install ${#need[@]} packages" "$SDEISTOP_CACHE/log/apt-install.log" \
	"the same command again; or as root: apt-get install --no-install-recommends ${need[*]}" \
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${lists[@]}" \
	-o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
	install -y --no-install-recommends "${need[@]}"
mapfile -t need < <(missing)
(( ${#need[@]} == 0 )) || die "apt-get said it went well, and yet these are not installed: ${need[*]}"
