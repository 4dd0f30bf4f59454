/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the sdeistop command share. */
#ifndef SDEISTOP_TOOL_H
#define SDEISTOP_TOOL_H

#include <sdeistop.h>

#include <sys/types.h>

/* Exit statuses: an interface, docs/sdeistop.1 */
enum status {
	STATUS_COMPLETE = 0,
	STATUS_ERROR = 1,
	STATUS_USAGE = 2,
	STATUS_INCOMPLETE = 3,
	STATUS_UNKNOWN = 4,
	STATUS_MALFORMED = 5,
};

/* ---------------------------------------------------------------- status.c */

/* In the order 1, 5, 3, 4, 0 */
enum status status_worse(enum status one, enum status other);
enum status status_of_verdict(enum sdeistop_verdict verdict);
enum status status_of_error(enum sdeistop_errno code);

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

/* ------------------------------------------------------- backtrace-read.c */

/* Of one CPU; owns its strings */
struct backtrace {
	unsigned int cpu;
	uint64_t pc;			/* of its record; only if that has registers */
	struct sdeistop_call *call;
	size_t nr;
	char end[160];			/* why there is no further one, "" walked to its end */
	bool whole;			/* it was said to have been walked to its end */
	bool rejected;			/* a line about it was none */
	bool other;			/* what was told was not of these registers */
};

struct backtraces {
	struct backtrace *cpu;		/* those that are wanted, ascending */
	size_t nr;
	unsigned int left_out;		/* wanted too, and too many */
	char error[320];		/* what cannot be told and why, "" nothing */
};

/* Of @cpus, or if NULL of the wedged CPUs, or of the crashing one if none is;
 * @vmlinux may be NULL. Never fails: what cannot be told is in @ret->error. */
void backtraces_read(const struct sdeistop_report *report, const struct dump *dump,
		     const struct cpulist *cpus, const char *vmlinux, struct backtraces *ret);
void backtraces_free(struct backtraces *backtraces);
/* A struct sdeistop_document's @calls; @arg is a struct backtraces */
bool backtraces_calls(unsigned int cpu, struct sdeistop_calls *ret, void *arg);

/* ------------------------------------------------------ backtrace-print.c */

/* Each with an empty line before it, and what is missing. @vmlinux: was there one? */
void backtraces_print(const struct sdeistop_report *report, const struct backtraces *backtraces,
		      bool vmlinux);

/* ----------------------------------------------------------------- files.c */

/* A file of this name is standard input */
bool is_stdin(const char *file);

struct files_job {
	enum output output;
	const struct cpulist *cpus;	/* NULL: all */
	bool regs;
	bool colour;
	bool infer;			/* where there are no records */
	bool backtrace;
	const char *vmlinux;		/* NULL: none */
	/* the text form of one report; @backtraces is NULL if they are not wanted, and
	 * @last: no other follows */
	void (*print)(const struct files_job *job, const struct sdeistop_report *report,
		      const struct backtraces *backtraces, bool last);
};

/* Reports every file; the worst status of them */
enum status files_run(const struct files_job *job, char *const files[], int nr);
/* There is no report of @file: JSON to standard output, a line to standard error */
void files_print_error(enum output output, const char *file, const struct sdeistop_error *error);

/* --------------------------------------------------------- memory-lines.c */

/* Most bytes of a line of sdeistop-memory, and most fields of one: the panic
 * log has the longest, a record of 2 KiB with every byte escaped */
#define MEMORY_LINE_MAX		16384
#define MEMORY_FIELDS_MAX	12

/* A line that is one (tools/memory/protocol.h): @nr fields, at least one, their
 * escapes undone. The callee may write to them, and has them until it returns. */
typedef void (*memory_line_fn)(char *const field[], size_t nr, void *arg);

/* Bytes that are becoming lines. Set up @line and @arg, the rest 0. */
struct memory_lines {
	memory_line_fn line;
	void *arg;
	size_t length;
	bool too_long;		/* nothing but its end is wanted */
	char text[MEMORY_LINE_MAX];
};

/* What is no line of the protocol is left out */
void memory_lines_feed(struct memory_lines *lines, const char *bytes, size_t size);

/* A field that is a number, as the protocol writes it; false if it is none */
bool memory_parse_number(const char *field, uint64_t *ret);
bool memory_parse_hex(const char *field, uint64_t *ret);

/* ----------------------------------------------------------- memory-run.c */

enum memory_outcome {
	MEMORY_TOLD,		/* all there was */
	MEMORY_NOT_FOUND,	/* the program is not there, or cannot be started */
	MEMORY_FAILED,		/* it crashed, took too long or printed too much */
	MEMORY_REFUSED,		/* it said itself why there is nothing, or nothing more */
};

/* @text: why, as a clause without a capital and a full stop; of a program that
 * refused it may hold any byte */
struct memory_end {
	enum memory_outcome outcome;
	char text[320];
};

/* Parts of a split vmcore whose pages are read */
#define MEMORY_FILES_MAX	32

/* Why the pages of @dump cannot be read; NULL: they may be */
const char *memory_cannot(const struct dump *dump);

/* Words before the files of a dump, in the arguments of sdeistop-memory */
#define MEMORY_WORDS_MAX	3

/**
 * memory_run() - start sdeistop-memory and read what it prints
 * @words: its arguments, up to MEMORY_WORDS_MAX of them, NULL at the end
 * @dump: what it reads, for which there is no memory_cannot()
 * @line: called for each line that is one, but not for errors
 * @ret: how it ended. Lines that came before a bad end have been given to @line.
 *
 * The program is beside the command: ../libexec/sdeistop/sdeistop-memory. It
 * gets limits and has half a minute. Two variables of the environment are for
 * tests: SDEISTOP_MEMORY is another program to start, SDEISTOP_MEMORY_SECONDS
 * the time it has.
 */
void memory_run(const char *const words[], const struct dump *dump, memory_line_fn line,
		void *arg, struct memory_end *ret);

/* --------------------------------------------------------- memory-child.c */

#define MEMORY_PROGRAM	"sdeistop-memory"
/* Exit status of a child that could not become the program */
#define MEMORY_NOT_STARTED	127

/* sdeistop-memory, running */
struct memory_child {
	pid_t pid;
	int questions;		/* what it reads; -1: nothing */
	int answers;		/* what it writes */
	int64_t deadline;	/* of now_ms() */
};

/* As memory_run(), and nothing is read yet. @asked: it shall read @ret->questions.
 * False, and @end says why, if there is no such process. */
bool memory_child_start(const char *const words[], const struct dump *dump, bool asked,
			struct memory_child *ret, struct memory_end *end);
/* Its wait status: it ends by itself before its deadline, or by force, at once if
 * @kill_it; that of the signal if it does not even then */
int memory_child_finish(struct memory_child *child, bool kill_it);

void memory_end_set(struct memory_end *ret, enum memory_outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---------------------------------------------------------------- pages.c */

/* The physical memory of a dump that only sdeistop-memory can read; one is the @arg of
 * a struct sdeistop_physical whose @read is pages_read(). */
struct pages {
	const struct dump *dump;	/* borrowed */
	struct memory_child child;
	bool running;			/* there is a child, and it has answered so far */
	unsigned int nr_restarts;
	bool incomplete;		/* a question was not answered at all: @end says why */
	struct memory_end end;
};

bool pages_open(const struct dump *dump, struct pages *ret, struct memory_end *end);
void pages_close(struct pages *pages);
bool pages_read(void *arg, uint64_t address, void *to, size_t size);

/* ---------------------------------------------------------- output-file.c */

struct output_file {
	const char *path;	/* "-": standard output */
	char *temporary;	/* its name until then; NULL: it has none; owned */
	int fd;
	bool is_file;		/* of its own; false: standard output, a device, a link */
};

/* Each false with errno set. Close what was opened or not: what was not committed
 * is removed. */
bool output_file_open(const char *path, struct output_file *ret);
bool output_file_write(void *file, const void *bytes, size_t size);
bool output_file_commit(struct output_file *file);
void output_file_close(struct output_file *file);

/* ---------------------------------------------------------------- child.c */

/* In a child that reads a file: limits of memory and CPU time, and no file is
 * written to. SIGXCPU comes at @cpu_soft seconds, SIGKILL at @cpu_hard. */
void child_limits(unsigned int cpu_soft, unsigned int cpu_hard);

/* Of a clock that is never set */
int64_t now_ms(void);

/* As poll() of one descriptor, until now_ms() is @deadline: 0 if nothing came */
int wait_until(int fd, short events, int64_t deadline);

/* The wait status of @pid, once it has ended; -1 if it does not before @deadline.
 * One that is stuck in the kernel, on a file server that is gone, ends when that
 * lets it: whoever has killed it does not wait for ever. */
int child_end(pid_t pid, int64_t deadline);

/* How long a child may take to end that was killed */
#define CHILD_END_MS	2000

/* ---------------------------------------------------------------- infer.c */

/* Of a report without records, unless it is malformed: what the panic log in the
 * pages of @dump tells; or why it does not. */
void infer(struct sdeistop_report *report, const struct dump *dump);

/* ----------------------------------- show.c, verify.c, scan.c, triage.c */

enum status cmd_show(int argc, char *argv[]);
enum status cmd_verify(int argc, char *argv[]);
enum status cmd_scan(int argc, char *argv[]);
enum status cmd_triage(int argc, char *argv[]);
/* The text of verify: the file, its verdict, a line a problem */
void verify_print(const struct sdeistop_report *report, bool colour, FILE *out);

#endif /* SDEISTOP_TOOL_H */
