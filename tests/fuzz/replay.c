// SPDX-License-Identifier: GPL-2.0-or-later
/* main() of a fuzz target without a fuzzer: every file named, or in a
 * directory named, once. Fails if there was none. */

#include "target.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

static bool run_file(const char *path)
{
	sdeistop_autofree uint8_t *data = NULL;
	FILE *in = fopen(path, "rb");
	size_t size = 0, room = 0;
	int byte;

	if (!in)
		return false;
	while ((byte = getc(in)) != EOF) {
		if (size == room) {
			uint8_t *grown = realloc(data, room = 2 * room + 4096);

			if (!grown)
				abort();
			data = grown;
		}
		data[size++] = (uint8_t)byte;
	}
	fclose(in);
	LLVMFuzzerTestOneInput(data, size);
	return true;
}

static unsigned int run_directory(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	unsigned int nr = 0;

	if (!directory)
		return 0;
	while ((entry = readdir(directory))) {
		char name[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		nr += run_file(name);
	}
	closedir(directory);
	return nr;
}

int main(int argc, char *argv[])
{
	unsigned int nr = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st)) {
			fprintf(stderr, "%s: cannot stat\n", argv[i]);
			return 1;
		}
		nr += S_ISDIR(st.st_mode) ? run_directory(argv[i]) : run_file(argv[i]);
	}
	printf("%u inputs replayed\n", nr);
	return nr ? 0 : 1;
}
