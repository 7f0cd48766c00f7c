/* SPDX-License-Identifier: BSD-2-Clause */
/* What SQLite's result codes mean to a journal, and the sentence for each:
 * "FILE: disk full". */
#ifndef STORAGE_FAILURE_H
#define STORAGE_FAILURE_H

#include "storage/journal.h"

#include <sqlite3.h>

/* The status and the sentence for the failure that db had last. NULL: there
 * was no memory for a connection. Never JOURNAL_OK. To be asked at once after
 * the call that failed, and that began with errno 0. */
enum journal_status failure_of_sqlite(
    sqlite3 *db, const char *path, struct journal_error *ret_error);

/* The sentence for a failed system call: "FILE: Permission denied". Answers
 * JOURNAL_FAILED. */
enum journal_status failure_of_system(
    int error, const char *path, struct journal_error *ret_error);

/* "FILE: out of memory". Answers JOURNAL_FAILED. */
enum journal_status failure_of_memory(
    const char *path, struct journal_error *ret_error);

/* Any other sentence; answers status. */
enum journal_status failure(enum journal_status status,
    struct journal_error *ret_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
