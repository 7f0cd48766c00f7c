/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/replay.h"

#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/outcome_name.h"
#include "storage/row.h"
#include "storage/snapshot.h"
#include "storage/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- findings ---- */

enum journal_status replay_find(struct replay *replay,
    enum journal_status status, uint64_t seq, const char *journal_side,
    const char *replay_side)
{
	struct replay_finding *finding = &replay->finding;

	finding->seq = seq;
	snprintf(
	    finding->journal, sizeof(finding->journal), "%s", journal_side);
	snprintf(finding->replay, sizeof(finding->replay), "%s", replay_side);
	return status;
}

enum journal_status replay_find_unreadable(struct replay *replay,
    enum journal_status status, const struct journal_error *error)
{
	if (status != JOURNAL_DAMAGED)
		return status;
	return replay_find(
	    replay, status, replay->seq + 1, error->text, "what can be read");
}

static enum journal_status find_gap(
    struct replay *replay, uint64_t wanted, const char *found)
{
	char text[64];

	snprintf(text, sizeof(text), "operation %" PRIu64, wanted);
	return replay_find(replay, JOURNAL_DAMAGED, wanted, found, text);
}

static enum journal_status find_broken_chain(struct replay *replay,
    const struct journal_row *row, const uint8_t stored[JOURNAL_HASH_SIZE])
{
	char left[2 * JOURNAL_HASH_SIZE + 1], right[sizeof(left)];
	char journal_side[96], replay_side[96];

	digest_text(stored, left);
	digest_text(row->hash, right);
	snprintf(journal_side, sizeof(journal_side), "hash %s", left);
	snprintf(replay_side, sizeof(replay_side), "hash %s", right);
	return replay_find(
	    replay, JOURNAL_DAMAGED, row->seq, journal_side, replay_side);
}

static enum journal_status find_other_outcome(struct replay *replay,
    const struct journal_row *row, const struct outcome *outcome)
{
	const char *name = op_info((int)row->op.kind)->name;
	char words[2][160], sides[2][200];

	outcome_describe(&row->outcome, words[0], sizeof(words[0]));
	outcome_describe(outcome, words[1], sizeof(words[1]));
	snprintf(sides[0], sizeof(sides[0]), "%s: %s", name, words[0]);
	snprintf(sides[1], sizeof(sides[1]), "%s: %s", name, words[1]);
	return replay_find(
	    replay, JOURNAL_DIFFERS, row->seq, sides[0], sides[1]);
}

/* ---- where it begins ---- */

enum journal_status replay_read_snapshot(struct replay *replay,
    sqlite3_stmt *statement, struct replay_snapshot *ret_snapshot,
    struct journal_error *ret_error)
{
	const void *content = sqlite3_column_blob(statement, 3);
	const size_t size = (size_t)sqlite3_column_bytes(statement, 3);
	uint8_t stored[JOURNAL_HASH_SIZE], computed[JOURNAL_HASH_SIZE];
	struct replay_snapshot snapshot;
	enum journal_status status;

	snapshot.seq = (uint64_t)sqlite3_column_int64(statement, 0);
	snapshot.time_us = sqlite3_column_int64(statement, 1);
	if (content == NULL ||
	    !statement_column_bytes(
		statement, 2, snapshot.hash, sizeof(snapshot.hash)) ||
	    !statement_column_bytes(statement, 4, stored, sizeof(stored)))
		return JOURNAL_DAMAGED;
	digest_snapshot(snapshot.seq, snapshot.time_us, snapshot.hash, content,
	    size, computed);
	if (memcmp(stored, computed, sizeof(stored)) != 0)
		return JOURNAL_DAMAGED;
	status = row_hash_at(replay->journal, &replay->record, snapshot.seq,
	    computed, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (memcmp(snapshot.hash, computed, sizeof(computed)) != 0)
		return JOURNAL_DAMAGED;
	switch (snapshot_read(
	    content, size, &replay->record.instance.settings, &snapshot.mb)) {
	case MB_OK:
		*ret_snapshot = snapshot;
		return JOURNAL_OK;
	case MB_NO_MEMORY:
		return failure_of_memory(replay->journal->path, ret_error);
	default:
		return JOURNAL_DAMAGED;
	}
}

static void begin_at(
    struct replay *replay, const struct replay_snapshot *snapshot)
{
	replay->mb = snapshot->mb;
	replay->seq = snapshot->seq;
	replay->time_us = snapshot->time_us;
	replay->snapshot_seq = snapshot->seq;
	memcpy(replay->hash, snapshot->hash, sizeof(replay->hash));
}

enum journal_status replay_begin_at_snapshot(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;
	struct replay_snapshot snapshot;
	sqlite3_stmt *statement;
	int step = SQLITE_ROW;

	status = statement_get(
	    replay->journal, STATEMENT_SNAPSHOTS_BACK, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	sqlite3_bind_int64(statement, 1, replay->record.instance.id);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)to);
	/* One that is damaged is passed over for the one before it. */
	status = JOURNAL_DAMAGED;
	while (status == JOURNAL_DAMAGED &&
	       (step = sqlite3_step(statement)) == SQLITE_ROW) {
		status = replay_read_snapshot(
		    replay, statement, &snapshot, ret_error);
		replay->snapshots_damaged += status == JOURNAL_DAMAGED;
	}
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		status = statement_failure(replay->journal, ret_error);
	sqlite3_reset(statement);
	/* Those that cannot even be read are none either. */
	replay->snapshots_damaged +=
	    status == JOURNAL_DAMAGED && step != SQLITE_DONE;
	if (status == JOURNAL_DAMAGED)
		return JOURNAL_NOT_FOUND;
	if (status == JOURNAL_OK)
		begin_at(replay, &snapshot);
	return status;
}

enum journal_status replay_begin_empty(
    struct replay *replay, struct journal_error *ret_error)
{
	const struct instance_record *record = &replay->record;
	char message[MEMBLOCK_SETTINGS_MESSAGE_MAX];
	uint8_t start[JOURNAL_HASH_SIZE];

	if (record->instance.first_seq != 1 || record->has_origin)
		return replay_find(replay, JOURNAL_DAMAGED,
		    record->instance.first_seq - 1, "no snapshot that is whole",
		    "the layout it began with");
	if (memblock_settings_check(&record->instance.settings, message) !=
	    MB_OK)
		return replay_find(replay, JOURNAL_DAMAGED, 0, message,
		    "settings that a model can have");
	journal_chain_start(&record->instance.settings, start);
	if (memcmp(start, record->first_before, sizeof(start)) != 0)
		return replay_find(replay, JOURNAL_DAMAGED, 0, "another hash",
		    "the hash of its settings");
	replay->mb = memblock_create(&record->instance.settings);
	if (replay->mb == NULL)
		return failure_of_memory(replay->journal->path, ret_error);
	replay->seq = 0;
	replay->time_us = record->instance.created_us;
	replay->snapshot_seq = 0;
	memcpy(replay->hash, start, sizeof(start));
	return JOURNAL_OK;
}

enum journal_status replay_begin_at_first(
    struct replay *replay, struct journal_error *ret_error)
{
	const struct instance_record *record = &replay->record;
	enum journal_status status;

	if (record->instance.first_seq == 1 && !record->has_origin)
		return replay_begin_empty(replay, ret_error);
	/* The rows before are not in this journal. */
	status = replay_begin_at_snapshot(
	    replay, record->instance.first_seq - 1, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		status = replay_begin_empty(replay, ret_error);
	return status;
}

/* ---- one row after the other ---- */

static enum journal_status do_row(struct replay *replay,
    struct journal_row *row, struct journal_error *ret_error)
{
	uint8_t stored[JOURNAL_HASH_SIZE];
	enum journal_status status;
	struct outcome outcome;
	char found[64];
	bool is_link;

	if (row->seq != replay->seq + 1) {
		snprintf(found, sizeof(found), "operation %" PRIu64, row->seq);
		return find_gap(replay, replay->seq + 1, found);
	}
	/* What SQLite finds by a damaged key can be anyone's. */
	if (row->instance != replay->record.instance.id)
		return find_gap(
		    replay, row->seq, "an operation of another instance");
	memcpy(stored, row->hash, sizeof(stored));
	status = row_check_link(
	    replay->journal, row, replay->hash, &is_link, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	if (!is_link)
		return find_broken_chain(replay, row, stored);
	op_apply(replay->mb, &row->op, &outcome);
	if (outcome.status == MB_NO_MEMORY)
		return failure_of_memory(replay->journal->path, ret_error);
	if (!outcome_equal(&row->outcome, &outcome))
		return find_other_outcome(replay, row, &outcome);
	replay->seq = row->seq;
	replay->time_us = row->time_us;
	replay->operations++;
	memcpy(replay->hash, row->hash, sizeof(replay->hash));
	if (replay->visit != NULL &&
	    !replay->visit(replay->arg, replay->mb, row))
		return failure_of_memory(replay->journal->path, ret_error);
	if (replay->check != NULL)
		return replay->check(replay, row, ret_error);
	return JOURNAL_OK;
}

static enum journal_status step_rows(struct replay *replay,
    sqlite3_stmt *statement, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	struct journal_row row;
	int step = SQLITE_ROW;

	while (status == JOURNAL_OK) {
		step = sqlite3_step(statement);
		if (step != SQLITE_ROW)
			break;
		status = row_read(replay->journal, statement, &row, ret_error);
		if (status == JOURNAL_DAMAGED)
			return replay_find(replay, status, row.seq,
			    ret_error->text, "an operation");
		if (status == JOURNAL_OK)
			status = do_row(replay, &row, ret_error);
	}
	if (step == SQLITE_ROW || step == SQLITE_DONE)
		return status;
	return replay_find_unreadable(
	    replay, statement_failure(replay->journal, ret_error), ret_error);
}

enum journal_status replay_rows(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = row_select(replay->journal, false, replay->record.instance.id,
	    replay->seq + 1, to, &statement, ret_error);
	if (status != JOURNAL_OK)
		return replay_find_unreadable(replay, status, ret_error);
	status = step_rows(replay, statement, ret_error);
	sqlite3_reset(statement);
	return status;
}

enum journal_status replay_expect_seq(struct replay *replay, uint64_t seq)
{
	char wanted[64];

	if (replay->seq < seq)
		return find_gap(replay, replay->seq + 1, "nothing");
	if (replay->seq == seq)
		return JOURNAL_OK;
	snprintf(
	    wanted, sizeof(wanted), "no more than %" PRIu64 " operations", seq);
	return replay_find(replay, JOURNAL_DAMAGED, seq + 1,
	    "operations beyond the last", wanted);
}

void replay_tell(const struct replay *replay, struct journal_error *ret_error)
{
	const struct replay_finding *finding = &replay->finding;

	failure(JOURNAL_DAMAGED, ret_error,
	    "%s: %s seq %" PRIu64 ": the journal has %.150s, the replay %.150s",
	    replay->journal->path, replay->record.instance.name, finding->seq,
	    finding->journal, finding->replay);
}
