// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of the VMCOREINFO note that a report needs. */

#include "internal.h"

#include <string.h>

bool sdeistop_vmcoreinfo_find(const uint8_t *text, size_t size, const char *key,
			      const uint8_t **value, size_t *length)
{
	const size_t key_length = strlen(key);

	while (size) {
		const uint8_t *newline = memchr(text, '\n', size);
		size_t line = newline ? (size_t)(newline - text) : size;

		if (line > key_length && text[key_length] == '=' &&
		    !memcmp(text, key, key_length)) {
			*value = text + key_length + 1;
			*length = line - key_length - 1;
			return true;
		}
		line += newline != NULL;
		text += line;
		size -= line;
	}
	return false;
}

/* Printable ASCII only: it goes to terminals. */
static void copy_release(char (*to)[65], const uint8_t *from, size_t length)
{
	size_t n = length < sizeof(*to) - 1 ? length : sizeof(*to) - 1;

	for (size_t i = 0; i < n; i++)
		(*to)[i] = from[i] > ' ' && from[i] < 0x7f ? (char)from[i] : '?';
	(*to)[n] = '\0';
}

/* Seconds since 1970; -1 unless all of it is a number that has a year */
static int64_t parse_time(const uint8_t *digits, size_t length)
{
	int64_t seconds = 0;

	if (!length || length > 12)
		return -1;
	for (size_t i = 0; i < length; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return -1;
		seconds = seconds * 10 + (digits[i] - '0');
	}
	return seconds;
}

void sdeistop_vmcoreinfo_read(struct sdeistop_report *report, const uint8_t *text, size_t size)
{
	const uint8_t *value;
	size_t length;

	report->has_vmcoreinfo = true;
	if (sdeistop_vmcoreinfo_find(text, size, "OSRELEASE", &value, &length) && length)
		copy_release(&report->release, value, length);
	if (sdeistop_vmcoreinfo_find(text, size, "CRASHTIME", &value, &length)) {
		int64_t seconds = parse_time(value, length);

		/* An odd one was written by a crash, too, and unsays no good one. */
		report->has_crash_time = true;
		if (seconds >= 0)
			report->crash_time = seconds;
	}
	if (sdeistop_vmcoreinfo_find(text, size, "NUMBER(CPUSTOP_VERSION)", &value, &length))
		report->announced = true;
}
