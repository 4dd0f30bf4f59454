/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sdeistop-memory prints and the command reads. A line each, fields
 * separated by tabs, the first of them a word:
 *
 *	log	TEXT				a record of the panic log, in their order: its first line
 *	more	TEXT				another line of that record
 *	place	ADDRESS	FUNCTION OFFSET MODULE	the name of an address, in the order asked
 *	frame	CPU NR PC FP KIND FUNCTION OFFSET MODULE SIZE FILE LINE
 *	end	CPU WHOLE TEXT			why there is no further frame
 *	error	TEXT				nothing, or nothing more, can be told
 *
 * Addresses and offsets are hexadecimal with 0x, other numbers decimal; a field
 * that is not known is "-". Bytes below space, 0x7f and the backslash come as
 * \xNN. The reader trusts none of it: what is no such line is left out. The exit
 * status is 0, or 1 after an error line.
 */
#ifndef SDEISTOP_PROTOCOL_H
#define SDEISTOP_PROTOCOL_H

#include <stdint.h>

#define PROTOCOL_LOG	"log"
#define PROTOCOL_LOG_MORE	"more"
#define PROTOCOL_PLACE	"place"
#define PROTOCOL_FRAME	"frame"
#define PROTOCOL_END	"end"
#define PROTOCOL_ERROR	"error"

#define PROTOCOL_UNKNOWN	"-"

/* KIND of a frame: PC is where the CPU was interrupted, in the kernel, the same but
 * its caller may be missing, or in user space; the return address of a call; the
 * same, of the link register and not of the stack, certain or probable */
#define FRAME_EXACT		"exact"
#define FRAME_UNSURE		"unsure"
#define FRAME_USER		"user"
#define FRAME_RETURN		"return"
#define FRAME_LINK		"link"
#define FRAME_LINK_PROBABLE	"probable"

/* Was the stack walked to its end, and is no caller missing? */
#define END_WHOLE		"whole"
#define END_CUT			"cut"

/*
 * "pages" prints no lines. It answers questions that it reads, in the byte order of
 * this machine: a byte, PAGE_THERE with the bytes asked for after it, or PAGE_MISSING.
 */
struct page_question {
	uint64_t address;	/* physical */
	uint64_t size;		/* up to PAGE_QUESTION_MAX, in one page of the dump */
};

#define PAGE_QUESTION_MAX	65536
#define PAGE_THERE		'y'
#define PAGE_MISSING		'n'

#endif /* SDEISTOP_PROTOCOL_H */
