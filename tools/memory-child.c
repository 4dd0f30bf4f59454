// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sdeistop-memory as a process. What reads pages believes much of a file, so it has
 * limits, and whatever becomes of it is an answer.
 */

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FROM_HERE	"/../libexec/sdeistop/" MEMORY_PROGRAM

#define SECONDS		30

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

/* In the child, and so nothing but system calls */
__attribute__((noreturn))
static void become_program(const char *path, const char *const args[], int in, int out,
			   unsigned int seconds, pid_t parent)
{
	static const char *const environment[] = { "LC_ALL=C", NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* the command ignores it, and that would be inherited */
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)	/* it has ended already, and no signal comes */
		_exit(MEMORY_NOT_STARTED);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (null >= 0 && dup2(in < 0 ? null : in, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(null, STDERR_FILENO) >= 0 && !close_range(STDERR_FILENO + 1, ~0u, 0)) {
		child_limits(seconds + 1, seconds + 1);
		/* the type is from before const */
		execve(path, (char *const *)(uintptr_t)args,
		       (char *const *)(uintptr_t)environment);
	}
	_exit(MEMORY_NOT_STARTED);
}

static void close_both(const int ends[2])
{
	for (unsigned int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

/* With a pipe from it, and if it @asks one to it */
static bool start(const char *path, const char *const args[], bool asked, unsigned int seconds,
		  struct memory_child *ret)
{
	const pid_t parent = getpid();
	int from[2], to[2] = { -1, -1 };

	if (pipe2(from, O_CLOEXEC))
		return false;
	if (asked && pipe2(to, O_CLOEXEC)) {
		close_both(from);
		return false;
	}
	ret->pid = fork();
	if (!ret->pid)
		become_program(path, args, to[0], from[1], seconds, parent);
	if (ret->pid < 0) {
		close_both(from);
		close_both(to);
		return false;
	}
	close(from[1]);
	if (asked)
		close(to[0]);
	ret->answers = from[0];
	ret->questions = to[1];
	return true;
}

bool memory_child_start(const char *const words[], const struct dump *dump, bool asked,
			struct memory_child *ret, struct memory_end *end)
{
	const char *args[1 + MEMORY_WORDS_MAX + MEMORY_FILES_MAX + 1] = { MEMORY_PROGRAM };
	const unsigned int seconds = time_limit();
	char path[4096];
	size_t nr = 1;

	*ret = (struct memory_child) { .questions = -1, .answers = -1 };
	if (!find_program(path, sizeof(path)) || access(path, X_OK)) {
		memory_end_set(end, MEMORY_NOT_FOUND,
			       MEMORY_PROGRAM ", which reads pages, is not installed");
		return false;
	}
	while (*words && nr <= MEMORY_WORDS_MAX)
		args[nr++] = *words++;
	memcpy(args + nr, dump->path, dump->nr * sizeof(*dump->path));
	if (!start(path, args, asked, seconds, ret)) {
		memory_end_set(end, MEMORY_NOT_FOUND, MEMORY_PROGRAM " cannot be started: %s",
			       strerror(errno));
		return false;
	}
	ret->deadline = now_ms() + seconds * INT64_C(1000);
	return true;
}

int memory_child_finish(struct memory_child *child, bool kill_it)
{
	int status;

	if (child->questions >= 0)
		close(child->questions);
	close(child->answers);
	status = child_end(child->pid, kill_it ? 0 : child->deadline);
	if (status >= 0)
		return status;
	kill(child->pid, SIGKILL);
	status = child_end(child->pid, now_ms() + CHILD_END_MS);
	return status >= 0 ? status : SIGKILL;
}
