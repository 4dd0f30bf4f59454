// SPDX-License-Identifier: GPL-2.0-or-later
/* A panic log, a line each, of a vmcore without records. */

#include "target.h"

#include <string.h>

#define LINES	512
/* Rendering more CPUs than this shows nothing new, and a list of all is short */
#define RENDERED	512

static void check(const struct sdeistop_report *report, const char *const line[], size_t nr)
{
	const struct sdeistop_inference *inference = report->inference;
	size_t at = 0, crashing = 0;

	require(!inference == !!report->not_inferred[0]);
	require(report->verdict == SDEISTOP_UNKNOWN && !report->nr_cpu);
	if (!inference)
		return;
	require(inference->panic && inference->nr_lines);
	require(inference->nr_lines <= SDEISTOP_QUOTE_LIMIT);
	for (size_t i = 0; i < inference->nr_cpu; i++) {
		const struct sdeistop_inferred_cpu *cpu = &inference->cpu[i];

		require(!i || cpu[-1].cpu < cpu->cpu);
		require(cpu->cpu < SDEISTOP_CPU_LIMIT);
		crashing += cpu->disposition == CPUSTOP_DISP_CRASHING;
		require(cpu->disposition == CPUSTOP_DISP_CRASHING || sdeistop_inferred_wedged(cpu));
	}
	require(crashing <= 1);
	/* what is quoted is in the log, and in its order */
	for (size_t i = 0; i < inference->nr_lines; i++) {
		while (at < nr && strncmp(line[at], inference->line[i], strlen(inference->line[i])))
			at++;
		require(at++ < nr);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sdeistop_source source = { .file = "fuzz", .machine = "aarch64" };
	sdeistop_autofree char *text = malloc(size + 1);
	const char *line[LINES];
	struct sdeistop_report *report;
	struct sdeistop_error error;
	size_t nr = 0;

	if (!text || sdeistop_report_build(NULL, 0, &source, &report, &error))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (char *rest = text; rest && nr < LINES;)
		line[nr++] = strsep(&rest, "\n");
	if (!sdeistop_report_infer(report, line, nr, &error))
		check(report, line, nr);
	if (report->inference && report->inference->nr_cpu > RENDERED)
		sdeistop_report_free(report);
	else
		consume(report);
	return 0;
}
