/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/schema.h"

#include "storage/failure.h"
#include "storage/schema_view.h"
#include "storage/statement.h"

#include <string.h>

/* migrations[v] brings a journal of version v to v + 1. One that was ever
 * released is never changed. */
static const char *const migrations[SCHEMA_VERSION] = {
    "CREATE TABLE instance (\n"
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, -- one life of a name\n"
    "  name TEXT NOT NULL,\n"
    "  created_us INTEGER NOT NULL, -- microseconds since 1970, UTC\n"
    "  created_by TEXT NOT NULL,\n"
    "  created_label TEXT,\n"
    "  created_key BLOB,\n"
    "  destroyed_us INTEGER, -- NULL: alive\n"
    "  destroyed_by TEXT,\n"
    "  destroyed_label TEXT,\n"
    "  destroyed_key BLOB,\n"
    "  kernel TEXT NOT NULL,\n"
    "  page_size INTEGER NOT NULL,\n"
    "  cache_line INTEGER NOT NULL,\n"
    "  phys_bits INTEGER NOT NULL,\n"
    "  nodes INTEGER NOT NULL,\n"
    "  arrays TEXT NOT NULL CHECK (arrays IN ('host', 'kernel')),\n"
    "  memory_regions INTEGER NOT NULL,\n"
    "  reserved_regions INTEGER NOT NULL,\n"
    "  physmem INTEGER NOT NULL,\n"
    "  movable_node INTEGER NOT NULL,\n"
    "  mirrored_kernelcore INTEGER NOT NULL,\n"
    "  kernel_end INTEGER NOT NULL, -- 0: not given\n"
    "  bottom_up INTEGER NOT NULL,\n"
    "  current_limit INTEGER NOT NULL,\n"
    "  origin_name TEXT, -- NULL: it began empty\n"
    "  origin_instance INTEGER, -- NULL: not one of this journal\n"
    "  origin_seq INTEGER,\n"
    "  origin_hash BLOB,\n"
    "  first_seq INTEGER NOT NULL, -- the lowest that is kept\n"
    "  first_before BLOB NOT NULL, -- the hash before it\n"
    "  checksum BLOB NOT NULL,\n"
    "  seq INTEGER NOT NULL -- of the last operation; 0: none\n"
    ") STRICT;\n"
    "CREATE UNIQUE INDEX instance_alive ON instance (name)\n"
    "  WHERE destroyed_us IS NULL;\n"

    "CREATE TABLE operation (\n"
    "  instance INTEGER NOT NULL, -- id\n"
    "  seq INTEGER NOT NULL, -- from 1 up\n"
    "  time_us INTEGER NOT NULL,\n"
    "  principal TEXT NOT NULL,\n"
    "  label TEXT,\n"
    "  request_key BLOB,\n"
    "  group_seq INTEGER, -- seq of the group's first; NULL: in none\n"
    "  kind INTEGER NOT NULL,\n"
    "  base INTEGER, -- from here to value: NULL where kind has none\n"
    "  size INTEGER,\n"
    "  align INTEGER,\n"
    "  from_addr INTEGER,\n"
    "  to_addr INTEGER,\n"
    "  nid INTEGER, -- -1: no node\n"
    "  flags INTEGER,\n"
    "  list INTEGER,\n"
    "  exact_nid INTEGER,\n"
    "  min_fallback INTEGER,\n"
    "  keep_nomap INTEGER,\n"
    "  value INTEGER,\n"
    "  status INTEGER NOT NULL,\n"
    "  result INTEGER, -- the address that was found\n"
    "  warnings INTEGER NOT NULL,\n"
    "  message TEXT,\n"
    "  hash BLOB NOT NULL,\n"
    "  PRIMARY KEY (instance, seq)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE UNIQUE INDEX operation_key ON operation (instance, request_key)\n"
    "  WHERE request_key IS NOT NULL;\n"

    "CREATE TABLE blob (\n"
    "  sha256 BLOB NOT NULL PRIMARY KEY,\n"
    "  content BLOB NOT NULL\n"
    ") STRICT;\n"

    "CREATE TABLE operation_group (\n"
    "  instance INTEGER NOT NULL,\n"
    "  seq INTEGER NOT NULL, -- of the group's first operation\n"
    "  blob BLOB NOT NULL, -- sha256 of what led to it\n"
    "  PRIMARY KEY (instance, seq)\n"
    ") STRICT, WITHOUT ROWID;\n"

    "CREATE TABLE snapshot (\n"
    "  instance INTEGER NOT NULL,\n"
    "  seq INTEGER NOT NULL, -- the model as it stood after this\n"
    "  time_us INTEGER NOT NULL, -- of the operation at seq\n"
    "  hash BLOB NOT NULL, -- of the operation at seq\n"
    "  content BLOB NOT NULL,\n"
    "  checksum BLOB NOT NULL,\n"
    "  PRIMARY KEY (instance, seq)\n"
    ") STRICT;\n",

    /* 2: all lives of a name are found at once: a request key is looked for
     * in each. */
    "CREATE INDEX instance_name ON instance (name);\n",

    /* 3: what besides its tree a boot was told, so that one that comes again
     * under its request key can be compared. */
    "ALTER TABLE operation_group ADD COLUMN options TEXT;\n",

    /* 4: rows that were dropped are deleted bit by bit, across restarts. */
    "CREATE TABLE leftover (\n"
    "  instance INTEGER PRIMARY KEY -- has rows that are gone\n"
    ") STRICT;\n",

    /* 5: the hash of a group's first operation covers what led to it, but not
     * of those that are there already. */
    ("ALTER TABLE operation_group ADD COLUMN unhashed INTEGER;\n"
     "UPDATE operation_group SET unhashed = 1;\n"),
};

/* The first column of the first row. */
static enum journal_status read_number(struct journal *journal, const char *sql,
    int64_t *ret_number, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	sqlite3_stmt *statement;

	if (sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL) !=
	    SQLITE_OK)
		return statement_failure(journal, ret_error);
	if (sqlite3_step(statement) == SQLITE_ROW)
		*ret_number = sqlite3_column_int64(statement, 0);
	else
		status = statement_failure(journal, ret_error);
	sqlite3_finalize(statement);
	return status;
}

/* What tells a journal from any other database. */
struct marks {
	int64_t application_id;
	int64_t version;
	int64_t objects;
};

static enum journal_status read_marks(struct journal *journal,
    struct marks *ret_marks, struct journal_error *ret_error)
{
	enum journal_status status;

	status = read_number(journal, "PRAGMA application_id",
	    &ret_marks->application_id, ret_error);
	if (status == JOURNAL_OK)
		status = read_number(journal, "PRAGMA user_version",
		    &ret_marks->version, ret_error);
	if (status == JOURNAL_OK)
		status =
		    read_number(journal, "SELECT count(*) FROM sqlite_schema",
			&ret_marks->objects, ret_error);
	return status;
}

static enum journal_status judge(struct journal *journal,
    const struct marks *marks, enum schema_state *ret_state,
    struct journal_error *ret_error)
{
	const char *path = journal->path;

	if (marks->application_id == 0 && marks->version == 0 &&
	    marks->objects == 0) {
		*ret_state = SCHEMA_EMPTY;
		return JOURNAL_OK;
	}
	if (marks->application_id != SCHEMA_APPLICATION_ID)
		return failure(JOURNAL_FOREIGN, ret_error,
		    "%s: a database, but not a journal of memblockd's", path);
	if (marks->version > SCHEMA_VERSION)
		return failure(JOURNAL_NEWER, ret_error,
		    "%s: written by a later version of memblockd (journal "
		    "version %lld, known up to " SCHEMA_VERSION_TEXT ")",
		    path, (long long)marks->version);
	if (marks->version < 1)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: a journal of version %lld, which never was", path,
		    (long long)marks->version);
	*ret_state =
	    marks->version < SCHEMA_VERSION ? SCHEMA_OLDER : SCHEMA_CURRENT;
	return JOURNAL_OK;
}

enum journal_status schema_check(struct journal *journal,
    enum schema_state *ret_state, struct journal_error *ret_error)
{
	enum journal_status status;
	struct marks marks = {0};

	status = read_marks(journal, &marks, ret_error);
	if (status == JOURNAL_OK)
		return judge(journal, &marks, ret_state, ret_error);
	/* What SQLite cannot read at all was never ours. */
	if ((sqlite3_errcode(journal->db) & 0xff) == SQLITE_NOTADB)
		return JOURNAL_FOREIGN;
	return status;
}

static enum journal_status set_marks(
    struct journal *journal, struct journal_error *ret_error)
{
	char sql[96];

	sqlite3_snprintf(sizeof(sql), sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    SCHEMA_APPLICATION_ID, SCHEMA_VERSION);
	return statement_exec(journal, sql, ret_error);
}

static enum journal_status migrate(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;
	int64_t version = 0;

	status =
	    read_number(journal, "PRAGMA user_version", &version, ret_error);
	if (status != JOURNAL_OK || version >= SCHEMA_VERSION)
		return status;
	for (; version < SCHEMA_VERSION && status == JOURNAL_OK; version++)
		status =
		    statement_exec(journal, migrations[version], ret_error);
	if (status == JOURNAL_OK)
		status = set_marks(journal, ret_error);
	return status;
}

/* SQLite keeps the words of the statement that made the view. */
static enum journal_status view_is_current(struct journal *journal,
    const char *view, int64_t *ret_current, struct journal_error *ret_error)
{
	char *sql = sqlite3_mprintf(
	    "SELECT count(*) FROM sqlite_schema"
	    " WHERE type = 'view' AND name = 'journal' AND sql = %Q",
	    view);
	enum journal_status status;

	if (sql == NULL)
		return failure_of_memory(journal->path, ret_error);
	status = read_number(journal, sql, ret_current, ret_error);
	sqlite3_free(sql);
	return status;
}

static enum journal_status refresh_view(
    struct journal *journal, struct journal_error *ret_error)
{
	char *view = schema_view_sql();
	enum journal_status status;
	int64_t current = 0;

	if (view == NULL)
		return failure_of_memory(journal->path, ret_error);
	status = view_is_current(journal, view, &current, ret_error);
	if (status == JOURNAL_OK && !current) {
		status = statement_exec(
		    journal, "DROP VIEW IF EXISTS journal", ret_error);
		if (status == JOURNAL_OK)
			status = statement_exec(journal, view, ret_error);
	}
	sqlite3_free(view);
	return status;
}

/* The statement that was prepared for this was for the schema before, and may
 * want memory that there is not. Then the transaction ends when the connection
 * is closed, which is all that one without its tables is good for. */
static void give_up(struct journal *journal)
{
	struct journal_error unused;

	statement_exec(journal, "ROLLBACK", &unused);
}

enum journal_status schema_upgrade(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;

	status = statement_do(journal, STATEMENT_BEGIN_WRITE, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = migrate(journal, ret_error);
	if (status == JOURNAL_OK)
		status = refresh_view(journal, ret_error);
	if (status == JOURNAL_OK)
		status = statement_do(journal, STATEMENT_COMMIT, ret_error);
	if (status != JOURNAL_OK)
		give_up(journal);
	return status;
}
