/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/batch.h"

#include <assert.h>
#include <string.h>

static const uint8_t *content_of(
    const struct journal_batch *batch, const struct batch_item *item)
{
	return batch->bytes + item->content;
}

struct spool *batch_spool_at(
    const struct journal_batch *batch, const struct batch_item *item)
{
	struct spool *spool;

	memcpy(&spool, batch->bytes + item->content, sizeof(spool));
	return spool;
}

void batch_row_at(const struct journal_batch *batch,
    const struct batch_item *item, struct journal_row *ret_row)
{
	const char *at = (const char *)content_of(batch, item);
	const struct batch_row *row = &item->row;
	size_t message_size;

	assert(item->kind == BATCH_ROW);
	ret_row->instance = item->instance;
	ret_row->seq = item->seq;
	ret_row->time_us = item->time_us;
	memcpy(ret_row->hash, item->hash, sizeof(item->hash));
	ret_row->op = row->op;
	ret_row->group = row->group;
	ret_row->tree = NULL;
	ret_row->outcome.status = row->status;
	ret_row->outcome.base = row->result;
	ret_row->outcome.warnings = row->warnings;
	ret_row->principal = at;
	at += strlen(at) + 1;
	ret_row->label = item->has_label ? at : NULL;
	if (item->has_label)
		at += strlen(at) + 1;
	message_size = strlen(at) + 1;
	memcpy(ret_row->outcome.message, at, message_size);
	at += message_size;
	ret_row->key = item->key_size > 0 ? at : NULL;
	ret_row->key_size = item->key_size;
}

void batch_record_at(const struct journal_batch *batch,
    const struct batch_item *item, struct instance_record *ret_record)
{
	assert(item->kind == BATCH_CREATE);
	memcpy(ret_record, content_of(batch, item), sizeof(*ret_record));
}

void journal_batch_each_news(const struct journal_batch *batch,
    void (*tell)(void *arg, const struct journal_news *news), void *arg)
{
	const struct batch_item *item;
	struct instance_record created;
	struct journal_news news;

	for (item = batch->items; item < batch->items + batch->item_count;
	     item++) {
		news = (struct journal_news){.instance = item->instance,
		    .seq = item->seq,
		    .batch = batch,
		    .item = item};
		if (item->kind == BATCH_CREATE) {
			news.kind = JOURNAL_NEWS_CREATED;
			batch_record_at(batch, item, &created);
			news.created = &created.instance;
		} else if (item->kind == BATCH_DESTROY) {
			news.kind = JOURNAL_NEWS_DESTROYED;
		} else if (item->kind == BATCH_ROW ||
			   (item->kind == BATCH_SPOOL && item->seq > 0)) {
			news.kind = JOURNAL_NEWS_ROW;
		} else {
			continue;
		}
		tell(arg, &news);
	}
}

bool journal_news_row(
    const struct journal_news *news, struct journal_row *ret_row)
{
	assert(news->kind == JOURNAL_NEWS_ROW);
	if (news->item->kind != BATCH_ROW)
		return false;
	batch_row_at(news->batch, news->item, ret_row);
	return true;
}

void batch_cause_at(const struct journal_batch *batch,
    const struct batch_item *item, struct journal_cause *ret_cause,
    const char **ret_principal)
{
	const char *at = (const char *)content_of(batch, item);

	assert(item->kind == BATCH_CREATE || item->kind == BATCH_DESTROY);
	if (item->kind == BATCH_DESTROY)
		*ret_principal = at;
	at += item->kind == BATCH_CREATE ? sizeof(struct instance_record)
					 : strlen(at) + 1;
	ret_cause->label = item->has_label ? at : NULL;
	if (item->has_label)
		at += strlen(at) + 1;
	ret_cause->key = item->key_size > 0 ? at : NULL;
	ret_cause->key_size = item->key_size;
}
