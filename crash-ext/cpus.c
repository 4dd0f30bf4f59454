// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CPU numbers: which there are, and the list of -c. crash's own list parser
 * stops at the CPUs it found present, and knows none in minimal mode.
 */
#include "ext.h"
#include <ctype.h>

bool in_minimal_mode(void)
{
	return pc->flags & MINIMAL_MODE;
}

static bool in_possible_map(unsigned int cpu)
{
	return cpu < NR_CPUS && (kt->cpu_flags[cpu] & POSSIBLE_MAP);
}

/*
 * One above the highest CPU that has a record or is possible, 0 if there is
 * none. A record may claim any number: it saturates.
 */
unsigned int cpus_limit(const struct sdeistop_report *report)
{
	unsigned int cpu, limit = 0;

	if (report->nr_cpu) {
		cpu = report->cpu[report->nr_cpu - 1].note.cpu;
		limit = cpu < SDEISTOP_CPU_LIMIT ? cpu + 1 : SDEISTOP_CPU_LIMIT;
	}
	for (cpu = limit; cpu < NR_CPUS && !in_minimal_mode(); cpu++)
		if (in_possible_map(cpu))
			limit = cpu + 1;
	return limit;
}

bool cpus_possible(const struct sdeistop_report *report, unsigned int cpu)
{
	return sdeistop_report_cpu(report, cpu) || (!in_minimal_mode() && in_possible_map(cpu));
}

unsigned int cpus_count(const struct sdeistop_report *report)
{
	unsigned int cpu, nr = 0, limit = cpus_limit(report);

	for (cpu = 0; cpu < limit; cpu++)
		nr += cpus_possible(report, cpu);
	return nr;
}

/* A number below @limit at *@p, which is moved past it */
static bool parse_cpu(char **p, unsigned int limit, unsigned int *ret)
{
	unsigned long value;

	if (!isdigit((unsigned char)**p))
		return false;
	errno = 0;
	value = strtoul(*p, p, 10);
	if (errno || value >= limit)
		return false;
	*ret = value;
	return true;
}

/*
 * One element of the list: "all", "5" or "5-7"; *@p is moved past it. Where
 * there are no CPUs, "all" is as wrong as any.
 */
static bool parse_range(char **p, unsigned int limit, unsigned int *first, unsigned int *last)
{
	size_t word = strcspn(*p, ",");

	if (!limit)
		return false;
	if ((word == 1 && **p == 'a') || (word == 3 && STRNEQ(*p, "all"))) {
		*p += word;
		*first = 0;
		*last = limit - 1;
		return true;
	}
	if (!parse_cpu(p, limit, first))
		return false;
	*last = *first;
	if (**p != '-')
		return true;
	++*p;
	return parse_cpu(p, limit, last) && *first <= *last;
}

/* As crash's "1,3,5-7", "all" and "a"; does not return on a bad list */
void cpus_parse(char *list, const struct sdeistop_report *report, struct cpu_set *ret)
{
	unsigned int first = 0, last = 0, limit = cpus_limit(report);
	char *p = list;

	ret->all = false;
	ret->nr = limit;
	ret->bits = (unsigned char *)GETBUF(limit / 8 + 1);
	for (;; p++) {
		if (!parse_range(&p, limit, &first, &last) || (*p && *p != ',') ||
		    (first == last && !cpus_possible(report, first)))
			error(FATAL, "invalid cpu specification: %s\n", list);
		for (; first <= last; first++)
			ret->bits[first / 8] |= 1 << first % 8;
		if (!*p)
			return;
	}
}

/* "set offline hide" is heeded, unless -c names the CPU */
bool cpus_selected(const struct cpu_set *set, const struct sdeistop_report *report,
		   unsigned int cpu)
{
	const struct sdeistop_cpu *record;

	if (!set->all)
		return cpu < set->nr && (set->bits[cpu / 8] & 1 << cpu % 8);
	if (!(pc->flags2 & OFFLINE_HIDE))
		return true;
	record = sdeistop_report_cpu(report, cpu);
	return !record || sdeistop_cpu_online(record);
}
