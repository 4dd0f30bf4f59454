# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The lists of Debian packages that the guest is made of. Sourced after common.sh.

# guest_packages LIST SUITE KIND: the names of that kind this suite has
guest_packages()
{
	awk -v suite="$2" -v kind="$3" \
		'$1 == kind && (NF == 2 || index("," $3 ",", "," suite ",")) { print $2 }' "$1"
}

# guest_versions LIST SUITE: of its programs, which decide when it is made anew
guest_versions()
{
	local package

	for package in $(guest_packages "$1" "$2" program); do
		printf '%s=' "$package"
		"$SDEISTOP_ROOT/scripts/private-apt.sh" binary-version "$2" arm64 "$package" || return
	done | paste -sd ' '
}
