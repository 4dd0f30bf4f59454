// SPDX-License-Identifier: GPL-2.0-or-later
/* From what became of a file to the exit status, and of several the worst. */

#include "tool.h"

static int badness(enum status status)
{
	static const enum status order[] = {
		STATUS_COMPLETE, STATUS_UNKNOWN, STATUS_INCOMPLETE, STATUS_MALFORMED, STATUS_ERROR,
	};

	for (int i = 0; i < (int)(sizeof(order) / sizeof(*order)); i++)
		if (order[i] == status)
			return i;
	return 0;
}

enum status status_worse(enum status one, enum status other)
{
	return badness(one) < badness(other) ? other : one;
}

enum status status_of_verdict(enum sdeistop_verdict verdict)
{
	switch (verdict) {
	case SDEISTOP_MALFORMED:
		return STATUS_MALFORMED;
	case SDEISTOP_INCOMPLETE:
		return STATUS_INCOMPLETE;
	case SDEISTOP_UNKNOWN:
		return STATUS_UNKNOWN;
	case SDEISTOP_COMPLETE:
		break;
	}
	return STATUS_COMPLETE;
}

enum status status_of_error(enum sdeistop_errno code)
{
	return code == SDEISTOP_ERR_NOT_A_VMCORE ? STATUS_MALFORMED : STATUS_ERROR;
}
