// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which crashes there are whole vmcores of: a triage dump beside one is not a crash
 * more. Either may come first, so triage dumps are kept until all files were read.
 */

#include "scan.h"

#include <stdlib.h>
#include <string.h>

/* Of 64 bits: the table is at most half full, and then has 16 MiB. */
#define CRASHES_MAX	(1u << 20)
#define ROOM_MIN	256

/* Triage dumps that are kept; 600 bytes each and 200 for each place */
#define KEPT_MAX	16384

struct scan_kept {
	char *file;
	void *result;		/* without the places that it does not have */
};

/* ------------------------------------------------------------ whole vmcores */

/* Where @crash is or would be; there is room */
static uint64_t *slot(uint64_t *table, size_t room, uint64_t crash)
{
	size_t i = (size_t)crash & (room - 1);

	while (table[i] && table[i] != crash)
		i = (i + 1) & (room - 1);
	return &table[i];
}

static bool grow(struct scan_crashes *crashes)
{
	const size_t room = crashes->room ? 2 * crashes->room : ROOM_MIN;
	uint64_t *table = calloc(room, sizeof(*table));

	if (!table)
		return false;
	for (size_t i = 0; i < crashes->room; i++)
		if (crashes->whole[i])
			*slot(table, room, crashes->whole[i]) = crashes->whole[i];
	free(crashes->whole);
	crashes->whole = table;
	crashes->room = room;
	return true;
}

/* Without memory it is not known, and a triage dump of it counts. */
static void add_whole(struct scan_crashes *crashes, uint64_t crash)
{
	if (!crash || crashes->nr_whole == CRASHES_MAX)
		return;
	if (2 * (crashes->nr_whole + 1) > crashes->room && !grow(crashes))
		return;
	crashes->nr_whole += !*slot(crashes->whole, crashes->room, crash);
	*slot(crashes->whole, crashes->room, crash) = crash;
}

static bool is_whole(const struct scan_crashes *crashes, uint64_t crash)
{
	return crash && crashes->room && *slot(crashes->whole, crashes->room, crash);
}

/* ------------------------------------------------------------- triage dumps */

static size_t result_bytes(const struct scan_result *result)
{
	return offsetof(struct scan_result, place) + result->nr_places * sizeof(*result->place);
}

static bool keep(struct scan_crashes *crashes, const char *file, const struct scan_result *result)
{
	struct scan_kept *kept;

	if (!crashes->kept)
		crashes->kept = calloc(KEPT_MAX, sizeof(*crashes->kept));
	if (!crashes->kept || crashes->nr_kept == KEPT_MAX)
		return false;
	kept = &crashes->kept[crashes->nr_kept];
	kept->file = strdup(file);
	kept->result = malloc(result_bytes(result));
	if (!kept->file || !kept->result) {
		free(kept->file);
		free(kept->result);
		return false;
	}
	memcpy(kept->result, result, result_bytes(result));
	crashes->nr_kept++;
	return true;
}

enum scan_crash scan_crashes_add(struct scan_crashes *crashes, const char *file,
				 const struct scan_result *result)
{
	if (!result->triage) {
		add_whole(crashes, result->crash);
		return SCAN_CRASH_COUNTS;
	}
	if (is_whole(crashes, result->crash))
		return SCAN_CRASH_AGAIN;
	return result->crash && keep(crashes, file, result) ? SCAN_CRASH_KEPT : SCAN_CRASH_COUNTS;
}

bool scan_crashes_next(struct scan_crashes *crashes, struct scan_result *ret,
		       const char **file, bool *again)
{
	const struct scan_kept *kept;

	if (crashes->next == crashes->nr_kept)
		return false;
	kept = &crashes->kept[crashes->next++];
	memcpy(ret, kept->result, result_bytes(kept->result));
	*file = kept->file;
	*again = is_whole(crashes, ret->crash);
	return true;
}

void scan_crashes_free(struct scan_crashes *crashes)
{
	for (size_t i = 0; i < crashes->nr_kept; i++) {
		free(crashes->kept[i].file);
		free(crashes->kept[i].result);
	}
	free(crashes->kept);
	free(crashes->whole);
	*crashes = (struct scan_crashes) { 0 };
}
