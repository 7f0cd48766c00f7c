/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/replay.h"

#include "storage/group.h"
#include "storage/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum journal_status find(
    struct replay *replay, const char *journal_side, const char *replay_side)
{
	return replay_find(
	    replay, JOURNAL_DAMAGED, replay->seq, journal_side, replay_side);
}

/* Compares the snapshot that the statement stands on with the model, which the
 * rows bring to the same seq first. */
static enum journal_status compare_snapshot(struct replay *replay,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	const uint64_t seq = (uint64_t)sqlite3_column_int64(statement, 0);
	struct replay_snapshot snapshot;
	enum journal_status status = JOURNAL_OK;

	if (seq < replay->seq) /* of rows that are not kept */
		return JOURNAL_OK;
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

static enum journal_status compare_snapshots(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	int step = SQLITE_ROW;

	status = statement_get(
	    replay->journal, STATEMENT_SNAPSHOTS, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, replay->record.instance.id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)to);
	while (status == JOURNAL_OK &&
	       (step = sqlite3_step(statement)) == SQLITE_ROW)
		status = compare_snapshot(replay, statement, ret_error);
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		status = replay_find_unreadable(replay,
		    statement_failure(replay->journal, ret_error), ret_error);
	sqlite3_reset(statement);
	return status;
}

/* Checks the device trees that led to the rows that are kept. */
static enum journal_status check_trees(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;
	int step = SQLITE_ROW;

	status = statement_get(
	    replay->journal, STATEMENT_EACH_GROUP, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, replay->record.instance.id);
	sqlite3_bind_int64(
	    statement, 2, (sqlite3_int64)replay->record.instance.first_seq);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)to);
	while (status == JOURNAL_OK &&
	       (step = sqlite3_step(statement)) == SQLITE_ROW)
		if (!group_is_whole(statement))
			status = replay_find(replay, JOURNAL_DAMAGED,
			    (uint64_t)sqlite3_column_int64(statement, 0),
			    "a device tree that is damaged",
			    "a device tree of that hash");
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		status = replay_find_unreadable(replay,
		    statement_failure(replay->journal, ret_error), ret_error);
	sqlite3_reset(statement);
	return status;
}

static enum journal_status verify(struct replay *replay, uint64_t seq,
    const struct memblock *live, struct journal_error *ret_error)
{
	/* What stands behind the last row is found as well. */
	const uint64_t to =
	    seq == replay->record.instance.seq ? INT64_MAX : seq;
	enum journal_status status;

	status = replay_begin_at_first(replay, ret_error);
	if (status == JOURNAL_OK)
		status = compare_snapshots(replay, seq, ret_error);
	if (status == JOURNAL_OK)
		status = replay_rows(replay, to, ret_error);
	if (status == JOURNAL_OK)
		status = replay_expect_seq(replay, seq);
	if (status == JOURNAL_OK)
		status = check_trees(replay, seq, ret_error);
	if (status == JOURNAL_OK && live != NULL &&
	    !memblock_equal(live, replay->mb))
		status = find(replay, "operations that lead to another layout",
		    "the layout in service");
	return status;
}

static enum journal_status find_and_verify(struct replay *replay,
    int64_t instance, uint64_t seq, const struct memblock *live,
    struct journal_error *ret_error)
{
	enum journal_status status;

	status = instance_record_find(
	    replay->journal, instance, &replay->record, ret_error);
	if (status == JOURNAL_DAMAGED)
		return find(replay, ret_error->text, "an instance");
	if (status != JOURNAL_OK)
		return status;
	return verify(replay, seq, live, ret_error);
}

enum journal_status journal_verify(struct journal *journal, int64_t instance,
    uint64_t seq, const struct memblock *live,
    struct journal_verdict *ret_verdict, struct journal_error *ret_error)
{
	struct replay replay = {.journal = journal};
	enum journal_status status;

	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = find_and_verify(&replay, instance, seq, live, ret_error);
	statement_rollback(journal);
	memblock_destroy(replay.mb);
	if (status == JOURNAL_FAILED || status == JOURNAL_NOT_FOUND)
		return status;
	memset(ret_verdict, 0, sizeof(*ret_verdict));
	ret_verdict->operations = replay.operations;
	ret_verdict->identical = status == JOURNAL_OK;
	ret_verdict->difference_seq = replay.finding.seq;
	memcpy(ret_verdict->journal, replay.finding.journal,
	    sizeof(ret_verdict->journal));
	memcpy(ret_verdict->replay, replay.finding.replay,
	    sizeof(ret_verdict->replay));
	return JOURNAL_OK;
}
