// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults on purpose, so that tests see what becomes of a scan when the reader of
 * a file fails. Only in a build with sanitizers: no environment makes the command
 * that people have crash.
 */

#include "scan.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__

static void fail(const char *how, int fd)
{
	struct scan_result result = { 0 };

	if (!strcmp(how, "crash")) {
		/* not by a bad access, of which the sanitizer would make an exit */
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	} else if (!strcmp(how, "exit")) {
		_exit(7);
	} else if (!strcmp(how, "hang")) {
		for (;;)
			pause();
	} else if (!strcmp(how, "spin")) {
		for (volatile unsigned int i = 0; ; i++)
			;
	} else if (!strcmp(how, "garbage")) {
		memset(&result, 0xa5, sizeof(result));
	} else if (!strcmp(how, "cut")) {
		/* promises more than there is */
		scan_result_init(&result);
		result.nr_bytes = 1000;
	}
	if (write(fd, &result, sizeof(result)) < 0)
		_exit(8);
	_exit(0);
}

void scan_fault(const char *path, int fd)
{
	const char *fault = secure_getenv("SDEISTOP_SCAN_FAULT");
	const char *colon = fault ? strrchr(fault, ':') : NULL;
	size_t length = colon ? (size_t)(colon - fault) : 0;

	if (length && strlen(path) >= length &&
	    !strncmp(path + strlen(path) - length, fault, length))
		fail(colon + 1, fd);
}

unsigned int scan_fault_seconds(const char *what, unsigned int seconds)
{
	char name[64];
	const char *other;
	uint64_t value;

	snprintf(name, sizeof(name), "SDEISTOP_SCAN_%s", what);
	other = secure_getenv(name);
	return other && memory_parse_number(other, &value) && value < seconds ?
	       (unsigned int)value : seconds;
}

#else

void scan_fault(const char *path, int fd)
{
	(void)path;
	(void)fd;
}

unsigned int scan_fault_seconds(const char *what, unsigned int seconds)
{
	(void)what;
	return seconds;
}

#endif
