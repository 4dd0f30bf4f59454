# SPDX-License-Identifier: GPL-2.0-or-later
#
# sdeistop. "make help" tells the targets. What a folder builds is said in its
# own build.mk; what needs packages, a network or minutes is a script.

BUILD ?= build
CC ?= gcc
AR ?= ar
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
SHELL := bash
export BUILD

.DEFAULT_GOAL := help

include lib/build.mk
include tools/build.mk
include crash-ext/build.mk
include makedumpfile-patches/build.mk
include tests/build.mk
include tests/crash/build.mk
include tests/kernel/build.mk
include tests/e2e/e2e.mk
include tests/bench/build.mk

.PHONY: help
help:
	@echo 'make demo          the report of a bundled real vmcore; installs what it needs'
	@echo 'make check         all tests, QEMU included; installs and builds what it needs'
	@echo 'make check-fast    unit, command line, fuzz regression, model and lint tests'
	@echo 'make check-full    also stock tools on further kernels; hours'
	@echo 'make check-kernel  the gates of the kernel series: checkpatch, sparse, each patch compiles'
	@echo 'make check-kernel-debug        lockdep and KASAN kernels through stop scenarios; an hour'
	@echo 'make live          boot, wedge a CPU, panic, capture, open in crash; from nothing'
	@echo 'make e2e SCENARIO=name   one scenario of tests/e2e/scenarios'
	@echo 'make tools         build/bin/sdeistop and the library; no root, no network'
	@echo 'make crash-ext CRASH_SRC=dir   the extension, for that crash source tree'
	@echo 'make makedumpfile MAKEDUMPFILE_SRC=dir   makedumpfile of that source tree with the patches, for arm64'
	@echo 'make bench         benchmark tables, as text and JSON in build/bench/; hours of QEMU (BENCH_FLAGS: -b BASE, -n TURNS)'
	@echo 'make bench-command the tables about the command alone; minutes'
	@echo 'make bench-crash   how long the commands of the crash extension take; wants vmcores of make e2e and of the matrix'
	@echo 'make fuzz FUZZ_SECONDS=n       coverage-guided fuzzing of every parser'
	@echo 'make coverage      which lines of the parsers the tests run; fails below 95 %'
	@echo 'make install DESTDIR= PREFIX=  what is built, headers, man pages, completions'
	@echo 'make clean         remove build/; the cache (SDEISTOP_CACHE) stays'

.PHONY: setup-tools setup-check
setup-tools:
	@scripts/setup-packages.sh tools
setup-check:
	@scripts/setup-packages.sh tools unit

.PHONY: demo
demo: setup-tools
	@$(MAKE) --no-print-directory -s tools
	@scripts/demo.sh

.PHONY: check check-fast check-full
check:
	@scripts/check.sh all
check-full:
	@scripts/check.sh full
check-fast:
	@scripts/check.sh fast

.PHONY: install
install: tools
	install -d '$(DESTDIR)$(PREFIX)'/{bin,libexec/sdeistop,include/linux} \
		'$(DESTDIR)$(PREFIX)'/share/{man/man1,man/man5,bash-completion/completions} \
		'$(DESTDIR)$(PREFIX)/share/zsh/site-functions' '$(DESTDIR)$(LIBDIR)/pkgconfig'
	install -m 755 $(TOOL) '$(DESTDIR)$(PREFIX)/bin/'
	install -m 755 $(MEMORY_TOOL) '$(DESTDIR)$(PREFIX)/libexec/sdeistop/'
	install -m 644 $(LIBSDEISTOP) $(LIBSDEISTOP_SO) '$(DESTDIR)$(LIBDIR)/'
	ln -sf $(notdir $(LIBSDEISTOP_SO)) '$(DESTDIR)$(LIBDIR)/$(LIBSDEISTOP_SONAME)'
	ln -sf $(LIBSDEISTOP_SONAME) '$(DESTDIR)$(LIBDIR)/libsdeistop.so'
	install -m 644 $(LIBSDEISTOP_PC) '$(DESTDIR)$(LIBDIR)/pkgconfig/'
	install -m 644 lib/include/sdeistop.h '$(DESTDIR)$(PREFIX)/include/'
	install -m 644 lib/include/linux/cpustop.h '$(DESTDIR)$(PREFIX)/include/linux/'
	install -m 644 docs/*.1 '$(DESTDIR)$(PREFIX)/share/man/man1/'
	install -m 644 docs/*.5 '$(DESTDIR)$(PREFIX)/share/man/man5/'
	install -m 644 completions/sdeistop.bash \
		'$(DESTDIR)$(PREFIX)/share/bash-completion/completions/sdeistop'
	install -m 644 completions/_sdeistop '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/'
	if [ -e $(CRASH_EXT) ]; then \
		install -d '$(DESTDIR)$(PREFIX)/lib/crash/extensions' && \
		install -m 644 $(CRASH_EXT) '$(DESTDIR)$(PREFIX)/lib/crash/extensions/'; \
	fi

.PHONY: clean
clean:
	rm -rf '$(BUILD)'
