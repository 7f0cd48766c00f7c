/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_sweep.h"

#include "storage/failure.h"
#include "storage/in_place.h"
#include "storage/instance_record.h"
#include "storage/statement.h"

#include <assert.h>

/* The rows of an instance that are gone, and still in the file. */
struct leftover {
	int64_t instance;
	bool is_purged; /* all of them are gone */
	int64_t lowest; /* seq of the first; INT64_MAX: there is none */
	int64_t end;	/* gone are those below */
};

/* ---- what is left ---- */

/* The lowest seq of an instance's rows, and the highest. */
static enum journal_status find_bounds(struct journal *journal,
    int64_t instance, int64_t *ret_lowest, int64_t *ret_highest,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status =
	    statement_get(journal, STATEMENT_ROW_BOUNDS, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	if (sqlite3_step(statement) != SQLITE_ROW) {
		status = statement_failure(journal, ret_error);
	} else if (sqlite3_column_type(statement, 0) == SQLITE_NULL) {
		*ret_lowest = INT64_MAX;
		*ret_highest = 0;
	} else {
		*ret_lowest = sqlite3_column_int64(statement, 0);
		*ret_highest = sqlite3_column_int64(statement, 1);
	}
	sqlite3_reset(statement);
	return status;
}

static enum journal_status find_leftover(struct journal *journal,
    int64_t instance, struct leftover *ret_leftover,
    struct journal_error *ret_error)
{
	struct leftover leftover = {.instance = instance};
	struct instance_record record;
	struct journal_error error;
	enum journal_status status;
	int64_t highest = 0;

	status = instance_record_find(journal, instance, &record, &error);
	if (status != JOURNAL_OK && status != JOURNAL_NOT_FOUND) {
		*ret_error = error;
		return status;
	}
	leftover.is_purged = status == JOURNAL_NOT_FOUND;
	status = find_bounds(
	    journal, instance, &leftover.lowest, &highest, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (!leftover.is_purged)
		leftover.end = (int64_t)record.instance.first_seq;
	else
		leftover.end = highest == INT64_MAX ? highest : highest + 1;
	*ret_leftover = leftover;
	return JOURNAL_OK;
}

/* ---- deleting ---- */

static enum journal_status run_each(struct journal *journal,
    enum statement first, enum statement last, int64_t instance, int64_t seq,
    struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	enum statement which;
	sqlite3_stmt *statement;

	for (which = first; which <= last && status == JOURNAL_OK; which++) {
		status = statement_get(journal, which, &statement, ret_error);
		if (status != JOURNAL_OK)
			return status;
		sqlite3_bind_int64(statement, 1, instance);
		if (sqlite3_bind_parameter_count(statement) > 1)
			sqlite3_bind_int64(statement, 2, seq);
		status = statement_run(journal, statement, ret_error);
	}
	return status;
}

/* Below seq, and says that there is more. */
static enum journal_status delete_below(struct journal *journal,
    const struct leftover *leftover, int64_t seq,
    struct journal_error *ret_error)
{
	enum journal_status status;

	journal->leftovers = true;
	status = run_each(journal, STATEMENT_CUT_ROWS, STATEMENT_CUT_GROUPS,
	    leftover->instance, seq, ret_error);
	if (status == JOURNAL_OK)
		status = run_each(journal, STATEMENT_INSERT_LEFTOVER,
		    STATEMENT_INSERT_LEFTOVER, leftover->instance, 0,
		    ret_error);
	return status;
}

static enum journal_status delete_all(struct journal *journal,
    const struct leftover *leftover, struct journal_error *ret_error)
{
	enum journal_status status;

	if (leftover->is_purged)
		status = run_each(journal, STATEMENT_PURGE_ROWS,
		    STATEMENT_PURGE_GROUPS, leftover->instance, 0, ret_error);
	else
		status =
		    run_each(journal, STATEMENT_CUT_ROWS, STATEMENT_CUT_GROUPS,
			leftover->instance, leftover->end, ret_error);
	if (status == JOURNAL_OK)
		status = run_each(journal, STATEMENT_DELETE_LEFTOVER,
		    STATEMENT_DELETE_LEFTOVER, leftover->instance, 0,
		    ret_error);
	if (status == JOURNAL_OK)
		status =
		    statement_do(journal, STATEMENT_PURGE_BLOBS, ret_error);
	return status;
}

enum journal_status sweep_some(
    struct journal *journal, int64_t instance, struct journal_error *ret_error)
{
	struct leftover leftover;
	enum journal_status status;

	status = find_leftover(journal, instance, &leftover, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (leftover.lowest < leftover.end - journal->sweep_rows)
		return delete_below(journal, &leftover,
		    leftover.lowest + journal->sweep_rows, ret_error);
	return delete_all(journal, &leftover, ret_error);
}

/* ---- one after the other ---- */

/* The next instance above *instance that has some left. JOURNAL_NOT_FOUND:
 * there is none. */
static enum journal_status next_leftover(
    struct journal *journal, int64_t *instance, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(
	    journal, STATEMENT_NEXT_LEFTOVER, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, *instance);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK)
		*instance = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return status;
}

/* JOURNAL_NOT_FOUND: nothing is left. One that is damaged keeps its rows, and
 * the next one is looked for; _DAMAGED: there is no other. */
static enum journal_status sweep_next(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status, worst = JOURNAL_NOT_FOUND;
	struct journal_error error;
	int64_t instance = INT64_MIN;

	for (;;) {
		status = next_leftover(journal, &instance, ret_error);
		if (status != JOURNAL_OK)
			break;
		status = sweep_some(journal, instance, &error);
		if (status != JOURNAL_OK)
			*ret_error = error;
		if (status != JOURNAL_DAMAGED)
			return status;
		worst = status;
	}
	return status == JOURNAL_NOT_FOUND ? worst : status;
}

enum journal_status journal_sweep(
    struct journal *journal, bool *ret_more, struct journal_error *ret_error)
{
	enum journal_status status;

	assert(journal->lock_fd >= 0);
	if (!journal->leftovers) {
		*ret_more = false;
		return JOURNAL_OK;
	}
	status = statement_do(journal, STATEMENT_BEGIN_WRITE, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = sweep_next(journal, ret_error);
	if (status == JOURNAL_OK)
		status = in_place_check(journal, ret_error);
	if (status == JOURNAL_OK)
		status = statement_do(journal, STATEMENT_COMMIT, ret_error);
	if (status != JOURNAL_OK)
		statement_rollback(journal);
	if (status != JOURNAL_OK && status != JOURNAL_NOT_FOUND)
		return status;
	journal->leftovers = status == JOURNAL_OK;
	*ret_more = status == JOURNAL_OK;
	return JOURNAL_OK;
}
