// SPDX-License-Identifier: GPL-2.0-or-later
/* What the comparison with memory found, as text and as JSON */

#include "internal.h"
#include "writer.h"

/* Findings that are printed; JSON has more */
#define FINDING_LINES	16

static void print_findings(const struct sdeistop_comparison *comparison, FILE *out)
{
	const size_t nr = comparison->nr_findings;

	for (size_t i = 0; i < nr && i < FINDING_LINES; i++)
		fprintf(out, "  %s: %s\n", sdeistop_finding_name(comparison->finding[i].code),
			comparison->finding[i].text);
	if (nr > FINDING_LINES)
		fprintf(out, "  and %zu more\n", nr - FINDING_LINES + comparison->nr_not_stored);
}

static const char *summary(const struct sdeistop_comparison *comparison)
{
	if (comparison->corrupt)
		return "corrupt";
	if (comparison->nr_findings)
		return "not every CPU stayed where its record leaves it";
	return comparison->nr_compared ? "as the notes say" : "cannot be compared";
}

void sdeistop_report_comparison(const struct sdeistop_report *report, bool all, FILE *out)
{
	const struct sdeistop_comparison *comparison = report->comparison;

	if (!comparison || (!all && !comparison->nr_findings && !comparison->nr_unread &&
			    !comparison->why_not[0]))
		return;
	if (comparison->why_not[0]) {
		fprintf(out, "memory: not compared, %s\n", comparison->why_not);
		return;
	}
	fprintf(out, "memory: %s (%u CPU%s compared", summary(comparison),
		comparison->nr_compared, comparison->nr_compared == 1 ? "" : "s");
	if (comparison->nr_unread)
		fprintf(out, ", of %u not all can be read", comparison->nr_unread);
	fputs(")\n", out);
	print_findings(comparison, out);
}

void sdeistop_write_comparison(struct sdeistop_writer *w, const struct sdeistop_report *report)
{
	const struct sdeistop_comparison *comparison = report->comparison;

	if (!comparison)
		return;
	sdeistop_write_open(w, "memory", '{', false);
	sdeistop_write_int(w, "compared", comparison->nr_compared);
	sdeistop_write_int(w, "unread", comparison->nr_unread);
	sdeistop_write_bool(w, "corrupt", comparison->corrupt);
	if (comparison->why_not[0])
		sdeistop_write_string(w, "not_compared", comparison->why_not);
	sdeistop_write_open(w, "findings", '[', false);
	for (size_t i = 0; i < comparison->nr_findings; i++) {
		sdeistop_write_open(w, NULL, '{', true);
		sdeistop_write_string(w, "code",
				      sdeistop_finding_name(comparison->finding[i].code));
		sdeistop_write_int(w, "cpu", comparison->finding[i].cpu);
		sdeistop_write_string(w, "text", comparison->finding[i].text);
		sdeistop_write_close(w, '}');
	}
	sdeistop_write_close(w, ']');
	sdeistop_write_int(w, "findings_not_stored", (int64_t)comparison->nr_not_stored);
	sdeistop_write_close(w, '}');
}
