// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vmcore is read by a child process of its own, so that none can do harm to
 * the report of another, however it is damaged: the child has limits of memory
 * and time, and if it crashes, that is what is told of its vmcore.
 */

#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* For what it does itself, and half a minute of sdeistop-memory */
#define SECONDS		60
/* Of a rendered report; 65536 CPUs with a problem each have 50 MiB */
#define BYTES_MAX	(128u << 20)

/* How often something else may be done while nothing comes, ms */
#define TICK_MS		200
/* What a child has at least from when its result is waited for */
#define GRACE_MS	1000

static int64_t new_deadline(void)
{
	return now_ms() + scan_fault_seconds("SECONDS", SECONDS) * INT64_C(1000);
}

int scan_worker_start(const struct scan_options *options, const struct scan_item *item,
		      struct scan_worker *ret)
{
	int ends[2], error;
	pid_t pid;

	*ret = (struct scan_worker) { .fd = -1 };
	if (pipe2(ends, O_CLOEXEC))
		return errno;
	pid = fork();
	if (!pid)
		scan_child(options, item, ends[1]);
	error = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return error;
	}
	setpgid(pid, pid);	/* whichever of the two is first */
	*ret = (struct scan_worker) {
		.pid = pid,
		.fd = ends[0],
		.deadline = new_deadline(),
	};
	return 0;
}

/* One that is ending already does not notice the signal. */
static int stop(struct scan_worker *worker)
{
	int status;

	if (!worker->pid)
		return -1;
	close(worker->fd);
	kill(-worker->pid, SIGKILL);
	status = child_end(worker->pid, now_ms() + CHILD_END_MS);
	*worker = (struct scan_worker) { .fd = -1 };
	return status;
}

void scan_worker_kill(struct scan_worker *worker)
{
	stop(worker);
}

enum got {
	GOT_ALL,
	GOT_END,		/* the child wrote less than it should */
	GOT_NOTHING,		/* in time */
	GOT_INTERRUPTED,
};

/* Up to @size bytes: more than none if GOT_ALL, as many as @nr then */
static enum got get_some(const struct scan_worker *worker, const struct scan_wait *wait, void *to,
			 size_t size, size_t *nr)
{
	struct pollfd pollfd = { .fd = worker->fd, .events = POLLIN };
	ssize_t got;

	for (;;) {
		int ready = poll(&pollfd, 1, TICK_MS);

		if (scan_interrupted())
			return GOT_INTERRUPTED;
		if (now_ms() > worker->deadline)
			return GOT_NOTHING;
		if (ready > 0)
			break;
		wait->idle(wait->arg);
	}
	do
		got = read(worker->fd, to, size);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return GOT_END;
	*nr = (size_t)got;
	return GOT_ALL;
}

static enum got get_result(const struct scan_worker *worker, const struct scan_wait *wait,
			   struct scan_result *ret)
{
	size_t size = 0, nr;

	while (size < sizeof(*ret)) {
		enum got got = get_some(worker, wait, (char *)ret + size, sizeof(*ret) - size, &nr);

		if (got != GOT_ALL)
			return got;
		size += nr;
	}
	return GOT_ALL;
}

/* Of ASCII, or with @before of U+0080 to U+009F: what a terminal acts on */
static bool is_control(unsigned char byte, unsigned char before)
{
	return byte < ' ' || byte == 0x7f || (before == 0xc2 && byte >= 0x80 && byte <= 0x9f);
}

/* What is printed as it is, of a size that is known: a text of one line? */
static bool is_line(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!text[i])
			return true;
		if (is_control((unsigned char)text[i], i ? (unsigned char)text[i - 1] : 0))
			return false;
	}
	return false;
}

/* It comes from a process that a file may have got to do anything. */
static bool is_result(struct scan_result *result)
{
	uint64_t nr_cpus = result->nr_elsewhere;

	if (!is_line(result->error.text, sizeof(result->error.text)) ||
	    !is_line(result->problem, sizeof(result->problem)))
		return false;
	result->release[sizeof(result->release) - 1] = '\0';
	if (result->magic != SCAN_RESULT_MAGIC || result->verdict > SDEISTOP_COMPLETE ||
	    result->error.code > SDEISTOP_ERR_INTERNAL || result->nr_bytes > BYTES_MAX ||
	    result->nr_wedged > SDEISTOP_CPU_LIMIT || result->nr_not_stopped > SDEISTOP_CPU_LIMIT ||
	    result->nr_places > SCAN_PLACES_MAX)
		return false;
	for (size_t i = 0; i < result->nr_places; i++) {
		struct scan_place *place = &result->place[i];

		place->function[sizeof(place->function) - 1] = '\0';
		place->module[sizeof(place->module) - 1] = '\0';
		if (place->kind >= SCAN_NR_PLACE_KINDS)
			return false;
		nr_cpus += place->nr_cpus;
	}
	return nr_cpus <= result->nr_wedged;
}

/* The child escapes what comes of a file. It may no longer be what it was. */
static void print_tame(char *bytes, size_t nr, unsigned char *last)
{
	for (size_t i = 0; i < nr; i++) {
		const unsigned char byte = (unsigned char)bytes[i];

		if (byte != '\n' && is_control(byte, *last))
			bytes[i] = '?';
		*last = byte;
	}
	fwrite(bytes, 1, nr, stdout);
}

/* A line that has begun is ended where it is cut: the next one is whole again. */
static enum got copy_text(struct scan_worker *worker, const struct scan_wait *wait, uint64_t size)
{
	bool begun = false;
	unsigned char last = 0;
	char bytes[4096];
	int64_t began;

	if (size)
		wait->print(wait->arg);
	while (size) {
		size_t nr;
		enum got got = get_some(worker, wait, bytes,
					size < sizeof(bytes) ? (size_t)size : sizeof(bytes), &nr);

		if (got != GOT_ALL) {
			if (begun)
				putchar('\n');
			return got;
		}
		began = now_ms();
		print_tame(bytes, nr, &last);
		begun = true;
		size -= nr;
		/* it is not to pay for the time that others take to read this */
		worker->deadline += now_ms() - began;
	}
	return GOT_ALL;
}

__attribute__((format(printf, 2, 3)))
static void fail(struct scan_result *ret, const char *format, ...)
{
	va_list args;

	scan_result_init(ret);
	ret->error.code = SDEISTOP_ERR_INTERNAL;
	ret->error.offset = -1;
	va_start(args, format);
	vsnprintf(ret->error.text, sizeof(ret->error.text), format, args);
	va_end(args);
}

/* Why there is no result, by what is known of the child's end */
static void fail_ended(struct scan_result *ret, int status)
{
	if (status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		fail(ret, "the reader of this file used more than %u s of CPU time",
		     scan_fault_seconds("CPU_SECONDS", SCAN_CPU_SECONDS));
	else if (status >= 0 && WIFSIGNALED(status))
		fail(ret, "the reader of this file was killed by signal %d", WTERMSIG(status));
	else if (status >= 0)
		fail(ret, "the reader of this file ended with status %d and without a result",
		     WEXITSTATUS(status));
	else
		fail(ret, "the reader of this file does not end");
}

bool scan_worker_finish(struct scan_worker *worker, const struct scan_wait *wait,
			struct scan_result *ret)
{
	const int64_t soon = now_ms() + GRACE_MS;
	enum got got;
	bool valid;
	int status;

	/* it may have been done long ago, and waited for its turn to be read */
	if (worker->deadline < soon)
		worker->deadline = soon;
	got = get_result(worker, wait, ret);
	valid = got == GOT_ALL && is_result(ret);

	if (valid)
		got = copy_text(worker, wait, ret->nr_bytes);
	status = stop(worker);
	if (got == GOT_INTERRUPTED)
		return false;
	if (got == GOT_NOTHING)
		fail(ret, "the reader of this file took longer than %u s",
		     scan_fault_seconds("SECONDS", SECONDS));
	else if (got == GOT_END)
		fail_ended(ret, status);
	else if (!valid)
		fail(ret, "the reader of this file did not tell a result");
	return true;
}
