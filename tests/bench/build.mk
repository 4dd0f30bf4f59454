# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the benchmarks of the command and of the crash extension run. Needs
# tools/build.mk and crash-ext/build.mk before it.

BENCH_BINS := $(addprefix $(BUILD)/tests/bench/, empty peak)

$(BENCH_BINS): $(BUILD)/tests/bench/%: $(BUILD)/obj/tests/bench/%.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

.PHONY: bench-programs bench bench-command
bench-programs: tools $(BENCH_BINS)

-include $(BENCH_BINS:$(BUILD)/tests/bench/%=$(BUILD)/obj/tests/bench/%.d)

# The command alone: minutes, and nothing is emulated
bench-command:
	@scripts/setup-packages.sh tools bench
	@$(MAKE) --no-print-directory -s bench-programs
	@tests/bench/verify.py
	@tests/bench/reads.py
	@tests/bench/memory.py
	@tests/bench/scan.py
	@tests/bench/crash.py

# What measures inside crash is an extension too
STOPWATCH := $(BUILD)/tests/bench/stopwatch.so

$(STOPWATCH): tests/bench/stopwatch.c $(CRASH_EXT_CONFIG)
	$(CRASH_EXT_OF_ONE)

# crash and its extension: wants vmcores of make e2e and of the matrix; builds crash
# where it is not
.PHONY: bench-crash bench-crash-programs
bench-crash-programs: crash-ext $(STOPWATCH)
bench-crash:
	@scripts/setup-packages.sh tools bench apt crash
	@crash=$$(scripts/build-crash.sh) && \
		$(MAKE) --no-print-directory -s bench-crash-programs CRASH_SRC="$$crash"
	@tests/bench/extension.py

bench: e2e-packages bench-command
	@tests/bench/kernel.py $(BENCH_FLAGS)
	@tests/bench/capture.py $(BENCH_FLAGS)
	@tests/bench/triage.py $(BENCH_FLAGS)
