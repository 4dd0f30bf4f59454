#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The scenarios as a suite that speaks TAP, for tests/suites.
set -euo pipefail

USAGE="usage: suite.sh [-h] [NAME...]

Runs run-all.sh and prints its groups as TAP."

if [[ ${1:-} == -h ]]; then
	printf '%s\n' "$USAGE"
	exit 0
fi

"$(dirname "$0")/run-all.sh" "$@" | "$(dirname "$0")/tap.awk"
