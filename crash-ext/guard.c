// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crash leaves a command by longjmp(): for an error in any of its functions,
 * and out of its handler of Ctrl-C. Nothing that is open or allocated here
 * survives that, and a walk over damaged memory should end with what it has
 * found. So what must not be left is run with both ways shut.
 */
#include "ext.h"

static void mask_interrupts(int how, sigset_t *before)
{
	sigset_t interrupts;

	sigemptyset(&interrupts);
	sigaddset(&interrupts, SIGINT);
	sigprocmask(how, &interrupts, before);
}

/* Nothing in between may end in error(FATAL), unless it is guarded() */
void hold_interrupts(sigset_t *before)
{
	mask_interrupts(SIG_BLOCK, before);
}

/* One that came meanwhile does not return from here */
void release_interrupts(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

/* Where crash jumps to and prints to, while that is ours */
struct outside {
	jmp_buf env;
	FILE *fp, *error_fp, *stdpipe, *tmpfile;
	unsigned long long flags;
	sigset_t signals;
};

static void come_back(const struct outside *outside)
{
	memcpy(&pc->main_loop_env, &outside->env, sizeof(outside->env));
	fp = outside->fp;
	pc->error_fp = outside->error_fp;
	pc->stdpipe = outside->stdpipe;
	release_interrupts(&outside->signals);
}

/*
 * After a jump. For an error that is all. A signal such as SIGSEGV has had crash
 * close the output and free all buffers of the command: nobody can go on then.
 */
static void come_back_by_jump(const struct outside *outside)
{
	const bool closed = pc->tmpfile != outside->tmpfile;

	pc->flags = outside->flags;
	come_back(outside);
	if (!closed)
		return;
	fp = stdout;
	mask_interrupts(SIG_UNBLOCK, NULL);
	RESTART();
}

/*
 * Run @what(@arg); false if crash left it. What it prints goes to @out, NULL
 * nowhere; errors go nowhere.
 */
bool guarded(void (*what)(void *arg), void *arg, FILE *out)
{
	struct outside outside = {
		.fp = fp, .error_fp = pc->error_fp, .stdpipe = pc->stdpipe,
		.tmpfile = pc->tmpfile, .flags = pc->flags,
	};

	hold_interrupts(&outside.signals);
	memcpy(&outside.env, &pc->main_loop_env, sizeof(outside.env));
	fp = out ? out : pc->nullfp;
	pc->error_fp = pc->nullfp;
	pc->stdpipe = NULL;
	/* Nothing above changes after this, so that all of it is there on return */
	if (setjmp(pc->main_loop_env)) {
		come_back_by_jump(&outside);
		return false;
	}
	what(arg);
	come_back(&outside);
	return true;
}

struct request {
	ulong address;
	void *buf;
	size_t size;
	bool done;
};

static void read_request(void *arg)
{
	struct request *request = arg;

	request->done = readmem(request->address, KVADDR, request->buf, request->size,
				"sdeistop", RETURN_ON_ERROR | QUIET);
}

/*
 * @size bytes of kernel memory. Where readmem() walks page tables it takes their
 * absence for an error of the command, whatever it is asked to do about errors.
 */
bool read_memory(ulong address, void *buf, size_t size)
{
	struct request request = { address, buf, size, false };

	return guarded(read_request, &request, NULL) && request.done;
}
