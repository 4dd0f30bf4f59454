// SPDX-License-Identifier: GPL-2.0-or-later
/* What a scan adds up to, as the last line of JSON Lines. */

#include "scan.h"

#include "../lib/core/writer.h"

static void write_verdicts(struct sdeistop_writer *w, const struct scan_summary *summary)
{
	sdeistop_write_int(w, "vmcores", (int64_t)summary->nr_vmcores);
	sdeistop_write_open(w, "verdicts", '{', true);
	for (int verdict = SDEISTOP_COMPLETE; verdict >= SDEISTOP_MALFORMED; verdict--)
		sdeistop_write_int(w, sdeistop_verdict_name((enum sdeistop_verdict)verdict),
				   (int64_t)summary->nr_of[verdict]);
	sdeistop_write_close(w, '}');
	sdeistop_write_open(w, "triage_dumps", '{', true);
	sdeistop_write_int(w, "counted", (int64_t)summary->nr_triage);
	sdeistop_write_int(w, "left_out", (int64_t)summary->nr_again);
	sdeistop_write_close(w, '}');
	sdeistop_write_int(w, "errors", (int64_t)summary->nr_errors);
	sdeistop_write_int(w, "skipped", (int64_t)summary->nr_skipped);
	sdeistop_write_bool(w, "interrupted", summary->interrupted);
}

static void write_pair(struct sdeistop_writer *w, const char *key, size_t nr_vmcores,
		       size_t nr_cpus)
{
	sdeistop_write_open(w, key, '{', true);
	sdeistop_write_int(w, "vmcores", (int64_t)nr_vmcores);
	sdeistop_write_int(w, "cpus", (int64_t)nr_cpus);
	sdeistop_write_close(w, '}');
}

static void write_text(struct sdeistop_writer *w, const char *key, const char *text)
{
	if (text && *text)
		sdeistop_write_string(w, key, text);
	else
		sdeistop_write_null(w, key);
}

static void write_time(struct sdeistop_writer *w, const char *key, int64_t time)
{
	if (time >= 0)
		sdeistop_write_int(w, key, time);
	else
		sdeistop_write_null(w, key);
}

static void write_place(struct sdeistop_writer *w, const struct scan_top_entry *entry)
{
	static const char *const unknown[SCAN_NR_PLACE_KINDS] = {
		[SCAN_PLACE_NO_REGISTERS] = "no-registers",
		[SCAN_PLACE_OUTSIDE] = "outside-kernel-image",
		[SCAN_PLACE_NO_SYMBOLS] = "no-symbols",
		[SCAN_PLACE_NOT_READ] = "not-read",
	};

	write_text(w, "function", entry->name);
	write_text(w, "module", entry->module);
	write_text(w, "unknown", unknown[entry->kind]);
	sdeistop_write_int(w, "vmcores", (int64_t)entry->nr_vmcores);
	sdeistop_write_int(w, "cpus", (int64_t)entry->nr_cpus);
}

static void write_release(struct sdeistop_writer *w, const struct scan_top_entry *entry)
{
	write_text(w, "release", entry->name);
	sdeistop_write_int(w, "vmcores", (int64_t)entry->nr_vmcores);
	sdeistop_write_int(w, "wedged_cpus", (int64_t)entry->nr_cpus);
}

static void write_top(struct sdeistop_writer *w, const char *key, struct scan_top *top,
		      void (*write)(struct sdeistop_writer *w, const struct scan_top_entry *entry))
{
	scan_top_sort(top);
	sdeistop_write_open(w, key, '[', false);
	for (size_t i = 0; i < top->nr; i++) {
		sdeistop_write_open(w, NULL, '{', true);
		write(w, &top->entry[i]);
		sdeistop_write_string(w, "example", top->entry[i].example);
		sdeistop_write_close(w, '}');
	}
	sdeistop_write_close(w, ']');
}

void scan_summary_json(struct scan_summary *summary, FILE *out)
{
	struct sdeistop_writer w;

	sdeistop_writer_init(&w, false, out);
	sdeistop_write_open(&w, NULL, '{', false);
	sdeistop_write_string(&w, "schema", "sdeistop/1");
	sdeistop_write_open(&w, "summary", '{', false);
	write_verdicts(&w, summary);
	sdeistop_write_open(&w, "crash_time", '{', true);
	write_time(&w, "first", summary->first_crash);
	write_time(&w, "last", summary->last_crash);
	sdeistop_write_close(&w, '}');
	write_pair(&w, "wedged", summary->nr_with_wedged, summary->nr_wedged);
	write_pair(&w, "not_stopped", summary->nr_with_not_stopped, summary->nr_not_stopped);
	write_top(&w, "wedged_in", &summary->places, write_place);
	write_pair(&w, "wedged_in_others", summary->places.nr_other_vmcores,
		   summary->places.nr_other_cpus);
	write_top(&w, "kernels", &summary->releases, write_release);
	write_pair(&w, "kernels_others", summary->releases.nr_other_vmcores,
		   summary->releases.nr_other_cpus);
	sdeistop_write_close(&w, '}');
	sdeistop_write_close(&w, '}');
	sdeistop_writer_finish(&w);
}
