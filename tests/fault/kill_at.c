/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: loaded before libc into a memblockd, kills it at a call to the
 * disk that $KILL_AT names: "CALL SUFFIX NUMBER", as in "write -wal 17" for the
 * 17th write to a file whose name ends in -wal. CALL is write, sync, truncate
 * or unlink. Of a write that is killed by an even number, half is done. */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset);
int ftruncate64(int fd, off_t size);

static char wanted_call[16], wanted_suffix[16];
static unsigned long wanted_number; /* 0: none */
static atomic_ulong met;

static void __attribute__((constructor)) read_wish(void)
{
	const char *wish = getenv("KILL_AT");

	if (wish != NULL && sscanf(wish, "%15s %15s %lu", wanted_call,
				wanted_suffix, &wanted_number) != 3)
		abort();
}

/* Whether this is the call, and so the end. */
static bool is_the_one(const char *call, const char *path)
{
	const size_t length = strlen(path), tail = strlen(wanted_suffix);

	return wanted_number > 0 && strcmp(call, wanted_call) == 0 &&
	       length >= tail &&
	       strcmp(path + length - tail, wanted_suffix) == 0 &&
	       ++met == wanted_number;
}

static bool is_the_one_on_fd(const char *call, int fd)
{
	char link[40], path[4096];
	ssize_t length;

	if (wanted_number == 0 || strcmp(call, wanted_call) != 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	path[length < 0 ? 0 : length] = '\0';
	return is_the_one(call, path);
}

/* The function of that name that this one hides. */
static void *hidden(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

EXPORTED ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset)
{
	ssize_t (*next)(int, const void *, size_t, off_t);

	*(void **)&next = hidden("pwrite64");
	if (is_the_one_on_fd("write", fd)) {
		if (wanted_number % 2 == 0)
			next(fd, bytes, size / 2, offset);
		raise(SIGKILL);
	}
	return next(fd, bytes, size, offset);
}

EXPORTED int fdatasync(int fd)
{
	int (*next)(int);

	*(void **)&next = hidden("fdatasync");
	if (is_the_one_on_fd("sync", fd))
		raise(SIGKILL);
	return next(fd);
}

EXPORTED int ftruncate64(int fd, off_t size)
{
	int (*next)(int, off_t);

	*(void **)&next = hidden("ftruncate64");
	if (is_the_one_on_fd("truncate", fd))
		raise(SIGKILL);
	return next(fd, size);
}

EXPORTED int unlink(const char *path)
{
	int (*next)(const char *);

	*(void **)&next = hidden("unlink");
	if (is_the_one("unlink", path))
		raise(SIGKILL);
	return next(path);
}
