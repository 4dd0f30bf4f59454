/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the sdeistop command share. */
#ifndef SDEISTOP_TOOL_H
#define SDEISTOP_TOOL_H

#include <sdeistop.h>

/* Exit statuses: an interface, docs/sdeistop.1 */
enum status {
	STATUS_COMPLETE = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
	STATUS_INCOMPLETE = 3,
	STATUS_UNKNOWN = 4,
	STATUS_MALFORMED = 5,
};

enum output { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_JSONL };

/* ----------------------------------------------------------------- usage.c */

void print_help(FILE *out);
/* The part of it that is about the command @name, which is one of usage.c's */
void print_command_help(const char *name, FILE *out);
/* Says what is wrong, if @format is not NULL, and where help is: STATUS_USAGE */
enum status usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* getopt_long() returned '?' or ':' for argv[optind - 1] */
enum status usage_option(char *const argv[], int returned);

/* --------------------------------------------------------------- cpulist.c */

/* CPUs of a list such as "1,3,5-7", in order, ranges that touch made one */
struct cpulist {
	struct cpurange { unsigned int first, last; } *range;
	size_t nr;
};

/* False if @text is no such list; @ret is to be freed in any case */
bool cpulist_parse(const char *text, struct cpulist *ret);
void cpulist_free(struct cpulist *list);
bool cpulist_has(unsigned int cpu, void *list);

/* ----------------------------------------------------------------- parts.c */

/* One vmcore: a file, or the @nr parts of a split dump */
struct dump {
	const char **path;
	size_t nr;
};

/* Those of a command line, in its order, each where its first part is */
struct dumps {
	struct dump *dump;
	size_t nr;
	const char **path;	/* of all of them */
};

/* False if there is no memory; @ret is to be freed in any case. @nr is not 0. */
bool dumps_find(char *const files[], size_t nr, struct dumps *ret);
void dumps_free(struct dumps *dumps);

/* ---------------------------------------------------------------- colour.c */

/* Is standard output a terminal that shall have colours? */
bool colour_auto(void);
/* The same by the argument of --color; false if that is none of its words */
bool colour_parse(const char *when, bool *ret);

/* ----------------------------------------------------------------- files.c */

struct files_job {
	enum output output;
	const struct cpulist *cpus;	/* NULL: all */
	bool regs;
	bool colour;
	/* the text form of one report; @last: no other follows */
	void (*print)(const struct files_job *job, const struct sdeistop_report *report, bool last);
};

/* Reports every file; the worst status of them */
enum status files_run(const struct files_job *job, char *const files[], int nr);

/* ------------------------------------------------------- show.c, verify.c */

enum status cmd_show(int argc, char *argv[]);
enum status cmd_verify(int argc, char *argv[]);

#endif /* SDEISTOP_TOOL_H */
