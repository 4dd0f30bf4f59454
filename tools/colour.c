// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the text is coloured: --color, and what the environment says. */

#include "tool.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool colour_auto(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	/* as no-color.org has it: set, and not to nothing */
	if (no_color && *no_color)
		return false;
	return term && strcmp(term, "dumb") && isatty(STDOUT_FILENO);
}

bool colour_parse(const char *when, bool *ret)
{
	if (!strcmp(when, "auto"))
		*ret = colour_auto();
	else if (!strcmp(when, "always"))
		*ret = true;
	else if (!strcmp(when, "never"))
		*ret = false;
	else
		return false;
	return true;
}
