/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/transfer.h"

#include "storage/failure.h"
#include "storage/journal_import.h"
#include "storage/snapshot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TREES_MAX 64

struct transfer {
	struct journal *journal;
	struct journal_history history;
	struct journal_import *import;
	struct tree {
		uint64_t seq;
		struct journal_tree led; /* no content: the group has none */
	} trees[TREES_MAX];
	size_t tree_count;
	enum journal_status status; /* of the row that was taken in last */
	struct journal_error *error;
};

static enum journal_status no_memory(struct transfer *transfer)
{
	return failure_of_memory("a transfer", transfer->error);
}

/* ---- how it begins ---- */

static enum journal_status begin_with_layout(struct transfer *transfer)
{
	const struct journal_history *history = &transfer->history;
	struct journal_layout layout;
	struct journal_state state;
	enum journal_status status;
	uint8_t *content;

	status = journal_load_at(transfer->journal, history->instance.id,
	    history->first_seq - 1, &state, transfer->error);
	if (status != JOURNAL_OK)
		return status;
	layout.size = snapshot_size(state.mb);
	layout.time_us = state.time_us;
	layout.content = content = malloc(layout.size);
	if (content != NULL)
		snapshot_write(state.mb, content);
	memblock_destroy(state.mb);
	if (content == NULL)
		return no_memory(transfer);
	status = journal_import_begin(
	    history, &layout, SIZE_MAX, &transfer->import, transfer->error);
	free(content);
	return status;
}

static enum journal_status begin(struct transfer *transfer, int64_t source)
{
	enum journal_status status;

	status = journal_find_history(
	    transfer->journal, source, &transfer->history, transfer->error);
	if (status != JOURNAL_OK)
		return status;
	if (transfer->history.is_copy || transfer->history.first_seq > 1)
		return begin_with_layout(transfer);
	return journal_import_begin(&transfer->history, NULL, SIZE_MAX,
	    &transfer->import, transfer->error);
}

/* ---- rows ---- */

static bool note_group(void *arg, const struct journal_row *row)
{
	struct transfer *transfer = arg;

	if (row->group == row->seq) {
		assert(transfer->tree_count < TREES_MAX);
		transfer->trees[transfer->tree_count++].seq = row->seq;
	}
	return true;
}

static enum journal_status read_trees(struct transfer *transfer)
{
	enum journal_status status = JOURNAL_OK;
	size_t i;

	for (i = 0; i < transfer->tree_count && status == JOURNAL_OK; i++) {
		struct tree *tree = &transfer->trees[i];

		status = journal_find_tree(transfer->journal,
		    transfer->history.instance.id, tree->seq, &tree->led,
		    transfer->error);
		if (status == JOURNAL_NOT_FOUND)
			status = JOURNAL_OK;
	}
	return status;
}

static bool take_row(void *arg, const struct journal_row *row)
{
	struct transfer *transfer = arg;
	const struct journal_tree *tree = NULL;
	size_t i;

	for (i = 0; i < transfer->tree_count; i++)
		if (transfer->trees[i].seq == row->seq &&
		    transfer->trees[i].led.content != NULL)
			tree = &transfer->trees[i].led;
	transfer->status =
	    journal_import_row(transfer->import, row, tree, transfer->error);
	return transfer->status == JOURNAL_OK;
}

static enum journal_status each_row(struct transfer *transfer,
    bool (*visit)(void *arg, const struct journal_row *row))
{
	const enum journal_status status = journal_each_row(transfer->journal,
	    transfer->history.instance.id, transfer->history.first_seq,
	    INT64_MAX, false, visit, transfer, transfer->error);

	return status == JOURNAL_OK ? transfer->status : status;
}

/* ---- all of it ---- */

static enum journal_status add(struct transfer *transfer, int64_t source,
    struct journal_batch *batch, const char *name, int64_t id,
    const struct journal_cause *cause)
{
	struct journal_instance unused;
	struct journal_state state;
	enum journal_status status;

	status = begin(transfer, source);
	if (status == JOURNAL_OK)
		status = each_row(transfer, note_group);
	if (status == JOURNAL_OK)
		status = read_trees(transfer);
	if (status == JOURNAL_OK)
		status = each_row(transfer, take_row);
	if (status == JOURNAL_OK)
		status = journal_import_end(transfer->import, transfer->error);
	if (status != JOURNAL_OK)
		return status;
	if (!journal_batch_import(
		batch, transfer->import, name, id, cause, &unused, &state))
		return no_memory(transfer);
	memblock_destroy(state.mb);
	return JOURNAL_OK;
}

enum journal_status transfer_add(struct journal *journal, int64_t source,
    struct journal_batch *batch, const char *name, int64_t id,
    const struct journal_cause *cause, struct journal_error *ret_error)
{
	struct transfer transfer = {.journal = journal, .error = ret_error};
	enum journal_status status;
	size_t i;

	status = add(&transfer, source, batch, name, id, cause);
	journal_import_free(transfer.import);
	for (i = 0; i < transfer.tree_count; i++)
		journal_tree_clear(&transfer.trees[i].led);
	return status;
}
