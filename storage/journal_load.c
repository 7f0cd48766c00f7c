/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/replay.h"

#include "storage/statement.h"

#include <string.h>

static enum journal_status begin(
    struct replay *replay, struct journal_error *ret_error)
{
	enum journal_status status;

	status = replay_begin_at_snapshot(
	    replay, replay->record.instance.seq, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		status = replay_begin_empty(replay, ret_error);
	return status;
}

static enum journal_status load(
    struct replay *replay, int64_t instance, struct journal_error *ret_error)
{
	enum journal_status status;

	status = instance_record_find(
	    replay->journal, instance, &replay->record, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = begin(replay, ret_error);
	if (status == JOURNAL_OK)
		status = replay_rows(replay, INT64_MAX, ret_error);
	if (status == JOURNAL_OK)
		status = replay_expect_seq(replay, replay->record.instance.seq);
	if (status == JOURNAL_DAMAGED || status == JOURNAL_DIFFERS)
		replay_tell(replay, ret_error);
	return status;
}

enum journal_status journal_load(struct journal *journal, int64_t instance,
    struct journal_state *ret_state, struct journal_error *ret_error)
{
	struct replay replay = {.journal = journal};
	enum journal_status status;

	/* The instance, its snapshot and its rows of the same moment. */
	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = load(&replay, instance, ret_error);
	statement_rollback(journal);
	if (status != JOURNAL_OK) {
		memblock_destroy(replay.mb);
		return status;
	}
	ret_state->mb = replay.mb;
	ret_state->seq = replay.seq;
	ret_state->time_us = replay.time_us;
	ret_state->snapshot_seq = replay.snapshot_seq;
	memcpy(ret_state->hash, replay.hash, sizeof(replay.hash));
	return JOURNAL_OK;
}
