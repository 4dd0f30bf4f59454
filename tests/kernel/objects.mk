# SPDX-License-Identifier: GPL-2.0-or-later
#
# The objects that a Makefile of the kernel has for a configuration, asked of
# make itself. make -f objects.mk CONFIG=obj/.config DIR=dir

include $(CONFIG)
srctree := .
src := $(DIR)
obj := $(DIR)
include $(DIR)/Makefile

members = $($(1:.o=-y)) $($(1:.o=-objs))

.PHONY: list
.DEFAULT_GOAL := list
list:
	@printf '%s\n' $(addprefix $(DIR)/,$(foreach object,$(obj-y),$(object) $(call members,$(object))))
