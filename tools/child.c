// SPDX-License-Identifier: GPL-2.0-or-later
/* What the processes that read vmcores have in common: limits, and an end */

#include "tool.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Reading takes up to 800 MiB by sdeistop_report_file(), of a file that is all
 * notes */
#define ADDRESS_SPACE	(1ull << 30)

/* How often one is looked at that cannot be waited for */
#define MOMENT_NS	(500 * 1000)

static void limit(int resource, rlim_t soft, rlim_t hard)
{
	const struct rlimit rlimit = { .rlim_cur = soft, .rlim_max = hard };

	setrlimit(resource, &rlimit);
}

void child_limits(unsigned int cpu_soft, unsigned int cpu_hard)
{
#ifndef __SANITIZE_ADDRESS__	/* it reserves terabytes */
	limit(RLIMIT_AS, ADDRESS_SPACE, ADDRESS_SPACE);
#endif
	limit(RLIMIT_CPU, cpu_soft, cpu_hard);
	limit(RLIMIT_CORE, 0, 0);
	limit(RLIMIT_FSIZE, 0, 0);
}

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int wait_until(int fd, short events, int64_t deadline)
{
	struct pollfd pollfd = { .fd = fd, .events = events };
	int ready;

	do {
		const int64_t left = deadline - now_ms();

		ready = left > 0 ? poll(&pollfd, 1, (int)left) : 0;
	} while (ready < 0 && errno == EINTR);
	return ready;
}

int child_end(pid_t pid, int64_t deadline)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NS };
	const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	int status;
	pid_t ended;

	if (fd >= 0) {
		wait_until(fd, POLLIN, deadline);
		close(fd);
	}
	for (;;) {
		ended = waitpid(pid, &status, WNOHANG);
		if (ended == pid)
			return status;
		if ((ended < 0 && errno != EINTR) || now_ms() >= deadline)
			return -1;
		nanosleep(&moment, NULL);
	}
}
