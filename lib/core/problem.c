// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report's list of problems. A file can have as many as it has notes, so only
 * some of each code are stored: of each, that no kind hides another.
 */

#include "internal.h"

#include <stdarg.h>

static struct sdeistop_problem *new_problem(struct sdeistop_builder *builder)
{
	struct sdeistop_report *report = builder->report;
	struct sdeistop_problem *grown;

	grown = sdeistop_grow(report->problem, report->nr_problems, &builder->problem_room,
			      sizeof(*grown));
	if (!grown) {
		builder->no_memory = true;
		return NULL;
	}
	report->problem = grown;
	return &grown[report->nr_problems++];
}

void sdeistop_problem_add(struct sdeistop_builder *builder, enum sdeistop_problem_code code,
			  int64_t cpu, const char *format, ...)
{
	struct sdeistop_problem *problem;
	va_list args;

	if (builder->report->nr_problems_of[code]++ >= SDEISTOP_PROBLEM_LIMIT)
		return;
	problem = new_problem(builder);
	if (!problem)
		return;
	problem->code = code;
	problem->cpu = cpu;
	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
}

void sdeistop_problems_close(struct sdeistop_builder *builder)
{
	for (int code = 0; code < SDEISTOP_NR_PROBLEMS; code++) {
		size_t nr = builder->report->nr_problems_of[code];
		struct sdeistop_problem *problem;

		if (nr <= SDEISTOP_PROBLEM_LIMIT)
			continue;
		problem = new_problem(builder);
		if (!problem)
			return;
		problem->code = (enum sdeistop_problem_code)code;
		problem->cpu = -1;
		snprintf(problem->text, sizeof(problem->text), "and %zu more problems like this",
			 nr - SDEISTOP_PROBLEM_LIMIT);
	}
}
