// SPDX-License-Identifier: GPL-2.0-or-later
/* What a scan adds up to, and its form for people. */

#include "scan.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Lines of the tables of functions and of kernels */
#define TOP_LINES	10

static const char *const attention_name[SCAN_NR_ATTENTION] = {
	[SCAN_ATTEND_ERROR] = "errors",
	[SCAN_ATTEND_MALFORMED] = "malformed",
	[SCAN_ATTEND_INCOMPLETE] = "incomplete",
};

/* As the line of counts and the table have them: the good ones first */
static const enum sdeistop_verdict verdicts[] = {
	SDEISTOP_COMPLETE, SDEISTOP_INCOMPLETE, SDEISTOP_UNKNOWN, SDEISTOP_MALFORMED,
};

#define NR_VERDICTS (sizeof(verdicts) / sizeof(*verdicts))

/* ----------------------------------------------------------------- add up */

void scan_summary_init(struct scan_summary *summary)
{
	*summary = (struct scan_summary) { .first_crash = -1, .last_crash = -1 };
}

void scan_summary_free(struct scan_summary *summary)
{
	for (int kind = 0; kind < SCAN_NR_ATTENTION; kind++) {
		for (size_t i = 0; i < SCAN_NAMED_MAX; i++) {
			free(summary->attention[kind][i].file);
			free(summary->attention[kind][i].text);
		}
	}
	scan_top_free(&summary->places);
	scan_top_free(&summary->releases);
	scan_crashes_free(&summary->crashes);
}

/* @nr: how many of its kind there were before */
static void attend(struct scan_summary *summary, enum scan_attention kind, size_t nr,
		   const char *file, const char *text)
{
	if (nr >= SCAN_NAMED_MAX)
		return;
	/* without memory they are only counted */
	summary->attention[kind][nr].file = strdup(file);
	summary->attention[kind][nr].text = strdup(text);
}

static size_t nr_of_attention(const struct scan_summary *summary, enum scan_attention kind)
{
	switch (kind) {
	case SCAN_ATTEND_MALFORMED:
		return summary->nr_of[SDEISTOP_MALFORMED];
	case SCAN_ATTEND_INCOMPLETE:
		return summary->nr_of[SDEISTOP_INCOMPLETE];
	default:
		return summary->nr_errors;
	}
}

static void add_wedged(struct scan_summary *summary, const char *file,
		       const struct scan_result *result)
{
	summary->nr_wedged += result->nr_wedged;
	summary->nr_with_wedged += result->nr_wedged > 0;
	summary->nr_not_stopped += result->nr_not_stopped;
	summary->nr_with_not_stopped += result->nr_not_stopped > 0;
	for (size_t i = 0; i < result->nr_places; i++) {
		const struct scan_place *place = &result->place[i];
		const struct scan_top_entry entry = {
			.name = (char *)(uintptr_t)place->function,
			.module = place->module[0] ? (char *)(uintptr_t)place->module : NULL,
			.example = (char *)(uintptr_t)file,
			.kind = place->kind,
			.nr_cpus = place->nr_cpus,
		};

		scan_top_add(&summary->places, &entry);
	}
	if (result->nr_elsewhere) {
		summary->places.nr_other_vmcores++;
		summary->places.nr_other_cpus += result->nr_elsewhere;
	}
}

static void add(struct scan_summary *summary, const char *file, const struct scan_result *result)
{
	const struct scan_top_entry release = {
		.name = (char *)(uintptr_t)result->release,
		.example = (char *)(uintptr_t)file,
		.nr_cpus = result->nr_wedged,
	};

	if (result->verdict == SDEISTOP_MALFORMED)
		attend(summary, SCAN_ATTEND_MALFORMED, summary->nr_of[SDEISTOP_MALFORMED], file,
		       result->problem);
	else if (result->verdict == SDEISTOP_INCOMPLETE)
		attend(summary, SCAN_ATTEND_INCOMPLETE, summary->nr_of[SDEISTOP_INCOMPLETE], file,
		       result->problem);
	summary->nr_vmcores++;
	summary->nr_triage += result->triage != 0;
	summary->nr_of[result->verdict]++;
	if (result->crash_time >= 0) {
		if (summary->first_crash < 0 || result->crash_time < summary->first_crash)
			summary->first_crash = result->crash_time;
		if (result->crash_time > summary->last_crash)
			summary->last_crash = result->crash_time;
	}
	add_wedged(summary, file, result);
	scan_top_add(&summary->releases, &release);
}

void scan_summary_add(struct scan_summary *summary, const char *file,
		      const struct scan_result *result)
{
	switch (scan_crashes_add(&summary->crashes, file, result)) {
	case SCAN_CRASH_COUNTS:
		add(summary, file, result);
		break;
	case SCAN_CRASH_AGAIN:
		summary->nr_again++;
		break;
	case SCAN_CRASH_KEPT:
		break;
	}
}

void scan_summary_finish(struct scan_summary *summary)
{
	struct scan_result result;
	const char *file;
	bool again;

	while (scan_crashes_next(&summary->crashes, &result, &file, &again)) {
		if (again)
			summary->nr_again++;
		else
			add(summary, file, &result);
	}
}

void scan_summary_error(struct scan_summary *summary, const char *file,
			const struct sdeistop_error *error)
{
	attend(summary, SCAN_ATTEND_ERROR, summary->nr_errors, file, error->text);
	summary->nr_errors++;
}

/* ------------------------------------------------------------------- text */

/* "1 vmcore", "2 vmcores" */
static void print_nr(size_t nr, const char *what, FILE *out)
{
	fprintf(out, "%zu %s%s", nr, what, nr == 1 ? "" : "s");
}

static void print_triage(const struct scan_summary *summary, FILE *out)
{
	if (summary->nr_triage)
		fprintf(out, "; %zu of them %s", summary->nr_triage,
			summary->nr_triage == 1 ? "a triage dump" : "triage dumps");
	if (!summary->nr_again)
		return;
	fputs("; ", out);
	print_nr(summary->nr_again, "triage dump", out);
	fputs(" of these crashes not counted", out);
}

static void print_rest(const struct scan_summary *summary, FILE *out)
{
	print_triage(summary, out);
	if (summary->nr_errors) {
		fputs("; ", out);
		print_nr(summary->nr_errors, "error", out);
	}
	if (summary->nr_skipped) {
		fputs("; ", out);
		print_nr(summary->nr_skipped, "other file", out);
		fputs(" skipped", out);
	}
	if (summary->interrupted)
		fputs("; interrupted", out);
	putc('\n', out);
}

void scan_summary_counts(const struct scan_summary *summary, FILE *out)
{
	const char *before = ": ";

	print_nr(summary->nr_vmcores, "vmcore", out);
	for (size_t i = 0; i < NR_VERDICTS; i++) {
		if (!summary->nr_of[verdicts[i]])
			continue;
		fprintf(out, "%s%zu %s", before, summary->nr_of[verdicts[i]],
			sdeistop_verdict_name(verdicts[i]));
		before = ", ";
	}
	print_rest(summary, out);
}

static void print_time(int64_t time, FILE *out)
{
	const time_t seconds = (time_t)time;
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		fprintf(out, "%04d-%02d-%02d %02d:%02d:%02d", utc.tm_year + 1900, utc.tm_mon + 1,
			utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
	else
		fprintf(out, "%lld s after 1970", (long long)time);
}

static void print_heading(const struct scan_summary *summary, FILE *out)
{
	print_nr(summary->nr_vmcores, "vmcore", out);
	if (summary->first_crash >= 0) {
		fputs(", crashed ", out);
		print_time(summary->first_crash, out);
		if (summary->last_crash != summary->first_crash) {
			fputs(" to ", out);
			print_time(summary->last_crash, out);
		}
		fputs(" UTC", out);
	}
	print_rest(summary, out);
}

static void print_verdicts(const struct scan_summary *summary, FILE *out)
{
	fputs("\n  VMCORES       %  VERDICT\n", out);
	for (size_t i = 0; i < NR_VERDICTS; i++) {
		const size_t nr = summary->nr_of[verdicts[i]];

		fprintf(out, "  %7zu  %6.1f  %s\n", nr,
			100.0 * (double)nr / (double)summary->nr_vmcores,
			sdeistop_verdict_name(verdicts[i]));
	}
	fputs("\nwedged: ", out);
	print_nr(summary->nr_wedged, "CPU", out);
	fputs(" in ", out);
	print_nr(summary->nr_with_wedged, "vmcore", out);
	fputs("; never stopped: ", out);
	print_nr(summary->nr_not_stopped, "CPU", out);
	fputs(" in ", out);
	print_nr(summary->nr_with_not_stopped, "vmcore", out);
	putc('\n', out);
}

/* Why there is no function */
static const char *reason(unsigned int kind)
{
	switch (kind) {
	case SCAN_PLACE_NO_REGISTERS:
		return "unknown (no registers)";
	case SCAN_PLACE_OUTSIDE:
		return "outside the kernel image (a module?)";
	case SCAN_PLACE_NO_SYMBOLS:
		return "unknown (the dump lacks the kernel's names)";
	default:
		return "unknown (sdeistop-memory is missing or failed)";
	}
}

static void print_place(const struct scan_top_entry *entry, FILE *out)
{
	if (entry->kind != SCAN_PLACE_NAMED) {
		fputs(reason(entry->kind), out);
		return;
	}
	sdeistop_print_name(entry->name, out);
	if (entry->module) {
		fputs(" [", out);
		sdeistop_print_name(entry->module, out);
		putc(']', out);
	}
}

static void print_release(const struct scan_top_entry *entry, FILE *out)
{
	if (entry->name[0])
		sdeistop_print_name(entry->name, out);
	else
		fputs("unknown", out);
}

/* The names left out of a table: those after its lines, and those not kept. As in
 * the lines, a vmcore counts once for each name it has. */
static void print_others(const struct scan_top *top, FILE *out)
{
	size_t nr_vmcores = top->nr_other_vmcores, nr_cpus = top->nr_other_cpus;

	for (size_t i = TOP_LINES; i < top->nr; i++) {
		nr_vmcores += top->entry[i].nr_vmcores;
		nr_cpus += top->entry[i].nr_cpus;
	}
	if (nr_vmcores)
		fprintf(out, "  %7zu  %6zu  others\n", nr_vmcores, nr_cpus);
}

/* To be freed; NULL without memory */
static char *in_words(const struct scan_top_entry *entry,
		      void (*print)(const struct scan_top_entry *entry, FILE *out))
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		print(entry, out);
		fclose(out);
	}
	return text;
}

/* @heading: that of the names; the examples have theirs beside it */
static void print_top(struct scan_top *top, const char *cpus, const char *heading,
		      void (*print)(const struct scan_top_entry *entry, FILE *out), FILE *out)
{
	const size_t nr = top->nr < TOP_LINES ? top->nr : TOP_LINES;
	char *text[TOP_LINES];
	int width = (int)strlen(heading);

	if (!nr)
		return;
	scan_top_sort(top);
	for (size_t i = 0; i < nr; i++) {
		text[i] = in_words(&top->entry[i], print);
		if (text[i] && strlen(text[i]) > (size_t)width)
			width = (int)strlen(text[i]);
	}
	fprintf(out, "\n  VMCORES  %6s  %-*s  EXAMPLE\n", cpus, width, heading);
	for (size_t i = 0; i < nr; i++) {
		const struct scan_top_entry *entry = &top->entry[i];

		fprintf(out, "  %7zu  %6zu  %-*s  ", entry->nr_vmcores, entry->nr_cpus, width,
			text[i] ? text[i] : "(out of memory)");
		sdeistop_print_name(entry->example, out);
		putc('\n', out);
		free(text[i]);
	}
	print_others(top, out);
}

static void print_attention(const struct scan_summary *summary, FILE *out)
{
	for (int kind = 0; kind < SCAN_NR_ATTENTION; kind++) {
		const size_t nr = nr_of_attention(summary, (enum scan_attention)kind);

		if (nr)
			fprintf(out, "\n%s: %zu\n", attention_name[kind], nr);
		for (size_t i = 0; i < nr && i < SCAN_NAMED_MAX; i++) {
			const char *file = summary->attention[kind][i].file;
			const char *text = summary->attention[kind][i].text;

			fputs("  ", out);
			sdeistop_print_name(file ? file : "(out of memory)", out);
			fprintf(out, ": %s\n", text ? text : "(out of memory)");
		}
		if (nr > SCAN_NAMED_MAX)
			fprintf(out, "  and %zu more\n", nr - SCAN_NAMED_MAX);
	}
}

void scan_summary_text(struct scan_summary *summary, FILE *out)
{
	print_heading(summary, out);
	if (summary->nr_vmcores) {
		print_verdicts(summary, out);
		print_top(&summary->places, "CPUS", "WEDGED IN", print_place, out);
		print_top(&summary->releases, "WEDGED", "KERNEL", print_release, out);
	}
	print_attention(summary, out);
}
