// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of the panic log: which of those that a stop of arm64 leaves one is. Most
 * text of a log comes from drivers and some from user space, so a line is taken
 * by its beginning and never by words somewhere in it.
 */

#include "internal.h"

#include <string.h>

/* Bytes of a record that may have been cut: the kernel's limit was 1024 with room for
 * the prefix, 48 at most, taken off, and is 1024; the NUL is among them */
#define CUT_BYTES	960

/* What follows @prefix in @text, NULL if it does not begin so */
static const char *after(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) ? NULL : text + length;
}

/* A decimal number up to @limit, and what follows it; NULL if there is none */
static const char *number(const char *text, uint32_t limit, uint32_t *ret)
{
	uint64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		value = 10 * value + (uint64_t)(*p - '0');
		if (value > limit)
			return NULL;
	}
	*ret = (uint32_t)value;
	return p == text ? NULL : p;
}

static const char *cpu_number(const char *text, uint32_t *ret)
{
	return number(text, SDEISTOP_CPU_LIMIT - 1, ret);
}

/* The text without what the kernel puts before it: "[    5.123456]", and the
 * caller, "[  T118]" or "[    C2]" */
static const char *skip_stamps(const char *line)
{
	const char *text = line;

	while (*text == '[') {
		size_t length = strspn(text + 1, " 0123456789.TC");

		if (text[1 + length] != ']')
			break;
		text += length + 2;
		text += strspn(text, " ");
	}
	return text;
}

/* "CPU: 0 UID: 0 PID: 118 Comm: sh", UID since 6.12 */
static bool read_header(const char *text, struct sdeistop_log_line *ret)
{
	const char *p = after(text, "CPU: "), *uid;
	uint32_t ignored;

	p = p ? cpu_number(p, &ret->cpu) : NULL;
	uid = p ? after(p, " UID: ") : NULL;
	if (uid)
		p = number(uid, UINT32_MAX, &ignored);
	p = p ? after(p, " PID: ") : NULL;
	p = p ? number(p, INT32_MAX, &ret->pid) : NULL;
	return p && after(p, " Comm: ");
}

/* "watchdog: CPU1: Watchdog detected hard LOCKUP on cpu 2"; who noticed it is
 * told since 6.13 */
static bool read_lockup(const char *text, struct sdeistop_log_line *ret)
{
	const char *p = after(text, "NMI "), *by;
	uint32_t ignored;

	p = after(p ? p : text, "watchdog: ");
	by = p ? after(p, "CPU") : NULL;
	if (by) {
		p = cpu_number(by, &ignored);
		p = p ? after(p, ": ") : NULL;
	}
	p = p ? after(p, "Watchdog detected hard LOCKUP on cpu ") : NULL;
	return p && cpu_number(p, &ret->cpu);
}

static bool read_redirecting(const char *text, struct sdeistop_log_line *ret)
{
	const char *p = after(text, "panic: Redirecting from CPU ");
	uint32_t ignored;

	p = p ? cpu_number(p, &ignored) : NULL;
	p = p ? after(p, " to CPU ") : NULL;
	return p && cpu_number(p, &ret->cpu);
}

/* "NMI backtrace for cpu 1", and not "... skipped: idling at cpu_do_idle+0x8/0xc" */
static bool read_backtrace(const char *text, struct sdeistop_log_line *ret)
{
	const char *p = after(text, "NMI backtrace for cpu ");

	p = p ? cpu_number(p, &ret->cpu) : NULL;
	return p && !p[strspn(p, " ")];
}

static const struct {
	enum sdeistop_log_kind kind;
	const char *prefix;
	bool (*read)(const char *text, struct sdeistop_log_line *ret);
} kinds[] = {
	{ SDEISTOP_LOG_PANIC, "Kernel panic - not syncing: ", NULL },
	{ SDEISTOP_LOG_OOPS, "Internal error: ", NULL },
	{ SDEISTOP_LOG_HEADER, "CPU: ", read_header },
	{ SDEISTOP_LOG_STACK, "WARNING: ", NULL },
	{ SDEISTOP_LOG_STACK, "NMI backtrace for cpu ", read_backtrace },
	{ SDEISTOP_LOG_NO_STACK, "NMI backtrace for cpu ", NULL },
	{ SDEISTOP_LOG_NO_STACK, "Sending NMI from CPU ", NULL },
	{ SDEISTOP_LOG_LOCKUP, "watchdog: ", read_lockup },
	{ SDEISTOP_LOG_LOCKUP, "NMI watchdog: ", read_lockup },
	{ SDEISTOP_LOG_REDIRECTING, "panic: Redirecting ", read_redirecting },
	{ SDEISTOP_LOG_REDIRECTED, "panic: Redirected from CPU ", NULL },
	{ SDEISTOP_LOG_STOPPING, "SMP: stopping secondary CPUs", NULL },
	{ SDEISTOP_LOG_RETRY_NMI, "SMP: retry stop with NMI for CPUs ", NULL },
	{ SDEISTOP_LOG_RETRY_FIRMWARE, "SMP: retry stop with SDEI for CPUs ", NULL },
	{ SDEISTOP_LOG_FAILED, "SMP: failed to stop secondary CPUs", NULL },
	{ SDEISTOP_LOG_STALE, "Some CPUs may be stale, kdump will be unreliable", NULL },
	{ SDEISTOP_LOG_CAPTURE, "Starting crashdump kernel", NULL },
	{ SDEISTOP_LOG_WENT_ON, "---[ end trace ", NULL },
	{ SDEISTOP_LOG_WENT_ON, "reboot: ", NULL },
};

void sdeistop_log_line_read(const char *line, struct sdeistop_log_line *ret)
{
	const char *text = skip_stamps(line);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		*ret = (struct sdeistop_log_line) { .kind = kinds[i].kind };
		ret->cut = strlen(text) >= CUT_BYTES;
		ret->text = after(text, kinds[i].prefix);
		if (ret->text && (!kinds[i].read || kinds[i].read(text, ret)))
			return;
	}
	*ret = (struct sdeistop_log_line) { .kind = SDEISTOP_LOG_OTHER, .text = text };
}

/* -------------------------------------------------------------- CPU lists */

bool sdeistop_cpuset_has(const struct sdeistop_cpuset *set, uint32_t cpu)
{
	return set->word[cpu / 64] >> cpu % 64 & 1;
}

bool sdeistop_cpuset_add(struct sdeistop_cpuset *set, uint32_t cpu)
{
	const bool had = sdeistop_cpuset_has(set, cpu);

	set->word[cpu / 64] |= UINT64_C(1) << cpu % 64;
	return !had;
}

/* A CPU, or several: "5-7". NULL if it is none, otherwise what follows it */
static const char *range(const char *text, uint32_t *first, uint32_t *last)
{
	const char *p = cpu_number(text, first);

	*last = *first;
	if (p && *p == '-')
		p = cpu_number(p + 1, last);
	return p && *first <= *last ? p : NULL;
}

/* Whether @text is a list of ranges; all of it, but for blanks at either end. Of one
 * that was @cut what is after the last comma is not looked at: "51" may have been 510. */
static bool walk_list(const char *text, bool cut, struct sdeistop_cpuset *set)
{
	const char *p = text + strspn(text, " ");
	uint32_t first, last;

	for (;;) {
		if (cut && !strchr(p, ','))
			return true;
		p = range(p, &first, &last);
		if (!p)
			return false;
		for (uint32_t cpu = first; set && cpu <= last; cpu++)
			sdeistop_cpuset_add(set, cpu);
		if (*p != ',')
			break;
		p++;
	}
	return !p[strspn(p, " ")];
}

void sdeistop_cpuset_add_list(struct sdeistop_cpuset *set, const struct sdeistop_log_line *line)
{
	if (walk_list(line->text, line->cut, NULL))
		walk_list(line->text, line->cut, set);
}
