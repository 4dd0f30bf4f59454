// SPDX-License-Identifier: GPL-2.0-or-later
/* NT_PRSTATUS of arm64: struct elf_prstatus, 392 bytes. */

#include "internal.h"

#include <string.h>

#define PRSTATUS_BYTES	392
#define PRSTATUS_PID	32
#define PRSTATUS_REG	112

bool sdeistop_prstatus_is_arm64(const char *machine)
{
	return !machine || !strcmp(machine, "aarch64") || !strcmp(machine, "aarch64_be");
}

bool sdeistop_prstatus_pid(const uint8_t *desc, uint32_t descsz, bool big_endian, uint32_t *pid)
{
	if (descsz != PRSTATUS_BYTES)
		return false;
	*pid = sdeistop_get32(desc + PRSTATUS_PID, big_endian);
	return true;
}

void sdeistop_prstatus_regs(const uint8_t *desc, bool big_endian, struct sdeistop_regs *regs)
{
	const uint8_t *p = desc + PRSTATUS_REG;

	for (size_t i = 0; i < 31; i++)
		regs->x[i] = sdeistop_get64(p + 8 * i, big_endian);
	regs->sp = sdeistop_get64(p + 8 * 31, big_endian);
	regs->pc = sdeistop_get64(p + 8 * 32, big_endian);
	regs->pstate = sdeistop_get64(p + 8 * 33, big_endian);
}

bool sdeistop_buffer_regs(const struct sdeistop_buffer *buffer, uint32_t *pid,
			  struct sdeistop_regs *regs)
{
	const struct sdeistop_segment segment = { buffer->data, buffer->size, buffer->size, 0 };
	struct sdeistop_walk walk;
	struct sdeistop_note note;

	if (!buffer->data)
		return false;
	/* A crash writes them first */
	sdeistop_walk_init(&walk, &segment, false);
	if (sdeistop_walk_next(&walk, &note) != SDEISTOP_STEP_NOTE || note.offset ||
	    !sdeistop_note_is(&note, "CORE", SDEISTOP_NT_PRSTATUS) ||
	    !sdeistop_prstatus_pid(note.desc, note.descsz, false, pid))
		return false;
	sdeistop_prstatus_regs(note.desc, false, regs);
	return true;
}
