/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of lib/core share. Not installed; the tests use it too.
 */
#ifndef SDEISTOP_INTERNAL_H
#define SDEISTOP_INTERNAL_H

#include <sdeistop.h>

#include <stdlib.h>

#include "bytes.h"

/* ----------------------------------------------------------------- utf8.c */

/*
 * Bytes of the well-formed UTF-8 sequence at @p (Unicode, table 3-7: no
 * surrogates, nothing over-long), 0 if there is none. The NUL that ends the
 * string is no continuation byte, so nothing after it is looked at.
 */
size_t sdeistop_utf8_length(const unsigned char *p);

/* ------------------------------------------------------------- ownership */

static inline void sdeistop_freep(void *p)
{
	free(*(void **)p);
}

#define sdeistop_cleanup(fn)	__attribute__((cleanup(fn)))
#define sdeistop_autofree	sdeistop_cleanup(sdeistop_freep)
#define sdeistop_printf(f, a)	__attribute__((format(printf, f, a)))

/* ---------------------------------------------------------------- crc32.c */

uint32_t sdeistop_crc32(const uint8_t *data, size_t size);

/* ----------------------------------------------------------------- note.c */

/* One note; pointers into the segment. */
struct sdeistop_note {
	const uint8_t *name;	/* @namesz bytes, its NUL included if it has one */
	const uint8_t *desc;
	uint32_t namesz;
	uint32_t descsz;
	uint32_t type;
	size_t offset;		/* of the note's header in the segment */
	bool adjacent;		/* nothing between it and the note before */
};

struct sdeistop_walk {
	const uint8_t *data;
	size_t size;		/* bytes that are there */
	uint64_t claimed;	/* bytes there should be, at least @size */
	size_t pos;
	bool big_endian;
	bool adjacent;
};

enum sdeistop_step {
	SDEISTOP_STEP_NOTE,	/* there is a note */
	SDEISTOP_STEP_END,	/* the segment was read whole */
	SDEISTOP_STEP_CUT,	/* the file ends inside the segment */
	SDEISTOP_STEP_BROKEN,	/* a note would end past the segment, at walk->pos */
};

void sdeistop_walk_init(struct sdeistop_walk *walk, const struct sdeistop_segment *segment,
			bool big_endian);
enum sdeistop_step sdeistop_walk_next(struct sdeistop_walk *walk, struct sdeistop_note *ret);
bool sdeistop_note_is(const struct sdeistop_note *note, const char *owner, uint32_t type);

/* --------------------------------------------------------------- record.c */

enum sdeistop_record_fault {
	SDEISTOP_RECORD_VALID,
	SDEISTOP_RECORD_SHORT,		/* fewer bytes than version 1 has */
	SDEISTOP_RECORD_CRC,
	SDEISTOP_RECORD_VERSION,	/* version 0 */
	SDEISTOP_RECORD_SIZE,		/* size is not n_descsz */
	SDEISTOP_RECORD_RANGE,		/* a value that version 1 does not have */
};

/* Bytes of the version 1 descriptor, and of its checksummed part */
#define SDEISTOP_RECORD_BYTES	64

/* @ret is filled in as far as the bytes reach, valid or not */
enum sdeistop_record_fault sdeistop_record_decode(const uint8_t *desc, uint32_t descsz,
						  bool big_endian, struct cpustop_note *ret);

/* ------------------------------------------------------------- prstatus.c */

#define SDEISTOP_NT_PRSTATUS	1	/* of the owner CORE */

/* True of a @machine whose NT_PRSTATUS is arm64's, as an unknown one's may be */
bool sdeistop_prstatus_is_arm64(const char *machine);

/* arm64 struct elf_prstatus: false if @descsz is not its size */
bool sdeistop_prstatus_pid(const uint8_t *desc, uint32_t descsz, bool big_endian, uint32_t *pid);
/* Of a descriptor that has that size */
void sdeistop_prstatus_regs(const uint8_t *desc, bool big_endian, struct sdeistop_regs *regs);

/* ----------------------------------------------------------- vmcoreinfo.c */

/* The value of the line "@key=value"; false if there is none */
bool sdeistop_vmcoreinfo_find(const uint8_t *text, size_t size, const char *key,
			      const uint8_t **value, size_t *length);
void sdeistop_vmcoreinfo_read(struct sdeistop_report *report, const uint8_t *text, size_t size);

/* --------------------------------------------------------------- report.c */

/* Fills @error in and returns SDEISTOP_ERR_NO_MEMORY */
int sdeistop_no_memory(struct sdeistop_error *error);

/*
 * @list, of @nr entries of @size bytes, with room for one more, where it may have
 * moved; @room is how many it has memory for. NULL, and the list as it was, if there
 * is no memory.
 */
void *sdeistop_grow(void *list, size_t nr, size_t *room, size_t size);

/* A report under construction, and what only its verdict needs to know. */
struct sdeistop_builder {
	struct sdeistop_report *report;
	size_t problem_room;	/* entries report->problem has memory for */
	bool no_memory;		/* sticky: the report is not to be returned */
	bool broken;		/* note framing */
	bool contradiction;
	unsigned int nr_newer;	/* records of a version above 1 */
	uint64_t bad_end;	/* past the highest CPU number of records that are not valid */
};

/* @cpu as in struct sdeistop_problem. All are counted, and as many of a code
 * stored as SDEISTOP_PROBLEM_LIMIT. */
void sdeistop_problem_add(struct sdeistop_builder *builder, enum sdeistop_problem_code code,
			  int64_t cpu, const char *format, ...) sdeistop_printf(4, 5);
/* Says of each code how many were not stored */
void sdeistop_problems_close(struct sdeistop_builder *builder);

/* ----------------------------------------------------------------- cpus.c */

/* A valid record. Small: a file may have one for every 84 of its bytes. */
struct sdeistop_candidate {
	const uint8_t *desc;
	const uint8_t *prstatus;	/* descriptor with its registers, NULL if it has none */
	size_t order;			/* in the file */
	uint32_t descsz;
	uint32_t cpu;
	bool in_doubt;			/* it and its NT_PRSTATUS contradict each other */
};

struct sdeistop_candidates {
	struct sdeistop_candidate *entry;
	size_t nr;
	size_t room;
};

/* Valid records into @ret, which has room for all of them */
void sdeistop_candidates_collect(struct sdeistop_builder *builder,
				 const struct sdeistop_segment *segment,
				 struct sdeistop_candidates *ret);
/* Sorts @from, and makes one entry a CPU in @builder's report */
void sdeistop_candidates_merge(struct sdeistop_builder *builder,
			       struct sdeistop_candidates *from);

/* -------------------------------------------------------------- verdict.c */

/* Its disposition says nothing of whether it stopped; above the last one it is
 * of a later version, and may mean anything */
bool sdeistop_cpu_undecided(const struct sdeistop_cpu *cpu);

/* Counts, problems of CPUs, and the verdict */
void sdeistop_report_judge(struct sdeistop_builder *builder);

/* --------------------------------------------------------------- colour.c */

enum sdeistop_colour { SDEISTOP_PLAIN, SDEISTOP_RED, SDEISTOP_GREEN, SDEISTOP_YELLOW };

/* What a terminal is sent before and after the text; "" for PLAIN */
const char *sdeistop_colour_begin(enum sdeistop_colour colour);
const char *sdeistop_colour_end(enum sdeistop_colour colour);

/* ----------------------------------------------------------------- text.c */

/* "1,3,5-7" of the CPUs for which @is holds */
void sdeistop_print_cpus(const struct sdeistop_report *report,
			 bool (*is)(const struct sdeistop_cpu *cpu), FILE *out);
bool sdeistop_any_cpu(const struct sdeistop_report *report,
		      bool (*is)(const struct sdeistop_cpu *cpu));
bool sdeistop_cpu_offline(const struct sdeistop_cpu *cpu);

/* -------------------------------------------------------------- logline.c */

/* What a line of the panic log is about */
enum sdeistop_log_kind {
	SDEISTOP_LOG_OTHER,
	SDEISTOP_LOG_PANIC,		/* @text: why */
	SDEISTOP_LOG_OOPS,		/* @text: which; the crash only if nothing went on */
	SDEISTOP_LOG_HEADER,		/* of a stack: @cpu and @pid of who prints it */
	SDEISTOP_LOG_STACK,		/* begins, of no crash; its header follows */
	SDEISTOP_LOG_NO_STACK,		/* of those of other CPUs, before or without a header */
	SDEISTOP_LOG_LOCKUP,		/* a hard one, on @cpu */
	SDEISTOP_LOG_REDIRECTING,	/* a panic, to @cpu, before it is told of */
	SDEISTOP_LOG_REDIRECTED,	/* in place of its header */
	SDEISTOP_LOG_STOPPING,		/* the IPI goes out to all other CPUs */
	SDEISTOP_LOG_RETRY_NMI,		/* @text: list of those it also goes to */
	SDEISTOP_LOG_RETRY_FIRMWARE,
	SDEISTOP_LOG_FAILED,		/* @text: list of those still running, perhaps empty */
	SDEISTOP_LOG_STALE,		/* what kexec says of that */
	SDEISTOP_LOG_CAPTURE,		/* the capture kernel is being started */
	SDEISTOP_LOG_WENT_ON,		/* an oops is over, or the kernel shuts down */
};

struct sdeistop_log_line {
	enum sdeistop_log_kind kind;
	const char *text;	/* into the line */
	uint32_t cpu;		/* below SDEISTOP_CPU_LIMIT */
	uint32_t pid;
	bool cut;		/* @text is so long that its end may be missing */
};

void sdeistop_log_line_read(const char *line, struct sdeistop_log_line *ret);

/* A set of CPU numbers */
struct sdeistop_cpuset {
	uint64_t word[SDEISTOP_CPU_LIMIT / 64];
};

bool sdeistop_cpuset_has(const struct sdeistop_cpuset *set, uint32_t cpu);
/* True if @cpu was not in it */
bool sdeistop_cpuset_add(struct sdeistop_cpuset *set, uint32_t cpu);
/* Adds the CPUs of a list as the kernel prints it, "2,5-7", without the last ones if
 * those may be cut; none if the text of @line is no such list or has a number that
 * no CPU has */
void sdeistop_cpuset_add_list(struct sdeistop_cpuset *set, const struct sdeistop_log_line *line);

/* ------------------------------------------------------------- inferred.c */

/* The log says of it that the stop IPI had no answer */
static inline bool sdeistop_inferred_wedged(const struct sdeistop_inferred_cpu *cpu)
{
	return cpu->disposition == CPUSTOP_DISP_RUNNING ||
	       cpu->rungs & (CPUSTOP_RUNG_NMI | CPUSTOP_RUNG_FIRMWARE);
}

void sdeistop_inference_free(struct sdeistop_inference *inference);

/* ------------------------------------------------------------- compare.c */

void sdeistop_comparison_free(struct sdeistop_comparison *comparison);

/* -------------------------------------------------------- compare-print.c */

struct sdeistop_writer;

/* The object "memory"; nothing if nobody asked for a comparison */
void sdeistop_write_comparison(struct sdeistop_writer *w, const struct sdeistop_report *report);

#endif /* SDEISTOP_INTERNAL_H */
