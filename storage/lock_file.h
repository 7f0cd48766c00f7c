/* SPDX-License-Identifier: BSD-2-Clause */
/* FILE.lock: who may write FILE. The lock is flock's, so that it goes with its
 * holder however that ends; the file only says who it is, and stays. */
#ifndef STORAGE_LOCK_FILE_H
#define STORAGE_LOCK_FILE_H

#include "storage/journal.h"

/* Locks path + ".lock", made if it is not there, and writes this process's id
 * into it. JOURNAL_OK: *ret_fd is for lock_file_release(). JOURNAL_LOCKED: the
 * error names the holder; JOURNAL_FAILED. */
enum journal_status lock_file_take(
    const char *path, int *ret_fd, struct journal_error *ret_error);

void lock_file_release(int fd);

#endif
