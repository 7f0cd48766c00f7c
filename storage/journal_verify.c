/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_verify.h"

#include "storage/failure.h"
#include "storage/group.h"
#include "storage/replay.h"
#include "storage/statement.h"
#include "storage/verify_keys.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* So many bytes of device trees are read in one step, and one tree more. */
#define STEP_TREE_BYTES ((size_t)16 << 20)

struct journal_verification {
	struct replay replay; /* its journal is that of a step */
	int64_t instance;
	uint64_t seq;
	const struct memblock *live;
	uint64_t snapshots_from; /* the first seq whose snapshot is still to be
				    compared */
	uint64_t trees_from;	 /* the same of device trees */
	bool rows_done;		 /* and snapshots; what is left is the trees */
	bool done;
	struct journal_verdict verdict;
};

static enum journal_status find(
    struct replay *replay, const char *journal_side, const char *replay_side)
{
	return replay_find(
	    replay, JOURNAL_DAMAGED, replay->seq, journal_side, replay_side);
}

/* ---- rows and snapshots ---- */

/* Compares the snapshot that the statement stands on with the model, which the
 * rows bring to the same seq first. */
static enum journal_status compare_snapshot(struct replay *replay,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	const uint64_t seq = (uint64_t)sqlite3_column_int64(statement, 0);
	struct replay_snapshot snapshot;
	enum journal_status status = JOURNAL_OK;

	if (seq > replay->seq)
		status = replay_rows(replay, seq, ret_error);
	if (status == JOURNAL_OK)
		status = replay_expect_seq(replay, seq);
	if (status != JOURNAL_OK)
		return status;
	status = replay_read_snapshot(replay, statement, &snapshot, ret_error);
	if (status == JOURNAL_DAMAGED)
		return find(replay, "a snapshot that is damaged", "a layout");
	if (status != JOURNAL_OK)
		return status;
	if (!memblock_equal(snapshot.mb, replay->mb))
		status = find(replay, "a snapshot of another layout",
		    "the layout of its operations");
	memblock_destroy(snapshot.mb);
	return status;
}

/* Loading looks for the last snapshot from above, and what an index has of
 * others can lead it astray: it must meet that of last, or with NONE one before
 * from. */
#define NONE UINT64_MAX
static enum journal_status look_up_snapshot(struct replay *replay,
    uint64_t from, uint64_t to, uint64_t last, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	uint64_t found = NONE;

	status = statement_get(
	    replay->journal, STATEMENT_SNAPSHOTS_BACK, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, replay->record.instance.id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)to);
	status = statement_find(replay->journal, statement, ret_error);
	if (status == JOURNAL_OK)
		found = (uint64_t)sqlite3_column_int64(statement, 0);
	else if (status == JOURNAL_NOT_FOUND)
		status = JOURNAL_OK;
	if (status != JOURNAL_OK)
		status = replay_find_unreadable(replay, status, ret_error);
	else if (last != NONE && found != last)
		status = replay_find(replay, JOURNAL_DAMAGED, last,
		    "a snapshot that its index does not find", "a snapshot");
	else if (last == NONE && found != NONE && found >= from)
		status = replay_find(replay, JOURNAL_DAMAGED, found,
		    "a snapshot that only its index has", "no snapshot");
	sqlite3_reset(statement);
	return status;
}

static enum journal_status compare_snapshots(struct replay *replay,
    uint64_t from, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	int step = SQLITE_ROW;
	uint64_t last = NONE;

	status = statement_get(
	    replay->journal, STATEMENT_SNAPSHOTS, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, replay->record.instance.id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)from);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)to);
	while (status == JOURNAL_OK &&
	       (step = sqlite3_step(statement)) == SQLITE_ROW) {
		last = (uint64_t)sqlite3_column_int64(statement, 0);
		status = compare_snapshot(replay, statement, ret_error);
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		status = replay_find_unreadable(replay,
		    statement_failure(replay->journal, ret_error), ret_error);
	sqlite3_reset(statement);
	if (status == JOURNAL_OK)
		status = look_up_snapshot(replay, from, to, last, ret_error);
	return status;
}

/* Whether there is nothing behind the last row. */
static enum journal_status expect_end(
    struct replay *replay, uint64_t seq, struct journal_error *ret_error)
{
	enum journal_status status;

	if (seq != replay->record.instance.seq)
		return JOURNAL_OK;
	status = replay_rows(replay, seq + 1, ret_error);
	if (status == JOURNAL_OK)
		status = replay_expect_seq(replay, seq);
	return status;
}

static enum journal_status do_rows(struct journal_verification *verification,
    uint64_t operations, struct journal_error *ret_error)
{
	struct replay *replay = &verification->replay;
	const uint64_t left = verification->seq - replay->seq;
	const uint64_t to =
	    replay->seq + (left < operations ? left : operations);
	enum journal_status status;

	status = compare_snapshots(
	    replay, verification->snapshots_from, to, ret_error);
	if (status == JOURNAL_OK)
		status = replay_rows(replay, to, ret_error);
	if (status == JOURNAL_OK)
		status = replay_expect_seq(replay, to);
	if (status != JOURNAL_OK || to < verification->seq) {
		verification->snapshots_from = to + 1;
		return status;
	}
	verification->rows_done = true;
	return expect_end(replay, to, ret_error);
}

/* ---- device trees ---- */

/* Checks the tree of the group that the statement stands on. */
static enum journal_status check_tree(
    struct replay *replay, sqlite3_stmt *statement)
{
	const uint64_t seq = (uint64_t)sqlite3_column_int64(statement, 0);

	if (!sqlite3_column_int(statement, 3))
		return replay_find(replay, JOURNAL_DAMAGED, seq,
		    "a device tree", "no group that begins there");
	if (!group_is_whole(statement))
		return replay_find(replay, JOURNAL_DAMAGED, seq,
		    "a device tree that is damaged",
		    "a device tree of that hash");
	return JOURNAL_OK;
}

/* Checks those that led to rows that are kept. */
static enum journal_status check_trees(struct replay *replay, uint64_t from,
    uint64_t to, uint64_t *ret_next, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	size_t bytes = 0;
	int step = SQLITE_ROW;

	status = statement_get(
	    replay->journal, STATEMENT_EACH_GROUP, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, replay->record.instance.id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)from);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)to);
	while (status == JOURNAL_OK && bytes < STEP_TREE_BYTES &&
	       (step = sqlite3_step(statement)) == SQLITE_ROW) {
		status = check_tree(replay, statement);
		bytes += (size_t)sqlite3_column_bytes(statement, 2);
		from = (uint64_t)sqlite3_column_int64(statement, 0) + 1;
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		status = replay_find_unreadable(replay,
		    statement_failure(replay->journal, ret_error), ret_error);
	sqlite3_reset(statement);
	if (status == JOURNAL_OK)
		*ret_next = step == SQLITE_DONE ? to + 1 : from;
	return status;
}

static enum journal_status do_trees(
    struct journal_verification *verification, struct journal_error *ret_error)
{
	struct replay *replay = &verification->replay;
	const uint64_t first = replay->record.instance.first_seq;
	const uint64_t from =
	    verification->trees_from < first ? first : verification->trees_from;
	/* What stands behind the last row is found as well. */
	const uint64_t to = verification->seq == replay->record.instance.seq
				? INT64_MAX
				: verification->seq;
	enum journal_status status;

	status =
	    check_trees(replay, from, to, &verification->trees_from, ret_error);
	if (status != JOURNAL_OK ||
	    verification->trees_from <= verification->seq)
		return status;
	verification->done = true;
	if (verification->live != NULL &&
	    !memblock_equal(verification->live, replay->mb))
		status = find(replay, "operations that lead to another layout",
		    "the layout in service");
	return status;
}

/* ---- step by step ---- */

/* Makes it stand at the row before the next that there is. */
static enum journal_status begin_or_go_on(
    struct journal_verification *verification, struct journal_error *ret_error)
{
	struct replay *replay = &verification->replay;
	const struct journal_instance *instance = &replay->record.instance;
	enum journal_status status;

	status = instance_record_find(replay->journal, verification->instance,
	    &replay->record, ret_error);
	if (status == JOURNAL_DAMAGED)
		return find(replay, ret_error->text, "an instance");
	if (status != JOURNAL_OK)
		return status;
	if (verification->seq + 1 < instance->first_seq)
		return failure(JOURNAL_NOT_FOUND, ret_error,
		    "seq %" PRIu64 " is not kept any more: the first that is "
		    "kept is %" PRIu64,
		    verification->seq, instance->first_seq - 1);
	if (replay->mb != NULL && replay->seq + 1 >= instance->first_seq)
		return JOURNAL_OK;
	memblock_destroy(replay->mb);
	replay->mb = NULL;
	status = replay_begin_at_first(replay, ret_error);
	if (status == JOURNAL_OK)
		status = verify_name(replay, ret_error);
	return status;
}

static enum journal_status do_step(struct journal_verification *verification,
    uint64_t operations, struct journal_error *ret_error)
{
	enum journal_status status;

	status = begin_or_go_on(verification, ret_error);
	if (status == JOURNAL_OK && !verification->rows_done)
		status = do_rows(verification, operations, ret_error);
	if (status == JOURNAL_OK && verification->rows_done)
		status = do_trees(verification, ret_error);
	return status;
}

static void conclude(
    struct journal_verification *verification, bool is_identical)
{
	const struct replay *replay = &verification->replay;
	struct journal_verdict *verdict = &verification->verdict;

	verification->done = true;
	verdict->operations = replay->operations;
	verdict->identical = is_identical;
	verdict->difference_seq = replay->finding.seq;
	strcpy(verdict->journal, replay->finding.journal);
	strcpy(verdict->replay, replay->finding.replay);
}

struct journal_verification *journal_verify_begin(
    int64_t instance, uint64_t seq, const struct memblock *live)
{
	struct journal_verification *verification =
	    calloc(1, sizeof(*verification));

	if (verification == NULL)
		return NULL;
	verification->instance = instance;
	verification->seq = seq;
	verification->live = live;
	verification->replay.check = verify_key;
	return verification;
}

enum journal_status journal_verify_step(
    struct journal_verification *verification, struct journal *journal,
    uint64_t operations, struct journal_error *ret_error)
{
	enum journal_status status;

	assert(operations > 0);
	assert(!verification->done);
	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	verification->replay.journal = journal;
	status = do_step(verification, operations, ret_error);
	statement_rollback(journal);
	if (status == JOURNAL_FAILED || status == JOURNAL_NOT_FOUND)
		return status;
	if (status != JOURNAL_OK || verification->done)
		conclude(verification, status == JOURNAL_OK);
	return JOURNAL_OK;
}

void journal_verify_progress(const struct journal_verification *verification,
    uint64_t *ret_operations, uint64_t *ret_to_replay)
{
	const struct replay *replay = &verification->replay;

	*ret_operations = replay->operations;
	*ret_to_replay = replay->operations;
	if (replay->mb != NULL && verification->seq > replay->seq)
		*ret_to_replay += verification->seq - replay->seq;
}

const struct journal_verdict *journal_verify_verdict(
    const struct journal_verification *verification)
{
	return verification->done ? &verification->verdict : NULL;
}

void journal_verify_end(struct journal_verification *verification)
{
	if (verification == NULL)
		return;
	memblock_destroy(verification->replay.mb);
	free(verification);
}

enum journal_status journal_verify(struct journal *journal, int64_t instance,
    uint64_t seq, const struct memblock *live,
    struct journal_verdict *ret_verdict, struct journal_error *ret_error)
{
	struct journal_verification *verification =
	    journal_verify_begin(instance, seq, live);
	enum journal_status status = JOURNAL_OK;

	if (verification == NULL)
		return failure_of_memory("verify", ret_error);
	while (status == JOURNAL_OK && !verification->done)
		status = journal_verify_step(
		    verification, journal, UINT64_MAX, ret_error);
	if (status == JOURNAL_OK)
		*ret_verdict = verification->verdict;
	journal_verify_end(verification);
	return status;
}
