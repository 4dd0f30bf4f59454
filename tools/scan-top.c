// SPDX-License-Identifier: GPL-2.0-or-later
/* How often each name came up, of names that files choose: bounded. */

#include "scan.h"

#include <stdlib.h>
#include <string.h>

static bool same_text(const char *one, const char *other)
{
	return one && other ? !strcmp(one, other) : one == other;
}

static struct scan_top_entry *find(const struct scan_top *top, const struct scan_top_entry *one)
{
	for (size_t i = 0; i < top->nr; i++) {
		struct scan_top_entry *entry = &top->entry[i];

		if (entry->kind == one->kind && same_text(entry->name, one->name) &&
		    same_text(entry->module, one->module))
			return entry;
	}
	return NULL;
}

static void entry_free(struct scan_top_entry *entry)
{
	free(entry->name);
	free(entry->module);
	free(entry->example);
}

/* NULL if there is no room, or no memory: it counts among the others then */
static struct scan_top_entry *new_entry(struct scan_top *top, const struct scan_top_entry *one)
{
	struct scan_top_entry *entry;

	if (!top->entry)
		top->entry = calloc(SCAN_TOP_NAMES, sizeof(*top->entry));
	if (!top->entry || top->nr == SCAN_TOP_NAMES)
		return NULL;
	entry = &top->entry[top->nr];
	*entry = (struct scan_top_entry) {
		.name = strdup(one->name),
		.module = one->module ? strdup(one->module) : NULL,
		.example = strdup(one->example),
		.kind = one->kind,
	};
	if (!entry->name || !entry->example || (one->module && !entry->module)) {
		entry_free(entry);
		return NULL;
	}
	top->nr++;
	return entry;
}

void scan_top_add(struct scan_top *top, const struct scan_top_entry *one)
{
	struct scan_top_entry *entry = find(top, one);

	if (!entry)
		entry = new_entry(top, one);
	if (entry) {
		entry->nr_vmcores++;
		entry->nr_cpus += one->nr_cpus;
	} else {
		top->nr_other_vmcores++;
		top->nr_other_cpus += one->nr_cpus;
	}
}

/* By name where they are as many: the order does not depend on the sort. */
static int compare(const void *a, const void *b)
{
	const struct scan_top_entry *one = a, *other = b;

	if (one->nr_vmcores != other->nr_vmcores)
		return one->nr_vmcores < other->nr_vmcores ? 1 : -1;
	if (one->nr_cpus != other->nr_cpus)
		return one->nr_cpus < other->nr_cpus ? 1 : -1;
	if (strcmp(one->name, other->name))
		return strcmp(one->name, other->name);
	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return strcmp(one->module ? one->module : "", other->module ? other->module : "");
}

void scan_top_sort(struct scan_top *top)
{
	if (top->nr)
		qsort(top->entry, top->nr, sizeof(*top->entry), compare);
}

void scan_top_free(struct scan_top *top)
{
	for (size_t i = 0; i < top->nr; i++)
		entry_free(&top->entry[i]);
	free(top->entry);
	*top = (struct scan_top) { 0 };
}
