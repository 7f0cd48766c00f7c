/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal.h"

#include "storage/failure.h"
#include "storage/instance_record.h"
#include "storage/statement.h"

#include <assert.h>
#include <string.h>

/* What STATEMENT_FIND_KEY says in numbers. */
static_assert(JOURNAL_KEY_CREATE == 0, "create");
static_assert(JOURNAL_KEY_DESTROY == 1, "destroy");
static_assert(JOURNAL_KEY_ROW == 2, "row");

/* Where a key was found. */
struct place {
	int64_t instance;
	int kind;
	uint64_t seq;
};

static enum journal_status find_place(struct journal *journal, const char *name,
    const void *key, size_t key_size, struct place *ret_place,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status =
	    statement_get(journal, STATEMENT_FIND_KEY, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (sqlite3_bind_text(statement, 1, name, -1, SQLITE_TRANSIENT) !=
		SQLITE_OK ||
	    sqlite3_bind_blob(statement, 2, key, (int)key_size,
		SQLITE_TRANSIENT) != SQLITE_OK)
		return statement_failure(journal, ret_error);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK) {
		ret_place->instance = sqlite3_column_int64(statement, 0);
		ret_place->kind = sqlite3_column_int(statement, 1);
		ret_place->seq = (uint64_t)sqlite3_column_int64(statement, 2);
	} else if (status == JOURNAL_NOT_FOUND) {
		failure(status, ret_error,
		    "%s: nothing was done under that key on %s", journal->path,
		    name);
	}
	sqlite3_reset(statement);
	return status;
}

/* An entry of the index that no row stands behind leads to what was done
 * under another key, or not at all. */
static enum journal_status check_place(struct journal *journal,
    const struct place *place, const void *key, size_t key_size,
    struct journal_error *ret_error)
{
	uint8_t stored[JOURNAL_KEY_MAX];
	enum journal_status status;
	sqlite3_stmt *statement;

	if (place->kind != JOURNAL_KEY_ROW)
		return JOURNAL_OK;
	status =
	    statement_get(journal, STATEMENT_ROW_KEY, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, place->instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)place->seq);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_NOT_FOUND ||
	    (status == JOURNAL_OK &&
		(!statement_column_bytes(statement, 0, stored, key_size) ||
		    memcmp(stored, key, key_size) != 0)))
		status = failure(JOURNAL_DAMAGED, ret_error,
		    "%s: the index of request keys leads to seq %llu of "
		    "instance %lld, which has another",
		    journal->path, (unsigned long long)place->seq,
		    (long long)place->instance);
	sqlite3_reset(statement);
	return status;
}

static enum journal_status find_key(struct journal *journal, const char *name,
    const void *key, size_t key_size, struct place *ret_place,
    struct instance_record *ret_record, struct journal_error *ret_error)
{
	enum journal_status status;

	status = find_place(journal, name, key, key_size, ret_place, ret_error);
	if (status == JOURNAL_OK)
		status =
		    check_place(journal, ret_place, key, key_size, ret_error);
	if (status == JOURNAL_OK)
		status = instance_record_find(
		    journal, ret_place->instance, ret_record, ret_error);
	return status;
}

enum journal_status journal_find_key(struct journal *journal, const char *name,
    const void *key, size_t key_size, struct journal_key_use *ret_use,
    struct journal_error *ret_error)
{
	struct instance_record record;
	enum journal_status status;
	struct place place = {0};

	assert(key_size > 0 && key_size <= JOURNAL_KEY_MAX);
	/* The index, the row and the instance of the same moment. */
	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status =
	    find_key(journal, name, key, key_size, &place, &record, ret_error);
	statement_rollback(journal);
	if (status != JOURNAL_OK)
		return status;
	ret_use->kind = (enum journal_key_kind)place.kind;
	ret_use->instance = record.instance;
	ret_use->seq = place.seq;
	return JOURNAL_OK;
}
