/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Note segments and vmcores made by tests, written independently of what they
 * test and of tests/tools/mkvmcore.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/core/internal.h"

/* Bytes that grow; integers go in in the order that @big says. */
struct bytes {
	uint8_t *data;
	size_t size;
	bool big;
};

void bytes_free(struct bytes *b);
#define autobytes __attribute__((cleanup(bytes_free))) struct bytes

void put(struct bytes *b, const void *data, size_t size);
void put_zero(struct bytes *b, size_t size);
void put16(struct bytes *b, uint16_t value);
void put32(struct bytes *b, uint32_t value);
void put64(struct bytes *b, uint64_t value);

/* A note with its paddings */
void put_note(struct bytes *b, const char *owner, uint32_t type, const void *desc, uint32_t descsz);
/* Only the header of one, whatever it claims */
void put_header(struct bytes *b, uint32_t namesz, uint32_t descsz, uint32_t type);
void put_prstatus_regs(struct bytes *b, uint32_t pid, const struct sdeistop_regs *regs);
/* x<n> is @pc + n, sp @pc + 100, pstate 0x3c5 */
void put_prstatus(struct bytes *b, uint32_t pid, uint64_t pc);
/* As it is, but version, size and crc where they are 0 */
void put_record(struct bytes *b, const struct cpustop_note *note);
void put_vmcoreinfo(struct bytes *b, const char *text);

/* Registers and record of a CPU: 0 crashed, the others the IPI stopped */
void put_cpu(struct bytes *b, uint32_t cpu, uint32_t nr_present);

/* An ELF file with @notes in a PT_NOTE and 16 bytes of memory */
void put_elf(struct bytes *b, const struct bytes *notes);
/* A kdump-compressed file of @pages pages, blocks of 1 KiB */
void put_kdump(struct bytes *b, const struct bytes *notes, uint32_t pages);
/* @dump in records of @chunk bytes */
void put_flattened(struct bytes *b, const struct bytes *dump, size_t chunk);

/* A report of @b, which has to succeed */
struct sdeistop_report *report_of(const struct bytes *b);
struct sdeistop_report *report_from(const struct bytes *b, struct sdeistop_source source);
/* The report of a file with the contents of @b, or NULL and the error */
struct sdeistop_report *report_of_file(const struct bytes *b, struct sdeistop_error *error);

unsigned int count_problems(const struct sdeistop_report *report,
			    enum sdeistop_problem_code code);

/* What @print prints, to be freed */
char *printed(const struct sdeistop_report *report,
	      void (*print)(const struct sdeistop_report *report, FILE *out));

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))

#endif /* FIXTURE_H */
