/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/batch.h"

#include "storage/digest.h"
#include "storage/outcome_name.h"
#include "storage/snapshot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MIN 64
#define BYTES_MIN 4096

struct journal_batch *journal_batch_new(void)
{
	return calloc(1, sizeof(struct journal_batch));
}

/* Closes those of the items from mark on. */
static void close_spools(struct journal_batch *batch, size_t mark)
{
	for (; mark < batch->item_count; mark++)
		if (batch->items[mark].kind == BATCH_SPOOL)
			spool_close(batch_spool_at(batch, &batch->items[mark]));
}

void journal_batch_free(struct journal_batch *batch)
{
	if (batch == NULL)
		return;
	close_spools(batch, 0);
	free(batch->items);
	free(batch->bytes);
	free(batch);
}

bool journal_batch_empty(const struct journal_batch *batch)
{
	return batch->item_count == 0;
}

size_t journal_batch_mark(const struct journal_batch *batch)
{
	return batch->item_count;
}

void journal_batch_rewind(struct journal_batch *batch, size_t mark)
{
	assert(mark <= batch->item_count);
	if (mark == batch->item_count)
		return;
	close_spools(batch, mark);
	batch->bytes_used = batch->items[mark].content;
	batch->item_count = mark;
}

/* ---- room ---- */

static bool make_room_for_item(struct journal_batch *batch)
{
	size_t max = batch->items_max == 0 ? ITEMS_MIN : 2 * batch->items_max;
	struct batch_item *items;

	if (batch->item_count < batch->items_max)
		return true;
	items = reallocarray(batch->items, max, sizeof(*items));
	if (items == NULL)
		return false;
	batch->items = items;
	batch->items_max = max;
	return true;
}

static bool make_room_for_bytes(struct journal_batch *batch, size_t size)
{
	size_t max = batch->bytes_max == 0 ? BYTES_MIN : batch->bytes_max;
	uint8_t *bytes;

	if (size <= batch->bytes_max - batch->bytes_used)
		return true;
	while (max - batch->bytes_used < size) {
		if (max > SIZE_MAX / 2)
			return false;
		max *= 2;
	}
	bytes = realloc(batch->bytes, max);
	if (bytes == NULL)
		return false;
	batch->bytes = bytes;
	batch->bytes_max = max;
	return true;
}

/* An item with room for its content, which the caller fills at once. NULL: no
 * memory, and the batch is as before. */
static struct batch_item *add_item(
    struct journal_batch *batch, enum batch_kind kind, size_t content_size)
{
	struct batch_item *item;

	if (!make_room_for_item(batch) ||
	    !make_room_for_bytes(batch, content_size))
		return NULL;
	item = &batch->items[batch->item_count++];
	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->content = batch->bytes_used;
	item->content_size = content_size;
	batch->bytes_used += content_size;
	return item;
}

static uint8_t *content_of(
    const struct journal_batch *batch, const struct batch_item *item)
{
	return batch->bytes + item->content;
}

/* ---- adding ---- */

/* Copies size bytes to at; answers where the next go. */
static uint8_t *append(uint8_t *at, const void *bytes, size_t size)
{
	if (size > 0)
		memcpy(at, bytes, size);
	return at + size;
}

/* An item that has a cause behind what its content begins with. */
static struct batch_item *add_caused(struct journal_batch *batch,
    enum batch_kind kind, const void *begin, size_t begin_size,
    const struct journal_cause *cause)
{
	static const struct journal_cause none;
	struct batch_item *item;
	size_t label_size;
	uint8_t *at;

	if (cause == NULL)
		cause = &none;
	assert(cause->key_size <= JOURNAL_KEY_MAX);
	label_size = cause->label == NULL ? 0 : strlen(cause->label) + 1;
	item = add_item(batch, kind, begin_size + label_size + cause->key_size);
	if (item == NULL)
		return NULL;
	item->has_label = cause->label != NULL;
	item->key_size = cause->key_size;
	at = append(content_of(batch, item), begin, begin_size);
	at = append(at, cause->label, label_size);
	append(at, cause->key, cause->key_size);
	return item;
}

bool batch_add_record(struct journal_batch *batch,
    const struct instance_record *record, const struct journal_cause *cause)
{
	struct batch_item *item;

	assert(record->instance.id > 0);
	assert(record->instance.seq + 1 == record->instance.first_seq);
	item = add_caused(batch, BATCH_CREATE, record, sizeof(*record), cause);
	if (item == NULL)
		return false;
	item->instance = record->instance.id;
	return true;
}

bool journal_batch_create(struct journal_batch *batch,
    const struct journal_instance *instance, const struct journal_cause *cause)
{
	struct instance_record record;

	instance_record_begin(instance, &record);
	return batch_add_record(batch, &record, cause);
}

bool journal_batch_clone(struct journal_batch *batch,
    const struct journal_instance *instance,
    const struct journal_origin *origin, const struct memblock *mb,
    const struct journal_cause *cause)
{
	const size_t mark = journal_batch_mark(batch);
	struct instance_record record;

	instance_record_begin_copy(instance, origin, &record);
	if (batch_add_record(batch, &record, cause) &&
	    journal_batch_snapshot(batch, instance->id, 0, instance->created_us,
		record.first_before, mb))
		return true;
	journal_batch_rewind(batch, mark);
	return false;
}

bool journal_batch_destroy(struct journal_batch *batch, int64_t instance,
    int64_t destroyed_us, const char *principal,
    const struct journal_cause *cause)
{
	struct batch_item *item;

	item = add_caused(
	    batch, BATCH_DESTROY, principal, strlen(principal) + 1, cause);
	if (item == NULL)
		return false;
	item->instance = instance;
	item->time_us = destroyed_us;
	return true;
}

bool journal_batch_purge(struct journal_batch *batch, int64_t instance)
{
	struct batch_item *item = add_item(batch, BATCH_PURGE, 0);

	if (item == NULL)
		return false;
	item->instance = instance;
	return true;
}

bool journal_batch_compact(struct journal_batch *batch, int64_t instance,
    const struct journal_state *state)
{
	const size_t mark = journal_batch_mark(batch);
	struct batch_item *item;

	if (!journal_batch_snapshot(batch, instance, state->seq, state->time_us,
		state->hash, state->mb))
		return false;
	item = add_item(batch, BATCH_COMPACT, 0);
	if (item == NULL) {
		journal_batch_rewind(batch, mark);
		return false;
	}
	item->instance = instance;
	item->seq = state->seq + 1;
	memcpy(item->hash, state->hash, sizeof(item->hash));
	return true;
}

/* The group that the row begins was led to by its tree. */
static bool add_tree(struct journal_batch *batch, const struct journal_row *row)
{
	const char *options = row->tree->options;
	const size_t size = options == NULL ? 0 : strlen(options) + 1;
	struct batch_item *item = add_item(batch, BATCH_GROUP, size);

	if (item == NULL)
		return false;
	append(content_of(batch, item), options, size);
	item->instance = row->instance;
	item->seq = row->seq;
	item->unhashed = row->tree->unhashed;
	memcpy(item->hash, row->tree->hash, sizeof(item->hash));
	return true;
}

static bool add_row(struct journal_batch *batch, const struct journal_row *row)
{
	const size_t principal_size = strlen(row->principal) + 1;
	const size_t label_size =
	    row->label == NULL ? 0 : strlen(row->label) + 1;
	const size_t message_size = strlen(row->outcome.message) + 1;
	struct batch_item *item;
	uint8_t *at;

	item = add_item(batch, BATCH_ROW,
	    principal_size + label_size + message_size + row->key_size);
	if (item == NULL)
		return false;
	item->instance = row->instance;
	item->seq = row->seq;
	item->time_us = row->time_us;
	item->key_size = row->key_size;
	item->has_label = row->label != NULL;
	memcpy(item->hash, row->hash, sizeof(item->hash));
	item->row = (struct batch_row){
	    .op = row->op,
	    .group = row->group,
	    .status = row->outcome.status,
	    .result = row->outcome.base,
	    .warnings = row->outcome.warnings,
	};
	at = append(content_of(batch, item), row->principal, principal_size);
	at = append(at, row->label, label_size);
	at = append(at, row->outcome.message, message_size);
	append(at, row->key, row->key_size);
	return true;
}

bool journal_batch_row(
    struct journal_batch *batch, const struct journal_row *row)
{
	const size_t mark = journal_batch_mark(batch);

	assert(row->seq > 0);
	assert(row->key_size <= JOURNAL_KEY_MAX);
	assert(outcome_is_history((int)row->outcome.status));
	assert(row->tree == NULL || row->group == row->seq);
	if ((row->tree == NULL || add_tree(batch, row)) && add_row(batch, row))
		return true;
	journal_batch_rewind(batch, mark);
	return false;
}

bool journal_batch_blob(
    struct journal_batch *batch, const void *content, size_t size)
{
	struct batch_item *item = add_item(batch, BATCH_BLOB, size);

	if (item == NULL)
		return false;
	append(content_of(batch, item), content, size);
	return true;
}

bool journal_batch_snapshot(struct journal_batch *batch, int64_t instance,
    uint64_t seq, int64_t time_us, const uint8_t hash[JOURNAL_HASH_SIZE],
    const struct memblock *mb)
{
	struct batch_item *item;

	item = add_item(batch, BATCH_SNAPSHOT, snapshot_size(mb));
	if (item == NULL)
		return false;
	item->instance = instance;
	item->seq = seq;
	item->time_us = time_us;
	memcpy(item->hash, hash, sizeof(item->hash));
	snapshot_write(mb, content_of(batch, item));
	return true;
}

bool batch_add_spool(struct journal_batch *batch, int64_t instance,
    uint64_t seq, struct spool *spool)
{
	struct batch_item *item = add_item(batch, BATCH_SPOOL, sizeof(spool));

	if (item == NULL)
		return false;
	item->instance = instance;
	item->seq = seq;
	memcpy(content_of(batch, item), &spool, sizeof(spool));
	return true;
}
