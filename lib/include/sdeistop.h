/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libsdeistop: what a vmcore says about the CPUs of a dead arm64 machine.
 *
 * Two layers. The core (lib/core) turns the bytes of a note segment into a
 * report and renders it; it needs nothing but the C library and is compiled
 * into the crash extension too. The format readers (lib/format) find the note
 * segment in a file. Neither prints, exits or keeps global state.
 *
 * The record and the rules of the verdict: sdeistop-note(5), and linux/cpustop.h.
 */
#ifndef SDEISTOP_H
#define SDEISTOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/cpustop.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ errors */

/* Returned by every function that can fail; 0 is success. The names of the
 * codes that reach JSON are those of sdeistop_error_name(). */
enum sdeistop_errno {
	SDEISTOP_OK = 0,
	SDEISTOP_ERR_OPEN,		/* cannot be opened (errno in the text) */
	SDEISTOP_ERR_READ,		/* opened, cannot be read; a directory, for one */
	SDEISTOP_ERR_NOT_A_VMCORE,	/* read, and is no vmcore */
	SDEISTOP_ERR_UNSUPPORTED,	/* a dump, of a kind that is not read (yet) */
	SDEISTOP_ERR_NO_MEMORY,
	SDEISTOP_ERR_INTERNAL,		/* what reads the file crashed or took too long */
};

/* Filled in on failure, untouched on success. @offset: byte of the file the
 * text is about, -1 where there is none. */
struct sdeistop_error {
	enum sdeistop_errno code;
	int64_t offset;
	char text[256];
};

const char *sdeistop_error_name(enum sdeistop_errno code);

/* ------------------------------------------------------------------ report */

/* In the order of sdeistop-note(5); the first that applies is the verdict. */
enum sdeistop_verdict {
	SDEISTOP_MALFORMED,
	SDEISTOP_INCOMPLETE,
	SDEISTOP_UNKNOWN,
	SDEISTOP_COMPLETE,
};

/* Stable: these are the codes of interfaces that scripts use. */
enum sdeistop_problem_code {
	SDEISTOP_P_CPU_NOT_STOPPED,
	SDEISTOP_P_CPU_NO_RECORD,
	SDEISTOP_P_CPU_NO_REGS,
	SDEISTOP_P_RECORD_BAD_CRC,
	SDEISTOP_P_RECORD_BAD_VERSION,
	SDEISTOP_P_RECORD_NEWER_VERSION,	/* informational */
	SDEISTOP_P_RECORD_DUPLICATE,
	SDEISTOP_P_RECORD_OUT_OF_RANGE,
	SDEISTOP_P_RECORD_CONTRADICTION,
	SDEISTOP_P_FILE_TRUNCATED,
	SDEISTOP_P_FILE_INCOMPLETE_FLAG,
	SDEISTOP_P_FILE_PARTS_MISSING,
	SDEISTOP_P_NOTES_MISSING,
	SDEISTOP_P_NOTES_MALFORMED,
	SDEISTOP_P_VMCOREINFO_MISSING,
	SDEISTOP_NR_PROBLEMS
};

/* What memory tells otherwise than the notes. Stable too. */
enum sdeistop_finding_code {
	/* The dump is in order, and one CPU was not where its record leaves it: */
	SDEISTOP_F_RAN_ON,		/* it came by after the verdict about it */
	SDEISTOP_F_STILL_WRITING,	/* it never finished its record */
	SDEISTOP_F_FINISHED_LATE,	/* it did when nobody waited for it any more */
	/* Memory or notes were damaged: */
	SDEISTOP_F_STATE_CONTRADICTS,	/* nobody leaves such a state word */
	SDEISTOP_F_RECORD_LOST,		/* the notes have it, memory does not */
	SDEISTOP_F_RECORD_NEW,		/* the other way round */
	SDEISTOP_F_RECORD_OF_ANOTHER,	/* this CPU's buffer has one of another CPU */
	SDEISTOP_F_RECORD_DIFFERS,
	SDEISTOP_F_REGISTERS_DIFFER,
	SDEISTOP_NR_FINDINGS
};

/* @cpu: logical number, -1 where the problem is not one CPU's */
struct sdeistop_problem {
	enum sdeistop_problem_code code;
	int64_t cpu;
	char text[160];
};

/* Problems of one code that a report stores, see @nr_problems_of there */
#define SDEISTOP_PROBLEM_LIMIT	1024

/* arm64 general registers, struct user_pt_regs order (NT_PRSTATUS pr_reg) */
struct sdeistop_regs {
	uint64_t x[31];
	uint64_t sp;
	uint64_t pc;
	uint64_t pstate;
};

/* Type of a note, of the owner of records, that only a triage dump has: in words what
 * it holds and what was left out. sdeistop-note(5) */
#define SDEISTOP_NT_TRIAGE	0x43535454

/* First CPU number that no valid record has */
#define SDEISTOP_CPU_LIMIT	65536

/* One CPU: its record in host byte order, and the registers that are its own. */
struct sdeistop_cpu {
	struct cpustop_note note;	/* decoded; @crc is the stored one */
	bool has_regs;			/* @regs is valid: F_REGS and a matching NT_PRSTATUS */
	struct sdeistop_regs regs;
};

/* Derived from one record; what JSON calls wedged and not_stopped, and the
 * CPUs that were online at the crash. sdeistop-note(5), "What a reader concludes". */
bool sdeistop_cpu_online(const struct sdeistop_cpu *cpu);
bool sdeistop_cpu_wedged(const struct sdeistop_cpu *cpu);
bool sdeistop_cpu_running(const struct sdeistop_cpu *cpu);

/* May a kernel that starts after the crash use it, as far as its record tells? */
enum sdeistop_usable {
	SDEISTOP_USABLE_NO,		/* it has power and does something else */
	SDEISTOP_USABLE_PERHAPS,	/* not known to be off */
	SDEISTOP_USABLE_YES,		/* off: it can be started */
	SDEISTOP_USABLE_RUNS_IT,	/* the CPU that starts that kernel */
};
enum sdeistop_usable sdeistop_cpu_usable(const struct sdeistop_cpu *cpu);

/* Words for the enums; "firmware" is told as the machine's own: sdei on
 * aarch64, sse on riscv64. Never NULL: unnamed values give "unknown". */
const char *sdeistop_method_name(unsigned int method, const char *machine);
const char *sdeistop_disposition_name(unsigned int disposition);
/* The same for somebody who does not know these names */
const char *sdeistop_disposition_words(unsigned int disposition);
const char *sdeistop_verdict_name(enum sdeistop_verdict verdict);
const char *sdeistop_problem_name(enum sdeistop_problem_code code);
const char *sdeistop_finding_name(enum sdeistop_finding_code code);

/* What a file is of a dump that makedumpfile --split wrote: its notes are those
 * of all parts, its pages only those of some frames. */
struct sdeistop_split {
	bool is_part;
	uint64_t set;		/* the same in all parts of one dump */
	uint64_t first, end;	/* page frames, @end not among them */
	uint64_t frames;	/* of the dump: those of all parts are 0 to @frames */
};

/* What the reader of a file knows that its notes do not say. */
struct sdeistop_source {
	const char *file;	/* name to print; borrowed */
	const char *format;	/* "elf", "kdump", "flattened"; static; NULL unknown */
	const char *machine;	/* "aarch64", ...; static; NULL unknown */
	bool big_endian;
	bool truncated;		/* the file ends before its structures do */
	bool incomplete_flag;	/* the writer's own mark (makedumpfile) */
	bool notes_missing;	/* no note segment, or it lies wholly past the end */
	bool notes_overlap;	/* note segments do; those from @overlap_offset on are left out */
	uint64_t overlap_offset;
	char detail[128];	/* of @truncated: what is cut off, "" if not said */
	char release[65];	/* as the file's own header tells it, "" if it does not */
	struct sdeistop_split split;
	unsigned int nr_parts;	/* of a split dump that were read, 0 if it is none */
	char parts_missing[128];	/* which frames are in none of them, "" if all are */
	bool parts_differ;	/* their notes do */
	/* VMCOREINFO where a header leads to it and no note has it (kdump
	 * version 3); borrowed while the report is made */
	const void *vmcoreinfo;
	size_t vmcoreinfo_size;
};

/* One note segment as the file holds it. Adjacency does not reach from one
 * segment into the next, and broken framing ends with its segment. */
struct sdeistop_segment {
	const void *data;	/* NULL if @size is 0 */
	size_t size;		/* bytes that are there */
	uint64_t claimed;	/* bytes there should be; more than @size: cut off */
	uint64_t offset;	/* of @data in the file, for the text of problems */
};

/* What the panic log says of one CPU; nothing of it comes from a record. */
struct sdeistop_inferred_cpu {
	uint32_t cpu;
	uint32_t pid;		/* valid if @has_pid */
	bool has_pid;
	bool has_method;
	uint8_t method;		/* enum cpustop_method, valid if @has_method */
	uint8_t disposition;	/* enum cpustop_disposition; 0, unknown, is not known */
	uint8_t rungs;		/* that the log says were tried on it */
};

/* Log lines that an inference quotes at most: the last ones of those it is of */
#define SDEISTOP_QUOTE_LIMIT	64

struct sdeistop_inference {
	char *panic;			/* why, in the kernel's words */
	struct sdeistop_inferred_cpu *cpu;	/* by logical number, ascending */
	size_t nr_cpu;
	char **line;			/* the log lines it is taken from, in their order */
	size_t nr_lines;
};

/* What a debugger reads of one CPU in the memory of the dump */
struct sdeistop_buffer {
	uint32_t cpu;		/* whose it is, by its place in memory */
	/* its crash_notes buffer, in the byte order of the dump; NULL: not readable */
	const void *data;
	size_t size;
	bool has_state;
	uint32_t state;		/* its cpustop_state, enum cpustop_state */
};

struct sdeistop_finding {
	enum sdeistop_finding_code code;
	uint32_t cpu;
	char text[160];
};

/* Findings that a comparison stores */
#define SDEISTOP_FINDING_LIMIT	1024

struct sdeistop_comparison {
	unsigned int nr_compared;	/* CPUs whose buffer was held against the notes */
	unsigned int nr_unread;		/* whose buffer or state word could not be read */
	struct sdeistop_finding *finding;	/* in the order of the buffers */
	size_t nr_findings;
	size_t nr_not_stored;
	bool corrupt;			/* there is damage among them */
	char why_not[160];		/* nothing was compared: a clause; "" otherwise */
};

struct sdeistop_report {
	struct sdeistop_source source;
	enum sdeistop_verdict verdict;
	char release[65];		/* VMCOREINFO OSRELEASE, else the header's, "" unknown */
	int64_t crash_time;		/* VMCOREINFO CRASHTIME, s since 1970, -1 unknown */
	bool has_crash_time;		/* it carries CRASHTIME, be it a time or not */
	bool announced;			/* VMCOREINFO tells of CPUSTOP */
	bool has_vmcoreinfo;
	bool triage;			/* a triage dump: contexts of CPUs, no more memory */
	/* present: as the records tell; online: by disposition; 0 without records */
	unsigned int nr_present, nr_online, nr_records, nr_with_regs;
	unsigned int nr_bad_records;	/* CPUSTOP notes that are not valid */
	unsigned int nr_prstatus;	/* NT_PRSTATUS notes, whoever's */
	struct sdeistop_cpu *cpu;	/* by logical number, ascending */
	size_t nr_cpu;
	struct sdeistop_problem *problem;
	size_t nr_problems;
	/* How many there are of a code. If more than SDEISTOP_PROBLEM_LIMIT, that
	 * many are stored, and one more whose text says how many are not. */
	size_t nr_problems_of[SDEISTOP_NR_PROBLEMS];
	/* sdeistop_report_infer(), NULL if nothing was inferred; why, if that was
	 * wanted and could not be: a clause, "" otherwise */
	struct sdeistop_inference *inference;
	char not_inferred[384];
	struct sdeistop_comparison *comparison;	/* NULL if nobody asked for one */
};

/**
 * sdeistop_report_build() - decode a note segment
 * @notes:  the bytes of the segment, in file order; NULL if @size is 0
 * @size:   how many there are; of a cut-off file those that are there
 * @source: copied; its strings are borrowed until the report is freed
 * @ret:    the report, to be freed with sdeistop_report_free()
 * @error:  set on failure
 *
 * Damage is never an error: it ends in the report as verdict and problems.
 * Memory taken: less than @size, and no more than 25 MiB besides (65536 CPUs
 * and the problems that are stored). 80 bytes for each record note, which has
 * 84 or more, most of them only until the report is made.
 *
 * Return: 0, or SDEISTOP_ERR_NO_MEMORY.
 */
int sdeistop_report_build(const void *notes, size_t size,
			  const struct sdeistop_source *source,
			  struct sdeistop_report **ret, struct sdeistop_error *error);

/* The same for a file with @nr_segments note segments. In the one-segment form
 * a source that is truncated means that the segment may be what is cut. */
int sdeistop_report_build_segments(const struct sdeistop_segment *segment, size_t nr_segments,
				   const struct sdeistop_source *source,
				   struct sdeistop_report **ret, struct sdeistop_error *error);
void sdeistop_report_free(struct sdeistop_report *report);

/* CPU @cpu's entry, NULL if it has no valid record */
const struct sdeistop_cpu *sdeistop_report_cpu(const struct sdeistop_report *report,
					       unsigned int cpu);

/**
 * sdeistop_report_infer() - what the panic log tells of the CPUs
 * @line: the newest lines of the log, oldest first, with or without the time
 *
 * For a vmcore without records: does nothing if @report has one. What is
 * inferred is kept apart from records, is rendered as what it is, and changes
 * neither verdict nor counts; registers are never anybody's by it. Of several
 * crashes in the log the last one counts. Once a report.
 *
 * Return: 0, with @not_inferred set if these lines tell of no crash; or
 * SDEISTOP_ERR_NO_MEMORY.
 */
int sdeistop_report_infer(struct sdeistop_report *report, const char *const line[], size_t nr,
			  struct sdeistop_error *error);

/**
 * sdeistop_report_compare() - hold the notes against what is in memory
 * @buffer: the crash_notes buffer and state word of each possible CPU; of two of
 *	    one CPU both are held against its record
 *
 * The capture kernel copied the notes when it started, so a CPU that ran on after
 * the crash can be seen in memory only. Any other difference is damage. Changes
 * neither records nor verdict. Once a report. Takes up to 200 KiB.
 *
 * Return: 0, or SDEISTOP_ERR_NO_MEMORY.
 */
int sdeistop_report_compare(struct sdeistop_report *report, const struct sdeistop_buffer *buffer,
			    size_t nr, struct sdeistop_error *error);
/* The registers and pid that a crash saved in this CPU's own buffer, whether or not
 * there are records; false if there are none, or not arm64's, little-endian */
bool sdeistop_buffer_regs(const struct sdeistop_buffer *buffer, uint32_t *pid,
			  struct sdeistop_regs *regs);
/* Instead: says that it was not possible, and @why, a clause */
int sdeistop_report_not_compared(struct sdeistop_report *report, const char *why,
				 struct sdeistop_error *error);

/* --------------------------------------------------------------- rendering */

/* NULL instead of one of these means every CPU; otherwise the CPUs it returns
 * true for. */
typedef bool (*sdeistop_select_fn)(unsigned int cpu, void *arg);

/* Everything below prints to @out and leaves errors in the stream: check
 * ferror() after fflush(). */

/* The document "sdeistop/1" of one report, with a final newline; @pretty over
 * several lines, otherwise on one. */
void sdeistop_report_json(const struct sdeistop_report *report, bool pretty, FILE *out);

/* The same with some CPUs only in "cpu" (counts and problems stay whole), and
 * with @regs every register of each. */
void sdeistop_report_json_cpus(const struct sdeistop_report *report,
			       sdeistop_select_fn select, void *arg, bool regs,
			       bool pretty, FILE *out);

/* One frame of a backtrace; NULL and 0 what is not known */
struct sdeistop_call {
	uint64_t pc;
	const char *kind;	/* "exact", "unsure", "user", "return", "link", "probable" */
	const char *function;
	uint64_t offset, size;	/* in the function, and of it */
	const char *module;
	const char *file;	/* in the kernel's source tree */
	uint32_t line;
};

struct sdeistop_calls {
	const struct sdeistop_call *call;
	size_t nr;
	const char *end;	/* why there is no further one; NULL: the stack was walked to its end */
};

/* What a caller that knows more than the notes do adds to the document, and
 * which CPUs it wants. Everything may be zero. */
struct sdeistop_document {
	sdeistop_select_fn select;
	void *arg;		/* of @select */
	bool regs;
	bool pretty;
	/* Backtraces: every CPU gets one then, null where this is NULL or false */
	bool backtraces;
	bool (*calls)(unsigned int cpu, struct sdeistop_calls *ret, void *arg);
	void *calls_arg;
	const char *backtrace_error;	/* what of them cannot be told, NULL nothing */
	unsigned int backtraces_left_out;	/* of CPUs that are wanted too, and too many */
};
void sdeistop_report_document(const struct sdeistop_report *report,
			      const struct sdeistop_document *document, FILE *out);

/* The JSON form of a failure to make a report of @file. */
void sdeistop_error_json(const char *file, const struct sdeistop_error *error,
			 bool pretty, FILE *out);

/* The parts of the text report: one line about file, kernel and time of the
 * crash; the table; the registers; the verdict line, then a line a problem. */
void sdeistop_report_heading(const struct sdeistop_report *report, FILE *out);

/* What a caller that knows more than the notes do adds to the table, and which
 * rows it wants. Everything may be zero. */
struct sdeistop_table {
	sdeistop_select_fn select;
	/* Is @cpu, below @limit and without a record, a CPU? It gets a row then. */
	sdeistop_select_fn known;
	unsigned int limit;
	/* The command of the task that was current: a column of its own */
	const char *(*command)(const struct sdeistop_cpu *cpu, void *arg);
	/* PC in words, into @text; only for CPUs with registers */
	void (*pc)(const struct sdeistop_cpu *cpu, char *text, size_t size, void *arg);
	void *arg;
	bool colour;		/* rows of wedged CPUs yellow, of those that may run on red */
};
void sdeistop_report_table(const struct sdeistop_report *report,
			   const struct sdeistop_table *table, FILE *out);
void sdeistop_report_regs(const struct sdeistop_report *report,
			  sdeistop_select_fn select, void *arg, FILE *out);
/* Which CPUs the capture kernel ran on or could have started, and which it could
 * not, with what they do. Nothing without records. */
void sdeistop_report_capture(const struct sdeistop_report *report, FILE *out);
/* What the comparison with memory found; nothing if nobody asked for one, or,
 * without @all, if it has nothing to tell */
void sdeistop_report_comparison(const struct sdeistop_report *report, bool all, FILE *out);
/* What was inferred: a table of its own, and the lines of the log; or why it was
 * not. Nothing if nobody asked. @select: as for the table */
void sdeistop_report_inferred(const struct sdeistop_report *report,
			      sdeistop_select_fn select, void *arg, FILE *out);
/* @colour: the word green, yellow or red, for a terminal */
void sdeistop_report_verdict(const struct sdeistop_report *report, bool colour, FILE *out);

/* @name as a terminal can bear it: control characters, those of Unicode too, and
 * what is no UTF-8 as \xNN a byte, and a backslash doubled */
void sdeistop_print_name(const char *name, FILE *out);
/* So the name of the file, and of how many parts it is the first */
void sdeistop_print_source(const struct sdeistop_source *source, FILE *out);

/* ------------------------------------------------------------------- files */

/**
 * sdeistop_report_file() - find the notes of a vmcore and decode them
 * @path: an ELF, kdump-compressed or flattened vmcore, or a part of a split one
 * @ret, @error: as sdeistop_report_build(); @path must outlive the report
 *
 * Memory taken is at most three times the size of the file, or of the first
 * 256 MiB of notes, and 32 MiB: a file may well have a PT_NOTE a record, which
 * is in memory then, as are its segment and its record's entry. 96 bytes more
 * for each record of a flattened file, of which makedumpfile makes one for some
 * 32 KiB of the dump; there may be 8 million.
 *
 * Return: 0, or an enum sdeistop_errno.
 */
int sdeistop_report_file(const char *path, struct sdeistop_report **ret,
			 struct sdeistop_error *error);

/* The same of an open file, which is called @name and stays the caller's. Of a
 * pipe or a socket, which can only be a flattened vmcore, what follows its end
 * record is not read, nor is the rest after an error. */
int sdeistop_report_fd(int fd, const char *name, struct sdeistop_report **ret,
		       struct sdeistop_error *error);

/* The same of the @nr parts of a split dump, in any order; the report is called
 * by the first. Its parts are those whose sdeistop_probe() tells the same set:
 * SDEISTOP_ERR_UNSUPPORTED if others are among them. */
int sdeistop_report_parts(const char *const path[], size_t nr, struct sdeistop_report **ret,
			  struct sdeistop_error *error);

/* What the first bytes of a file tell */
struct sdeistop_probe {
	const char *format;		/* as in struct sdeistop_source; NULL: no vmcore */
	struct sdeistop_split split;
};

int sdeistop_probe(const char *path, struct sdeistop_probe *ret, struct sdeistop_error *error);

#ifdef __cplusplus
}
#endif

#endif /* SDEISTOP_H */
