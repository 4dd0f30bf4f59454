/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of "sdeistop scan" share.
 *
 * scan-walk.c finds files; scan.c gives each to a child process of scan-worker.c,
 * some at a time, and prints what they found in the order of the walk;
 * scan-summary.c adds it up. Memory is bounded whatever the number of files: the
 * names of the directories that the walk is in, a job a child, and bounded tables.
 */
#ifndef SDEISTOP_SCAN_H
#define SDEISTOP_SCAN_H

#include "tool.h"

#include <sys/types.h>

struct scan_options {
	bool jsonl;
	bool summary;
	unsigned int jobs;		/* children at a time, 1 to SCAN_JOBS_MAX */
};

#define SCAN_JOBS_MAX	1024

/* True once the run is to end: a signal said so */
bool scan_interrupted(void);

/* ------------------------------------------------------------- scan-walk.c */

/* Directories in one another that are walked */
#define SCAN_DEPTH_MAX	256

enum scan_kind {
	SCAN_FILE,		/* to be read */
	SCAN_SKIPPED,		/* no regular file: not even opened; no path */
	SCAN_FAILED,		/* cannot be walked: @error */
};

/* What the walk found. @path owns its strings: the files of one dump, the first
 * gives it its name. */
struct scan_item {
	enum scan_kind kind;
	bool named;		/* on the command line, and so not found by walking */
	char **path;
	size_t nr_paths;
	struct sdeistop_error error;
};

void scan_item_free(struct scan_item *item);

struct scan_walk;

/* @paths: borrowed. NULL if there is no memory. */
struct scan_walk *scan_walk_open(char *const paths[], size_t nr);
void scan_walk_close(struct scan_walk *walk);
/* 1: @ret is the next one, to be freed; 0: there is none; -1: out of memory */
int scan_walk_next(struct scan_walk *walk, struct scan_item *ret);
/* The directory it is in, "" if in none */
const char *scan_walk_directory(const struct scan_walk *walk);

/* ----------------------------------------------------------- scan-places.c */

/* Different places of wedged CPUs that are told of a vmcore; the CPUs at
 * others are counted */
#define SCAN_PLACES_MAX	16

enum scan_place_kind {
	SCAN_PLACE_NAMED,
	SCAN_PLACE_NO_REGISTERS,	/* of the CPU */
	SCAN_PLACE_OUTSIDE,		/* not in the kernel's image: a module, or no code */
	SCAN_PLACE_NO_SYMBOLS,		/* their pages are not in the dump, or damaged */
	SCAN_PLACE_NOT_READ,		/* sdeistop-memory is not there, or failed */
	SCAN_NR_PLACE_KINDS
};

/* @function, @module: "" but for those that are named */
struct scan_place {
	uint32_t kind;			/* enum scan_place_kind */
	uint32_t nr_cpus;
	char function[128];
	char module[64];		/* "" the kernel itself */
};

/* Where the wedged CPUs of @report were: @nr places, @nr_other CPUs elsewhere */
void scan_places_find(const struct sdeistop_report *report, const struct scan_item *item,
		      struct scan_place place[SCAN_PLACES_MAX], uint32_t *nr, uint32_t *nr_other);

/* ------------------------------------------------------------ scan-child.c */

/* CPU time that a child may use */
#define SCAN_CPU_SECONDS	30

#define SCAN_RESULT_MAGIC	0x5343414e	/* "SCAN" */

/* What a child tells of its file, the fixed part: a record in a pipe between two
 * processes of the same program. What is rendered follows, @nr_bytes of it. */
struct scan_result {
	uint32_t magic;
	uint32_t verdict;		/* enum sdeistop_verdict, if there is no error */
	struct sdeistop_error error;	/* code SDEISTOP_OK: there is a report */
	uint64_t nr_bytes;
	int64_t crash_time;		/* -1 unknown */
	uint32_t nr_wedged;
	uint32_t nr_not_stopped;
	uint32_t nr_places;		/* with --summary, as the next two */
	uint32_t nr_elsewhere;		/* wedged CPUs at none of them */
	uint32_t triage;		/* not 0: a triage dump */
	uint64_t crash;			/* which one, by release, time and records; 0 unknown */
	char release[65];
	char problem[192];		/* the first one, its code before it; "" none */
	struct scan_place place[SCAN_PLACES_MAX];	/* last */
};

/* A report of nothing, with what tells that it is one */
void scan_result_init(struct scan_result *ret);

/* Reads @item and writes the result to @fd, in a process that is for this only */
__attribute__((noreturn))
void scan_child(const struct scan_options *options, const struct scan_item *item, int fd);

/* ----------------------------------------------------------- scan-worker.c */

struct scan_worker {
	pid_t pid;			/* 0 not started; leads a group of its own */
	int fd;				/* what it prints */
	int64_t deadline;		/* ms of CLOCK_MONOTONIC */
};

/* Starts a child for @item. 0, or an errno; what comes of it then is nothing. */
int scan_worker_start(const struct scan_options *options, const struct scan_item *item,
		      struct scan_worker *ret);
/* Ends it, if it has not ended */
void scan_worker_kill(struct scan_worker *worker);

/* What to do while there is nothing to read, and before something is printed */
struct scan_wait {
	void (*idle)(void *arg);	/* five times a second */
	void (*print)(void *arg);
	void *arg;
};

/* Waits for the result, and copies what is rendered to standard output. The
 * child has ended then. False if scan_interrupted(). Whatever the child did
 * instead of a result is an error of @ret with the code SDEISTOP_ERR_INTERNAL. */
bool scan_worker_finish(struct scan_worker *worker, const struct scan_wait *wait,
			struct scan_result *ret);

/* ------------------------------------------------------------ scan-fault.c */

/* For tests of the containment: nothing in a build without sanitizers.
 * In a child, before it reads @path: does to it what SDEISTOP_SCAN_FAULT says,
 * NAME:crash, exit, hang, spin, garbage or cut, if the path ends in NAME. */
void scan_fault(const char *path, int fd);
/* The limit @what, @seconds or fewer by SDEISTOP_SCAN_@what of the environment */
unsigned int scan_fault_seconds(const char *what, unsigned int seconds);

/* -------------------------------------------------------------- scan-top.c */

/* How often each of many names came up. Of names beyond SCAN_TOP_NAMES only how
 * often any of them did. Set up with zeros. */
#define SCAN_TOP_NAMES	512

struct scan_top_entry {
	char *name;
	char *module;			/* NULL none */
	char *example;			/* the first vmcore with it */
	unsigned int kind;		/* what a name is, as part of it: enum scan_place_kind */
	size_t nr_vmcores;
	size_t nr_cpus;
};

struct scan_top {
	struct scan_top_entry *entry;
	size_t nr;
	size_t nr_other_vmcores;	/* with names beyond; twice if with two of them */
	size_t nr_other_cpus;
};

/* One vmcore more, @nr_cpus of its CPUs */
void scan_top_add(struct scan_top *top, const struct scan_top_entry *one);
/* Most vmcores first, then most CPUs, then as they came */
void scan_top_sort(struct scan_top *top);
void scan_top_free(struct scan_top *top);

/* ---------------------------------------------------------- scan-crashes.c */

/* Set up with zeros */
struct scan_crashes {
	uint64_t *whole;		/* by hash; 0 none */
	size_t nr_whole, room;
	struct scan_kept *kept;		/* triage dumps */
	size_t nr_kept, next;
};

enum scan_crash {
	SCAN_CRASH_COUNTS,
	SCAN_CRASH_AGAIN,		/* a triage dump, and the whole vmcore was there */
	SCAN_CRASH_KEPT,		/* a triage dump, for scan_crashes_next() */
};

/* One vmcore more. A triage dump that cannot be kept counts. */
enum scan_crash scan_crashes_add(struct scan_crashes *crashes, const char *file,
				 const struct scan_result *result);
/* After all files: the triage dumps that were kept, in their order; false: no more.
 * @file is borrowed. @again: there is a whole vmcore of that crash. */
bool scan_crashes_next(struct scan_crashes *crashes, struct scan_result *ret,
		       const char **file, bool *again);
void scan_crashes_free(struct scan_crashes *crashes);

/* ------------------------------------------- scan-summary.c, scan-json.c */

/* Files of a kind that are named in the summary */
#define SCAN_NAMED_MAX	20

enum scan_attention { SCAN_ATTEND_ERROR, SCAN_ATTEND_MALFORMED, SCAN_ATTEND_INCOMPLETE,
		      SCAN_NR_ATTENTION };

struct scan_summary {
	size_t nr_vmcores;
	size_t nr_of[SDEISTOP_COMPLETE + 1];		/* by verdict */
	size_t nr_triage;				/* triage dumps among @nr_vmcores */
	size_t nr_again;				/* and those that are not */
	size_t nr_errors;
	size_t nr_skipped;
	size_t nr_with_wedged, nr_wedged;		/* vmcores, CPUs */
	size_t nr_with_not_stopped, nr_not_stopped;
	int64_t first_crash, last_crash;		/* -1 none known */
	bool interrupted;
	struct scan_crashes crashes;
	struct scan_top places;
	struct scan_top releases;			/* CPUs: the wedged ones */
	struct { char *file, *text; } attention[SCAN_NR_ATTENTION][SCAN_NAMED_MAX];
};

void scan_summary_init(struct scan_summary *summary);
void scan_summary_free(struct scan_summary *summary);
void scan_summary_add(struct scan_summary *summary, const char *file,
		      const struct scan_result *result);
void scan_summary_error(struct scan_summary *summary, const char *file,
			const struct sdeistop_error *error);
/* After the last file, and before it is printed */
void scan_summary_finish(struct scan_summary *summary);
/* The line at the end of a run without --summary */
void scan_summary_counts(const struct scan_summary *summary, FILE *out);
void scan_summary_text(struct scan_summary *summary, FILE *out);
void scan_summary_json(struct scan_summary *summary, FILE *out);

/* --------------------------------------------------------- scan-progress.c */

/* A line on standard error that tells how far a run is, if that is a terminal */
struct scan_progress {
	bool on;
	bool shown;
	int64_t next;			/* ms of CLOCK_MONOTONIC: not to be shown before */
};

void scan_progress_init(struct scan_progress *progress);
void scan_progress_show(struct scan_progress *progress, size_t nr_files, size_t nr_vmcores,
			const char *directory);
/* Before anything else is printed, and at the end */
void scan_progress_clear(struct scan_progress *progress);

#endif /* SDEISTOP_SCAN_H */
