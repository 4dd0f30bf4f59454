# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the benchmarks of the command run. Needs tools/build.mk before it.

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

bench: e2e-packages bench-command
	@tests/bench/kernel.py $(BENCH_FLAGS)
	@tests/bench/capture.py $(BENCH_FLAGS)
