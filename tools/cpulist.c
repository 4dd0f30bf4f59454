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

static int compare(const void *a, const void *b)
{
	const struct cpurange *one = a, *other = b;

	return (one->first > other->first) - (one->first < other->first);
}

/* In order, with gaps between them */
static void merge(struct cpulist *list)
{
	size_t nr = 1;

	qsort(list->range, list->nr, sizeof(*list->range), compare);
	for (size_t i = 1; i < list->nr; i++) {
		struct cpurange *before = &list->range[nr - 1];

		if (list->range[i].first > (uint64_t)before->last + 1)
			list->range[nr++] = list->range[i];
		else if (list->range[i].last > before->last)
			before->last = list->range[i].last;
	}
	list->nr = nr;
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

	do {
		if (!parse_range(&p, &ret->range[ret->nr++]))
			return false;
	} while (*p++ == ',');
	if (p[-1])
		return false;
	merge(ret);
	return true;
}

void cpulist_free(struct cpulist *list)
{
	free(list->range);
}

bool cpulist_has(unsigned int cpu, void *list)
{
	const struct cpulist *cpus = list;
	size_t low = 0, high = cpus->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cpu < cpus->range[middle].first)
			high = middle;
		else if (cpu > cpus->range[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}
