// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of CPUs as the kernel and crash write them: "1,3,5-7". */

#include "tool.h"

#include <errno.h>
#include <stdlib.h>

/* strtoul() alone would take signs and blanks */
static bool parse_number(const char **p, unsigned int *ret)
{
	unsigned long value;
	char *end;

	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	value = strtoul(*p, &end, 10);
	if (errno || value > UINT32_MAX)
		return false;
	*p = end;
	*ret = (unsigned int)value;
	return true;
}

static bool parse_range(const char **p, struct cpurange *ret)
{
	if (!parse_number(p, &ret->first))
		return false;
	ret->last = ret->first;
	if (**p != '-')
		return true;
	(*p)++;
	return parse_number(p, &ret->last) && ret->first <= ret->last;
}

bool cpulist_parse(const char *text, struct cpulist *ret)
{
	const char *p = text;
	size_t commas = 0;

	*ret = (struct cpulist) { 0 };
	for (const char *c = text; *c; c++)
		commas += *c == ',';
	ret->range = calloc(commas + 1, sizeof(*ret->range));
	if (!ret->range)
		return false;

	for (;;) {
		if (!parse_range(&p, &ret->range[ret->nr++]))
			return false;
		if (!*p)
			return true;
		if (*p++ != ',')
			return false;
	}
}

void cpulist_free(struct cpulist *list)
{
	free(list->range);
}

bool cpulist_has(unsigned int cpu, void *list)
{
	const struct cpulist *cpus = list;

	for (size_t i = 0; i < cpus->nr; i++)
		if (cpu >= cpus->range[i].first && cpu <= cpus->range[i].last)
			return true;
	return false;
}
