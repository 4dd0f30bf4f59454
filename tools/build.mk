# SPDX-License-Identifier: GPL-2.0-or-later
#
# build/bin/sdeistop, the command, and what it starts to read pages of a dump,
# build/libexec/sdeistop/sdeistop-memory. Needs lib/build.mk before it.

TOOL_SRCS := $(addprefix tools/, backtrace-print.c backtrace-read.c child.c colour.c cpulist.c files.c \
	infer.c memory-child.c memory-lines.c memory-run.c output-file.c pages.c parts.c scan.c scan-child.c scan-crashes.c scan-fault.c \
	scan-json.c scan-places.c scan-progress.c scan-summary.c scan-top.c scan-walk.c scan-worker.c sdeistop.c \
	show.c status.c triage.c usage.c verify.c)
TOOL_OBJS := $(TOOL_SRCS:%.c=$(BUILD)/obj/%.o)
TOOL := $(BUILD)/bin/sdeistop

$(BUILD)/obj/tools/sdeistop.o: CPPFLAGS += -DSDEISTOP_VERSION='"$(SDEISTOP_VERSION)"'
$(BUILD)/obj/tools/sdeistop.o: lib/build.mk

# The command is linked statically where that can be done: loading libraries is
# a quarter of the time that a small vmcore takes. STATIC=no: never; STATIC=yes:
# or fail. A sanitizer's runtime is for dynamic programs only.
STATIC ?= auto
LIBELF_STATIC_LIBS := $(shell pkg-config --static --libs libelf 2>/dev/null || echo -lelf -lz)

static_trial := unsigned int elf_version(unsigned int); int main(void) { return !elf_version(1); }
static_links = $(shell echo '$(static_trial)' | $(CC) $(LDFLAGS) -static-pie -x c -o /dev/null - \
	-x none $(LIBELF_STATIC_LIBS) 2>/dev/null && echo yes)
static_auto = $(if $(findstring -fsanitize,$(CFLAGS) $(LDFLAGS)),,$(static_links))
TOOL_LIBS = $(if $(filter yes,$(STATIC:auto=$(static_auto))), \
	-static-pie $(LIBELF_STATIC_LIBS),$(LIBELF_LIBS))

$(TOOL): $(TOOL_OBJS) $(LIBSDEISTOP)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

MEMORY_TOOL_OBJS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tools/memory/*.c) tools/cpulist.c)
MEMORY_TOOL := $(BUILD)/libexec/sdeistop/sdeistop-memory

$(MEMORY_TOOL): $(MEMORY_TOOL_OBJS) $(LIBSDEISTOP_MEMORY) $(LIBSDEISTOP)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBMEMORY_LIBS) $(LIBELF_LIBS)

.PHONY: tools
tools: $(TOOL) $(MEMORY_TOOL) $(LIBSDEISTOP) $(LIBSDEISTOP_SO) $(LIBSDEISTOP_PC)

-include $(TOOL_OBJS:.o=.d) $(MEMORY_TOOL_OBJS:.o=.d)
