// SPDX-License-Identifier: GPL-2.0-or-later
/* sdeistop triage: of a vmcore the few megabytes that tell where each CPU was. */

#include "tool.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/format/format.h"
#include "../lib/triage/triage.h"

#define SUFFIX	".triage"

struct job {
	const char *out;	/* NULL: the name of the vmcore, with the suffix, here */
	uint64_t max_size;	/* 0: as much as it takes by default */
};

/* A vmcore and how its physical memory is read: from the file, or through
 * sdeistop-memory if it is compressed */
struct source {
	struct sdeistop_vmcore vmcore;
	struct sdeistop_file file;
	struct pages pages;
	bool has_pages;
	struct sdeistop_physical memory;
};

/* ------------------------------------------------------------------ source */

static bool read_loads(void *arg, uint64_t address, void *to, size_t size)
{
	const struct source *source = arg;

	return sdeistop_loads_read(&source->vmcore.loads, &source->file, address, to, size);
}

static void source_close(struct source *source)
{
	if (source->has_pages)
		pages_close(&source->pages);
	sdeistop_file_close(&source->file);
	sdeistop_vmcore_deinit(&source->vmcore);
}

static int source_open(const struct dump *dump, struct source *ret, struct sdeistop_error *error)
{
	*ret = (struct source) { .vmcore.loads.wanted = true, .file.fd = -1 };
	ret->vmcore.source.file = dump->path[0];
	ret->memory = (struct sdeistop_physical) { .read = read_loads, .arg = ret };
	if (dump->nr > 1)
		return sdeistop_vmcore_read_parts(dump->path, dump->nr, &ret->vmcore, error);
	return sdeistop_vmcore_open(dump->path[0], &ret->file, &ret->vmcore, error);
}

/* Without its pages there are still its notes: the file says what is missing. */
static void ask_for_pages(const struct dump *dump, struct source *source)
{
	const char *cannot = memory_cannot(dump);
	struct memory_end end;

	if (source->vmcore.loads.nr)
		return;
	if (!cannot && pages_open(dump, &source->pages, &end)) {
		source->has_pages = true;
		source->memory = (struct sdeistop_physical) { pages_read, &source->pages };
		return;
	}
	fprintf(stderr, "sdeistop: no pages can be read: %s\n", cannot ? cannot : end.text);
}

/* A page that nobody answered about is not one that the vmcore does not have. */
static enum status check_pages(const struct dump *dump, const struct source *source)
{
	if (!source->has_pages || !source->pages.incomplete)
		return STATUS_COMPLETE;
	fputs("sdeistop: ", stderr);
	sdeistop_print_name(dump->path[0], stderr);
	fputs(": ", stderr);
	sdeistop_print_name(source->pages.end.text, stderr);
	fputs(": some pages could not be read\n", stderr);
	return STATUS_ERROR;
}

/* ------------------------------------------------------------------ output */

static void print_size(uint64_t bytes, FILE *out)
{
	fprintf(out, "%llu KiB", (unsigned long long)((bytes + 1023) / 1024));
}

static void print_part(const struct sdeistop_triage_part *part, uint64_t page, FILE *out)
{
	const bool left_out = part->dropped || part->cpus;

	if (!left_out && !part->missing)
		return;
	fprintf(out, "  %s:", part->what);
	if (part->cpus) {
		fprintf(out, " no room for all, or any, of %u CPUs", part->cpus);
	} else if (left_out) {
		fputs(" no room for ", out);
		print_size(part->dropped * page, out);
	}
	if (part->missing) {
		fputs(left_out ? "; not in the vmcore, " : " not in the vmcore, ", out);
		print_size(part->missing * page, out);
	}
	putc('\n', out);
}

/* Without a record nothing leads to a CPU's context. */
static void print_contexts(const struct sdeistop_report *report, size_t nr, FILE *out)
{
	const size_t no_record = report->nr_present > report->nr_cpu ?
				 report->nr_present - report->nr_cpu : 0;
	const size_t all = report->nr_online + no_record;

	fprintf(out, ", contexts of %zu ", nr);
	if (nr < all)
		fprintf(out, "of %zu ", all);
	fputs("CPUs", out);
	if (no_record)
		fprintf(out, "; %zu without a record to find it by", no_record);
	putc('\n', out);
}

/* What the file has, and what it does not */
static void print(const char *name, const struct sdeistop_report *report,
		  const struct sdeistop_triage *triage, FILE *out)
{
	const struct sdeistop_triage_part *part;
	size_t nr;

	part = sdeistop_triage_parts(triage, &nr);
	sdeistop_print_name(name, out);
	fputs(": ", out);
	print_size(sdeistop_triage_size(triage), out);
	if (!nr)
		fputs(", the notes only: no VMCOREINFO tells where the rest is\n", out);
	else if (!report->nr_cpu)
		fputs(", notes and log: there are no records of CPUs to find their contexts by\n",
		      out);
	else
		print_contexts(report, sdeistop_triage_cpus(triage), out);
	for (size_t i = 0; i < nr; i++)
		print_part(&part[i], sdeistop_triage_page_bytes(triage), out);
}

static enum status cannot_write(const char *name)
{
	const int why = errno;

	fputs("sdeistop: ", stderr);
	sdeistop_print_name(name, stderr);
	fprintf(stderr, ": cannot write: %s\n", strerror(why));
	return STATUS_ERROR;
}

static enum status write_file(const struct sdeistop_triage *triage, const char *name,
			      const struct sdeistop_report *report)
{
	struct output_file file;
	struct sdeistop_error error;
	bool written;

	written = output_file_open(name, &file) &&
		  !sdeistop_triage_write(triage, output_file_write, &file, &error) &&
		  output_file_commit(&file);
	output_file_close(&file);
	if (!written)
		return cannot_write(name);
	/* a pipe of that name can be standard output */
	print(name, report, triage, file.is_file ? stdout : stderr);
	return STATUS_COMPLETE;
}

/* --------------------------------------------------------------------- run */

static enum status refuse(const char *file, const struct sdeistop_error *error)
{
	files_print_error(OUTPUT_TEXT, file, error);
	return status_of_error(error->code);
}

static enum status make(const struct job *job, const struct dump *dump, struct source *source,
			const char *name)
{
	struct sdeistop_report *report;
	struct sdeistop_triage *triage;
	struct sdeistop_error error;
	enum status status;

	if (sdeistop_vmcore_report(&source->vmcore, &report, &error))
		return refuse(dump->path[0], &error);
	ask_for_pages(dump, source);
	if (sdeistop_triage_plan(&(struct sdeistop_triage_input) {
					.report = report,
					.segment = source->vmcore.segment,
					.nr_segments = source->vmcore.nr_segments,
					.memory = &source->memory,
					.max_size = job->max_size,
				 }, &triage, &error)) {
		status = refuse(dump->path[0], &error);
	} else {
		status = write_file(triage, name, report);
		status = status_worse(status, check_pages(dump, source));
		sdeistop_triage_free(triage);
	}
	sdeistop_report_free(report);
	return status;
}

/* The name of the file if nobody gave one; to be freed */
static char *default_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name;

	return asprintf(&name, "%s" SUFFIX, slash ? slash + 1 : path) < 0 ? NULL : name;
}

static bool is_same_file(const char *one, const char *other)
{
	struct stat a, b;

	return !stat(one, &a) && !stat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Is the file to be written one of those that are read? It would be lost. */
static bool would_replace(const struct dump *dump, const char *name)
{
	for (size_t i = 0; i < dump->nr; i++)
		if (is_same_file(dump->path[i], name))
			return true;
	return false;
}

static enum status run_dump(const struct job *job, const struct dump *dump)
{
	char *name = job->out ? strdup(job->out) : default_name(dump->path[0]);
	struct sdeistop_error error;
	struct source source;
	enum status status;

	if (!name) {
		fputs("sdeistop: out of memory\n", stderr);
		return STATUS_ERROR;
	}
	if (would_replace(dump, name)) {
		status = usage("'%s' is the vmcore itself", name);
		free(name);
		return status;
	}
	if (source_open(dump, &source, &error))
		status = refuse(dump->path[0], &error);
	else
		status = make(job, dump, &source, name);
	source_close(&source);
	free(name);
	return status;
}

static enum status run(const struct job *job, char *const files[], int nr)
{
	enum status status;
	struct dumps dumps;

	if (!dumps_find(files, (size_t)nr, &dumps)) {
		fputs("sdeistop: out of memory\n", stderr);
		status = STATUS_ERROR;
	} else if (dumps.nr > 1) {
		status = usage("triage takes one vmcore, or the parts of one");
	} else {
		status = run_dump(job, &dumps.dump[0]);
	}
	dumps_free(&dumps);
	return status;
}

/* Bytes, or with K or M after it as many units of 1024; at least what a header takes */
static bool parse_size(const char *text, uint64_t *ret)
{
	static const char units[] = "KMG";
	const char *unit = *text ? strchr(units, text[strlen(text) - 1]) : NULL;
	char digits[24];
	const size_t length = strlen(text) - (unit != NULL);
	const unsigned int shift = unit ? 10 * (unsigned int)(unit - units + 1) : 0;

	if (length >= sizeof(digits))
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	return memory_parse_number(digits, ret) && *ret <= (uint64_t)INT64_MAX >> shift &&
	       (*ret <<= shift) >= SDEISTOP_TRIAGE_BYTES_MIN;
}

enum status cmd_triage(int argc, char *argv[])
{
	enum { MAX_SIZE = 256 };
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "max-size", required_argument, NULL, MAX_SIZE },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct job job = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, ":o:h", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			job.out = optarg;
			break;
		case MAX_SIZE:
			if (!parse_size(optarg, &job.max_size))
				return usage("--max-size '%s': expected bytes, 64K or more, as in 4M",
					     optarg);
			break;
		case 'h':
			print_command_help("triage", stdout);
			return STATUS_COMPLETE;
		default:
			return usage_option(argv, option);
		}
	}
	if (optind == argc)
		return usage("triage needs a vmcore");
	if (is_stdin(argv[optind]))
		return usage("triage reads pages, which standard input has once");
	return run(&job, argv + optind, argc - optind);
}
