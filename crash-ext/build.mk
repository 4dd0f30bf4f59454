# SPDX-License-Identifier: GPL-2.0-or-later
#
# The crash extension: make crash-ext CRASH_SRC=dir, where dir is a source tree
# of crash configured for arm64 dumps; for one as it was unpacked, say so with
# CRASH_EXT_TARGET=ARM64, and name the compiler with CC where crash runs on
# another machine than this. The library's core is compiled in,
# nothing is linked but the C library, and every symbol is hidden: crash loads
# all extensions into one name space. Wants SDEISTOP_CORE_SRCS and
# SDEISTOP_CPPFLAGS of lib/build.mk.

CRASH_EXT := $(BUILD)/crash-ext/sdeistop.so
CRASH_EXT_SRCS := $(wildcard crash-ext/*.c)
CRASH_EXT_OBJS := $(patsubst %.c,$(BUILD)/crash-ext/obj/%.o,$(CRASH_EXT_SRCS) $(SDEISTOP_CORE_SRCS))
CRASH_EXT_CONFIG := $(BUILD)/crash-ext/config

# As "make extensions" of that tree: the dump's architecture and how crash was
# configured are in its Makefile. crash's header counts as the system's, so that
# its warnings are not ours.
crash_makefile = $(shell sed -n 's/^$(1) *= *//p' '$(CRASH_SRC)/Makefile' 2>/dev/null)
CRASH_EXT_TARGET = $(call crash_makefile,TARGET)
CRASH_EXT_CPPFLAGS = -isystem $(CRASH_SRC) -D$(CRASH_EXT_TARGET) \
	$(call crash_makefile,TARGET_CFLAGS) $(call crash_makefile,GDB_FLAGS)
CRASH_EXT_CFLAGS := -std=gnu11 -fPIC -fvisibility=hidden -Wall -Wextra -Wshadow \
	-Wno-missing-field-initializers -ffile-prefix-map=$(CURDIR)=.

# The recipe of another extension, of one source file
define CRASH_EXT_OF_ONE
@mkdir -p $(@D)
$(CC) $(CRASH_EXT_CPPFLAGS) $(CPPFLAGS) $(CRASH_EXT_CFLAGS) $(CFLAGS) -shared -Wl,-z,now $(LDFLAGS) -o $@ $<
endef

.PHONY: crash-ext
crash-ext: $(CRASH_EXT)

# Another crash tree, one configured anew, or another compiler means other objects
$(CRASH_EXT_CONFIG): FORCE
	@test -e '$(CRASH_SRC)/defs.h' || \
		{ echo "crash-ext: CRASH_SRC='$(CRASH_SRC)' is no source tree of crash (no defs.h)" >&2; exit 1; }
	@test '$(CRASH_EXT_TARGET)' = ARM64 || \
		{ echo "crash-ext: $(CRASH_SRC) is configured for '$(CRASH_EXT_TARGET)': make target=ARM64 there first, or give CRASH_EXT_TARGET=ARM64" >&2; exit 1; }
	@mkdir -p $(@D)
	@{ echo '$(CC) $(CRASH_EXT_CPPFLAGS)'; cksum <'$(CRASH_SRC)/defs.h'; } >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/crash-ext/obj/%.o: %.c $(CRASH_EXT_CONFIG)
	@mkdir -p $(@D)
	$(CC) $(SDEISTOP_CPPFLAGS) $(CRASH_EXT_CPPFLAGS) $(CPPFLAGS) $(CRASH_EXT_CFLAGS) $(CFLAGS) \
		-MMD -MP -c -o $@ $<

$(CRASH_EXT): $(CRASH_EXT_OBJS)
	$(CC) $(CFLAGS) -shared -Wl,-z,now $(LDFLAGS) -o $@ $^

-include $(CRASH_EXT_OBJS:.o=.d)
