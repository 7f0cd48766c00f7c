/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: the disk below SQLite. Each call that SQLite makes to a file goes
 * by a hook, which may let it pass, stop it, or note it; then SQLite's own VFS
 * does it. Every connection of the process uses it once it is installed; the
 * hook is called by one thread at a time. */
#ifndef TESTS_FAULT_DISK_H
#define TESTS_FAULT_DISK_H

#include <stdint.h>

enum disk_call {
	DISK_OPEN,
	DISK_READ,
	DISK_WRITE,
	DISK_TRUNCATE,
	DISK_SYNC,
	DISK_LOCK, /* taken, in the file or in the shared memory */
	DISK_SHM_MAP,
	DISK_DELETE,
};
#define DISK_CALL_COUNT (DISK_DELETE + 1)

/* One call. What a call has not is 0. */
struct disk_event {
	enum disk_call call;
	const char *path; /* "": a temporary file */
	int64_t offset;	  /* of a write; truncate: the new size */
	const void *bytes;
	int size;
};

/* Answers SQLITE_OK to let the call pass, or the code that it fails with;
 * then *ret_size, which is 0 before, is how much of a write is done all the
 * same. */
typedef int disk_hook(void *arg, const struct disk_event *event, int *ret_size);

/* Puts the disk below every connection that is opened from now on. */
void disk_install(void);

/* NULL: everything passes. Not while a call is under way. */
void disk_set_hook(disk_hook *hook, void *arg);

#endif
