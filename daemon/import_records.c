/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/import_records.h"

#include "daemon/history_record.h"
#include "daemon/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name
#define RECORD(name) MEMBLOCK__V1__HISTORY_RECORD__RECORD_##name

/* At most so many bytes of a layout are one region. */
#define REGION_BYTES 24
#define LAYOUT_BYTES 1024 /* beside them */

/* Bytes that come in several records. */
struct content {
	uint8_t *bytes; /* NULL: none */
	size_t size;
	size_t size_max;
};

struct import_records {
	uint64_t number; /* of the record that is taken */
	bool has_head, ended;
	struct journal_history history;
	uint64_t seq; /* of the last operation, by the head */
	int64_t before_time_us;
	struct content layout, tree;
	char *options; /* that stand beside the tree; NULL: none */
	uint64_t regions_max;
	struct journal_import *import; /* NULL: not begun */
	/* Why the last one was refused. */
	enum journal_status status;
	struct journal_error error;
};

struct import_records *import_records_new(const struct limits *limits)
{
	struct import_records *records = memory_zeroed(1, sizeof(*records));

	records->regions_max = limits->regions_max;
	records->layout.size_max =
	    limits->regions_max * REGION_BYTES + LAYOUT_BYTES;
	records->tree.size_max = limits->frame_bytes_max;
	return records;
}

void import_records_free(struct import_records *records)
{
	if (records == NULL)
		return;
	free(records->layout.bytes);
	free(records->tree.bytes);
	free(records->options);
	journal_import_free(records->import);
	free(records);
}

/* ---- refusing ---- */

static bool refuse(struct import_records *records, const char *sentence)
{
	records->status = JOURNAL_DAMAGED;
	snprintf(
	    records->error.text, sizeof(records->error.text), "%s", sentence);
	return false;
}

static bool is_ok(struct import_records *records, enum journal_status status)
{
	records->status = status;
	return status == JOURNAL_OK;
}

static answer_code code_of(enum journal_status status)
{
	switch (status) {
	case JOURNAL_BEYOND:
		return CODE(RESOURCE_EXHAUSTED);
	case JOURNAL_FAILED:
		return CODE(UNAVAILABLE);
	default:
		return CODE(INVALID_ARGUMENT);
	}
}

/* ---- one record of each kind ---- */

static bool take_head(
    struct import_records *records, const Memblock__V1__HistoryHead *head)
{
	char text[OUTCOME_MESSAGE_MAX];
	const char *wrong;

	if (records->has_head)
		return refuse(records, "a second head");
	wrong = history_head_take(head, &records->history, text);
	if (wrong != NULL)
		return refuse(records, wrong);
	records->has_head = true;
	records->seq = head->seq;
	records->before_time_us = (int64_t)head->before_time_us;
	return true;
}

static bool take_content(struct import_records *records,
    struct content *content, const Memblock__V1__HistoryContent *message)
{
	const size_t more = message->has_content ? message->content.len : 0;

	if (more == 0)
		return refuse(records, "it has no content");
	if (more > content->size_max - content->size) {
		records->status = JOURNAL_BEYOND;
		snprintf(records->error.text, sizeof(records->error.text),
		    "its content goes on beyond %zu bytes", content->size_max);
		return false;
	}
	content->bytes =
	    memory_need(realloc(content->bytes, content->size + more));
	memcpy(content->bytes + content->size, message->content.data, more);
	content->size += more;
	return true;
}

static void forget_content(struct content *content)
{
	free(content->bytes);
	content->bytes = NULL;
	content->size = 0;
}

/* What comes before the first operation is complete. */
static bool begin(struct import_records *records)
{
	const struct content *content = &records->layout;
	const struct journal_layout layout = {
	    content->bytes, content->size, records->before_time_us};

	if (records->import != NULL)
		return true;
	if (!is_ok(records,
		journal_import_begin(&records->history,
		    content->bytes == NULL ? NULL : &layout,
		    records->regions_max, &records->import, &records->error)))
		return false;
	forget_content(&records->layout);
	return true;
}

static bool take_layout(
    struct import_records *records, const Memblock__V1__HistoryContent *message)
{
	if (records->import != NULL)
		return refuse(records, "a layout behind operations");
	if (message->options != NULL)
		return refuse(records, "a layout with options");
	return take_content(records, &records->layout, message);
}

static bool take_tree(
    struct import_records *records, const Memblock__V1__HistoryContent *message)
{
	if (message->options != NULL && records->tree.bytes != NULL)
		return refuse(
		    records, "options in the middle of a device tree");
	if (!take_content(records, &records->tree, message))
		return false;
	if (message->options != NULL)
		records->options = memory_need(strdup(message->options));
	return true;
}

static bool take_operation(
    struct import_records *records, const Memblock__V1__LogEntry *entry)
{
	const struct journal_tree tree = {
	    .content = records->tree.bytes,
	    .size = records->tree.size,
	    .options = records->options,
	};
	struct journal_row row;
	const char *wrong;

	if (!begin(records))
		return false;
	wrong = history_entry_take(
	    entry, &records->history.instance.settings, &row);
	if (wrong != NULL)
		return refuse(records, wrong);
	if (!is_ok(records,
		journal_import_row(records->import, &row,
		    tree.content == NULL ? NULL : &tree, &records->error)))
		return false;
	forget_content(&records->tree);
	free(records->options);
	records->options = NULL;
	return true;
}

static bool take_end(
    struct import_records *records, const Memblock__V1__HistoryEnd *end)
{
	const uint8_t *hash;

	if (!begin(records))
		return false;
	if (records->tree.bytes != NULL)
		return refuse(records, "a device tree that led to nothing");
	if (journal_import_seq(records->import) != records->seq ||
	    import_records_operations(records) != end->operations)
		return refuse(
		    records, "not as many operations as the file says");
	hash = journal_import_hash(records->import);
	if (!end->has_hash || end->hash.len != JOURNAL_HASH_SIZE ||
	    memcmp(end->hash.data, hash, JOURNAL_HASH_SIZE) != 0)
		return refuse(
		    records, "the hash is not that of the last operation");
	records->ended = true;
	return is_ok(
	    records, journal_import_end(records->import, &records->error));
}

static bool take_record(
    struct import_records *records, const Memblock__V1__HistoryRecord *record)
{
	records->number++;
	if (records->ended)
		return refuse(records, "something behind the end");
	if (!records->has_head && record->record_case != RECORD(HEAD))
		return refuse(records, "a history begins with its head");
	switch (record->record_case) {
	case RECORD(HEAD):
		return take_head(records, record->head);
	case RECORD(LAYOUT):
		return take_layout(records, record->layout);
	case RECORD(DEVICE_TREE):
		return begin(records) &&
		       take_tree(records, record->device_tree);
	case RECORD(OPERATION):
		return take_operation(records, record->operation);
	case RECORD(END):
		return take_end(records, record->end);
	default:
		return refuse(
		    records, "a record that this server does not know");
	}
}

static bool take_part(
    struct import_records *records, const Memblock__V1__Import *part)
{
	size_t i;

	for (i = 0; i < part->n_records; i++)
		if (!take_record(records, part->records[i]))
			return false;
	if (!part->last || records->ended)
		return true;
	records->number++;
	return refuse(records, "it is cut off: the end is missing");
}

bool import_records_take(struct import_records *records,
    const Memblock__V1__Import *part, answer_code *ret_code,
    struct journal_error *ret_error)
{
	if (take_part(records, part))
		return true;
	*ret_code = code_of(records->status);
	snprintf(ret_error->text, sizeof(ret_error->text), "line %llu: %.480s",
	    (unsigned long long)records->number, records->error.text);
	return false;
}

struct journal_import *import_records_all(struct import_records *records)
{
	assert(records->ended);
	return records->import;
}

uint64_t import_records_operations(const struct import_records *records)
{
	return journal_import_seq(records->import) + 1 -
	       records->history.first_seq;
}
