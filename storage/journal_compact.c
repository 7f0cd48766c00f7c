/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_compact.h"

#include "storage/failure.h"
#include "storage/journal_sweep.h"
#include "storage/statement.h"

/* ---- where to cut ---- */

/*
 *   seq     ...  4 | 5  6  7 | 8  ...
 *   group          | 5  5  5 |           seq 4 can be cut at, 5 and 6 become 4
 */
static bool note_group(void *arg, const struct journal_row *row)
{
	uint64_t *group = arg;

	*group = row->group;
	return false;
}

enum journal_status journal_find_cut(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_state *ret_state,
    struct journal_error *ret_error)
{
	struct journal_state state;
	enum journal_status status;
	uint64_t group = 0;

	status = journal_load_at(journal, instance, seq, &state, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = journal_each_row(journal, instance, seq + 1, seq + 1, false,
	    note_group, &group, ret_error);
	if (status == JOURNAL_OK && (group == 0 || group > seq)) {
		*ret_state = state;
		return JOURNAL_OK;
	}
	memblock_destroy(state.mb);
	if (status != JOURNAL_OK)
		return status;
	return journal_load_at(
	    journal, instance, group - 1, ret_state, ret_error);
}

/* ---- cutting ---- */

static enum journal_status cut_instance(struct journal *journal,
    const struct batch_item *item, sqlite3_stmt *statement,
    struct journal_error *ret_error)
{
	uint8_t checksum[JOURNAL_HASH_SIZE];
	enum journal_status status;

	status = instance_record_cut(journal, item->instance, item->seq,
	    item->hash, checksum, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: instance %lld is to be compacted, but gone",
		    journal->path, (long long)item->instance);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, item->instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)item->seq);
	if (sqlite3_bind_blob(statement, 3, item->hash, JOURNAL_HASH_SIZE,
		SQLITE_TRANSIENT) != SQLITE_OK ||
	    sqlite3_bind_blob(statement, 4, checksum, JOURNAL_HASH_SIZE,
		SQLITE_TRANSIENT) != SQLITE_OK)
		return statement_failure(journal, ret_error);
	return statement_run(journal, statement, ret_error);
}

enum journal_status compact_write(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	enum journal_status status;

	(void)batch;
	status = cut_instance(journal, item, statement, ret_error);
	if (status != JOURNAL_OK || sqlite3_changes(journal->db) == 0)
		return status;
	return sweep_some(journal, item->instance, ret_error);
}
