# SPDX-License-Identifier: GPL-2.0-or-later
#
# libsdeistop, static and shared. The includer sets BUILD, CC, AR, CFLAGS and
# PREFIX; this file adds nothing to them. Objects go to $(BUILD)/obj, the library
# to $(BUILD)/lib.
#
# For who compiles lib/core somewhere else (a crash extension, a patched
# tool): SDEISTOP_CORE_SRCS with SDEISTOP_CPPFLAGS; the C library is enough.

# Of the library and of the command. The name in the shared library changes with
# its first number; lib/libsdeistop.map says what is exported.
SDEISTOP_VERSION := 0.1.0

SDEISTOP_CORE_SRCS := $(addprefix lib/core/, capture.c colour.c compare.c compare-print.c cpus.c \
	crc32.c inferred.c inferred-text.c json.c logline.c names.c note.c problem.c prstatus.c \
	record.c regs.c report.c table.c text.c utf8.c verdict.c vmcoreinfo.c writer.c)
SDEISTOP_FORMAT_SRCS := $(wildcard lib/format/*.c)
# What a triage dump has; the patches of makedumpfile carry it beside the core.
SDEISTOP_TRIAGE_SRCS := $(addprefix lib/triage/, contexts.c info.c log.c notes.c pages.c plan.c \
	translate.c user.c write.c)

SDEISTOP_CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib/include
SDEISTOP_CFLAGS := -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wvla \
	-fPIC -ffile-prefix-map='$(CURDIR)'=.

SDEISTOP_MEMORY_SRCS := $(wildcard lib/memory/*.c)

LIBELF_CFLAGS := $(shell pkg-config --cflags libelf 2>/dev/null)
LIBELF_LIBS := $(shell pkg-config --libs libelf 2>/dev/null || echo -lelf)
LIBMEMORY_CFLAGS := $(shell pkg-config --cflags libkdumpfile libdw 2>/dev/null)
LIBMEMORY_LIBS := $(shell pkg-config --libs libkdumpfile libdw 2>/dev/null || echo -lkdumpfile -ldw)

# Every C file here, of the tools and of the tests is compiled by this rule. The
# prefix map keeps the place of the checkout out of what is built; -fPIC serves
# the shared library, and costs the others nothing that can be measured.
$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(SDEISTOP_CPPFLAGS) $(LIBELF_CFLAGS) $(LIBMEMORY_CFLAGS) $(CPPFLAGS) $(SDEISTOP_CFLAGS) $(CFLAGS) \
		-MMD -MP -c -o $@ $<

LIBSDEISTOP := $(BUILD)/lib/libsdeistop.a
LIBSDEISTOP_OBJS := $(patsubst %.c,$(BUILD)/obj/%.o,$(SDEISTOP_CORE_SRCS) $(SDEISTOP_FORMAT_SRCS) \
	$(SDEISTOP_TRIAGE_SRCS))

# Made anew: ar would keep members that are no longer among the sources.
$(LIBSDEISTOP): $(LIBSDEISTOP_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

LIBSDEISTOP_SONAME := libsdeistop.so.$(firstword $(subst ., ,$(SDEISTOP_VERSION)))
LIBSDEISTOP_SO := $(BUILD)/lib/libsdeistop.so.$(SDEISTOP_VERSION)

$(LIBSDEISTOP_SO): $(LIBSDEISTOP_OBJS) lib/libsdeistop.map lib/build.mk
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -Wl,-soname,$(LIBSDEISTOP_SONAME) \
		-Wl,--version-script=lib/libsdeistop.map -Wl,-z,defs -Wl,-z,now $(LDFLAGS) \
		-o $@ $(LIBSDEISTOP_OBJS) $(LIBELF_LIBS)
	@ln -sf $(@F) $(@D)/$(LIBSDEISTOP_SONAME)
	@ln -sf $(LIBSDEISTOP_SONAME) $(@D)/libsdeistop.so

LIBDIR ?= $(PREFIX)/lib
LIBSDEISTOP_PC := $(BUILD)/lib/pkgconfig/libsdeistop.pc

# Made anew if what it says changes: PREFIX may be another one each time
$(LIBSDEISTOP_PC): lib/libsdeistop.pc.in FORCE
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|' \
		-e 's|@VERSION@|$(SDEISTOP_VERSION)|' $< >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

.PHONY: FORCE

# Not part of libsdeistop and not installed: for sdeistop-memory (lib/memory/memory.h).
LIBSDEISTOP_MEMORY := $(BUILD)/lib/libsdeistop-memory.a
LIBSDEISTOP_MEMORY_OBJS := $(SDEISTOP_MEMORY_SRCS:%.c=$(BUILD)/obj/%.o)

$(LIBSDEISTOP_MEMORY): $(LIBSDEISTOP_MEMORY_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

-include $(LIBSDEISTOP_OBJS:.o=.d) $(LIBSDEISTOP_MEMORY_OBJS:.o=.d)
