/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/batch.h"

#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/in_place.h"
#include "storage/instance_record.h"
#include "storage/journal_advance.h"
#include "storage/journal_compact.h"
#include "storage/journal_sweep.h"
#include "storage/row.h"
#include "storage/statement.h"

#include <assert.h>

/* ---- one item ---- */

static bool bind_hash(sqlite3_stmt *statement, int parameter,
    const uint8_t hash[JOURNAL_HASH_SIZE])
{
	return sqlite3_bind_blob(statement, parameter, hash, JOURNAL_HASH_SIZE,
		   SQLITE_TRANSIENT) == SQLITE_OK;
}

static bool bind_cause(
    sqlite3_stmt *statement, int parameter, const struct journal_cause *cause)
{
	return sqlite3_bind_text(statement, parameter, cause->label, -1,
		   SQLITE_STATIC) == SQLITE_OK &&
	       sqlite3_bind_blob(statement, parameter + 1, cause->key,
		   (int)cause->key_size, SQLITE_STATIC) == SQLITE_OK;
}

static enum journal_status write_instance(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	struct instance_record record;
	struct journal_cause cause;

	batch_record_at(batch, item, &record);
	batch_cause_at(batch, item, &cause, NULL);
	if (!instance_record_bind(statement, &record, &cause))
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

static enum journal_status write_destruction(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	uint8_t checksum[JOURNAL_HASH_SIZE] = {0};
	struct journal_cause cause;
	enum journal_status status;
	const char *principal;

	batch_cause_at(batch, item, &cause, &principal);
	status = instance_record_end(journal, item->instance, item->time_us,
	    principal, &cause, checksum, ret_error);
	if (status == JOURNAL_FAILED || status == JOURNAL_DAMAGED)
		return status;
	sqlite3_bind_int64(statement, 1, item->instance);
	sqlite3_bind_int64(statement, 2, item->time_us);
	if (sqlite3_bind_text(statement, 3, principal, -1, SQLITE_STATIC) !=
		SQLITE_OK ||
	    !bind_cause(statement, 4, &cause) ||
	    !bind_hash(statement, 6, checksum))
		return statement_failure(journal, ret_error);
	status = statement_run(journal, statement, ret_error);
	if (status == JOURNAL_OK && sqlite3_changes(journal->db) != 1)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: instance %lld is to be destroyed, but not alive",
		    journal->path, (long long)item->instance);
	return status;
}

/* A row that is gone may still be there, and its key with it. */
static enum journal_status free_key(struct journal *journal,
    const struct journal_row *row, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	if (row->key == NULL || !journal->leftovers)
		return JOURNAL_OK;
	status =
	    statement_get(journal, STATEMENT_FREE_KEY, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, row->instance);
	if (sqlite3_bind_blob(statement, 2, row->key, (int)row->key_size,
		SQLITE_STATIC) != SQLITE_OK)
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

static enum journal_status write_row(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	struct journal_row row;
	enum journal_status status;

	batch_row_at(batch, item, &row);
	status = free_key(journal, &row, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (!row_bind(statement, &row))
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

static bool bind_content(sqlite3_stmt *statement, int parameter,
    const struct journal_batch *batch, const struct batch_item *item)
{
	/* A NULL pointer would be NULL, not an empty blob. */
	const void *content = item->content_size == 0
				  ? (const void *)""
				  : batch->bytes + item->content;

	return sqlite3_bind_blob64(statement, parameter, content,
		   item->content_size, SQLITE_STATIC) == SQLITE_OK;
}

static enum journal_status write_blob(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	uint8_t hash[JOURNAL_HASH_SIZE];

	digest_bytes(batch->bytes + item->content, item->content_size, hash);
	if (!bind_hash(statement, 1, hash) ||
	    !bind_content(statement, 2, batch, item))
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

static enum journal_status write_group(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	/* NULL: it has none. */
	const char *options = item->content_size == 0
				  ? NULL
				  : (const char *)batch->bytes + item->content;

	sqlite3_bind_int64(statement, 1, item->instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)item->seq);
	sqlite3_bind_null(statement, 5);
	if (item->unhashed)
		sqlite3_bind_int(statement, 5, 1);
	if (!bind_hash(statement, 3, item->hash) ||
	    sqlite3_bind_text(statement, 4, options, -1, SQLITE_STATIC) !=
		SQLITE_OK)
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

static enum journal_status write_snapshot(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	uint8_t checksum[JOURNAL_HASH_SIZE];

	digest_snapshot(item->seq, item->time_us, item->hash,
	    batch->bytes + item->content, item->content_size, checksum);
	sqlite3_bind_int64(statement, 1, item->instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)item->seq);
	sqlite3_bind_int64(statement, 3, item->time_us);
	if (!bind_hash(statement, 4, item->hash) ||
	    !bind_content(statement, 5, batch, item) ||
	    !bind_hash(statement, 6, checksum))
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

static enum journal_status write_purge(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	enum journal_status status;

	(void)batch;
	sqlite3_bind_int64(statement, 1, item->instance);
	status = statement_run(journal, statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (sqlite3_changes(journal->db) != 1)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: instance %lld is to be purged, but alive or gone",
		    journal->path, (long long)item->instance);
	return sweep_some(journal, item->instance, ret_error);
}

static enum journal_status write_all(struct journal *journal,
    const struct journal_batch *batch, struct journal_error *ret_error);

/* statement has no use here. */
static enum journal_status write_spool(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	(void)statement;
	return spool_write(batch_spool_at(batch, item), item->instance,
	    write_all, journal, ret_error);
}

/* One row for each kind: its statement, and who binds and runs it. */
static const struct {
	enum statement statement;
	enum journal_status (*write)(struct journal *journal,
	    const struct journal_batch *batch, const struct batch_item *item,
	    sqlite3_stmt *statement, struct journal_error *ret_error);
} writers[] = {
    [BATCH_CREATE] = {STATEMENT_INSERT_INSTANCE, write_instance},
    [BATCH_DESTROY] = {STATEMENT_DESTROY_INSTANCE, write_destruction},
    [BATCH_PURGE] = {STATEMENT_PURGE_INSTANCE, write_purge},
    [BATCH_COMPACT] = {STATEMENT_CUT_INSTANCE, compact_write},
    [BATCH_ROW] = {STATEMENT_INSERT_ROW, write_row},
    [BATCH_BLOB] = {STATEMENT_INSERT_BLOB, write_blob},
    [BATCH_GROUP] = {STATEMENT_INSERT_GROUP, write_group},
    [BATCH_SNAPSHOT] = {STATEMENT_INSERT_SNAPSHOT, write_snapshot},
    [BATCH_SPOOL] = {STATEMENT_INSERT_ROW, write_spool},
};

static enum journal_status write_item(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(
	    journal, writers[item->kind].statement, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	return writers[item->kind].write(
	    journal, batch, item, statement, ret_error);
}

/* ---- the transaction ---- */

/* Writes the items that purge, or those that do not. */
static enum journal_status write_items(struct journal *journal,
    const struct journal_batch *batch, bool purges,
    struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	size_t i;

	for (i = 0; i < batch->item_count && status == JOURNAL_OK; i++)
		if ((batch->items[i].kind == BATCH_PURGE) == purges)
			status = write_item(
			    journal, batch, &batch->items[i], ret_error);
	return status;
}

/* What is purged can have rows in this very batch: that comes last. */
static enum journal_status write_all(struct journal *journal,
    const struct journal_batch *batch, struct journal_error *ret_error)
{
	enum journal_status status;

	status = write_items(journal, batch, false, ret_error);
	if (status == JOURNAL_OK)
		status = advance_instances(journal, batch, ret_error);
	if (status == JOURNAL_OK)
		status = write_items(journal, batch, true, ret_error);
	return status;
}

enum journal_status journal_commit(struct journal *journal,
    const struct journal_batch *batch, struct journal_error *ret_error)
{
	enum journal_status status;

	assert(journal->lock_fd >= 0);
	status = statement_do(journal, STATEMENT_BEGIN_WRITE, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = write_all(journal, batch, ret_error);
	if (status == JOURNAL_OK)
		status = in_place_check(journal, ret_error);
	if (status == JOURNAL_OK)
		status = statement_do(journal, STATEMENT_COMMIT, ret_error);
	if (status != JOURNAL_OK)
		statement_rollback(journal);
	return status;
}

enum journal_status journal_probe(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;

	assert(journal->lock_fd >= 0);
	status = in_place_check(journal, ret_error);
	if (status != JOURNAL_OK)
		return status;
	return statement_do(journal, STATEMENT_PROBE, ret_error);
}
