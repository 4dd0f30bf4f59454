// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much memory a command takes: runs it, and writes to a file how many KiB
 * were resident at most in the largest of its processes, itself and those it
 * waited for. A program of its own for a process inherits the peak of the one it
 * was forked from, which should be as small as this one; python is not.
 */

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int tell(const char *path)
{
	struct rusage usage;
	FILE *file;

	if (getrusage(RUSAGE_CHILDREN, &usage))
		return -1;
	file = fopen(path, "w");
	if (!file)
		return -1;
	fprintf(file, "%ld\n", usage.ru_maxrss);
	return fclose(file);
}

int main(int argc, char *argv[])
{
	int status;
	pid_t pid;

	if (argc < 3) {
		fputs("usage: peak FILE COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	pid = fork();
	if (!pid) {
		execv(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || tell(argv[1])) {
		perror("peak");
		return 126;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
