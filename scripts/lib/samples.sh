# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The bundled vmcores and the scenarios they are captures of. Sourced after
# common.sh.

# shellcheck disable=SC2034 # for those who source this
SAMPLES=$SDEISTOP_ROOT/tests/data/samples
# One of each kind: every other scenario would add half a megabyte and show nothing new
# shellcheck disable=SC2034
SAMPLE_SCENARIOS=(none-wedged one-wedged three-wedged hot-unplugged no-sdei unpatched)

# sample_scenario NAME FILE: the scenario NAME as samples are made and checked
# with it. Pages are saved in plain: what zstd packs as one is far smaller than
# page by page.
sample_scenario()
{
	sed 's/kdump-lzo/kdump-plain/' "$SDEISTOP_ROOT/tests/e2e/scenarios/$1.scenario" >"$2"
}
