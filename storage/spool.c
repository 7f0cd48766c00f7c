/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/spool.h"

#include "storage/batch.h"
#include "storage/failure.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* What its errors are about. */
#define PLACE "the temporary file of an import"

struct spool {
	sqlite3 *db;
	sqlite3_stmt *put, *put_key, *get;
	uint64_t count; /* of parts */
};

/* Nothing is ever read from it after a crash. The items of a part are bytes of
 * this program's memory. */
static const char tables[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "CREATE TABLE part (number INTEGER PRIMARY KEY, items BLOB NOT NULL,"
    " bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE key (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"
    "BEGIN";

static enum journal_status fail(
    struct spool *spool, struct journal_error *ret_error)
{
	const enum journal_status status =
	    failure_of_sqlite(spool->db, PLACE, ret_error);

	return status == JOURNAL_DAMAGED ? JOURNAL_FAILED : status;
}

static bool prepare(struct spool *spool, const char *sql, sqlite3_stmt **ret)
{
	return sqlite3_prepare_v2(spool->db, sql, -1, ret, NULL) == SQLITE_OK;
}

enum journal_status spool_open(
    struct spool **ret_spool, struct journal_error *ret_error)
{
	struct spool *spool = calloc(1, sizeof(*spool));
	enum journal_status status;

	if (spool == NULL)
		return failure_of_memory(PLACE, ret_error);
	errno = 0;
	/* A database without a name is a temporary one. */
	if (sqlite3_open("", &spool->db) == SQLITE_OK &&
	    sqlite3_exec(spool->db, tables, NULL, NULL, NULL) == SQLITE_OK &&
	    prepare(
		spool, "INSERT INTO part VALUES (?1, ?2, ?3)", &spool->put) &&
	    prepare(spool, "INSERT INTO key VALUES (?1)", &spool->put_key) &&
	    prepare(spool, "SELECT items, bytes FROM part WHERE number = ?1",
		&spool->get)) {
		*ret_spool = spool;
		return JOURNAL_OK;
	}
	status = fail(spool, ret_error);
	spool_close(spool);
	return status;
}

void spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	sqlite3_finalize(spool->put);
	sqlite3_finalize(spool->put_key);
	sqlite3_finalize(spool->get);
	sqlite3_close(spool->db);
	free(spool);
}

/* Steps a statement that gives no rows, and resets it; its code. */
static int run(sqlite3_stmt *statement)
{
	int code;

	errno = 0;
	sqlite3_step(statement);
	code = sqlite3_reset(statement) & 0xff;
	sqlite3_clear_bindings(statement);
	return code;
}

static enum journal_status put_keys(struct spool *spool,
    const struct journal_batch *batch, struct journal_error *ret_error)
{
	struct journal_row row;
	size_t i;
	int code;

	for (i = 0; i < batch->item_count; i++) {
		if (batch->items[i].kind != BATCH_ROW ||
		    batch->items[i].key_size == 0)
			continue;
		batch_row_at(batch, &batch->items[i], &row);
		sqlite3_bind_blob(spool->put_key, 1, row.key, (int)row.key_size,
		    SQLITE_STATIC);
		code = run(spool->put_key);
		if (code == SQLITE_CONSTRAINT)
			return failure(JOURNAL_DAMAGED, ret_error,
			    "seq %llu: its request key is another row's",
			    (unsigned long long)row.seq);
		if (code != SQLITE_OK)
			return fail(spool, ret_error);
	}
	return JOURNAL_OK;
}

enum journal_status spool_put(struct spool *spool, struct journal_batch *batch,
    struct journal_error *ret_error)
{
	enum journal_status status = put_keys(spool, batch, ret_error);

	if (status != JOURNAL_OK || journal_batch_empty(batch))
		return status;
	sqlite3_bind_int64(spool->put, 1, (sqlite3_int64)spool->count);
	sqlite3_bind_blob64(spool->put, 2, batch->items,
	    batch->item_count * sizeof(*batch->items), SQLITE_STATIC);
	sqlite3_bind_blob64(spool->put, 3,
	    batch->bytes_used == 0 ? (const void *)"" : batch->bytes,
	    batch->bytes_used, SQLITE_STATIC);
	if (run(spool->put) != SQLITE_OK)
		return fail(spool, ret_error);
	spool->count++;
	journal_batch_rewind(batch, 0);
	return JOURNAL_OK;
}

/* A copy of a column, at an address that any item can have. */
static void *copy_column(sqlite3_stmt *statement, int column, size_t *ret_size)
{
	const void *bytes = sqlite3_column_blob(statement, column);
	const size_t size = (size_t)sqlite3_column_bytes(statement, column);
	void *copy = malloc(size + 1);

	if (copy != NULL && size > 0)
		memcpy(copy, bytes, size);
	*ret_size = size;
	return copy;
}

/* The batch that the statement stands on. NULL: no memory. */
static struct journal_batch *read_batch(sqlite3_stmt *statement)
{
	struct journal_batch *batch = journal_batch_new();
	size_t size;

	if (batch == NULL)
		return NULL;
	batch->items = copy_column(statement, 0, &size);
	batch->item_count = batch->items_max = size / sizeof(*batch->items);
	batch->bytes = copy_column(statement, 1, &size);
	batch->bytes_used = batch->bytes_max = size;
	if (batch->items != NULL && batch->bytes != NULL)
		return batch;
	batch->item_count = 0;
	journal_batch_free(batch);
	return NULL;
}

enum journal_status spool_get(struct spool *spool, uint64_t number,
    struct journal_batch **ret_batch, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	struct journal_batch *batch;

	if (number >= spool->count)
		return failure(JOURNAL_NOT_FOUND, ret_error, "%s ends", PLACE);
	errno = 0;
	sqlite3_bind_int64(spool->get, 1, (sqlite3_int64)number);
	if (sqlite3_step(spool->get) != SQLITE_ROW) {
		status = fail(spool, ret_error);
	} else {
		batch = read_batch(spool->get);
		if (batch == NULL)
			status = failure_of_memory(PLACE, ret_error);
		else
			*ret_batch = batch;
	}
	sqlite3_reset(spool->get);
	return status;
}

enum journal_status spool_write(struct spool *spool, int64_t instance,
    enum journal_status (*write)(struct journal *journal,
	const struct journal_batch *batch, struct journal_error *ret_error),
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;
	struct journal_batch *part;
	uint64_t number = 0;
	size_t i;

	do {
		status = spool_get(spool, number++, &part, ret_error);
		if (status != JOURNAL_OK)
			break;
		for (i = 0; i < part->item_count; i++)
			part->items[i].instance = instance;
		status = write(journal, part, ret_error);
		journal_batch_free(part);
	} while (status == JOURNAL_OK);
	return status == JOURNAL_NOT_FOUND ? JOURNAL_OK : status;
}
