// SPDX-License-Identifier: GPL-2.0-or-later
/* Backtraces as text. */

#include "tool.h"

#include <inttypes.h>
#include <string.h>

/* Columns of the function that make room for the line after it; a longer name
 * pushes that to the right */
#define FUNCTION_WIDTH	56

/* function+0x8/0x10 [module], into @text */
static int name_call(const struct sdeistop_call *call, char *text, size_t size)
{
	int length = 0;

	if (!call->function)
		length = snprintf(text, size, "?");
	else if (call->size)
		length = snprintf(text, size, "%s+0x%" PRIx64 "/0x%" PRIx64, call->function,
				  call->offset, call->size);
	else
		length = snprintf(text, size, "%s+0x%" PRIx64, call->function, call->offset);
	if (call->module && length > 0 && (size_t)length < size)
		length += snprintf(text + length, size - (size_t)length, " [%s]", call->module);
	return length < (int)size ? length : (int)size - 1;
}

static int width_of(const struct backtrace *backtrace)
{
	int width = 0;

	for (size_t i = 0; i < backtrace->nr; i++) {
		char text[256];
		int here = name_call(&backtrace->call[i], text, sizeof(text));

		if (here > width && here <= FUNCTION_WIDTH)
			width = here;
	}
	return width;
}

static void print_call(size_t nr, const struct sdeistop_call *call, int width)
{
	char text[256];
	int length = name_call(call, text, sizeof(text));

	printf("%s#%zu  0x%016" PRIx64 "  ", nr < 10 ? " " : "", nr, call->pc);
	sdeistop_print_name(text, stdout);
	if (call->file) {
		printf("%*s  ", length < width ? width - length : 0, "");
		sdeistop_print_name(call->file, stdout);
		printf(":%" PRIu32, call->line);
	}
	if (!strcmp(call->kind, "link"))
		fputs("  (link register)", stdout);
	else if (!strcmp(call->kind, "probable"))
		fputs("  (link register, probable)", stdout);
	else if (!strcmp(call->kind, "exact") && nr)
		fputs("  (interrupted)", stdout);
	else if (!strcmp(call->kind, "unsure"))
		printf("  (%sits caller may be missing)", nr ? "interrupted, " : "");
	putchar('\n');
}

static void print_one(const struct sdeistop_report *report, const struct backtrace *backtrace,
		      bool told)
{
	const struct sdeistop_cpu *cpu = sdeistop_report_cpu(report, backtrace->cpu);
	const struct cpustop_note *note = &cpu->note;
	const int width = width_of(backtrace);

	printf("CPU %u (%s, %s%s), pid %u:", backtrace->cpu,
	       sdeistop_method_name(note->method, report->source.machine),
	       sdeistop_disposition_name(note->disposition),
	       sdeistop_cpu_wedged(cpu) ? ", wedged" : "", note->pid);
	if (!cpu->has_regs) {
		puts(" no registers, no backtrace");
	} else if (!backtrace->nr) {
		puts(told ? " no backtrace" : " no backtrace, see below");
	} else if (!strcmp(backtrace->call[0].kind, "user")) {
		printf(" in user space at 0x%" PRIx64 "\n", backtrace->call[0].pc);
	} else {
		putchar('\n');
		for (size_t i = 0; i < backtrace->nr; i++)
			print_call(i, &backtrace->call[i], width);
	}
	if (backtrace->nr && backtrace->end[0]) {
		fputs("     no further: ", stdout);
		sdeistop_print_name(backtrace->end, stdout);
		putchar('\n');
	}
}

static bool any_unnamed(const struct backtraces *backtraces)
{
	for (size_t i = 0; i < backtraces->nr; i++) {
		const struct backtrace *backtrace = &backtraces->cpu[i];

		for (size_t k = 0; k < backtrace->nr; k++)
			if (!backtrace->call[k].function && strcmp(backtrace->call[k].kind, "user"))
				return true;
	}
	return false;
}

void backtraces_print(const struct sdeistop_report *report, const struct backtraces *backtraces,
		      bool vmlinux)
{
	for (size_t i = 0; i < backtraces->nr; i++) {
		putchar('\n');
		print_one(report, &backtraces->cpu[i], !backtraces->error[0]);
	}
	if (!vmlinux && !backtraces->error[0] && any_unnamed(backtraces))
		puts("?: outside the kernel image; --vmlinux names functions of modules");
	if (!report->nr_cpu)
		puts("\nno backtrace: without records it is not known whose registers are whose");
	else if (!backtraces->nr)
		puts("\nno backtrace: no CPU with a record was asked for, wedged or crashing");
	if (backtraces->left_out)
		printf("\nbacktraces of %u more CPUs are left out, name them with -c\n",
		       backtraces->left_out);
	if (backtraces->error[0]) {
		fputs("\nbacktraces: ", stdout);
		sdeistop_print_name(backtraces->error, stdout);
		putchar('\n');
	}
}
