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

/* The first question without an answer is what is told of. */
static void fail(struct pages *pages, enum memory_outcome outcome, const char *why)
{
	if (!pages->incomplete)
		memory_end_set(&pages->end, outcome, "%s", why);
}

static void take_line(char *const field[], size_t nr, void *arg)
{
	if (nr == 2 && !strcmp(field[0], PROTOCOL_ERROR))
		fail(arg, MEMORY_REFUSED, field[1]);
}

/* Instead of an answer came @first: of why there can be none, or of anything */
static void take_refusal(struct pages *pages, uint8_t first)
{
	struct memory_lines lines = { .line = take_line, .arg = pages };
	char bytes[512] = { (char)first };
	ssize_t nr = 0;

	if (wait_until(pages->child.answers, POLLIN, pages->child.deadline))
		nr = read(pages->child.answers, bytes + 1, sizeof(bytes) - 1);
	fail(pages, MEMORY_FAILED, MEMORY_PROGRAM " answered what was not asked");
	memory_lines_feed(&lines, bytes, 1 + (nr > 0 ? (size_t)nr : 0));
}

/* It did not answer, and is another process from now on, in the time that is left. */
static bool restart(struct pages *pages)
{
	const int64_t deadline = pages->child.deadline;
	struct memory_end end;

	memory_child_finish(&pages->child, true);
	pages->running = false;
	if (pages->end.outcome == MEMORY_REFUSED || now_ms() >= deadline ||
	    pages->nr_restarts++ == RESTARTS_MAX)
		return false;
	if (!start(pages, &end)) {
		fail(pages, end.outcome, end.text);
		return false;
	}
	pages->child.deadline = deadline;
	return true;
}

static void ask(const struct memory_child *child, const struct page_question *question)
{
	ssize_t nr;

	/* A pipe takes all of so few bytes, or none; who does not read them has ended,
	 * and may have said why. */
	do {
		nr = write(child->questions, question, sizeof(*question));
	} while (nr < 0 && errno == EINTR);
}

static bool take(struct pages *pages, void *to, size_t size)
{
	const struct memory_child *child = &pages->child;
	uint8_t *p = to;

	while (size) {
		ssize_t nr;

		if (!wait_until(child->answers, POLLIN, child->deadline)) {
			fail(pages, MEMORY_FAILED, MEMORY_PROGRAM " took too long");
			return false;
		}
		nr = read(child->answers, p, size);
		if (nr < 0 && errno == EINTR)
			continue;
		if (nr <= 0) {
			fail(pages, MEMORY_FAILED, MEMORY_PROGRAM " ended too early");
			return false;
		}
		p += nr;
		size -= (size_t)nr;
	}
	return true;
}

/* False if there is no answer, not even that the page is not there */
static bool answer(struct pages *pages, const struct page_question *question, void *to, bool *there)
{
	uint8_t byte;

	ask(&pages->child, question);
	if (!take(pages, &byte, sizeof(byte)))
		return false;
	*there = byte == PAGE_THERE;
	if (*there)
		return take(pages, to, (size_t)question->size);
	if (byte == PAGE_MISSING)
		return true;
	take_refusal(pages, byte);
	return false;
}

bool pages_read(void *arg, uint64_t address, void *to, size_t size)
{
	const struct page_question question = { .address = address, .size = size };
	struct pages *pages = arg;
	bool there = false;

	if (!pages->running || size > PAGE_QUESTION_MAX)
		return false;
	if (answer(pages, &question, to, &there))
		return there;
	if (restart(pages) && answer(pages, &question, to, &there))
		return there;
	pages->incomplete = true;
	return false;
}
