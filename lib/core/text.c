// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of the text report: heading, verdict and problems. */

#include "internal.h"

#include <inttypes.h>
#include <time.h>

/* Of those of U+0080 to U+009F CSI is one; a terminal may take its second byte,
 * alone and so no UTF-8, for it as well. */
static bool is_control(const unsigned char *p)
{
	return *p < ' ' || *p == 0x7f || (*p == 0xc2 && p[1] <= 0x9f);
}

void sdeistop_print_name(const char *name, FILE *out)
{
	const unsigned char *p = (const unsigned char *)name;

	while (*p) {
		size_t length = sdeistop_utf8_length(p);
		const bool escaped = !length || is_control(p);

		/* what is escaped is not to be mistaken for a name like it */
		if (*p == '\\')
			putc(*p, out);
		for (length += !length; length; length--, p++) {
			if (escaped)
				fprintf(out, "\\x%02x", *p);
			else
				putc(*p, out);
		}
	}
}

void sdeistop_print_source(const struct sdeistop_source *source, FILE *out)
{
	sdeistop_print_name(source->file ? source->file : "vmcore", out);
	if (source->nr_parts > 1)
		fprintf(out, " (%u parts)", source->nr_parts);
}

void sdeistop_report_heading(const struct sdeistop_report *report, FILE *out)
{
	const struct sdeistop_source *source = &report->source;
	time_t seconds = (time_t)report->crash_time;
	struct tm utc;

	sdeistop_print_source(source, out);
	fprintf(out, ": %s%s, %s", source->format ? source->format : "format unknown",
		report->triage ? ", a triage dump" : "",
		source->machine ? source->machine : "machine unknown");
	if (report->release[0])
		fprintf(out, ", Linux %s", report->release);
	else
		fputs(", kernel release unknown", out);
	if (report->crash_time >= 0 && gmtime_r(&seconds, &utc))
		fprintf(out, ", crashed %04d-%02d-%02d %02d:%02d:%02d UTC\n", utc.tm_year + 1900,
			utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
	else
		fputs(", time of the crash unknown\n", out);
}

void sdeistop_print_cpus(const struct sdeistop_report *report,
			 bool (*is)(const struct sdeistop_cpu *cpu), FILE *out)
{
	const char *comma = "";

	for (size_t i = 0; i < report->nr_cpu; i++) {
		uint32_t first = report->cpu[i].note.cpu;
		uint32_t last = first;

		if (!is(&report->cpu[i]))
			continue;
		while (i + 1 < report->nr_cpu && report->cpu[i + 1].note.cpu == last + 1 &&
		       is(&report->cpu[i + 1])) {
			last++;
			i++;
		}
		fprintf(out, "%s%" PRIu32, comma, first);
		if (last != first)
			fprintf(out, "-%" PRIu32, last);
		comma = ",";
	}
}

bool sdeistop_any_cpu(const struct sdeistop_report *report,
		      bool (*is)(const struct sdeistop_cpu *cpu))
{
	for (size_t i = 0; i < report->nr_cpu; i++)
		if (is(&report->cpu[i]))
			return true;
	return false;
}

static void print_class(const struct sdeistop_report *report, const char *label,
			bool (*is)(const struct sdeistop_cpu *cpu), FILE *out)
{
	if (!sdeistop_any_cpu(report, is))
		return;
	fprintf(out, "; %s: CPU ", label);
	sdeistop_print_cpus(report, is, out);
}

/* Lines of one problem code that are printed; JSON has more. */
#define PROBLEM_LINES	8

static void print_problems(const struct sdeistop_report *report, FILE *out)
{
	size_t count[SDEISTOP_NR_PROBLEMS] = { 0 };

	for (size_t i = 0; i < report->nr_problems; i++) {
		enum sdeistop_problem_code code = report->problem[i].code;

		if (count[code]++ < PROBLEM_LINES)
			fprintf(out, "  %s: %s\n", sdeistop_problem_name(code),
				report->problem[i].text);
	}
	for (int code = 0; code < SDEISTOP_NR_PROBLEMS; code++)
		if (count[code] > PROBLEM_LINES)
			fprintf(out, "  %s: and %zu more like this\n",
				sdeistop_problem_name((enum sdeistop_problem_code)code),
				report->nr_problems_of[code] - PROBLEM_LINES);
}

static enum sdeistop_colour colour_of(enum sdeistop_verdict verdict)
{
	switch (verdict) {
	case SDEISTOP_MALFORMED:
	case SDEISTOP_INCOMPLETE:
		return SDEISTOP_RED;
	case SDEISTOP_UNKNOWN:
		return SDEISTOP_YELLOW;
	case SDEISTOP_COMPLETE:
		return SDEISTOP_GREEN;
	}
	return SDEISTOP_PLAIN;
}

void sdeistop_report_verdict(const struct sdeistop_report *report, bool colour, FILE *out)
{
	const enum sdeistop_colour paint = colour ? colour_of(report->verdict) : SDEISTOP_PLAIN;

	fprintf(out, "verdict: %s%s%s (", sdeistop_colour_begin(paint),
		sdeistop_verdict_name(report->verdict), sdeistop_colour_end(paint));
	if (report->nr_cpu) {
		fprintf(out, "%u present, %u online, %u recorded, %u with registers",
			report->nr_present, report->nr_online, report->nr_records,
			report->nr_with_regs);
		print_class(report, "wedged", sdeistop_cpu_wedged, out);
		print_class(report, "not stopped", sdeistop_cpu_running, out);
		print_class(report, "offline", sdeistop_cpu_offline, out);
	} else {
		fputs("no record of any CPU", out);
		if (report->nr_prstatus)
			fprintf(out, "; %u NT_PRSTATUS, not known of which CPUs",
				report->nr_prstatus);
	}
	fputs(")\n", out);
	print_problems(report, out);
}
