// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages by physical address, asked of sdeistop-memory: compressed dumps are read by
 * libraries that are not in this process (tools/memory/pages.c answers).
 */

#include "tool.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "memory/protocol.h"

/* How often it is started again: libkdumpfile 0.5.1 crashes now and then after a page
 * was asked for that the dump does not have */
#define RESTARTS_MAX	64

static bool start(struct pages *pages, struct memory_end *end)
{
	static const char *const words[] = { "pages", NULL };

	pages->running = memory_child_start(words, pages->dump, true, &pages->child, end);
	return pages->running;
}

bool pages_open(const struct dump *dump, struct pages *ret, struct memory_end *end)
{
	*ret = (struct pages) { .dump = dump };
	return start(ret, end);
}

void pages_close(struct pages *pages)
{
	if (pages->running)
		memory_child_finish(&pages->child, false);
}

/* It did not answer, and is another process from now on, in the time that is left. */
static bool restart(struct pages *pages)
{
	const int64_t deadline = pages->child.deadline;
	struct memory_end end;

	memory_child_finish(&pages->child, true);
	pages->running = false;
	if (now_ms() >= deadline || pages->nr_restarts++ == RESTARTS_MAX || !start(pages, &end))
		return false;
	pages->child.deadline = deadline;
	return true;
}

static bool ask(const struct memory_child *child, const struct page_question *question)
{
	ssize_t nr;

	/* a pipe takes all of so few bytes, or none */
	do {
		nr = write(child->questions, question, sizeof(*question));
	} while (nr < 0 && errno == EINTR);
	return nr == (ssize_t)sizeof(*question);
}

static bool take(const struct memory_child *child, void *to, size_t size)
{
	uint8_t *p = to;

	while (size) {
		ssize_t nr;

		if (!wait_until(child->answers, POLLIN, child->deadline))
			return false;
		nr = read(child->answers, p, size);
		if (nr < 0 && errno == EINTR)
			continue;
		if (nr <= 0)
			return false;
		p += nr;
		size -= (size_t)nr;
	}
	return true;
}

/* False if there is no answer, not even that the page is not there */
static bool answer(const struct memory_child *child, const struct page_question *question,
		   void *to, bool *there)
{
	uint8_t byte;

	if (!ask(child, question) || !take(child, &byte, sizeof(byte)))
		return false;
	*there = byte == PAGE_THERE;
	return !*there || take(child, to, (size_t)question->size);
}

bool pages_read(void *arg, uint64_t address, void *to, size_t size)
{
	const struct page_question question = { .address = address, .size = size };
	struct pages *pages = arg;
	bool there = false;

	if (!pages->running || size > PAGE_QUESTION_MAX)
		return false;
	if (answer(&pages->child, &question, to, &there))
		return there;
	if (restart(pages) && answer(&pages->child, &question, to, &there))
		return there;
	return false;
}
