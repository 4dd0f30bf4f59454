# SPDX-License-Identifier: GPL-2.0-or-later
#
# build/bin/sdeistop, the command, and what it starts to read pages of a dump,
# build/libexec/sdeistop/sdeistop-memory. Needs lib/build.mk before it.

TOOL_SRCS := $(addprefix tools/, cpulist.c files.c parts.c sdeistop.c show.c usage.c verify.c)
TOOL_OBJS := $(TOOL_SRCS:%.c=$(BUILD)/obj/%.o)
TOOL := $(BUILD)/bin/sdeistop

SDEISTOP_VERSION ?= 0.1.0
$(BUILD)/obj/tools/sdeistop.o: CPPFLAGS += -DSDEISTOP_VERSION='"$(SDEISTOP_VERSION)"'

$(TOOL): $(TOOL_OBJS) $(LIBSDEISTOP)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBELF_LIBS)

MEMORY_TOOL_OBJS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tools/memory/*.c))
MEMORY_TOOL := $(BUILD)/libexec/sdeistop/sdeistop-memory

$(MEMORY_TOOL): $(MEMORY_TOOL_OBJS) $(LIBSDEISTOP_MEMORY) $(LIBSDEISTOP)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBMEMORY_LIBS) $(LIBELF_LIBS)

.PHONY: tools
tools: $(TOOL) $(MEMORY_TOOL) $(LIBSDEISTOP)

-include $(TOOL_OBJS:.o=.d) $(MEMORY_TOOL_OBJS:.o=.d)
