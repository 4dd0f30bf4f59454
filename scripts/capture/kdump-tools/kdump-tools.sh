# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Sourced by the last line of /etc/default/kdump-tools, the configuration that
# kdump-config and its init script source. In a capture kernel it puts the makedumpfile
# beside this file before the real one, and exports what that wants to know. Anywhere
# else, and where there is no makedumpfile to stand before, it does nothing.

if [ -e /proc/vmcore ] && [ -x /usr/libexec/sdeistop/kdump-tools/makedumpfile ]; then
	: "${SDEISTOP_MAKEDUMPFILE:=$(command -v makedumpfile)}"
	if [ -x "$SDEISTOP_MAKEDUMPFILE" ]; then
		PATH=/usr/libexec/sdeistop/kdump-tools:$PATH
		export PATH SDEISTOP_MAKEDUMPFILE SDEISTOP_FALLBACK
		# Of kdump-config, which sets them later
		export KDUMP_DUMP_DMESG KDUMP_STAMPDIR SSH_STAMPDIR SSH SSH_KEY
	fi
fi
