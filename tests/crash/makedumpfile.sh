# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced: MAKEDUMPFILE, a command that runs the guest's makedumpfile here. Wants
# the directory work. The CPU is one without pointer authentication, which takes
# qemu-user twenty times as long.

mkdir "${work:?}/guest"
zcat "$(scripts/build-initramfs.sh)" |
	(cd "$work/guest" && cpio -id --quiet bin/makedumpfile 'lib/*')
export MAKEDUMPFILE="qemu-aarch64-static -cpu cortex-a57 -L $work/guest $work/guest/bin/makedumpfile"
