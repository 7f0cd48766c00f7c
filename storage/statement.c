/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/statement.h"

#include "storage/failure.h"
#include "storage/schema.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define INSTANCE_COLUMNS                                                       \
	"id, name, created_us, created_by, destroyed_us, kernel, page_size, "  \
	"cache_line, phys_bits, nodes, arrays, memory_regions, "               \
	"reserved_regions, physmem, movable_node, mirrored_kernelcore, "       \
	"kernel_end, bottom_up, current_limit, origin_name, "                  \
	"origin_instance, origin_seq, origin_hash, first_seq, first_before, "  \
	"checksum, seq, created_label, created_key, destroyed_by, "            \
	"destroyed_label, destroyed_key"

#define ROW_COLUMNS                                                            \
	"instance, seq, time_us, principal, label, request_key, group_seq, "   \
	"kind, base, size, align, from_addr, to_addr, nid, flags, list, "      \
	"exact_nid, min_fallback, keep_nomap, value, status, result, "         \
	"warnings, message, hash"

#define SNAPSHOT_COLUMNS "seq, time_us, hash, content, checksum"

/* The first seq of instance ?1. Rows and groups before it are gone, though they
 * may still be there, and so are snapshots but for the last one before it. */
#define FIRST_SEQ "(SELECT first_seq FROM instance WHERE id = ?1)"

static const char *const texts[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN_READ] = "BEGIN",
    [STATEMENT_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ROLLBACK] = "ROLLBACK",
    /* It is that already: nothing changes, and a page is written. */
    [STATEMENT_PROBE] = "PRAGMA user_version = " SCHEMA_VERSION_TEXT,

    [STATEMENT_EACH_INSTANCE] =
	"SELECT " INSTANCE_COLUMNS " FROM instance ORDER BY id",
    [STATEMENT_INSTANCE_BY_NAME] = "SELECT " INSTANCE_COLUMNS " FROM instance"
				   " WHERE name = ?1 AND destroyed_us IS NULL",
    [STATEMENT_INSTANCE_BY_NAME_SLOWLY] =
	"SELECT " INSTANCE_COLUMNS " FROM instance NOT INDEXED"
	" WHERE name = ?1 AND destroyed_us IS NULL",
    [STATEMENT_INSTANCE_BY_ID] =
	"SELECT " INSTANCE_COLUMNS " FROM instance WHERE id = ?1",
    /* What SQLite remembers of AUTOINCREMENT outlives the rows. */
    [STATEMENT_LAST_ID] =
	"SELECT max(ifnull((SELECT max(id) FROM instance), 0),"
	" ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'instance'),"
	" 0))",
    [STATEMENT_INSERT_INSTANCE] =
	"INSERT INTO instance (" INSTANCE_COLUMNS ") VALUES (?1, ?2, ?3, ?4,"
	" ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
	" ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31,"
	" ?32)",
    [STATEMENT_DESTROY_INSTANCE] =
	"UPDATE instance SET destroyed_us = ?2, destroyed_by = ?3,"
	" destroyed_label = ?4, destroyed_key = ?5, checksum = ?6"
	" WHERE id = ?1 AND destroyed_us IS NULL",
    [STATEMENT_ADVANCE_INSTANCE] =
	"UPDATE instance SET seq = ?3 WHERE id = ?1 AND seq = ?2",

    [STATEMENT_EACH_ROW] =
	"SELECT " ROW_COLUMNS " FROM operation"
	" WHERE instance = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
    [STATEMENT_EACH_ROW_BACK] =
	"SELECT " ROW_COLUMNS " FROM operation"
	" WHERE instance = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq DESC",
    [STATEMENT_ROW_HASH] =
	"SELECT hash FROM operation WHERE instance = ?1 AND seq = ?2",
    [STATEMENT_ROW_TIME] =
	"SELECT time_us FROM operation WHERE instance = ?1 AND seq = ?2",
    [STATEMENT_INSERT_ROW] =
	"INSERT INTO operation (" ROW_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5,"
	" ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
	" ?20, ?21, ?22, ?23, ?24, ?25)",

    [STATEMENT_FREE_KEY] =
	"DELETE FROM operation WHERE instance = ?1 AND request_key = ?2"
	" AND seq < " FIRST_SEQ,

    /* The numbers are those of enum journal_key_kind. */
    [STATEMENT_FIND_KEY] =
	"SELECT id, 0, 0 FROM instance WHERE name = ?1 AND created_key = ?2"
	" UNION ALL SELECT id, 1, 0 FROM instance"
	" WHERE name = ?1 AND destroyed_key = ?2"
	" UNION ALL SELECT id, 2, operation.seq FROM instance JOIN operation"
	" ON operation.instance = id AND request_key = ?2"
	" AND operation.seq >= first_seq WHERE name = ?1"
	" ORDER BY 1 DESC, 2 LIMIT 1",
    [STATEMENT_ROW_KEY] =
	"SELECT request_key FROM operation WHERE instance = ?1 AND seq = ?2",
    [STATEMENT_KEY_SEQ] = "SELECT seq FROM operation INDEXED BY operation_key"
			  " WHERE instance = ?1 AND request_key = ?2",
    [STATEMENT_NAME_ID] = "SELECT id FROM instance INDEXED BY instance_name"
			  " WHERE name = ?1 AND id = ?2",

    [STATEMENT_SNAPSHOTS] =
	"SELECT " SNAPSHOT_COLUMNS " FROM snapshot"
	" WHERE instance = ?1 AND seq BETWEEN max(?2, " FIRST_SEQ " - 1)"
	" AND ?3 ORDER BY seq",
    [STATEMENT_SNAPSHOTS_BACK] =
	"SELECT " SNAPSHOT_COLUMNS " FROM snapshot"
	" WHERE instance = ?1 AND seq BETWEEN " FIRST_SEQ " - 1 AND ?2"
	" ORDER BY seq DESC",
    [STATEMENT_SNAPSHOT_TIME] =
	"SELECT time_us FROM snapshot WHERE instance = ?1 AND seq = ?2",
    /* One that was damaged is made again at the same seq. */
    [STATEMENT_INSERT_SNAPSHOT] =
	"INSERT OR REPLACE INTO snapshot (instance, " SNAPSHOT_COLUMNS ")"
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [STATEMENT_INSERT_BLOB] =
	"INSERT INTO blob (sha256, content) VALUES (?1, ?2)"
	" ON CONFLICT (sha256) DO NOTHING",
    [STATEMENT_INSERT_GROUP] =
	"INSERT INTO operation_group (instance, seq, blob, options, unhashed)"
	" VALUES (?1, ?2, ?3, ?4, ?5)",
    [STATEMENT_GROUP_BLOB] = "SELECT blob, options, unhashed"
			     " FROM operation_group"
			     " WHERE instance = ?1 AND seq = ?2",
    [STATEMENT_GROUP_CONTENT] =
	"SELECT seq, blob, content, options"
	" FROM operation_group LEFT JOIN blob ON sha256 = blob"
	" WHERE instance = ?1 AND seq = ?2",

    [STATEMENT_PURGE_INSTANCE] =
	"DELETE FROM instance WHERE id = ?1 AND destroyed_us IS NOT NULL",
    [STATEMENT_PURGE_ROWS] = "DELETE FROM operation WHERE instance = ?1",
    [STATEMENT_PURGE_SNAPSHOTS] = "DELETE FROM snapshot WHERE instance = ?1",
    [STATEMENT_PURGE_GROUPS] =
	"DELETE FROM operation_group WHERE instance = ?1",
    [STATEMENT_PURGE_BLOBS] = "DELETE FROM blob WHERE sha256 NOT IN"
			      " (SELECT blob FROM operation_group)",
    [STATEMENT_EACH_GROUP] =
	"SELECT seq, blob, content, EXISTS (SELECT 1 FROM operation AS first"
	" WHERE first.instance = ?1 AND first.seq = operation_group.seq"
	" AND first.group_seq = first.seq)"
	" FROM operation_group LEFT JOIN blob ON sha256 = blob"
	" WHERE instance = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
    [STATEMENT_LAST_GROUP] =
	"SELECT seq, blob, content"
	" FROM operation_group LEFT JOIN blob ON sha256 = blob"
	" WHERE instance = ?1 AND seq BETWEEN " FIRST_SEQ " AND ?2"
	" ORDER BY seq DESC LIMIT 1",

    [STATEMENT_CUT_INSTANCE] =
	"UPDATE instance SET first_seq = ?2, first_before = ?3, checksum = ?4"
	" WHERE id = ?1 AND first_seq < ?2",
    [STATEMENT_CUT_ROWS] =
	"DELETE FROM operation WHERE instance = ?1 AND seq < ?2",
    [STATEMENT_CUT_SNAPSHOTS] =
	"DELETE FROM snapshot WHERE instance = ?1 AND seq < ?2 - 1",
    [STATEMENT_CUT_GROUPS] =
	"DELETE FROM operation_group WHERE instance = ?1 AND seq < ?2",

    /* Apart, so that each is found by the key alone. */
    [STATEMENT_ROW_BOUNDS] =
	"SELECT (SELECT min(seq) FROM operation WHERE instance = ?1),"
	" (SELECT max(seq) FROM operation WHERE instance = ?1)",
    [STATEMENT_NEXT_LEFTOVER] = "SELECT instance FROM leftover"
				" WHERE instance > ?1 ORDER BY instance"
				" LIMIT 1",
    [STATEMENT_INSERT_LEFTOVER] = "INSERT INTO leftover (instance) VALUES (?1)"
				  " ON CONFLICT (instance) DO NOTHING",
    [STATEMENT_DELETE_LEFTOVER] = "DELETE FROM leftover WHERE instance = ?1",
};

enum journal_status statement_failure(
    struct journal *journal, struct journal_error *ret_error)
{
	return failure_of_sqlite(journal->db, journal->path, ret_error);
}

enum journal_status statement_get(struct journal *journal, enum statement which,
    sqlite3_stmt **ret_statement, struct journal_error *ret_error)
{
	sqlite3_stmt **kept = &journal->statements[which];

	errno = 0;
	if (*kept == NULL &&
	    sqlite3_prepare_v3(journal->db, texts[which], -1,
		SQLITE_PREPARE_PERSISTENT, kept, NULL) != SQLITE_OK)
		return statement_failure(journal, ret_error);
	assert(!sqlite3_stmt_busy(*kept));
	*ret_statement = *kept;
	return JOURNAL_OK;
}

enum journal_status statement_find(struct journal *journal,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		return JOURNAL_OK;
	case SQLITE_DONE:
		return JOURNAL_NOT_FOUND;
	default:
		return statement_failure(journal, ret_error);
	}
}

enum journal_status statement_run(struct journal *journal,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;

	if (sqlite3_step(statement) != SQLITE_DONE)
		status = statement_failure(journal, ret_error);
	sqlite3_reset(statement);
	return status;
}

enum journal_status statement_do(struct journal *journal, enum statement which,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement = NULL;

	status = statement_get(journal, which, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	return statement_run(journal, statement, ret_error);
}

enum journal_status statement_exec(
    struct journal *journal, const char *sql, struct journal_error *ret_error)
{
	errno = 0;
	if (sqlite3_exec(journal->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return statement_failure(journal, ret_error);
	return JOURNAL_OK;
}

void statement_rollback(struct journal *journal)
{
	struct journal_error unused;

	/* SQLite rolls back by itself after some errors. */
	if (sqlite3_get_autocommit(journal->db))
		return;
	statement_do(journal, STATEMENT_ROLLBACK, &unused);
	assert(sqlite3_get_autocommit(journal->db));
}

void statement_finalize_all(struct journal *journal)
{
	size_t i;

	for (i = 0; i < STATEMENT_COUNT; i++) {
		sqlite3_finalize(journal->statements[i]);
		journal->statements[i] = NULL;
	}
}

bool statement_column_bytes(
    sqlite3_stmt *statement, int column, void *ret_bytes, size_t size)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	if (bytes == NULL ||
	    (size_t)sqlite3_column_bytes(statement, column) != size)
		return false;
	memcpy(ret_bytes, bytes, size);
	return true;
}

bool statement_column_text(
    sqlite3_stmt *statement, int column, char *ret_text, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	size_t length;

	if (text == NULL)
		return false;
	length = (size_t)sqlite3_column_bytes(statement, column);
	if (length >= size || strlen(text) != length)
		return false;
	memcpy(ret_text, text, length + 1);
	return true;
}
