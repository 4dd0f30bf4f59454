# SPDX-License-Identifier: GPL-2.0-or-later
#
# coverage: which lines of the parsers the tests run; the table and
# coverage.json are in $(COVERAGE), which is a BUILD of its own.

COVERAGE := $(BUILD)/coverage

.PHONY: coverage coverage-programs
coverage-programs:
	@$(MAKE) --no-print-directory BUILD='$(COVERAGE)' CFLAGS='-O0 -g --coverage' STATIC=no \
		test-programs

coverage: coverage-programs
	@BUILD='$(BUILD)' tests/coverage/run.sh
	@tests/coverage/table '$(COVERAGE)'
