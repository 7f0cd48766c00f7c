/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/scenario.h"

#include "storage/failure.h"
#include "storage/statement.h"
#include "tests/fault/author.h"
#include "tests/fault/ledger.h"
#include "tests/fault/transfer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void list_steps(struct scenario *scenario)
{
	enum step *next = scenario->steps;
	size_t i;

	*next++ = STEP_OPEN;
	for (i = 0; i < scenario->batch_count; i++) {
		*next++ = STEP_COMMIT;
		*next++ = STEP_SWEEP;
		if (i % 2 == 1)
			*next++ = STEP_READ;
		if (i == scenario->batch_count / 2) {
			*next++ = STEP_CLOSE;
			*next++ = STEP_OPEN;
		}
	}
	*next++ = STEP_CLOSE;
	*next = STEP_END;
}

struct scenario *scenario_new(uint64_t seed, size_t batch_count)
{
	struct scenario *scenario = calloc(1, sizeof(*scenario));

	assert(scenario != NULL && batch_count <= SCENARIO_BATCHES_MAX);
	scenario->batch_count = batch_count;
	author_write(scenario, seed);
	list_steps(scenario);
	return scenario;
}

/* ---- a writer ---- */

enum journal_status scenario_open(const char *path,
    struct journal **ret_journal, struct journal_error *ret_error)
{
	struct journal_error ignored;
	struct journal *journal;
	enum journal_status status;

	status = journal_open(
	    path, JOURNAL_WRITE, JOURNAL_SYNC_FULL, &journal, ret_error);
	if (status != JOURNAL_OK)
		return status;
	journal->sweep_rows = 3;
	status = statement_exec(journal,
	    "PRAGMA wal_autocheckpoint = 12; PRAGMA journal_size_limit = 8192",
	    ret_error);
	if (status == JOURNAL_OK)
		*ret_journal = journal;
	else
		journal_close(journal, &ignored);
	return status;
}

enum journal_status scenario_sweep(
    struct journal *journal, struct journal_error *ret_error)
{
	enum journal_status status;
	bool more = true;

	do
		status = journal_sweep(journal, &more, ret_error);
	while (status == JOURNAL_OK && more);
	return status;
}

/* ---- committing ---- */

static enum journal_status add_cut(const struct scenario_batch *batch,
    struct journal *reader, struct journal_error *ret_error)
{
	struct journal_state state;
	enum journal_status status;

	status = journal_find_cut(
	    reader, batch->instance, batch->seq, &state, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (!journal_batch_compact(batch->batch, batch->instance, &state))
		status = failure_of_memory("a compaction", ret_error);
	memblock_destroy(state.mb);
	return status;
}

static enum journal_status add_history(const struct scenario_batch *batch,
    struct journal *reader, struct journal_error *ret_error)
{
	uint8_t key[HOLDINGS_KEY_SIZE];
	const struct journal_cause cause = {
	    .key = key, .key_size = sizeof(key)};

	holdings_key(batch->key, key);
	return transfer_add(reader, batch->instance, batch->batch,
	    holdings_names[batch->name], batch->id,
	    batch->key == LEDGER_NO_KEY ? NULL : &cause, ret_error);
}

enum journal_status scenario_commit(struct scenario *scenario, size_t number,
    struct journal *reader, struct journal *writer,
    struct journal_error *ret_error)
{
	const struct scenario_batch *batch = &scenario->batches[number];
	const size_t mark = journal_batch_mark(batch->batch);
	enum journal_status status = JOURNAL_OK;

	if (batch->read == READ_CUT)
		status = add_cut(batch, reader, ret_error);
	if (batch->read == READ_HISTORY)
		status = add_history(batch, reader, ret_error);
	if (status == JOURNAL_OK)
		status = journal_commit(writer, batch->batch, ret_error);
	journal_batch_rewind(batch->batch, mark);
	return status;
}

/* ---- */

bool scenario_knows(
    const struct scenario *scenario, const struct holding *holding)
{
	const size_t at = (size_t)holding->id - 1;
	size_t i;

	if (holding->id < 1 || at >= HOLDINGS_MAX)
		return false;
	for (i = 0; i <= scenario->batch_count; i++)
		if (memcmp(&scenario->after[i].of[at], holding,
			sizeof(*holding)) == 0)
			return true;
	return false;
}

void scenario_free(struct scenario *scenario)
{
	size_t i;

	for (i = 0; i < scenario->batch_count; i++)
		journal_batch_free(scenario->batches[i].batch);
	free(scenario);
}
