/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What sdeistop-memory prints and the command reads: a line each, fields
 * separated by tabs, the first of them a word:
 *
 *	log	TEXT				a line of the panic log, in its order
 *	place	ADDRESS	FUNCTION OFFSET MODULE	the name of an address, in the order asked
 *	frame	CPU NR PC FP FUNCTION OFFSET MODULE FILE LINE
 *	end	CPU TEXT			why there is no further frame
 *	error	TEXT				nothing, or nothing more, can be told
 *
 * Addresses and offsets are hexadecimal with 0x, other numbers decimal; a field
 * that is not known is "-". Bytes below space, 0x7f and the backslash come as
 * \xNN. The reader trusts none of it: what is no such line is left out. The exit
 * status is 0, or 1 after an error line.
 */
#ifndef SDEISTOP_PROTOCOL_H
#define SDEISTOP_PROTOCOL_H

#define PROTOCOL_LOG	"log"
#define PROTOCOL_PLACE	"place"
#define PROTOCOL_FRAME	"frame"
#define PROTOCOL_END	"end"
#define PROTOCOL_ERROR	"error"

#define PROTOCOL_UNKNOWN	"-"

#endif /* SDEISTOP_PROTOCOL_H */
