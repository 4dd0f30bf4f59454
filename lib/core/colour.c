// SPDX-License-Identifier: GPL-2.0-or-later
/* The colours of the text report. Only ever around whole words or whole lines,
 * so that columns stay where they are without them. */

#include "internal.h"

const char *sdeistop_colour_begin(enum sdeistop_colour colour)
{
	switch (colour) {
	case SDEISTOP_RED:
		return "\033[31m";
	case SDEISTOP_GREEN:
		return "\033[32m";
	case SDEISTOP_YELLOW:
		return "\033[33m";
	case SDEISTOP_PLAIN:
		break;
	}
	return "";
}

const char *sdeistop_colour_end(enum sdeistop_colour colour)
{
	return colour == SDEISTOP_PLAIN ? "" : "\033[0m";
}
