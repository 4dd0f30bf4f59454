// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which files a scan reads: those named, and those in directories, depth first,
 * the names of a directory in the order of their bytes. Only the names in the
 * directories that the walk is in are in memory.
 *
 * The first bytes of a file in a directory say whether it is a vmcore, and of a
 * part of a split one which others belong to it. They are looked at here, and
 * nothing else is: what is read of them are numbers at fixed places.
 */

#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many names after its first part the others of a split dump are looked for */
#define PARTS_AHEAD	1024

/* In the place of a type: a part that has been read with its first */
#define DT_TAKEN	0xff

/* @names: of each entry its type (DT_*), a byte, then its name and a NUL */
struct directory {
	char *path;
	char *names;
	size_t nr_bytes;
	char **name;		/* into @names, sorted; name[i][-1] is the type */
	size_t nr;
	size_t next;
};

struct scan_walk {
	char *const *named;
	bool *taken;		/* of each named: a part, read with its first */
	size_t nr_named;
	size_t next;
	size_t depth;
	struct directory stack[SCAN_DEPTH_MAX];
};

/* ------------------------------------------------------------------ items */

void scan_item_free(struct scan_item *item)
{
	for (size_t i = 0; i < item->nr_paths; i++)
		free(item->path[i]);
	free(item->path);
	*item = (struct scan_item) { 0 };
}

/* An item about @path, which it owns from now on, even on failure: 1, or -1 for
 * a lack of memory, as scan_walk_next() */
static int make_item(enum scan_kind kind, bool named, char *path, struct scan_item *ret)
{
	char **paths = path ? calloc(1, sizeof(*paths)) : NULL;

	if (!paths) {
		free(path);
		return -1;
	}
	paths[0] = path;
	*ret = (struct scan_item) {
		.kind = kind, .named = named, .path = paths, .nr_paths = 1,
	};
	return 1;
}

/* One more part, @path, which it owns */
static int add_path(struct scan_item *item, char *path)
{
	char **paths = path ? reallocarray(item->path, item->nr_paths + 1, sizeof(*paths)) : NULL;

	if (!paths) {
		free(path);
		scan_item_free(item);
		return -1;
	}
	item->path = paths;
	paths[item->nr_paths++] = path;
	return 1;
}

/* A file that cannot be read is told of when its turn comes. */
static bool is_part_of(const char *path, const struct sdeistop_split *split)
{
	struct sdeistop_error error;
	struct sdeistop_probe probe;

	return !sdeistop_probe(path, &probe, &error) && probe.split.is_part &&
	       probe.split.set == split->set;
}

static int make_failure(const char *path, bool named, enum sdeistop_errno code, const char *what,
			const char *why, struct scan_item *ret)
{
	int status = make_item(SCAN_FAILED, named, strdup(path), ret);

	if (status < 0)
		return status;
	ret->error = (struct sdeistop_error) { .code = code, .offset = -1 };
	snprintf(ret->error.text, sizeof(ret->error.text), "%s%s", what, why);
	return status;
}

/* ------------------------------------------------------------ directories */

static void directory_free(struct directory *directory)
{
	free(directory->path);
	free(directory->names);
	free(directory->name);
	*directory = (struct directory) { 0 };
}

static int add_name(struct directory *directory, size_t *room, const struct dirent *entry)
{
	const size_t size = strlen(entry->d_name) + 1;
	char *to;

	if (*room - directory->nr_bytes < size + 1) {
		size_t more = *room ? *room * 2 : 4096;
		char *grown = realloc(directory->names, more);

		if (!grown)
			return -1;
		directory->names = grown;
		*room = more;
	}
	to = directory->names + directory->nr_bytes;
	to[0] = (char)entry->d_type;
	memcpy(to + 1, entry->d_name, size);
	directory->nr_bytes += size + 1;
	directory->nr++;
	return 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int sort_names(struct directory *directory)
{
	char *p = directory->names;

	directory->name = calloc(directory->nr ? directory->nr : 1, sizeof(*directory->name));
	if (!directory->name)
		return -1;
	for (size_t i = 0; i < directory->nr; i++) {
		directory->name[i] = p + 1;
		p += strlen(p + 1) + 2;
	}
	qsort(directory->name, directory->nr, sizeof(*directory->name), compare);
	return 0;
}

/* 0, or an errno with which reading ended early; -1: out of memory */
static int read_names(DIR *dir, struct directory *ret)
{
	const struct dirent *entry;
	size_t room = 0;

	while (errno = 0, (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (add_name(ret, &room, entry))
			return -1;
	}
	return errno;
}

/* Enters the directory @path, opened as @fd, which it closes: 0 if that is all
 * there is to say, otherwise as scan_walk_next() */
static int enter(struct scan_walk *walk, const char *path, bool named, int fd,
		 struct scan_item *item)
{
	struct directory *directory;
	DIR *dir;
	int status;

	if (walk->depth == SCAN_DEPTH_MAX) {
		close(fd);
		return make_failure(path, named, SDEISTOP_ERR_UNSUPPORTED,
				    "is not walked: too many directories in one another", "", item);
	}
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -1;
	}
	directory = &walk->stack[walk->depth++];	/* scan_walk_close() frees it */
	directory->path = strdup(path);
	status = directory->path ? read_names(dir, directory) : -1;
	closedir(dir);
	if (status < 0 || sort_names(directory))
		return -1;
	return status ? make_failure(path, named, SDEISTOP_ERR_READ, "cannot read the directory: ",
				     strerror(status), item) : 0;
}

/* ------------------------------------------------------------------- walk */

/* The file @path, and the parts of its dump that are named after it */
static int named_file(struct scan_walk *walk, const char *path, struct scan_item *ret)
{
	struct sdeistop_probe probe = { 0 };
	struct sdeistop_error error;
	int status = make_item(SCAN_FILE, true, strdup(path), ret);

	if (status < 0 || sdeistop_probe(path, &probe, &error) || !probe.split.is_part)
		return status;
	for (size_t i = walk->next; i < walk->nr_named && status > 0; i++) {
		if (i - walk->next == PARTS_AHEAD)
			break;
		if (walk->taken[i] || !is_part_of(walk->named[i], &probe.split))
			continue;
		walk->taken[i] = true;
		status = add_path(ret, strdup(walk->named[i]));
	}
	return status;
}

/* A directory that is named may be so by a symbolic link, and anything that is
 * none is read as a vmcore: that says best what is wrong with it. */
static int next_named(struct scan_walk *walk, struct scan_item *ret)
{
	const size_t index = walk->next++;
	const char *path = walk->named[index];
	int fd;

	if (walk->taken[index])
		return 0;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		return enter(walk, path, true, fd, ret);
	if (errno == ENOTDIR)
		return named_file(walk, path, ret);
	return make_failure(path, true, SDEISTOP_ERR_OPEN, "cannot open: ", strerror(errno), ret);
}

static int next_directory(struct scan_walk *walk, char *path, struct scan_item *ret)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0)
		return enter(walk, path, false, fd, ret);
	return make_failure(path, false, SDEISTOP_ERR_OPEN, "cannot open: ", strerror(errno), ret);
}

/* NULL: out of memory */
static char *entry_path(const struct directory *directory, const char *name)
{
	const size_t length = strlen(directory->path);
	const bool slash = length && directory->path[length - 1] == '/';
	char *path;

	return asprintf(&path, "%s%s%s", directory->path, slash ? "" : "/", name) < 0 ? NULL : path;
}

/* The type of @path where the file system does not tell it with the name */
static int lstat_type(const char *path, unsigned char *type)
{
	struct stat st;

	if (lstat(path, &st))
		return errno;
	*type = IFTODT(st.st_mode);
	return 0;
}

/* The parts of @split that come after the one that is an item already */
static int add_parts(struct directory *directory, const struct sdeistop_split *split,
		     struct scan_item *ret)
{
	int status = 1;

	for (size_t i = directory->next; i < directory->nr && status > 0; i++) {
		unsigned char type;
		char *path;

		if (i - directory->next == PARTS_AHEAD)
			break;
		type = (unsigned char)directory->name[i][-1];
		if (type != DT_REG && type != DT_UNKNOWN)
			continue;
		path = entry_path(directory, directory->name[i]);
		if (path && type == DT_UNKNOWN)
			lstat_type(path, &type);
		if (path && (type != DT_REG || !is_part_of(path, split))) {
			free(path);
			continue;
		}
		directory->name[i][-1] = (char)DT_TAKEN;
		status = add_path(ret, path);
	}
	return status;
}

/* The regular file @path, which it owns */
static int next_file(struct directory *directory, char *path, struct scan_item *ret)
{
	struct sdeistop_probe probe = { 0 };
	struct sdeistop_error error;
	int failed, status;

	/* what cannot be read is for the child to say */
	failed = sdeistop_probe(path, &probe, &error);
	if (!failed && !probe.format) {
		free(path);
		*ret = (struct scan_item) { .kind = SCAN_SKIPPED };
		return 1;
	}
	status = make_item(SCAN_FILE, false, path, ret);
	if (status > 0 && probe.split.is_part)
		status = add_parts(directory, &probe.split, ret);
	return status;
}

static int next_entry(struct scan_walk *walk, struct directory *directory, struct scan_item *ret)
{
	const char *name = directory->name[directory->next++];
	unsigned char type = (unsigned char)name[-1];
	char *path;
	int status = 0;

	if (type == DT_TAKEN)
		return 0;
	path = entry_path(directory, name);
	if (!path)
		return -1;
	if (type == DT_UNKNOWN)
		status = lstat_type(path, &type);
	if (!status && type == DT_REG)
		return next_file(directory, path, ret);

	if (status) {
		status = make_failure(path, false, SDEISTOP_ERR_OPEN, "cannot stat: ",
				      strerror(status), ret);
	} else if (type == DT_DIR) {
		status = next_directory(walk, path, ret);
	} else {
		*ret = (struct scan_item) { .kind = SCAN_SKIPPED };
		status = 1;
	}
	free(path);
	return status;
}

int scan_walk_next(struct scan_walk *walk, struct scan_item *ret)
{
	int status = 0;

	while (!status) {
		struct directory *directory = walk->depth ? &walk->stack[walk->depth - 1] : NULL;

		if (directory && directory->next == directory->nr) {
			directory_free(directory);
			walk->depth--;
		} else if (directory) {
			status = next_entry(walk, directory, ret);
		} else if (walk->next < walk->nr_named) {
			status = next_named(walk, ret);
		} else {
			return 0;
		}
	}
	return status;
}

const char *scan_walk_directory(const struct scan_walk *walk)
{
	return walk->depth ? walk->stack[walk->depth - 1].path : "";
}

struct scan_walk *scan_walk_open(char *const paths[], size_t nr)
{
	struct scan_walk *walk = calloc(1, sizeof(*walk));

	if (!walk)
		return NULL;
	walk->named = paths;
	walk->nr_named = nr;
	walk->taken = calloc(nr, sizeof(*walk->taken));
	if (!walk->taken) {
		free(walk);
		return NULL;
	}
	return walk;
}

void scan_walk_close(struct scan_walk *walk)
{
	if (!walk)
		return;
	while (walk->depth)
		directory_free(&walk->stack[--walk->depth]);
	free(walk->taken);
	free(walk);
}
