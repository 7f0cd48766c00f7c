/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal.h"

#include "storage/failure.h"
#include "storage/instance_record.h"
#include "storage/statement.h"

#include <assert.h>

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
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		ret_place->instance = sqlite3_column_int64(statement, 0);
		ret_place->kind = sqlite3_column_int(statement, 1);
		ret_place->seq = (uint64_t)sqlite3_column_int64(statement, 2);
		break;
	case SQLITE_DONE:
		status = failure(JOURNAL_NOT_FOUND, ret_error,
		    "%s: nothing was done under that key on %s", journal->path,
		    name);
		break;
	default:
		status = statement_failure(journal, ret_error);
	}
	sqlite3_reset(statement);
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
	status = find_place(journal, name, key, key_size, &place, ret_error);
	if (status == JOURNAL_OK)
		status = instance_record_find(
		    journal, place.instance, &record, ret_error);
	if (status != JOURNAL_OK)
		return status;
	ret_use->kind = (enum journal_key_kind)place.kind;
	ret_use->instance = record.instance;
	ret_use->seq = place.seq;
	return JOURNAL_OK;
}
