/* SPDX-License-Identifier: BSD-2-Clause */
/* TARGET PATH...: gives each file, or each file of a folder, to the target. */
#include "tests/fuzz/target.h"

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void replay_file(const char *path, const struct stat *status)
{
	const size_t size = (size_t)status->st_size;
	/* Exactly as large as the input, so that a sanitizer sees its end. */
	uint8_t *data = malloc(size > 0 ? size : 1);
	FILE *file = fopen(path, "rb");

	if (data == NULL || file == NULL || fread(data, 1, size, file) != size)
		err(EXIT_FAILURE, "%s", path);
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

/* Returns how many files there were. */
static unsigned int replay(const char *path)
{
	unsigned int count = 0;
	struct dirent *entry;
	struct stat status;
	DIR *folder;
	char *inner;

	if (stat(path, &status) != 0)
		err(EXIT_FAILURE, "%s", path);
	if (!S_ISDIR(status.st_mode)) {
		replay_file(path, &status);
		return 1;
	}
	folder = opendir(path);
	if (folder == NULL)
		err(EXIT_FAILURE, "%s", path);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&inner, "%s/%s", path, entry->d_name) < 0)
			errx(EXIT_FAILURE, "out of memory");
		count += replay(inner);
		free(inner);
	}
	closedir(folder);
	return count;
}

int main(int argc, char *argv[])
{
	unsigned int count = 0;
	int i;

	for (i = 1; i < argc; i++)
		count += replay(argv[i]);
	printf("%u inputs replayed\n", count);
	return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
