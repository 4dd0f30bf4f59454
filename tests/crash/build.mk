# SPDX-License-Identifier: GPL-2.0-or-later
#
# The extension that the tests of crash-ext/patches load. CRASH_SRC is a tree with
# the patches. Needs crash-ext/build.mk before it.

CRASH_PATCHES_EXT := $(BUILD)/tests/crash/crash-patches.so

.PHONY: crash-patches-ext
crash-patches-ext: $(CRASH_PATCHES_EXT)

$(CRASH_PATCHES_EXT): tests/crash/crash-patches.c FORCE
	$(CRASH_EXT_OF_ONE)
