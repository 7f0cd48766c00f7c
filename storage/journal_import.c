/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_import.h"

#include "storage/batch.h"
#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/outcome_name.h"
#include "storage/snapshot.h"
#include "storage/spool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Once so many bytes are in the batch, it goes into the spool. */
#define BATCH_BYTES ((size_t)1 << 20)

/* As often as the daemon's. */
#define SNAPSHOT_ROWS 4096

struct journal_import {
	struct journal_history history;
	struct memblock *mb;
	uint64_t seq;
	int64_t time_us;
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint64_t snapshot_seq; /* 0: none */
	uint64_t group;	       /* of the last row; 0: none */
	struct journal_batch *batch;
	struct spool *spool; /* NULL: a batch has it */
};

static enum journal_status no_memory(struct journal_error *ret_error)
{
	return failure_of_memory("the import", ret_error);
}

static enum journal_status damaged(
    struct journal_error *ret_error, const char *sentence)
{
	return failure(JOURNAL_DAMAGED, ret_error, "%s", sentence);
}

/* ---- how it begins ---- */

static enum journal_status check_history(const struct journal_history *history,
    bool has_layout, struct journal_error *ret_error)
{
	const struct memblock_settings *settings = &history->instance.settings;
	char wrong[MEMBLOCK_SETTINGS_MESSAGE_MAX];
	uint8_t start[JOURNAL_HASH_SIZE];

	if (memblock_settings_check(settings, wrong) != MB_OK)
		return damaged(ret_error, wrong);
	if (history->first_seq == 0 || history->first_seq > INT64_MAX)
		return damaged(ret_error, "the first seq is none");
	if (history->instance.created_us < 0)
		return damaged(ret_error, "the time it was made is none");
	if (has_layout != (history->is_copy || history->first_seq > 1))
		return damaged(ret_error,
		    has_layout ? "a history that begins empty has a layout"
			       : "the layout that it begins with is missing");
	if (history->first_seq > 1)
		return JOURNAL_OK; /* what came before cannot be computed */
	if (history->is_copy)
		journal_chain_start_copy(settings, &history->origin, start);
	else
		journal_chain_start(settings, start);
	if (memcmp(start, history->first_before, sizeof(start)) != 0)
		return damaged(ret_error,
		    "the hash before the first operation is not that of the "
		    "settings");
	return JOURNAL_OK;
}

static enum journal_status make_model(struct journal_import *import,
    const struct journal_layout *layout, struct journal_error *ret_error)
{
	const struct memblock_settings *settings =
	    &import->history.instance.settings;

	if (layout == NULL) {
		import->mb = memblock_create(settings);
		return import->mb == NULL ? no_memory(ret_error) : JOURNAL_OK;
	}
	switch (snapshot_read(
	    layout->content, layout->size, settings, &import->mb)) {
	case MB_OK:
		return JOURNAL_OK;
	case MB_NO_MEMORY:
		return no_memory(ret_error);
	default:
		return damaged(ret_error,
		    "the layout is none that an instance with these settings "
		    "can have");
	}
}

static enum journal_status check_regions(
    const struct journal_import *import, struct journal_error *ret_error)
{
	if (memblock_region_cnt(import->mb) <= import->mb->regions_max)
		return JOURNAL_OK;
	return failure(JOURNAL_BEYOND, ret_error,
	    "it has %zu regions, and at most %zu are taken (max-regions)",
	    memblock_region_cnt(import->mb), import->mb->regions_max);
}

/* The id is not known yet: that of the spool counts. */
static bool take_snapshot(struct journal_import *import)
{
	import->snapshot_seq = import->seq;
	return journal_batch_snapshot(import->batch, 0, import->seq,
	    import->time_us, import->hash, import->mb);
}

static enum journal_status begin(struct journal_import *import,
    const struct journal_layout *layout, uint64_t regions_max,
    struct journal_error *ret_error)
{
	enum journal_status status;

	import->batch = journal_batch_new();
	if (import->batch == NULL)
		return no_memory(ret_error);
	status = spool_open(&import->spool, ret_error);
	if (status == JOURNAL_OK)
		status = make_model(import, layout, ret_error);
	if (status != JOURNAL_OK)
		return status;
	import->mb->regions_max = regions_max;
	status = check_regions(import, ret_error);
	if (status == JOURNAL_OK && layout != NULL && !take_snapshot(import))
		status = no_memory(ret_error);
	return status;
}

enum journal_status journal_import_begin(const struct journal_history *history,
    const struct journal_layout *layout, uint64_t regions_max,
    struct journal_import **ret_import, struct journal_error *ret_error)
{
	struct journal_import *import;
	enum journal_status status;

	status = check_history(history, layout != NULL, ret_error);
	if (status != JOURNAL_OK)
		return status;
	import = calloc(1, sizeof(*import));
	if (import == NULL)
		return no_memory(ret_error);
	import->history = *history;
	import->seq = history->first_seq - 1;
	import->time_us =
	    layout == NULL ? history->instance.created_us : layout->time_us;
	memcpy(import->hash, history->first_before, sizeof(import->hash));
	status = begin(import, layout, regions_max, ret_error);
	if (status == JOURNAL_OK)
		*ret_import = import;
	else
		journal_import_free(import);
	return status;
}

void journal_import_free(struct journal_import *import)
{
	if (import == NULL)
		return;
	memblock_destroy(import->mb);
	journal_batch_free(import->batch);
	spool_close(import->spool);
	free(import);
}

/* ---- row by row ---- */

/* Whether the strings are what a row can have: a row that is sealed or put
 * into a batch must be. */
static bool is_row(const struct journal_row *row)
{
	return row->principal != NULL && row->principal[0] != '\0' &&
	       strlen(row->principal) <= JOURNAL_PRINCIPAL_MAX &&
	       (row->label == NULL ||
		   strlen(row->label) <= JOURNAL_LABEL_MAX) &&
	       row->key_size <= JOURNAL_KEY_MAX &&
	       outcome_is_history((int)row->outcome.status) &&
	       op_info((int)row->op.kind) != NULL;
}

/* Whether it can follow what there is. */
static enum journal_status check_row(const struct journal_import *import,
    const struct journal_row *row, bool has_tree,
    struct journal_error *ret_error)
{
	if (row->seq != import->seq + 1)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "seq %llu follows seq %llu", (unsigned long long)row->seq,
		    (unsigned long long)import->seq);
	if (!is_row(row))
		return damaged(ret_error, "it is no operation of a journal");
	if (row->time_us < import->time_us)
		return damaged(ret_error, "its time is before that of the one "
					  "before");
	if (row->group != 0 && row->group != row->seq &&
	    row->group != import->group)
		return damaged(ret_error, "its group is not there");
	if (has_tree && row->group != row->seq)
		return damaged(ret_error, "a device tree that led to nothing");
	return JOURNAL_OK;
}

static enum journal_status compare_outcome(const struct journal_row *row,
    const struct outcome *outcome, struct journal_error *ret_error)
{
	char there[160], here[160];

	if (outcome->status == MB_NO_MEMORY)
		return no_memory(ret_error);
	if (outcome->status == MB_LIMIT)
		return failure(
		    JOURNAL_BEYOND, ret_error, "%s", outcome->message);
	if (outcome->status == MB_INVALID || outcome->status == MB_NO_LIST)
		return failure(JOURNAL_DAMAGED, ret_error,
		    "seq %llu: no model can take %s: %s",
		    (unsigned long long)row->seq,
		    op_info((int)row->op.kind)->name, outcome->message);
	if (outcome_equal(&row->outcome, outcome))
		return JOURNAL_OK;
	outcome_describe(&row->outcome, there, sizeof(there));
	outcome_describe(outcome, here, sizeof(here));
	return failure(JOURNAL_DIFFERS, ret_error,
	    "seq %llu: %s: the file has %s, the replay %s",
	    (unsigned long long)row->seq, op_info((int)row->op.kind)->name,
	    there, here);
}

static enum journal_status compare_hash(const struct journal_row *there,
    const struct journal_row *here, struct journal_error *ret_error)
{
	char texts[2][2 * JOURNAL_HASH_SIZE + 1];

	if (memcmp(there->hash, here->hash, sizeof(here->hash)) == 0)
		return JOURNAL_OK;
	digest_text(there->hash, texts[0]);
	digest_text(here->hash, texts[1]);
	return failure(JOURNAL_DIFFERS, ret_error,
	    "seq %llu: the file has hash %s, the replay %s",
	    (unsigned long long)here->seq, texts[0], texts[1]);
}

static bool add(struct journal_import *import, const struct journal_row *row,
    const struct journal_tree *tree)
{
	const uint64_t rows = row->seq - import->snapshot_seq;

	if (tree != NULL &&
	    !journal_batch_blob(import->batch, tree->content, tree->size))
		return false;
	if (!journal_batch_row(import->batch, row))
		return false;
	import->seq = row->seq;
	import->time_us = row->time_us;
	import->group = row->group;
	memcpy(import->hash, row->hash, sizeof(import->hash));
	return rows <= SNAPSHOT_ROWS ||
	       rows <= memblock_region_cnt(import->mb) || take_snapshot(import);
}

static bool seals(struct journal_row *own,
    const uint8_t before[JOURNAL_HASH_SIZE],
    const uint8_t there[JOURNAL_HASH_SIZE])
{
	journal_row_seal(own, before);
	return memcmp(own->hash, there, JOURNAL_HASH_SIZE) == 0;
}

/* Seals a row that a tree led to as it was there: where the journal that it
 * began in was of an early version, without it. */
static void seal_with_tree(struct journal_row *own,
    struct journal_tree_seal *tree, const uint8_t before[JOURNAL_HASH_SIZE],
    const uint8_t there[JOURNAL_HASH_SIZE])
{
	own->tree = tree;
	if (seals(own, before, there))
		return;
	tree->unhashed = true;
	if (seals(own, before, there))
		return;
	tree->unhashed = false;
	journal_row_seal(own, before);
}

enum journal_status journal_import_row(struct journal_import *import,
    const struct journal_row *row, const struct journal_tree *tree,
    struct journal_error *ret_error)
{
	enum journal_status status;
	struct journal_tree_seal led_to_by = {.unhashed = false};
	struct journal_row own = *row;
	struct outcome outcome;

	status = check_row(import, row, tree != NULL, ret_error);
	if (status != JOURNAL_OK)
		return status;
	op_apply(import->mb, &row->op, &outcome);
	status = compare_outcome(row, &outcome, ret_error);
	if (status != JOURNAL_OK)
		return status;
	own.instance = 0;
	own.tree = NULL;
	if (tree == NULL) {
		journal_row_seal(&own, import->hash);
	} else {
		led_to_by.options = tree->options;
		digest_bytes(tree->content, tree->size, led_to_by.hash);
		seal_with_tree(&own, &led_to_by, import->hash, row->hash);
	}
	status = compare_hash(row, &own, ret_error);
	if (status != JOURNAL_OK)
		return status;
	if (!add(import, &own, tree))
		return no_memory(ret_error);
	if (import->batch->bytes_used < BATCH_BYTES)
		return JOURNAL_OK;
	return spool_put(import->spool, import->batch, ret_error);
}

enum journal_status journal_import_end(
    struct journal_import *import, struct journal_error *ret_error)
{
	return spool_put(import->spool, import->batch, ret_error);
}

uint64_t journal_import_seq(const struct journal_import *import)
{
	return import->seq;
}

const uint8_t *journal_import_hash(const struct journal_import *import)
{
	return import->hash;
}

/* ---- at once ---- */

static void fill_record(const struct journal_import *import, const char *name,
    int64_t id, struct instance_record *ret_record)
{
	const struct journal_history *history = &import->history;

	memset(ret_record, 0, sizeof(*ret_record));
	ret_record->instance = history->instance;
	ret_record->instance.id = id;
	ret_record->instance.destroyed_us = 0;
	ret_record->instance.seq = history->first_seq - 1;
	strcpy(ret_record->instance.name, name);
	ret_record->has_origin = history->is_copy;
	ret_record->origin = history->origin;
	ret_record->origin.instance = 0; /* one of another journal */
	ret_record->instance.first_seq = history->first_seq;
	memcpy(ret_record->first_before, history->first_before,
	    sizeof(ret_record->first_before));
}

bool journal_batch_import(struct journal_batch *batch,
    struct journal_import *import, const char *name, int64_t id,
    const struct journal_cause *cause, struct journal_instance *ret_instance,
    struct journal_state *ret_state)
{
	const size_t mark = journal_batch_mark(batch);
	struct instance_record record;

	assert(import->spool != NULL && import->mb != NULL);
	assert(journal_batch_empty(import->batch));
	fill_record(import, name, id, &record);
	if (!batch_add_record(batch, &record, cause))
		return false;
	if (!batch_add_spool(batch, id, import->seq, import->spool)) {
		journal_batch_rewind(batch, mark);
		return false;
	}
	*ret_instance = record.instance;
	ret_instance->seq = import->seq;
	*ret_state = (struct journal_state){
	    .mb = import->mb,
	    .seq = import->seq,
	    .time_us = import->time_us,
	    .snapshot_seq = import->snapshot_seq,
	};
	memcpy(ret_state->hash, import->hash, sizeof(import->hash));
	import->spool = NULL;
	import->mb = NULL;
	return true;
}
