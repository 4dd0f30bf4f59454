// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starting sdeistop-memory. What reads pages believes much of a file, so it is a
 * process of its own with limits, and whatever becomes of it is an answer.
 */

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory/protocol.h"

#define PROGRAM		"sdeistop-memory"
#define FROM_HERE	"/../libexec/sdeistop/" PROGRAM

#define SECONDS		30
/* Printed in all; the frames of some thousand CPUs have less */
#define OUTPUT_MAX	(64u << 20)

/* Exit status of a child that could not become the program */
#define NOT_STARTED	127

struct run {
	memory_line_fn line;
	void *arg;
	char error[256];	/* what the program said, "" nothing */
	struct memory_end *end;
};

__attribute__((format(printf, 3, 4)))
static void end(struct memory_end *ret, enum memory_outcome outcome, const char *format, ...)
{
	va_list args;

	ret->outcome = outcome;
	va_start(args, format);
	vsnprintf(ret->text, sizeof(ret->text), format, args);
	va_end(args);
}

/* False if the command does not know where it is, or that is too long a path */
static bool find_program(char *path, size_t size)
{
	const char *other = secure_getenv("SDEISTOP_MEMORY");
	ssize_t length;
	char *slash;

	if (other)
		return (size_t)snprintf(path, size, "%s", other) < size;
	length = readlink("/proc/self/exe", path, size - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash - path) + sizeof(FROM_HERE) > size)
		return false;
	memcpy(slash, FROM_HERE, sizeof(FROM_HERE));
	return true;
}

static unsigned int time_limit(void)
{
	const char *other = secure_getenv("SDEISTOP_MEMORY_SECONDS");
	uint64_t seconds;

	if (other && memory_parse_number(other, &seconds) && seconds <= SECONDS)
		return (unsigned int)seconds;
	return SECONDS;
}

/* ----------------------------------------------------------------- child */

/* In the child, and so nothing but system calls */
__attribute__((noreturn))
static void become_program(const char *path, const char *const args[], int out,
			   unsigned int seconds, pid_t parent)
{
	static const char *const environment[] = { "LC_ALL=C", NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* the command ignores it, and that would be inherited */
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)	/* it has ended already, and no signal comes */
		_exit(NOT_STARTED);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(null, STDERR_FILENO) >= 0 && !close_range(STDERR_FILENO + 1, ~0u, 0)) {
		child_limits(seconds + 1, seconds + 1);
		/* the type is from before const */
		execve(path, (char *const *)(uintptr_t)args,
		       (char *const *)(uintptr_t)environment);
	}
	_exit(NOT_STARTED);
}

static pid_t start(const char *path, const char *const args[], unsigned int seconds, int *ret)
{
	const pid_t parent = getpid();
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid)
		become_program(path, args, ends[1], seconds, parent);
	close(ends[1]);
	if (pid < 0)
		close(ends[0]);
	else
		*ret = ends[0];
	return pid;
}

/* ---------------------------------------------------------------- parent */

static void take_line(char *const field[], size_t nr, void *arg)
{
	struct run *run = arg;

	if (strcmp(field[0], PROTOCOL_ERROR))
		run->line(field, nr, run->arg);
	else if (nr == 2 && !run->error[0])
		snprintf(run->error, sizeof(run->error), "%s", field[1]);
}

/* True if it was read to its end */
static bool read_all(struct run *run, int fd, int64_t deadline)
{
	struct memory_lines lines = { .line = take_line, .arg = run };
	uint64_t total = 0;
	char bytes[4096];

	for (;;) {
		ssize_t nr;

		if (!wait_until(fd, POLLIN, deadline)) {
			end(run->end, MEMORY_FAILED, PROGRAM " took too long");
			return false;
		}
		nr = read(fd, bytes, sizeof(bytes));
		if (!nr)
			return true;
		if (nr < 0 && errno == EINTR)
			continue;
		if (nr < 0 || (total += (uint64_t)nr) > OUTPUT_MAX) {
			end(run->end, MEMORY_FAILED, PROGRAM " %s", nr < 0 ?
			    "cannot be read from" : "printed too much");
			return false;
		}
		memory_lines_feed(&lines, bytes, (size_t)nr);
	}
}

/* How @pid, whose output is closed, ended: by itself before @deadline, or by force,
 * which is the status of the signal if it does not even then */
static int wait_for_end(pid_t pid, int64_t deadline)
{
	int status = child_end(pid, deadline);

	if (status >= 0)
		return status;
	kill(pid, SIGKILL);
	status = child_end(pid, now_ms() + CHILD_END_MS);
	return status >= 0 ? status : SIGKILL;
}

static void tell_end(struct run *run, int status)
{
	if (run->error[0])
		end(run->end, MEMORY_REFUSED, "%s", run->error);
	else if (WIFEXITED(status) && !WEXITSTATUS(status))
		end(run->end, MEMORY_TOLD, "%s", "");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
		end(run->end, MEMORY_NOT_FOUND, PROGRAM " cannot be started");
	else if (WIFSIGNALED(status))
		end(run->end, MEMORY_FAILED, PROGRAM " was ended by signal %d", WTERMSIG(status));
	else
		end(run->end, MEMORY_FAILED, PROGRAM " failed");
}

const char *memory_cannot(const struct dump *dump)
{
	if (is_stdin(dump->path[0]))
		return "standard input is read once, and pages would be a second time";
	return dump->nr > MEMORY_FILES_MAX ? "a dump of too many parts" : NULL;
}

void memory_run(const char *const words[], const struct dump *dump, memory_line_fn line,
		void *arg, struct memory_end *ret)
{
	const char *args[1 + MEMORY_WORDS_MAX + MEMORY_FILES_MAX + 1] = { PROGRAM };
	struct run run = { .line = line, .arg = arg, .end = ret };
	const unsigned int seconds = time_limit();
	int fd = -1, status;
	char path[4096];
	int64_t deadline;
	size_t nr = 1;
	bool whole;
	pid_t pid;

	if (!find_program(path, sizeof(path)) || access(path, X_OK)) {
		end(ret, MEMORY_NOT_FOUND, PROGRAM ", which reads pages, is not installed");
		return;
	}
	while (*words && nr <= MEMORY_WORDS_MAX)
		args[nr++] = *words++;
	memcpy(args + nr, dump->path, dump->nr * sizeof(*dump->path));
	pid = start(path, args, seconds, &fd);
	if (pid < 0) {
		end(ret, MEMORY_NOT_FOUND, PROGRAM " cannot be started: %s", strerror(errno));
		return;
	}
	deadline = now_ms() + seconds * INT64_C(1000);
	whole = read_all(&run, fd, deadline);
	close(fd);
	status = wait_for_end(pid, whole ? deadline : 0);
	if (whole)
		tell_end(&run, status);
}
