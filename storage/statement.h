/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection to the journal file, and the statements that it keeps
 * prepared. */
#ifndef STORAGE_STATEMENT_H
#define STORAGE_STATEMENT_H

#include "storage/journal.h"

#include <sqlite3.h>
#include <sys/types.h>

enum statement {
	STATEMENT_BEGIN_READ,
	STATEMENT_BEGIN_WRITE,
	STATEMENT_COMMIT,
	STATEMENT_ROLLBACK,
	STATEMENT_PROBE,

	STATEMENT_EACH_INSTANCE,
	STATEMENT_INSTANCE_BY_NAME,	   /* ?1 name */
	STATEMENT_INSTANCE_BY_NAME_SLOWLY, /* the same, without the index */
	STATEMENT_INSTANCE_BY_ID,	   /* ?1 id */
	STATEMENT_LAST_ID,
	STATEMENT_INSERT_INSTANCE,  /* its label and key behind the rest */
	STATEMENT_DESTROY_INSTANCE, /* ?1 id, ?2 when, ?3 who, ?4 label,
				       ?5 key */
	STATEMENT_ADVANCE_INSTANCE, /* ?1 id, ?2 from seq, ?3 to seq */

	STATEMENT_EACH_ROW,	 /* ?1 instance, ?2 from, ?3 to */
	STATEMENT_EACH_ROW_BACK, /* the same */
	STATEMENT_ROW_HASH,	 /* ?1 instance, ?2 seq */
	STATEMENT_ROW_TIME,	 /* the same */
	STATEMENT_INSERT_ROW,
	STATEMENT_FREE_KEY, /* ?1 instance, ?2 key: of a row that is gone */

	STATEMENT_FIND_KEY, /* ?1 name, ?2 key: id, enum journal_key_kind, seq;
			       the latest life first, and its creation */
	STATEMENT_ROW_KEY,  /* ?1 instance, ?2 seq */
	/* As the indices have it that STATEMENT_FIND_KEY goes by. */
	STATEMENT_KEY_SEQ, /* ?1 instance, ?2 key: seq */
	STATEMENT_NAME_ID, /* ?1 name, ?2 id: the same id */

	STATEMENT_SNAPSHOTS,	  /* ?1 instance, ?2 from, ?3 to seq */
	STATEMENT_SNAPSHOTS_BACK, /* ?1 instance, ?2 to seq; from the last */
	STATEMENT_SNAPSHOT_TIME,  /* ?1 instance, ?2 seq */
	STATEMENT_INSERT_SNAPSHOT,
	STATEMENT_INSERT_BLOB, /* ?1 hash, ?2 content */
	/* ?1 instance, ?2 seq, ?3 hash, ?4 options, ?5 unhashed */
	STATEMENT_INSERT_GROUP,
	STATEMENT_GROUP_BLOB,	 /* ?1 instance, ?2 seq: hash, options,
				    unhashed */
	STATEMENT_GROUP_CONTENT, /* the same: content */
	/* ?1 instance, ?2 seq at most: seq, hash, content */
	STATEMENT_LAST_GROUP,
	STATEMENT_EACH_GROUP,	  /* ?1 instance, ?2 from, ?3 to: the same, and
				     whether an operation begins it */
	STATEMENT_PURGE_INSTANCE, /* ?1 id, which is not alive */
	STATEMENT_PURGE_ROWS,	  /* ?1 instance, as the next */
	STATEMENT_PURGE_SNAPSHOTS,
	STATEMENT_PURGE_GROUPS,
	STATEMENT_PURGE_BLOBS, /* that no group was led to by */

	STATEMENT_CUT_INSTANCE,	 /* ?1 id, ?2 first seq, ?3 the hash before it,
				    ?4 checksum */
	STATEMENT_CUT_ROWS,	 /* ?1 instance, ?2 first seq; as the next */
	STATEMENT_CUT_SNAPSHOTS, /* all but the one before the first row */
	STATEMENT_CUT_GROUPS,

	STATEMENT_ROW_BOUNDS,	   /* ?1 instance: lowest seq, highest */
	STATEMENT_NEXT_LEFTOVER,   /* ?1 above which instance */
	STATEMENT_INSERT_LEFTOVER, /* ?1 instance */
	STATEMENT_DELETE_LEFTOVER, /* the same */
};
#define STATEMENT_COUNT (STATEMENT_DELETE_LEFTOVER + 1)

/* How long a shell that holds a lock is waited for. */
#define JOURNAL_BUSY_TIMEOUT_MS 1000

struct journal {
	sqlite3 *db;
	char *path;  /* as it was given */
	int lock_fd; /* -1: not a writer */
	/* Of a writer: which file its WAL is; see in_place.h. */
	dev_t wal_device;
	ino_t wal_inode;
	/* See wal.h: how many pages it has when readers are waited for, and how
	 * long. */
	int wal_wait_at, wal_patience_ms;
	bool leftovers;	    /* there may be some; see journal_sweep.h */
	int64_t sweep_rows; /* SWEEP_ROWS, but where a test has fewer */
	sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* The statement, ready to be bound and stepped; prepared when it is first
 * asked for. Whoever steps it resets it. JOURNAL_OK, or as
 * failure_of_sqlite(). */
enum journal_status statement_get(struct journal *journal, enum statement which,
    sqlite3_stmt **ret_statement, struct journal_error *ret_error);

/* Steps a statement to the row that it finds. JOURNAL_OK: it stands there;
 * _NOT_FOUND, which says nothing in *ret_error: there is none; or as
 * failure_of_sqlite(). The caller resets it. */
enum journal_status statement_find(struct journal *journal,
    sqlite3_stmt *statement, struct journal_error *ret_error);

/* Steps a statement that gives no rows to its end, and resets it. JOURNAL_OK,
 * or as failure_of_sqlite(). */
enum journal_status statement_run(struct journal *journal,
    sqlite3_stmt *statement, struct journal_error *ret_error);

/* statement_get() and statement_run() of one without parameters. */
enum journal_status statement_do(struct journal *journal, enum statement which,
    struct journal_error *ret_error);

/* Runs SQL that is not kept, and drops what it answers. JOURNAL_OK, or as
 * failure_of_sqlite(). */
enum journal_status statement_exec(
    struct journal *journal, const char *sql, struct journal_error *ret_error);

/* Ends a transaction that is to leave no trace. Whatever comes of it, no
 * transaction is open afterwards. */
void statement_rollback(struct journal *journal);

/* Frees every prepared statement. */
void statement_finalize_all(struct journal *journal);

/* The failure that the connection had last. */
enum journal_status statement_failure(
    struct journal *journal, struct journal_error *ret_error);

/* Reads a column that must be exactly size bytes. */
bool statement_column_bytes(
    sqlite3_stmt *statement, int column, void *ret_bytes, size_t size);

/* Reads a column that must be a text of at most size - 1 bytes, none of them
 * NUL. */
bool statement_column_text(
    sqlite3_stmt *statement, int column, char *ret_text, size_t size);

#endif
