# SPDX-License-Identifier: GPL-2.0-or-later
#
# The test bed. Included by the top Makefile, after what defines the targets
# tools and crash-ext; BUILD is where those put their results.

E2E_GROUPS := tools apt kernel qemu crash
E2E_ENV = SDEISTOP_BUILD=$(abspath $(BUILD))

.PHONY: e2e live e2e-packages e2e-tools e2e-list

# One scenario, or all of them
e2e: e2e-tools
	$(E2E_ENV) tests/e2e/run-all.sh $(SCENARIO)

# The main job from nothing, to be looked at
live: e2e-tools
	$(E2E_ENV) tests/e2e/live.sh

e2e-list:
	@tests/e2e/run-all.sh -l

e2e-packages:
	scripts/setup-packages.sh $(E2E_GROUPS)

# What the scenarios check with. crash-ext wants the source tree of the crash
# that will load it, which has to be built first.
e2e-tools: e2e-packages
	$(MAKE) tools
	crash=$$(scripts/build-crash.sh) && $(MAKE) crash-ext CRASH_SRC="$$crash"
