/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/folder.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void folder_make(struct folder *ret_folder)
{
	const char *below = getenv("TMPDIR");
	int length;

	length = snprintf(ret_folder->path, sizeof(ret_folder->path),
	    "%s/memblockd-fuzz.XXXXXX", below != NULL ? below : "/tmp");
	if ((size_t)length >= sizeof(ret_folder->path) ||
	    mkdtemp(ret_folder->path) == NULL)
		err(EXIT_FAILURE, "%s", ret_folder->path);
	snprintf(ret_folder->journal, sizeof(ret_folder->journal),
	    "%s/journal.db", ret_folder->path);
}

void folder_remove(const struct folder *folder)
{
	static const char *const suffixes[] = {
	    "", "-wal", "-shm", "-journal", ".lock"};
	char path[96];
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(
		    path, sizeof(path), "%s%s", folder->journal, suffixes[i]);
		unlink(path);
	}
	if (rmdir(folder->path) != 0)
		err(EXIT_FAILURE, "%s", folder->path);
}
