// SPDX-License-Identifier: GPL-2.0-or-later

#include "target.h"

#include <sys/mman.h>
#include <unistd.h>

static void check_cpus(const struct sdeistop_report *report)
{
	unsigned int with_regs = 0, online = 0;

	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct sdeistop_cpu *cpu = &report->cpu[i];

		require(!i || cpu[-1].note.cpu < cpu->note.cpu);
		require(!cpu->has_regs || cpu->note.flags & CPUSTOP_F_REGS);
		require(cpu->has_regs || (!cpu->regs.pc && !cpu->regs.sp));
		require(sdeistop_report_cpu(report, cpu->note.cpu) == cpu);
		require(!sdeistop_cpu_running(cpu) || report->verdict <= SDEISTOP_INCOMPLETE);
		require(report->verdict != SDEISTOP_COMPLETE || cpu->has_regs ||
			!sdeistop_cpu_online(cpu));
		online += sdeistop_cpu_online(cpu);
		with_regs += cpu->has_regs;
	}
	require(report->nr_records == report->nr_cpu);
	require(report->nr_online == online);
	require(report->nr_with_regs == with_regs);
	require(with_regs <= report->nr_prstatus);
}

static void check_verdict(const struct sdeistop_report *report)
{
	require(report->verdict != SDEISTOP_COMPLETE || report->nr_cpu);
	require(report->verdict != SDEISTOP_UNKNOWN || !report->nr_cpu);
	if (report->source.truncated || report->source.incomplete_flag ||
	    report->source.parts_missing[0])
		require(report->verdict <= SDEISTOP_INCOMPLETE);
	/* a verdict that something is wrong says what */
	require(report->verdict >= SDEISTOP_UNKNOWN || report->nr_problems);
	for (size_t i = 0; i < report->nr_problems; i++)
		require(report->problem[i].text[0]);
}

static bool even(unsigned int cpu, void *arg)
{
	(void)arg;
	return !(cpu & 1);
}

/* Strings, braces and no raw control byte: enough to see a writer go wrong */
static void check_json(const char *text, size_t size)
{
	bool quoted = false;
	int depth = 0;

	require(size > 2 && text[0] == '{' && text[size - 1] == '\n');
	for (size_t i = 0; i < size - 1; i++) {
		unsigned char c = (unsigned char)text[i];

		require(c >= ' ');
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']'))
			require(--depth >= 0);
	}
	require(!quoted && !depth);
}

void consume(struct sdeistop_report *report)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	require(out);
	check_cpus(report);
	check_verdict(report);

	sdeistop_report_json_cpus(report, NULL, NULL, true, false, out);
	fflush(out);
	check_json(text, size);
	sdeistop_report_json_cpus(report, even, NULL, false, true, out);
	sdeistop_report_heading(report, out);
	sdeistop_report_table(report, &(struct sdeistop_table){ .known = even, .limit = 9, .colour = true },
			      out);
	sdeistop_report_regs(report, even, NULL, out);
	sdeistop_report_inferred(report, even, NULL, out);
	sdeistop_report_capture(report, out);
	sdeistop_report_comparison(report, true, out);
	sdeistop_report_verdict(report, true, out);
	fclose(out);
	free(text);
	sdeistop_report_free(report);
}

void consume_file(const uint8_t *data, size_t size)
{
	struct sdeistop_report *report;
	struct sdeistop_error error = { 0 };
	int fd = memfd_create("vmcore", MFD_CLOEXEC);
	char path[32];

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sdeistop_report_file(path, &report, &error))
		require(error.code && error.text[0]);
	else
		consume(report);
	close(fd);
}
