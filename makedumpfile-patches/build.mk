# SPDX-License-Identifier: GPL-2.0-or-later
#
# makedumpfile with the patches, for arm64, of the source tree MAKEDUMPFILE_SRC.

.PHONY: makedumpfile
makedumpfile:
	@if [ ! '$(MAKEDUMPFILE_SRC)' ]; then \
		echo 'make makedumpfile wants MAKEDUMPFILE_SRC=dir, a source tree of makedumpfile' >&2; exit 2; \
	fi
	@scripts/setup-packages.sh apt makedumpfile
	@built=$$(scripts/build-makedumpfile.sh '$(MAKEDUMPFILE_SRC)') && \
		install -D "$$built" '$(BUILD)/makedumpfile/makedumpfile' && \
		install -m 644 "$$built.8" '$(BUILD)/makedumpfile/' && \
		echo '$(BUILD)/makedumpfile/makedumpfile'
