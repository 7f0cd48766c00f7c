/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/verify_keys.h"

#include "storage/statement.h"

#include <inttypes.h>
#include <stdio.h>

/* What a statement of one row and one column answers; 0: it has no row. */
static enum journal_status look_up(struct replay *replay,
    sqlite3_stmt *statement, uint64_t *ret_found,
    struct journal_error *ret_error)
{
	enum journal_status status =
	    statement_find(replay->journal, statement, ret_error);

	if (status == JOURNAL_OK) {
		*ret_found = (uint64_t)sqlite3_column_int64(statement, 0);
	} else if (status == JOURNAL_NOT_FOUND) {
		*ret_found = 0;
		status = JOURNAL_OK;
	} else {
		status = replay_find_unreadable(replay, status, ret_error);
	}
	sqlite3_reset(statement);
	return status;
}

enum journal_status verify_name(
    struct replay *replay, struct journal_error *ret_error)
{
	const struct journal_instance *instance = &replay->record.instance;
	enum journal_status status;
	sqlite3_stmt *statement;
	uint64_t found = 0;

	status = statement_get(
	    replay->journal, STATEMENT_NAME_ID, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	if (sqlite3_bind_text(
		statement, 1, instance->name, -1, SQLITE_STATIC) != SQLITE_OK)
		return statement_failure(replay->journal, ret_error);
	sqlite3_bind_int64(statement, 2, instance->id);
	status = look_up(replay, statement, &found, ret_error);
	if (status != JOURNAL_OK || found != 0)
		return status;
	return replay_find(replay, JOURNAL_DAMAGED, replay->seq,
	    "an instance that the index of names has lost", "its name");
}

enum journal_status verify_key(struct replay *replay,
    const struct journal_row *row, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	char found_text[80];
	uint64_t found = 0;

	if (row->key == NULL)
		return JOURNAL_OK;
	status = statement_get(
	    replay->journal, STATEMENT_KEY_SEQ, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, row->instance);
	if (sqlite3_bind_blob(statement, 2, row->key, (int)row->key_size,
		SQLITE_STATIC) != SQLITE_OK)
		return statement_failure(replay->journal, ret_error);
	status = look_up(replay, statement, &found, ret_error);
	if (status != JOURNAL_OK || found == row->seq)
		return status;
	if (found == 0)
		snprintf(found_text, sizeof(found_text),
		    "a request key that its index has lost");
	else
		snprintf(found_text, sizeof(found_text),
		    "a request key that its index has at seq %" PRIu64, found);
	return replay_find(replay, JOURNAL_DAMAGED, row->seq, found_text,
	    "an operation that is found by its key");
}
