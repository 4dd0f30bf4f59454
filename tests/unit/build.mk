# SPDX-License-Identifier: GPL-2.0-or-later
#
# The unit tests: programs in $(BUILD)/tests/unit, run by tests/unit/check.sh.

UNIT_TESTS := backtrace bounds compare cpulist failures format link loads modules note printk protocol record \
	render report symbols translate triage
UNIT_OBJS := $(BUILD)/obj/tests/unit/fixture.o $(BUILD)/obj/tools/cpulist.o
UNIT_BINS := $(UNIT_TESTS:%=$(BUILD)/tests/unit/test_%)

CMOCKA_LIBS := $(shell pkg-config --libs cmocka 2>/dev/null || echo -lcmocka)

$(BUILD)/tests/unit/test_failures: LDFLAGS += \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=reallocarray,--wrap=realloc,--wrap=strndup,--wrap=pread64,--wrap=read

# Pages without a file
FAKE_MEMORY_OBJS := $(BUILD)/obj/tests/unit/fake_memory.o $(BUILD)/obj/lib/memory/integers.o
$(BUILD)/tests/unit/test_symbols: $(FAKE_MEMORY_OBJS) $(BUILD)/obj/lib/memory/kallsyms.o
$(BUILD)/tests/unit/test_printk: $(FAKE_MEMORY_OBJS) $(BUILD)/obj/lib/memory/printk.o
$(BUILD)/tests/unit/test_protocol: $(BUILD)/obj/tools/memory-lines.o
# A machine without a file
FAKE_MACHINE_OBJS := $(BUILD)/obj/tests/unit/fake_machine.o
$(BUILD)/tests/unit/test_translate $(BUILD)/tests/unit/test_triage $(BUILD)/tests/unit/test_failures: \
	$(FAKE_MACHINE_OBJS)
# Words that only these tests have
$(BUILD)/tests/unit/test_backtrace: $(BUILD)/obj/lib/memory/backtrace.o
$(BUILD)/tests/unit/test_link: $(FAKE_MEMORY_OBJS) \
	$(addprefix $(BUILD)/obj/lib/memory/, backtrace.o link.o)
$(BUILD)/tests/unit/test_modules: $(addprefix $(BUILD)/obj/lib/memory/, backtrace.o modules.o)

$(BUILD)/tests/unit/test_%: $(BUILD)/obj/tests/unit/test_%.o $(UNIT_OBJS) $(LIBSDEISTOP)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CMOCKA_LIBS) $(LIBELF_LIBS)

.SECONDARY: $(UNIT_TESTS:%=$(BUILD)/obj/tests/unit/test_%.o) $(UNIT_OBJS) $(FAKE_MEMORY_OBJS) \
	$(FAKE_MACHINE_OBJS)

-include $(UNIT_TESTS:%=$(BUILD)/obj/tests/unit/test_%.d) $(BUILD)/obj/tests/unit/fixture.d $(FAKE_MEMORY_OBJS:.o=.d) \
	$(FAKE_MACHINE_OBJS:.o=.d)
