/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/failure.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Primary result codes. What is not listed is a bug of ours or of SQLite's
 * and counts as the disk's, with SQLite's own words. */
struct meaning {
	int code;
	enum journal_status status;
	const char *words;
};

static const struct meaning meanings[] = {
    {SQLITE_FULL, JOURNAL_FAILED, "disk full"},
    {SQLITE_IOERR, JOURNAL_FAILED, "I/O error"},
    {SQLITE_CANTOPEN, JOURNAL_FAILED, "cannot be opened"},
    {SQLITE_READONLY, JOURNAL_FAILED, "cannot be written"},
    {SQLITE_PERM, JOURNAL_FAILED, "permission denied"},
    {SQLITE_NOMEM, JOURNAL_FAILED, "out of memory"},
    {SQLITE_BUSY, JOURNAL_FAILED, "locked by another program"},
    {SQLITE_NOTADB, JOURNAL_DAMAGED, "not an SQLite database"},
    {SQLITE_CORRUPT, JOURNAL_DAMAGED, "damaged"},
};

static const struct meaning *find_meaning(int code)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].code == code)
			return &meanings[i];
	return NULL;
}

/* A file that cannot be made: SQLite then tries to read it, and its last word
 * is that it is not there. The folder knows why. */
static int creation_error(const char *path)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", path);
	return access(dirname(copy), W_OK | X_OK) == 0 ? ENOENT : errno;
}

/* Means something with these two alone. A commit that fails leaves nothing in
 * sqlite3_system_errno(), but errno is still what the write or sync set. */
static int system_error(sqlite3 *db, int code, const char *path)
{
	int error = errno;

	if (code != SQLITE_IOERR && code != SQLITE_CANTOPEN)
		return 0;
	if (error == 0)
		error = sqlite3_system_errno(db);
	if (code == SQLITE_CANTOPEN && error == ENOENT)
		return creation_error(path);
	return error;
}

enum journal_status failure_of_sqlite(
    sqlite3 *db, const char *path, struct journal_error *ret_error)
{
	const int code = db == NULL ? SQLITE_NOMEM : sqlite3_errcode(db) & 0xff;
	const int error = system_error(db, code, path);
	const struct meaning *meaning = find_meaning(code);
	char buffer[128];

	if (meaning == NULL)
		return failure(JOURNAL_FAILED, ret_error, "%s: SQLite: %s",
		    path, sqlite3_errmsg(db));
	if (error == 0)
		return failure(
		    meaning->status, ret_error, "%s: %s", path, meaning->words);
	return failure(meaning->status, ret_error, "%s: %s: %s", path,
	    meaning->words, strerror_r(error, buffer, sizeof(buffer)));
}

enum journal_status failure_of_system(
    int error, const char *path, struct journal_error *ret_error)
{
	char buffer[128];

	return failure(JOURNAL_FAILED, ret_error, "%s: %s", path,
	    strerror_r(error, buffer, sizeof(buffer)));
}

enum journal_status failure_of_memory(
    const char *path, struct journal_error *ret_error)
{
	return failure_of_system(ENOMEM, path, ret_error);
}

enum journal_status failure(enum journal_status status,
    struct journal_error *ret_error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(ret_error->text, sizeof(ret_error->text), format, arguments);
	va_end(arguments);
	return status;
}
