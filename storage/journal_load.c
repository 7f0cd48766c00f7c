/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/replay.h"

#include "storage/failure.h"
#include "storage/statement.h"

#include <string.h>

/* No seq: as far as there are rows. */
#define TO_THE_END UINT64_MAX

/* From the nearest snapshot; from the first row where somebody wants to see
 * all of them. */
static enum journal_status begin(
    struct replay *replay, uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;

	if (replay->visit != NULL) {
		status = replay_begin_at_first(replay, ret_error);
		if (status == JOURNAL_OK &&
		    !replay->visit(replay->arg, replay->mb, NULL))
			return failure_of_memory(
			    replay->journal->path, ret_error);
		return status;
	}
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
	if (seq + 1 < record->instance.first_seq)
		return failure(JOURNAL_NOT_FOUND, ret_error,
		    "seq %llu is not kept any more: the first that is kept is "
		    "%llu",
		    (unsigned long long)seq,
		    (unsigned long long)record->instance.first_seq - 1);
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

/* The instance, its snapshots and its rows of the same moment. */
static enum journal_status load(struct replay *replay, int64_t instance,
    uint64_t to, struct journal_error *ret_error)
{
	enum journal_status status;

	status = statement_do(replay->journal, STATEMENT_BEGIN_READ, ret_error);
	if (status != JOURNAL_OK)
		return status;
	status = find_and_bring_back(replay, instance, to, ret_error);
	statement_rollback(replay->journal);
	return status;
}

static enum journal_status load_state(struct journal *journal, int64_t instance,
    uint64_t to, struct journal_state *ret_state,
    struct journal_error *ret_error)
{
	struct replay replay = {.journal = journal};
	const enum journal_status status =
	    load(&replay, instance, to, ret_error);

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

/* No row has a seq that SQLite cannot hold. */
static uint64_t seq_of(uint64_t seq)
{
	return seq > INT64_MAX ? INT64_MAX : seq;
}

enum journal_status journal_load(struct journal *journal, int64_t instance,
    struct journal_state *ret_state, struct journal_error *ret_error)
{
	return load_state(journal, instance, TO_THE_END, ret_state, ret_error);
}

enum journal_status journal_load_at(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_state *ret_state,
    struct journal_error *ret_error)
{
	return load_state(journal, instance, seq_of(seq), ret_state, ret_error);
}

enum journal_status journal_follow(struct journal *journal, int64_t instance,
    uint64_t seq,
    bool (*visit)(
	void *arg, const struct memblock *mb, const struct journal_row *row),
    void *arg, struct journal_error *ret_error)
{
	struct replay replay = {.journal = journal, .visit = visit, .arg = arg};
	const enum journal_status status =
	    load(&replay, instance, seq_of(seq), ret_error);

	memblock_destroy(replay.mb);
	return status;
}
