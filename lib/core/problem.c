// SPDX-License-Identifier: GPL-2.0-or-later
/* A report's list of problems. */

#include "internal.h"

#include <stdarg.h>

void sdeistop_problem_add(struct sdeistop_builder *builder, enum sdeistop_problem_code code,
			  int64_t cpu, const char *format, ...)
{
	struct sdeistop_report *report = builder->report;
	struct sdeistop_problem *problem;
	va_list args;

	if (report->nr_problems == builder->problem_room) {
		size_t room = builder->problem_room ? builder->problem_room * 2 : 8;

		problem = reallocarray(report->problem, room, sizeof(*problem));
		if (!problem) {
			builder->no_memory = true;
			return;
		}
		report->problem = problem;
		builder->problem_room = room;
	}

	problem = &report->problem[report->nr_problems++];
	problem->code = code;
	problem->cpu = cpu;
	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
}
