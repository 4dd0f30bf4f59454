// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages of a vmcore by kernel virtual address, through libkdumpfile. */

#include "memory.h"

#include <libkdumpfile/kdumpfile.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* Pages that are kept. The library's own choice, 1024, is 64 MiB where a page has
 * 64 KiB. */
#define CACHE_PAGES	64

struct sdeistop_memory {
	kdump_ctx_t *ctx;
	bool big_endian;
	bool opened;	/* @ctx may be freed */
	size_t nr;
	int fd[];	/* @nr of them, -1 closed */
};

sdeistop_printf(3, 4)
static int fail(struct sdeistop_error *error, enum sdeistop_errno code, const char *format, ...)
{
	va_list args;

	*error = (struct sdeistop_error) { .code = code, .offset = -1 };
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return (int)code;
}

static int fail_kdump(struct sdeistop_memory *memory, kdump_status status,
		      struct sdeistop_error *error)
{
	enum sdeistop_errno code = status == KDUMP_ERR_NOTIMPL ? SDEISTOP_ERR_UNSUPPORTED :
							   SDEISTOP_ERR_READ;
	const char *text = kdump_get_err(memory->ctx);

	fail(error, code, "libkdumpfile: %s", text ? text : kdump_strerror(status));
	kdump_clear_err(memory->ctx);
	return (int)code;
}

/* One of the files, and which frames of a split dump it has */
struct part {
	const char *path;
	uint64_t first, end;
};

static int compare(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->first != other->first)
		return one->first < other->first ? -1 : 1;
	return (one->end > other->end) - (one->end < other->end);
}

/* libkdumpfile takes the files in the order of their frames for granted */
static void sort_parts(struct part *part, const char *const path[], size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct sdeistop_probe probe = { 0 };
		struct sdeistop_error error;

		/* why a file cannot be read is told when it is opened */
		if (sdeistop_probe(path[i], &probe, &error))
			probe.split = (struct sdeistop_split) { 0 };
		part[i] = (struct part) { path[i], probe.split.first, probe.split.end };
	}
	qsort(part, nr, sizeof(*part), compare);
}

static int open_files(struct sdeistop_memory *memory, const char *const path[],
		      struct sdeistop_error *error)
{
	sdeistop_autofree struct part *part = calloc(memory->nr, sizeof(*part));

	if (!part)
		return fail(error, SDEISTOP_ERR_NO_MEMORY, "out of memory");
	sort_parts(part, path, memory->nr);
	for (size_t i = 0; i < memory->nr; i++) {
		memory->fd[i] = open(part[i].path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (memory->fd[i] < 0)
			return fail(error, SDEISTOP_ERR_OPEN, "%s: cannot open: %s", part[i].path,
				    strerrordesc_np(errno));
	}
	return 0;
}

static int set_up(struct sdeistop_memory *memory, const char *const path[],
		  struct sdeistop_error *error)
{
	kdump_num_t order;
	kdump_status status;
	int failed;

	failed = open_files(memory, path, error);
	if (failed)
		return failed;
	status = kdump_open_fdset(memory->ctx, (unsigned int)memory->nr, memory->fd);
	if (status == KDUMP_OK)
		status = kdump_set_number_attr(memory->ctx, "cache.size", CACHE_PAGES);
	if (status == KDUMP_OK)
		status = kdump_set_string_attr(memory->ctx, KDUMP_ATTR_OSTYPE, "linux");
	if (status == KDUMP_OK)
		status = kdump_get_number_attr(memory->ctx, KDUMP_ATTR_BYTE_ORDER, &order);
	if (status != KDUMP_OK)
		return fail_kdump(memory, status, error);
	memory->big_endian = order == KDUMP_BIG_ENDIAN;
	return 0;
}

int sdeistop_memory_open(const char *const path[], size_t nr, struct sdeistop_memory **ret,
			 struct sdeistop_error *error)
{
	struct sdeistop_memory *memory;
	int status;

	memory = calloc(1, sizeof(*memory) + nr * sizeof(*memory->fd));
	if (!memory)
		return fail(error, SDEISTOP_ERR_NO_MEMORY, "out of memory");
	memory->nr = nr;
	for (size_t i = 0; i < nr; i++)
		memory->fd[i] = -1;
	memory->ctx = kdump_new();
	status = memory->ctx ? set_up(memory, path, error) :
			       fail(error, SDEISTOP_ERR_NO_MEMORY, "out of memory");
	memory->opened = !status;
	if (status) {
		sdeistop_memory_close(memory);
		return status;
	}
	*ret = memory;
	return 0;
}

void sdeistop_memory_close(struct sdeistop_memory *memory)
{
	if (!memory)
		return;
	/* After a damaged file was refused libkdumpfile 0.5.1 frees what it has not
	 * set up. What is lost is lost for as long as this process, which then ends. */
	if (memory->opened)
		kdump_free(memory->ctx);
	for (size_t i = 0; i < memory->nr; i++)
		if (memory->fd[i] >= 0)
			close(memory->fd[i]);
	free(memory);
}

static int read_space(struct sdeistop_memory *memory, kdump_addrspace_t space, uint64_t address,
		      void *to, size_t size, struct sdeistop_error *error)
{
	size_t got = size;
	kdump_status status;

	status = kdump_read(memory->ctx, space, address, to, &got);
	if (status == KDUMP_OK && got == size)
		return 0;
	kdump_clear_err(memory->ctx);
	return fail(error, SDEISTOP_ERR_READ, "nothing in the dump at 0x%llx",
		    (unsigned long long)address + got);
}

int sdeistop_memory_read(struct sdeistop_memory *memory, uint64_t address, void *to, size_t size,
			 struct sdeistop_error *error)
{
	return read_space(memory, KDUMP_KVADDR, address, to, size, error);
}

int sdeistop_memory_read_physical(struct sdeistop_memory *memory, uint64_t address, void *to,
				  size_t size, struct sdeistop_error *error)
{
	return read_space(memory, KDUMP_KPHYSADDR, address, to, size, error);
}

bool sdeistop_memory_big_endian(const struct sdeistop_memory *memory)
{
	return memory->big_endian;
}

/* The value of the line @key, to be freed; NULL if there is none */
static char *find_line(struct sdeistop_memory *memory, const char *key)
{
	char *line;

	if (kdump_vmcoreinfo_line(memory->ctx, key, &line) == KDUMP_OK)
		return line;
	kdump_clear_err(memory->ctx);
	return NULL;
}

bool sdeistop_memory_line(struct sdeistop_memory *memory, const char *key, char *to, size_t size)
{
	sdeistop_autofree char *line = find_line(memory, key);

	if (line)
		snprintf(to, size, "%s", line);
	return line;
}

bool sdeistop_memory_number(struct sdeistop_memory *memory, const char *key, int base,
			    uint64_t *ret)
{
	sdeistop_autofree char *line = find_line(memory, key);
	unsigned long long value;
	char *end;

	if (!line)
		return false;
	errno = 0;
	value = strtoull(line, &end, base);
	if (errno || end == line || *end)
		return false;
	*ret = value;
	return true;
}

bool sdeistop_memory_symbol(struct sdeistop_memory *memory, const char *name, uint64_t *ret)
{
	char key[96];

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	return sdeistop_memory_number(memory, key, 16, ret);
}
