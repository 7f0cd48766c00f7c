/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal.h"

#include "storage/failure.h"
#include "storage/in_place.h"
#include "storage/journal_sweep.h"
#include "storage/lock_file.h"
#include "storage/schema.h"
#include "storage/statement.h"
#include "storage/wal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- opening ---- */

static enum journal_status open_database(struct journal *journal,
    enum journal_access access, struct journal_error *ret_error)
{
	const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
			  (access == JOURNAL_WRITE
				  ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
				  : SQLITE_OPEN_READONLY);

	errno = 0;
	if (sqlite3_open_v2(journal->path, &journal->db, flags, NULL) !=
	    SQLITE_OK)
		return statement_failure(journal, ret_error);
	/* A file that may not be written is opened for reading instead. */
	if (access == JOURNAL_WRITE &&
	    sqlite3_db_readonly(journal->db, "main") == 1)
		return failure_of_system(EACCES, journal->path, ret_error);
	return JOURNAL_OK;
}

/* Whatever the file turns out to be: nothing in it is run, and closing it
 * leaves it as it is. */
static enum journal_status be_careful(
    struct journal *journal, struct journal_error *ret_error)
{
	sqlite3 *db = journal->db;

	if (sqlite3_busy_timeout(db, JOURNAL_BUSY_TIMEOUT_MS) != SQLITE_OK ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) !=
		SQLITE_OK ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) !=
		SQLITE_OK ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) !=
		SQLITE_OK)
		return statement_failure(journal, ret_error);
	return JOURNAL_OK;
}

/* What ends a transaction is prepared before there is one, so that no lack of
 * memory can keep it open. */
static enum journal_status prepare_transactions(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	enum statement which;
	sqlite3_stmt *unused;

	for (which = STATEMENT_BEGIN_READ;
	     which <= STATEMENT_ROLLBACK && status == JOURNAL_OK; which++)
		status = statement_get(journal, which, &unused, ret_error);
	return status;
}

static enum journal_status settle_reader(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;
	enum schema_state state;

	status = schema_check(journal, &state, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (state == SCHEMA_EMPTY)
		return failure(JOURNAL_FOREIGN, ret_error,
		    "%s: an empty file, not a journal yet", journal->path);
	if (state == SCHEMA_OLDER)
		return failure(JOURNAL_FAILED, ret_error,
		    "%s: of an earlier version: start memblockd on it first",
		    journal->path);
	return statement_exec(journal, "PRAGMA query_only = ON", ret_error);
}

/* A commit is one sync of the WAL, which wal.h copies into the file. Whether a
 * file can shrink is settled when it is made. */
static const char *const writer_settings[] = {
    [JOURNAL_SYNC_FULL] = "PRAGMA synchronous = FULL",
    [JOURNAL_SYNC_NORMAL] = "PRAGMA synchronous = NORMAL",
    [JOURNAL_SYNC_OFF] = "PRAGMA synchronous = OFF",
};
static const char writer_settings_always[] =
    "PRAGMA auto_vacuum = INCREMENTAL;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA cache_size = -16384;"
    "PRAGMA temp_store = MEMORY";

static enum journal_status settle_writer(struct journal *journal,
    enum journal_sync sync, struct journal_error *ret_error)
{
	enum journal_status status;
	enum schema_state state;

	status = lock_file_take(sqlite3_db_filename(journal->db, "main"),
	    &journal->lock_fd, ret_error);
	if (status == JOURNAL_OK)
		status = schema_check(journal, &state, ret_error);
	if (status == JOURNAL_OK)
		status =
		    statement_exec(journal, writer_settings_always, ret_error);
	if (status == JOURNAL_OK)
		status =
		    statement_exec(journal, writer_settings[sync], ret_error);
	if (status == JOURNAL_OK)
		status = schema_upgrade(journal, ret_error);
	if (status == JOURNAL_OK)
		status = in_place_note(journal, ret_error);
	if (status == JOURNAL_OK)
		wal_bound(journal);
	journal->leftovers = true; /* the first sweep finds out */
	journal->sweep_rows = SWEEP_ROWS;
	return status;
}

static void discard(struct journal *journal)
{
	int result;

	statement_finalize_all(journal);
	result = sqlite3_close(journal->db);
	assert(result == SQLITE_OK);
	if (journal->lock_fd >= 0)
		lock_file_release(journal->lock_fd);
	free(journal->path);
	free(journal);
}

enum journal_status journal_open(const char *path, enum journal_access access,
    enum journal_sync sync, struct journal **ret_journal,
    struct journal_error *ret_error)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	enum journal_status status;

	if (journal == NULL)
		return failure_of_memory(path, ret_error);
	journal->lock_fd = -1;
	journal->path = strdup(path);
	if (journal->path == NULL) {
		discard(journal);
		return failure_of_memory(path, ret_error);
	}
	status = open_database(journal, access, ret_error);
	if (status == JOURNAL_OK)
		status = be_careful(journal, ret_error);
	if (status == JOURNAL_OK)
		status = prepare_transactions(journal, ret_error);
	if (status == JOURNAL_OK && access == JOURNAL_WRITE)
		status = settle_writer(journal, sync, ret_error);
	if (status == JOURNAL_OK && access == JOURNAL_READ)
		status = settle_reader(journal, ret_error);
	if (status != JOURNAL_OK) {
		discard(journal);
		return status;
	}
	*ret_journal = journal;
	return JOURNAL_OK;
}

/* ---- closing ---- */

/* With readers about, the WAL cannot be cut short; that all of it was copied
 * is what counts. */
static enum journal_status copy_wal(
    struct journal *journal, struct journal_error *ret_error)
{
	int pages, copied;

	if (sqlite3_wal_checkpoint_v2(journal->db, "main",
		SQLITE_CHECKPOINT_PASSIVE, &pages, &copied) != SQLITE_OK)
		return statement_failure(journal, ret_error);
	if (pages != copied)
		return failure(JOURNAL_FAILED, ret_error,
		    "%s: a reader keeps %d pages from being copied out of the "
		    "WAL",
		    journal->path, pages - copied);
	/* Now that nothing is left to copy, SQLite may remove the WAL. */
	sqlite3_db_config(
	    journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return JOURNAL_OK;
}

enum journal_status journal_close(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;

	if (journal == NULL)
		return JOURNAL_OK;
	/* What stands in the place of its files is somebody else's. */
	if (journal->lock_fd >= 0)
		status = in_place_check(journal, ret_error);
	if (journal->lock_fd >= 0 && status == JOURNAL_OK)
		status = copy_wal(journal, ret_error);
	discard(journal);
	return status;
}
