/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/failure.h"
#include "storage/statement.h"

#include <errno.h>
#include <unistd.h>

/* Copies every page within one transaction of the source. */
static enum journal_status copy_pages(struct journal *journal, sqlite3 *copy,
    const char *to, struct journal_error *ret_error)
{
	sqlite3_backup *backup;

	errno = 0;
	backup = sqlite3_backup_init(copy, "main", journal->db, "main");
	if (backup != NULL) {
		sqlite3_backup_step(backup, -1);
		sqlite3_backup_finish(backup);
	}
	if (sqlite3_errcode(copy) == SQLITE_OK)
		return JOURNAL_OK;
	return failure_of_sqlite(copy, to, ret_error);
}

enum journal_status journal_backup(
    struct journal *journal, const char *to, struct journal_error *ret_error)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	enum journal_status status;
	sqlite3 *copy;

	if (access(to, F_OK) == 0)
		return failure_of_system(EEXIST, to, ret_error);
	errno = 0;
	if (sqlite3_open_v2(to, &copy, flags, NULL) == SQLITE_OK)
		status = copy_pages(journal, copy, to, ret_error);
	else
		status = failure_of_sqlite(copy, to, ret_error);
	sqlite3_close(copy);
	if (status != JOURNAL_OK)
		unlink(to); /* half a copy is none */
	return status;
}
