// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a panic log tells of the CPUs, where there are no records: who panicked,
 * and who did not answer the stop. Only what its lines say in words; of every
 * other CPU nothing is known.
 */

#include "internal.h"

#include <string.h>

#define NONE	SIZE_MAX

/* The header of a stack is this close to the line it belongs to: farther down it
 * may be another CPU's. */
#define HEADER_LINES	8

/* Bytes of a quoted line */
#define QUOTE_BYTES	1024

/* A line that begins a crash, and the header of its stack */
struct beginning {
	size_t line;
	size_t header;		/* line, NONE if there is none */
	uint32_t cpu, pid;
	bool unclear;		/* that may be another CPU's header */
	bool survived;		/* the kernel went on after it */
};

/* What was found so far, by number of the line; NONE if it was not */
struct finder {
	struct beginning panic, oops;
	struct beginning *open;		/* whose header may come */
	size_t other;			/* line, of another stack whose header may come */
	size_t stopping, capture;
	size_t redirecting, redirected;
	uint32_t target;
	/* of the last stop */
	struct sdeistop_cpuset retried_nmi, retried_firmware, failed;
	struct sdeistop_cpuset locked_up;	/* and quoted */
	struct sdeistop_cpuset told;
};

/* ------------------------------------------------------------- the search */

/* What was said of a stop before is not of this one. */
static void forget_stop(struct finder *finder)
{
	finder->stopping = NONE;
	memset(&finder->retried_nmi, 0, sizeof(finder->retried_nmi));
	memset(&finder->retried_firmware, 0, sizeof(finder->retried_firmware));
	memset(&finder->failed, 0, sizeof(finder->failed));
}

/* A CPU may oops while another one panics and stops it: the stop stays that of
 * the panic. Any other that was told of before is not that of this crash. */
static void begin(struct finder *finder, struct beginning *what, size_t i)
{
	*what = (struct beginning) {
		.line = i, .header = NONE,
		.unclear = finder->other != NONE && i - finder->other <= HEADER_LINES,
	};
	finder->open = what;
	finder->other = what == &finder->oops ? i : NONE;
	if (what == &finder->panic)
		finder->redirected = NONE;
	if (what == &finder->panic || finder->panic.line == NONE)
		forget_stop(finder);
}

/* Two CPUs that print at a time: neither header is known to be of the crash. */
static void take_header(struct finder *finder, size_t i, const struct sdeistop_log_line *line)
{
	struct beginning *open = finder->open;

	finder->other = NONE;
	if (!open || i - open->line > HEADER_LINES)
		return;
	if (open->header != NONE) {
		open->unclear |= open->cpu != line->cpu || open->pid != line->pid;
		return;
	}
	open->header = i;
	open->cpu = line->cpu;
	open->pid = line->pid;
}

/* From here on a header may be that of another stack, which is no crash. */
static void begin_other(struct finder *finder, size_t i, const struct sdeistop_log_line *line)
{
	finder->open = NULL;
	if (line->kind == SDEISTOP_LOG_STACK)
		finder->other = i;
}

static void begin_stop(struct finder *finder, size_t i)
{
	forget_stop(finder);
	finder->stopping = i;
	finder->open = NULL;
}

static bool follows(size_t line, size_t before)
{
	return line != NONE && before != NONE && line > before;
}

/* A capture kernel that is started for an oops is started before this is said. */
static void go_on(struct finder *finder)
{
	if (!follows(finder->capture, finder->oops.line))
		finder->oops.survived = true;
}

/* The CPUs that lines of @kind list */
static struct sdeistop_cpuset *listed(struct finder *finder, enum sdeistop_log_kind kind)
{
	if (kind == SDEISTOP_LOG_RETRY_NMI)
		return &finder->retried_nmi;
	return kind == SDEISTOP_LOG_FAILED ? &finder->failed : &finder->retried_firmware;
}

static void take_line(struct finder *finder, size_t i, const struct sdeistop_log_line *line)
{
	switch (line->kind) {
	case SDEISTOP_LOG_PANIC:
		begin(finder, &finder->panic, i);
		break;
	case SDEISTOP_LOG_OOPS:
		begin(finder, &finder->oops, i);
		break;
	case SDEISTOP_LOG_HEADER:
		take_header(finder, i, line);
		break;
	case SDEISTOP_LOG_STACK:
	case SDEISTOP_LOG_NO_STACK:
		begin_other(finder, i, line);
		break;
	case SDEISTOP_LOG_REDIRECTING:
		finder->redirecting = i;
		finder->target = line->cpu;
		break;
	case SDEISTOP_LOG_REDIRECTED:
		finder->redirected = i;
		finder->open = NULL;
		break;
	case SDEISTOP_LOG_STOPPING:
		begin_stop(finder, i);
		break;
	case SDEISTOP_LOG_RETRY_NMI:
	case SDEISTOP_LOG_RETRY_FIRMWARE:
	case SDEISTOP_LOG_FAILED:
		sdeistop_cpuset_add_list(listed(finder, line->kind), line);
		break;
	case SDEISTOP_LOG_CAPTURE:
		finder->capture = i;
		break;
	case SDEISTOP_LOG_WENT_ON:
		go_on(finder);
		break;
	case SDEISTOP_LOG_LOCKUP:
	case SDEISTOP_LOG_STALE:
	case SDEISTOP_LOG_OTHER:
		break;
	}
}

/*
 * What the log ends in: a panic, after which nothing is another crash but a panic
 * again; or, with no panic line, an oops for which a capture kernel was started
 * (panic_on_oops). After any other oops the kernel went on. NULL if there is
 * neither.
 */
static const struct beginning *last_crash(const struct finder *finder)
{
	const struct beginning *oops = &finder->oops;

	if (finder->panic.line != NONE)
		return &finder->panic;
	return follows(finder->capture, oops->line) && !oops->survived ? oops : NULL;
}

/* A panic that an oops ends in prints no stack of its own: that is the oops's */
static bool is_of_oops(const struct finder *finder, const struct beginning *crash,
		       const char *why)
{
	return crash == &finder->panic && crash->header == NONE &&
	       follows(crash->line, finder->oops.line) && strstr(why, "Fatal exception");
}

/* -------------------------------------------------------- the conclusions */

/* Where the CPU that crashed is told of: @header, NONE if nowhere; and the oops
 * that the panic is of, NONE if it is of none */
struct culprit {
	size_t header, oops;
	uint32_t cpu, pid;
	bool has_pid;
};

static struct culprit find_culprit(const struct finder *finder, const struct beginning *crash,
				   const char *why)
{
	const bool redirected = crash == &finder->panic &&
				follows(finder->redirected, crash->line) &&
				follows(crash->line, finder->redirecting);
	const bool of_oops = is_of_oops(finder, crash, why);

	if (redirected)
		return (struct culprit) {
			.header = finder->redirecting, .oops = NONE, .cpu = finder->target,
		};
	if (of_oops)
		crash = &finder->oops;
	return (struct culprit) {
		crash->unclear ? NONE : crash->header, of_oops ? crash->line : NONE, crash->cpu, crash->pid, true,
	};
}

/* How many CPUs the log tells of; they are in @finder->told then */
static size_t collect(struct finder *finder, const struct culprit *culprit)
{
	size_t nr = 0;

	if (culprit->header != NONE)
		sdeistop_cpuset_add(&finder->told, culprit->cpu);
	for (size_t i = 0; i < sizeof(finder->told.word) / sizeof(*finder->told.word); i++) {
		finder->told.word[i] |= finder->failed.word[i] | finder->retried_nmi.word[i] |
					finder->retried_firmware.word[i];
		nr += (size_t)__builtin_popcountll(finder->told.word[i]);
	}
	return nr;
}

static void fill_cpu(const struct finder *finder, const struct culprit *culprit, uint32_t cpu,
		     struct sdeistop_inferred_cpu *ret)
{
	*ret = (struct sdeistop_inferred_cpu) { .cpu = cpu };
	if (culprit->header != NONE && culprit->cpu == cpu) {
		ret->has_method = true;
		ret->method = CPUSTOP_METHOD_PANIC;
		ret->disposition = CPUSTOP_DISP_CRASHING;
		ret->has_pid = culprit->has_pid;
		ret->pid = culprit->pid;
		return;
	}
	/* The IPI goes to all of them, first. Of one that a further rung was tried
	 * on and that is not among those left, nothing says what stopped it. */
	ret->rungs = CPUSTOP_RUNG_IPI;
	if (sdeistop_cpuset_has(&finder->retried_nmi, cpu))
		ret->rungs |= CPUSTOP_RUNG_NMI;
	if (sdeistop_cpuset_has(&finder->retried_firmware, cpu))
		ret->rungs |= CPUSTOP_RUNG_FIRMWARE;
	if (sdeistop_cpuset_has(&finder->failed, cpu)) {
		ret->has_method = true;
		ret->method = CPUSTOP_METHOD_NONE;
		ret->disposition = CPUSTOP_DISP_RUNNING;
	}
}

static bool fill_cpus(struct finder *finder, const struct culprit *culprit,
		      struct sdeistop_inference *ret)
{
	const size_t nr = collect(finder, culprit);

	ret->cpu = calloc(nr + !nr, sizeof(*ret->cpu));
	if (!ret->cpu)
		return false;
	for (uint32_t cpu = 0; ret->nr_cpu < nr; cpu++) {
		if (!finder->told.word[cpu / 64])
			cpu |= 63;
		else if (sdeistop_cpuset_has(&finder->told, cpu))
			fill_cpu(finder, culprit, cpu, &ret->cpu[ret->nr_cpu++]);
	}
	return true;
}

/* Whether line @i is one that the inference is taken from, or the first that a
 * CPU's lockup is told of */
static bool is_quoted(struct finder *finder, const struct beginning *crash,
		      const struct culprit *culprit, const struct sdeistop_log_line *line, size_t i)
{
	const bool of_stop = i > crash->line &&
			     (finder->stopping == NONE || i >= finder->stopping);

	switch (line->kind) {
	case SDEISTOP_LOG_PANIC:
	case SDEISTOP_LOG_OOPS:
	case SDEISTOP_LOG_HEADER:
	case SDEISTOP_LOG_REDIRECTING:
		return i == crash->line || i == culprit->header || i == culprit->oops;
	case SDEISTOP_LOG_LOCKUP:
		return sdeistop_cpuset_add(&finder->locked_up, line->cpu);
	case SDEISTOP_LOG_STOPPING:
	case SDEISTOP_LOG_RETRY_NMI:
	case SDEISTOP_LOG_RETRY_FIRMWARE:
	case SDEISTOP_LOG_FAILED:
	case SDEISTOP_LOG_STALE:
		return of_stop;
	case SDEISTOP_LOG_REDIRECTED:
	case SDEISTOP_LOG_STACK:
	case SDEISTOP_LOG_NO_STACK:
	case SDEISTOP_LOG_CAPTURE:
	case SDEISTOP_LOG_WENT_ON:
	case SDEISTOP_LOG_OTHER:
		break;
	}
	return false;
}

/* The last ones are those of the stop: what is too much is dropped in front. */
static bool quote(struct sdeistop_inference *ret, const char *line)
{
	char *copy = strndup(line, QUOTE_BYTES);

	if (!copy)
		return false;
	if (ret->nr_lines == SDEISTOP_QUOTE_LIMIT) {
		free(ret->line[0]);
		memmove(ret->line, ret->line + 1, --ret->nr_lines * sizeof(*ret->line));
	}
	ret->line[ret->nr_lines++] = copy;
	return true;
}

static bool conclude(struct finder *finder, const struct beginning *crash,
		     const char *const line[], size_t nr, struct sdeistop_inference *ret)
{
	struct sdeistop_log_line read;
	struct culprit culprit;

	sdeistop_log_line_read(line[crash->line], &read);
	culprit = find_culprit(finder, crash, read.text);
	ret->panic = strndup(read.text, QUOTE_BYTES);
	ret->line = calloc(SDEISTOP_QUOTE_LIMIT, sizeof(*ret->line));
	if (!ret->panic || !ret->line || !fill_cpus(finder, &culprit, ret))
		return false;
	for (size_t i = 0; i < nr; i++) {
		sdeistop_log_line_read(line[i], &read);
		if (is_quoted(finder, crash, &culprit, &read, i) && !quote(ret, line[i]))
			return false;
	}
	return true;
}

void sdeistop_inference_free(struct sdeistop_inference *inference)
{
	if (!inference)
		return;
	for (size_t i = 0; i < inference->nr_lines; i++)
		free(inference->line[i]);
	free(inference->line);
	free(inference->cpu);
	free(inference->panic);
	free(inference);
}

int sdeistop_report_infer(struct sdeistop_report *report, const char *const line[], size_t nr,
			  struct sdeistop_error *error)
{
	sdeistop_autofree struct finder *finder = calloc(1, sizeof(*finder));
	const struct beginning *crash;

	if (!finder)
		return sdeistop_no_memory(error);
	if (report->nr_cpu || report->inference)
		return 0;
	finder->panic.line = finder->panic.header = NONE;
	finder->oops.line = finder->oops.header = NONE;
	finder->other = finder->stopping = finder->capture = NONE;
	finder->redirecting = finder->redirected = NONE;
	for (size_t i = 0; i < nr; i++) {
		struct sdeistop_log_line read;

		sdeistop_log_line_read(line[i], &read);
		take_line(finder, i, &read);
	}
	crash = last_crash(finder);
	if (!crash) {
		snprintf(report->not_inferred, sizeof(report->not_inferred),
			 "the newest part of the kernel's log tells of no crash");
		return 0;
	}
	report->inference = calloc(1, sizeof(*report->inference));
	if (report->inference && conclude(finder, crash, line, nr, report->inference))
		return 0;
	sdeistop_inference_free(report->inference);
	report->inference = NULL;
	return sdeistop_no_memory(error);
}
