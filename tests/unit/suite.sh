#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Runs the unit tests of the build with sanitizers (make asan-programs). TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

failed=0
for source in tests/unit/test_*.c; do
	name=$(basename "$source" .c)
	# A plan a program: a consumer adds them up.
	printf '# %s\n' "$name"
	CMOCKA_MESSAGE_OUTPUT=TAP "${BUILD:-build}/asan/tests/unit/$name" || failed=1
done
exit "$failed"
