# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of the kernel series. check-kernel: what needs no kernel to run.
# check-kernel-debug: lockdep and KASAN kernels through stop scenarios. Needs
# tests/e2e/e2e.mk for e2e-packages and e2e-tools.

.PHONY: check-kernel check-kernel-debug
check-kernel: e2e-packages
	SDEISTOP_BUILD='$(abspath $(BUILD))' tests/kernel/check.sh

check-kernel-debug: e2e-tools
	SDEISTOP_BUILD='$(abspath $(BUILD))' tests/kernel/debug.sh
