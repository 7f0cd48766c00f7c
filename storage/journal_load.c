/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/replay.h"

#include "storage/failure.h"
#include "storage/statement.h"

#include <string.h>

/* No seq: as far as there are rows. */
#define TO_THE_END UINT64_MAX

static enum journal_status begin(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;

	status = replay_begin_at_snapshot(replay, to, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		status = replay_begin_empty(replay, ret_error);
	return status;
}

/* Whether there is a layout at that seq to be brought back. */
static enum journal_status check_seq(const struct instance_record *record,
    uint64_t seq, struct journal_error *ret_error)
{
	if (seq > record->instance.seq)
		return failure(JOURNAL_BEYOND, ret_error,
		    "seq %llu is beyond the end, which is %llu",
		    (unsigned long long)seq,
		    (unsigned long long)record->instance.seq);
	if (seq + 1 < record->first_seq)
		return failure(JOURNAL_NOT_FOUND, ret_error,
		    "seq %llu is not kept any more: the first that is kept is "
		    "%llu",
		    (unsigned long long)seq,
		    (unsigned long long)record->first_seq - 1);
	return JOURNAL_OK;
}

/* At the end there must be nothing behind the last row either. */
static enum journal_status bring_back(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	const uint64_t last = replay->record.instance.seq;
	enum journal_status status;

	status = begin(replay, to == TO_THE_END ? last : to, ret_error);
	if (status == JOURNAL_OK)
		status = replay_rows(
		    replay, to == TO_THE_END ? INT64_MAX : to, ret_error);
	if (status == JOURNAL_OK)
		status =
		    replay_expect_seq(replay, to == TO_THE_END ? last : to);
	if (status == JOURNAL_DAMAGED || status == JOURNAL_DIFFERS)
		replay_tell(replay, ret_error);
	return status;
}

static enum journal_status find_and_bring_back(struct replay *replay,
    int64_t instance, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;

	status = instance_record_find(
	    replay->journal, instance, &replay->record, ret_error);
	if (status == JOURNAL_OK && to != TO_THE_END)
		status = check_seq(&replay->record, to, ret_error);
	if (status == JOURNAL_OK)
		status = bring_back(replay, to, ret_error);
	return status;
}

static enum journal_status load(struct journal *journal, int64_t instance,
    uint64_t to, struct journal_state *ret_state,
    struct journal_error *ret_error)
{
	struct replay replay = {.journal = journal};
	enum journal_status status;

	/* The instance, its snapshot and its rows of the same moment. */
	status = statement_do(journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = find_and_bring_back(&replay, instance, to, ret_error);
	statement_rollback(journal);
	if (status != JOURNAL_OK) {
		memblock_destroy(replay.mb);
		return status;
	}
	ret_state->mb = replay.mb;
	ret_state->seq = replay.seq;
	ret_state->time_us = replay.time_us;
	ret_state->snapshot_seq = replay.snapshot_seq;
	ret_state->snapshots_damaged = replay.snapshots_damaged;
	memcpy(ret_state->hash, replay.hash, sizeof(replay.hash));
	return JOURNAL_OK;
}

enum journal_status journal_load(struct journal *journal, int64_t instance,
    struct journal_state *ret_state, struct journal_error *ret_error)
{
	return load(journal, instance, TO_THE_END, ret_state, ret_error);
}

enum journal_status journal_load_at(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_state *ret_state,
    struct journal_error *ret_error)
{
	/* No row has a seq that SQLite cannot hold. */
	if (seq > INT64_MAX)
		seq = INT64_MAX;
	return load(journal, instance, seq, ret_state, ret_error);
}
