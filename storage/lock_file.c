/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/lock_file.h"

#include "storage/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* The holder writes its id after it has the lock: there may be none yet. */
static enum journal_status name_holder(
    int fd, const char *path, struct journal_error *ret_error)
{
	char text[24];
	const ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
	long holder;

	text[size > 0 ? size : 0] = '\0';
	holder = strtol(text, NULL, 10);
	if (holder <= 0)
		return failure(JOURNAL_LOCKED, ret_error,
		    "%s: in use by another process", path);
	return failure(JOURNAL_LOCKED, ret_error, "%s: in use by process %ld",
	    path, holder);
}

/* Who holds the lock without room to say so still holds it. */
static void write_holder(int fd)
{
	char text[24];
	const int size = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	int written = ftruncate(fd, 0);

	if (written == 0)
		written = (int)pwrite(fd, text, (size_t)size, 0);
	(void)written;
}

static enum journal_status take(int fd, const char *path, const char *lock_path,
    struct journal_error *ret_error)
{
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			return name_holder(fd, path, ret_error);
		return failure_of_system(errno, lock_path, ret_error);
	}
	write_holder(fd);
	return JOURNAL_OK;
}

enum journal_status lock_file_take(
    const char *path, int *ret_fd, struct journal_error *ret_error)
{
	enum journal_status status;
	char *lock_path;
	int fd;

	if (asprintf(&lock_path, "%s.lock", path) < 0)
		return failure_of_memory(path, ret_error);
	fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0) {
		status = failure_of_system(errno, lock_path, ret_error);
		free(lock_path);
		return status;
	}
	status = take(fd, path, lock_path, ret_error);
	free(lock_path);
	if (status != JOURNAL_OK) {
		close(fd);
		return status;
	}
	*ret_fd = fd;
	return JOURNAL_OK;
}

void lock_file_release(int fd)
{
	/* An old id in it would only mislead; the lock is what counts. */
	const int emptied = ftruncate(fd, 0);

	(void)emptied;
	close(fd);
}
