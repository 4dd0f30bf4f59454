#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."

USAGE="usage: suite.sh [-h]

Builds what counts the lines it runs, runs it, and tests that the parsers of each
folder are run but for a few lines (tests/coverage/table). TAP."

[[ ${1:-} != -h ]] || { printf '%s\n' "$USAGE"; exit 0; }
[[ $# -eq 0 ]] || { printf '%s\n' "$USAGE" >&2; exit 2; }

make -s coverage-programs >&2
tests/coverage/run.sh >&2
tests/coverage/table --tap "${BUILD:-build}/coverage"
