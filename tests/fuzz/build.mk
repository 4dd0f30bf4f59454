# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzz targets: replay_* run files through them, compiled as this BUILD is
# (tests/fuzz/suite.sh). fuzz: libFuzzer for FUZZ_SECONDS each, compiled by
# FUZZ_CC with sanitizers.

FUZZ_TARGETS := notes elf kdump flattened split inferred protocol pages backtrace modules triage
FUZZ_SEEDS := $(BUILD)/fuzz/seeds
FUZZ_SECONDS ?= 60
FUZZ_JOBS ?= 1
FUZZ_CC ?= clang
FUZZ_CFLAGS := -O2 -g -fno-omit-frame-pointer -fno-sanitize-recover=undefined
FUZZ_SANITIZE := address,undefined
FUZZ_SRCS := $(SDEISTOP_CORE_SRCS) $(SDEISTOP_FORMAT_SRCS) $(SDEISTOP_TRIAGE_SRCS)
# A third of the time goes into bookkeeping that finds nothing here.
FUZZ_OPTIONS := detect_leaks=1:malloc_context_size=2:quarantine_size_mb=1

REPLAY_OBJS := $(BUILD)/obj/tests/fuzz/target.o $(BUILD)/obj/tests/fuzz/replay.o

$(FUZZ_SEEDS)/stamp: tests/fuzz/seeds tests/tools/mkvmcore $(wildcard tests/data/*.txt)
	@mkdir -p $(@D)
	@tests/fuzz/seeds tests/data $(@D)
	@touch $@

# What a target is about, where that is not the library
$(BUILD)/fuzz/replay_protocol: $(BUILD)/obj/tools/memory-lines.o
$(BUILD)/fuzz/fuzz_protocol: FUZZ_SRCS += tools/memory-lines.c
$(BUILD)/fuzz/replay_backtrace: $(BUILD)/obj/lib/memory/backtrace.o
$(BUILD)/fuzz/fuzz_backtrace: FUZZ_SRCS += lib/memory/backtrace.c
$(BUILD)/fuzz/replay_modules: $(addprefix $(BUILD)/obj/lib/memory/, backtrace.o modules.o)
$(BUILD)/fuzz/fuzz_modules: FUZZ_SRCS += lib/memory/backtrace.c lib/memory/modules.c
$(BUILD)/fuzz/replay_triage: $(BUILD)/obj/tests/unit/fake_machine.o
$(BUILD)/fuzz/fuzz_triage: FUZZ_SRCS += tests/unit/fake_machine.c
PAGES_SRCS := lib/memory/kallsyms.c lib/memory/printk.c lib/memory/integers.c tests/unit/fake_memory.c
$(BUILD)/fuzz/replay_pages: $(PAGES_SRCS:%.c=$(BUILD)/obj/%.o)
$(BUILD)/fuzz/fuzz_pages: FUZZ_SRCS += $(PAGES_SRCS)

$(BUILD)/fuzz/replay_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(REPLAY_OBJS) $(LIBSDEISTOP)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBELF_LIBS)

# Without coverage: the fuzzer is not to look for inputs that are new to the checks.
$(BUILD)/fuzz/target.o: tests/fuzz/target.c tests/fuzz/target.h
	@mkdir -p $(@D)
	$(FUZZ_CC) $(SDEISTOP_CPPFLAGS) $(SDEISTOP_CFLAGS) $(FUZZ_CFLAGS) \
		-fsanitize=$(FUZZ_SANITIZE) -c -o $@ $<

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_SRCS) $(BUILD)/fuzz/target.o
	@mkdir -p $(@D)
	$(FUZZ_CC) $(SDEISTOP_CPPFLAGS) $(LIBELF_CFLAGS) $(SDEISTOP_CFLAGS) $(FUZZ_CFLAGS) \
		-fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $< $(FUZZ_SRCS) $(BUILD)/fuzz/target.o \
		$(LIBELF_LIBS)

# New inputs go to the first directory, crashes beside it; both stay in $(BUILD).
.PHONY: fuzz fuzz-build
fuzz-build: $(FUZZ_TARGETS:%=$(BUILD)/fuzz/fuzz_%)
fuzz: $(FUZZ_TARGETS:%=fuzz-%)

fuzz-%: $(BUILD)/fuzz/fuzz_% $(FUZZ_SEEDS)/stamp
	@mkdir -p $(BUILD)/fuzz/found/$*
	ASAN_OPTIONS=$(FUZZ_OPTIONS) $< -max_total_time=$(FUZZ_SECONDS) -max_len=32768 -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/crash-$*- \
		$(if $(filter-out 1,$(FUZZ_JOBS)),-fork=$(FUZZ_JOBS)) \
		$(BUILD)/fuzz/found/$* $(FUZZ_SEEDS)/$* $(wildcard tests/fuzz/corpus/$*)

.SECONDARY: $(REPLAY_OBJS) $(BUILD)/fuzz/target.o $(FUZZ_TARGETS:%=$(BUILD)/obj/tests/fuzz/fuzz_%.o)

-include $(REPLAY_OBJS:.o=.d) $(FUZZ_TARGETS:%=$(BUILD)/obj/tests/fuzz/fuzz_%.d)
