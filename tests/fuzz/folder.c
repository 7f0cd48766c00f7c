/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/folder.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <unistd.h>

void folder_make(struct folder *ret_folder)
{
	const char *below = getenv("TMPDIR");
	int length;

	length = snprintf(ret_folder->path, sizeof(ret_folder->path),
	    "%s/memblockd-test.XXXXXX", below != NULL ? below : "/tmp");
	if ((size_t)length >= sizeof(ret_folder->path) ||
	    mkdtemp(ret_folder->path) == NULL)
		err(EXIT_FAILURE, "%s", ret_folder->path);
	snprintf(ret_folder->journal, sizeof(ret_folder->journal),
	    "%s/journal.db", ret_folder->path);
}

void folder_clear(const struct folder *folder)
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
}

void folder_remove(const struct folder *folder)
{
	folder_clear(folder);
	if (rmdir(folder->path) != 0)
		err(EXIT_FAILURE, "%s", folder->path);
}

static void copy_file(const char *from, const char *to)
{
	const int in = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t copied;
	int out;

	if (in < 0 && errno == ENOENT)
		return;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (in < 0 || out < 0)
		err(EXIT_FAILURE, "%s to %s", from, to);
	do
		copied = sendfile(out, in, NULL, 1 << 30);
	while (copied > 0);
	if (copied < 0)
		err(EXIT_FAILURE, "%s to %s", from, to);
	close(in);
	close(out);
}

void folder_copy(const struct folder *folder, const struct folder *ret_copy)
{
	static const char *const suffixes[] = {"", "-wal", "-journal"};
	char from[96], to[96];
	size_t i;

	folder_clear(ret_copy);
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(
		    from, sizeof(from), "%s%s", folder->journal, suffixes[i]);
		snprintf(
		    to, sizeof(to), "%s%s", ret_copy->journal, suffixes[i]);
		copy_file(from, to);
	}
}
