// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that reads one vmcore of a scan: confined, it tells what it found. */

#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Standard input and output lead nowhere, and so does standard error, on which
 * the C library tells of a broken heap. Of other files only @fd stays open, as
 * the one returned; -1 if that cannot be done. */
static int keep_only(int fd)
{
	const int kept = STDERR_FILENO + 1;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* out of the way: it is one of the three if the command had none there */
	fd = fcntl(fd, F_DUPFD_CLOEXEC, kept + 1);
	if (fd < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		return -1;
#ifndef __SANITIZE_ADDRESS__
	if (dup2(null, STDERR_FILENO) < 0)
		return -1;
#endif
	if (dup3(fd, kept, O_CLOEXEC) < 0)
		return -1;
	return close_range(kept + 1, ~0u, 0) ? -1 : kept;
}

static int confine(int fd)
{
	const unsigned int seconds = scan_fault_seconds("CPU_SECONDS", SCAN_CPU_SECONDS);

	/* A group of its own: what it starts ends with it, and a signal from the
	 * terminal is for the parent to act on. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	child_limits(seconds, seconds + 1);	/* SIGXCPU tells */
	return keep_only(fd);
}

void scan_result_init(struct scan_result *ret)
{
	*ret = (struct scan_result) { .magic = SCAN_RESULT_MAGIC, .crash_time = -1 };
}

static uint64_t hash(uint64_t before, const void *bytes, size_t size)
{
	const uint8_t *p = bytes;

	/* FNV-1a */
	while (size--)
		before = (before ^ *p++) * UINT64_C(0x100000001b3);
	return before;
}

/* The same for all vmcores of one crash; 0 if they cannot be told from others */
static uint64_t crash_of(const struct sdeistop_report *report)
{
	uint64_t ret = UINT64_C(0xcbf29ce484222325);

	if (report->crash_time < 0)
		return 0;
	ret = hash(ret, report->release, strlen(report->release));
	ret = hash(ret, &report->crash_time, sizeof(report->crash_time));
	for (size_t i = 0; i < report->nr_cpu; i++)
		ret = hash(ret, &report->cpu[i].note, sizeof(report->cpu[i].note));
	return ret;
}

static void describe(const struct scan_options *options, const struct scan_item *item,
		     const struct sdeistop_report *report, struct scan_result *ret)
{
	ret->verdict = report->verdict;
	ret->crash_time = report->crash_time;
	ret->triage = report->triage;
	ret->crash = crash_of(report);
	snprintf(ret->release, sizeof(ret->release), "%s", report->release);
	for (size_t i = 0; i < report->nr_cpu; i++) {
		ret->nr_wedged += sdeistop_cpu_wedged(&report->cpu[i]);
		ret->nr_not_stopped += sdeistop_cpu_running(&report->cpu[i]);
	}
	if (report->nr_problems)
		snprintf(ret->problem, sizeof(ret->problem), "%s: %s",
			 sdeistop_problem_name(report->problem[0].code), report->problem[0].text);
	if (options->summary)
		scan_places_find(report, item, ret->place, &ret->nr_places, &ret->nr_elsewhere);
}

static void render(const struct scan_options *options, const struct sdeistop_report *report,
		   FILE *out)
{
	if (options->jsonl)
		sdeistop_report_json(report, false, out);
	else if (!options->summary)
		verify_print(report, false, out);
}

static void write_all(int fd, const void *from, size_t size)
{
	const char *p = from;

	while (size) {
		ssize_t nr = write(fd, p, size);

		if (nr < 0 && errno == EINTR)
			continue;
		if (nr <= 0)
			_exit(STATUS_ERROR);	/* nobody reads it */
		p += nr;
		size -= (size_t)nr;
	}
}

/* Nothing is sent before everything is there: a crash leaves no half of a report. */
static void read_vmcore(const struct scan_options *options, const struct scan_item *item, int fd)
{
	struct sdeistop_report *report;
	struct scan_result result;
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	scan_result_init(&result);
	if (!sdeistop_report_parts((const char *const *)item->path, item->nr_paths, &report,
				   &result.error)) {
		describe(options, item, report, &result);
		out = open_memstream(&text, &size);
		if (out)
			render(options, report, out);
		if (!out || ferror(out) || fclose(out)) {
			result.error.code = SDEISTOP_ERR_NO_MEMORY;
			result.error.offset = -1;
			snprintf(result.error.text, sizeof(result.error.text), "out of memory");
			size = 0;
		}
	}
	result.nr_bytes = size;
	write_all(fd, &result, sizeof(result));
	write_all(fd, text, size);
}

void scan_child(const struct scan_options *options, const struct scan_item *item, int fd)
{
	fd = confine(fd);
	if (fd < 0)
		_exit(STATUS_ERROR);
	scan_fault(item->path[0], fd);
	read_vmcore(options, item, fd);
	/* not exit(): what the parent has not written yet is for it to write */
	_exit(0);
}
