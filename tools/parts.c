// SPDX-License-Identifier: GPL-2.0-or-later
/* Files on a command line that are parts of one split dump, put together. */

#include "tool.h"

#include <stdlib.h>
#include <string.h>

/* A file that cannot be opened is no part: why is told when it is its turn. */
static void find_sets(char *const files[], size_t nr, struct sdeistop_split *split)
{
	struct sdeistop_probe probe;
	struct sdeistop_error error;

	for (size_t i = 0; i < nr; i++)
		if (!is_stdin(files[i]) && !sdeistop_probe(files[i], &probe, &error))
			split[i] = probe.split;
}

static bool same_set(const struct sdeistop_split *one, const struct sdeistop_split *other)
{
	return one->is_part && other->is_part && one->set == other->set;
}

/* In the order of the first part of each; @taken is false for every file */
static void gather(char *const files[], const struct sdeistop_split *split, bool *taken,
		   size_t nr, struct dumps *ret)
{
	size_t used = 0;

	for (size_t i = 0; i < nr; i++) {
		struct dump *dump = &ret->dump[ret->nr];

		if (taken[i])
			continue;
		dump->path = ret->path + used;
		for (size_t j = i; j < nr; j++) {
			if (j != i && (taken[j] || !same_set(&split[i], &split[j])))
				continue;
			taken[j] = true;
			ret->path[used++] = files[j];
			dump->nr++;
		}
		ret->nr++;
	}
}

bool dumps_find(char *const files[], size_t nr, struct dumps *ret)
{
	struct sdeistop_split *split = calloc(nr, sizeof(*split));
	bool *taken = calloc(nr, sizeof(*taken));

	*ret = (struct dumps) {
		.dump = calloc(nr, sizeof(*ret->dump)),
		.path = calloc(nr, sizeof(*ret->path)),
	};
	if (split && taken && ret->dump && ret->path) {
		if (nr > 1)
			find_sets(files, nr, split);
		gather(files, split, taken, nr, ret);
	}
	free(split);
	free(taken);
	return ret->nr;
}

void dumps_free(struct dumps *dumps)
{
	free(dumps->dump);
	free(dumps->path);
}
