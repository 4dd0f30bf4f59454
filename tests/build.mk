# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the tests of the library and the command run. Needs lib/build.mk and
# tools/build.mk before it.
#
# test-programs: for this BUILD and these CFLAGS. asan-programs: the same with
# sanitizers in $(BUILD)/asan, where the suite.sh scripts look for them;
# asan-crash-ext: the crash extension with them.
# check-tools: those suites. update-data writes the .expect files of tests/data
# anew: read the diff before committing.

include tests/unit/build.mk
include tests/fuzz/build.mk
include tests/coverage/build.mk

SANITIZE_CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all

.PHONY: test-programs asan-programs asan-crash-ext check-tools update-data
test-programs: $(TOOL) $(MEMORY_TOOL) $(UNIT_BINS) $(FUZZ_TARGETS:%=$(BUILD)/fuzz/replay_%) $(FUZZ_SEEDS)/stamp

asan-programs:
	@$(MAKE) --no-print-directory BUILD='$(BUILD)/asan' CFLAGS='$(SANITIZE_CFLAGS)' test-programs

# Wants CRASH_SRC, as crash-ext does
asan-crash-ext:
	@$(MAKE) --no-print-directory BUILD='$(BUILD)/asan' CFLAGS='$(SANITIZE_CFLAGS)' crash-ext

check-tools: asan-programs tools
	BUILD='$(BUILD)' tests/unit/suite.sh
	BUILD='$(BUILD)' tests/cli/suite.sh
	BUILD='$(BUILD)' tests/fuzz/suite.sh

update-data: $(TOOL) $(MEMORY_TOOL)
	@for description in tests/data/*.txt; do \
		SDEISTOP='$(TOOL)' tests/cli/transcript "$$description" \
			>"$${description%.txt}.expect" || exit 1; \
	done
