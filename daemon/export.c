/* SPDX-License-Identifier: BSD-2-Clause */
/* export: a whole history, record by record, page by page on a history
 * thread. */
#include "daemon/command.h"
#include "daemon/history_record.h"
#include "daemon/memory.h"
#include "daemon/pages.h"
#include "daemon/past.h"
#include "proto/frame.h"
#include "storage/journal_missing.h"
#include "storage/snapshot.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Operations in one page, which stays below 1 MiB with the longest texts. */
#define PAGE_ROWS 512

#define FIELD_RECORDS 1 /* of ExportResult */

/* What stands before the operation of a record: its tag and length. */
#define RECORD_HEAD_BYTES_MAX (1 + FRAME_HEADER_MAX)

/* Bytes of a layout or a device tree in one record. */
#define CONTENT_BYTES ((size_t)128 << 10)

struct export
{
	struct pages pages;
	char name[JOURNAL_NAME_MAX + 1];
	struct past_point point;
	uint64_t told; /* the seq a refusal tells of */
	bool begun;
	struct journal_history history;
	uint64_t seq;  /* of the last operation */
	uint64_t next; /* of the operation that is told next */
	uint8_t hash[JOURNAL_HASH_SIZE]; /* of the one before */
	/* A layout or a tree of which some was told. NULL: none. */
	uint8_t *content;
	size_t content_size, content_told;
	char *options; /* that stand beside a tree; NULL: none */
	bool is_layout;
	uint64_t looked; /* for a tree, at the group that may begin here */
	/* The page. */
	struct repeated records;
	enum journal_status status;
	struct journal_error error;
};

/* ---- packing ---- */

static void add_record(struct export *export,
    const Memblock__V1__HistoryRecord *record, size_t bytes_max)
{
	memory_check(repeated_add(
	    &export->records, FIELD_RECORDS, &record->base, bytes_max));
}

static void pack_page(struct export *export)
{
	Memblock__V1__ExportResult result = MEMBLOCK__V1__EXPORT_RESULT__INIT;
	struct answer answer;

	repeated_attach(&export->records, &result.base);
	answer_init(&answer, export->pages.id);
	answer_seq(&answer, export->seq);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_EXPORT;
	answer.response.export = &result;
	pages_pack(&export->pages, &answer);
	repeated_free(&export->records);
}

/* A page of one record. */
static void pack_record(
    struct export *export, const Memblock__V1__HistoryRecord *record)
{
	add_record(export, record,
	    memblock__v1__history_record__get_packed_size(record));
	pack_page(export);
}

static void pack_head(struct export *export, int64_t before_time_us)
{
	Memblock__V1__HistoryRecord record = MEMBLOCK__V1__HISTORY_RECORD__INIT;
	struct history_head head;

	history_head_fill(&export->history, export->seq, before_time_us, &head);
	record.record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_HEAD;
	record.head = &head.message;
	pack_record(export, &record);
}

static void forget_content(struct export *export)
{
	free(export->content);
	free(export->options);
	export->content = NULL;
	export->options = NULL;
}

static void pack_content(struct export *export)
{
	Memblock__V1__HistoryContent content =
	    MEMBLOCK__V1__HISTORY_CONTENT__INIT;
	Memblock__V1__HistoryRecord record = MEMBLOCK__V1__HISTORY_RECORD__INIT;
	const size_t rest = export->content_size - export->content_told;

	content.has_content = 1;
	content.content.data = export->content + export->content_told;
	content.content.len = rest < CONTENT_BYTES ? rest : CONTENT_BYTES;
	if (export->content_told == 0)
		content.options = export->options;
	record.record_case =
	    export->is_layout
		? MEMBLOCK__V1__HISTORY_RECORD__RECORD_LAYOUT
		: MEMBLOCK__V1__HISTORY_RECORD__RECORD_DEVICE_TREE;
	record.layout = &content;
	pack_record(export, &record);
	export->content_told += content.content.len;
	if (export->content_told == export->content_size)
		forget_content(export);
}

static void pack_end(struct export *export)
{
	Memblock__V1__HistoryRecord record = MEMBLOCK__V1__HISTORY_RECORD__INIT;
	Memblock__V1__HistoryEnd end = MEMBLOCK__V1__HISTORY_END__INIT;

	end.has_operations = end.has_hash = 1;
	end.operations = export->seq + 1 - export->history.first_seq;
	end.hash.data = export->hash;
	end.hash.len = sizeof(export->hash);
	record.record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_END;
	record.end = &end;
	export->pages.last = true;
	pack_record(export, &record);
}

static void pack_failure(struct export *export)
{
	struct answer answer;

	answer_init(&answer, export->pages.id);
	answer_seq(&answer, export->told);
	past_refuse(&answer, export->name, export->status, &export->error);
	export->pages.last = true;
	pages_pack(&export->pages, &answer);
}

/* ---- reading, on a history thread ---- */

static void keep_layout(struct export *export, const struct memblock *mb)
{
	export->content_size = snapshot_size(mb);
	export->content = memory_zeroed(1, export->content_size);
	snapshot_write(mb, export->content);
	export->is_layout = true;
}

/* What it begins with, and the head. */
static void begin(struct export *export, struct journal *journal)
{
	struct journal_history *history = &export->history;
	struct journal_state state = {0};

	export->status =
	    past_seq(journal, &export->point, &export->seq, &export->error);
	if (export->status == JOURNAL_OK)
		export->status = journal_find_history(
		    journal, export->point.instance, history, &export->error);
	if (export->status != JOURNAL_OK)
		return;
	/* A seq that is not kept is refused by who knows the first that is. */
	if (history->is_copy || history->first_seq > 1)
		export->status =
		    journal_load_at(journal, export->point.instance,
			export->seq + 1 < history->first_seq
			    ? export->seq
			    : history->first_seq - 1,
			&state, &export->error);
	if (export->status != JOURNAL_OK)
		return;
	if (state.mb != NULL)
		keep_layout(export, state.mb);
	memblock_destroy(state.mb);
	export->next = history->first_seq;
	memcpy(export->hash, history->first_before, sizeof(export->hash));
	export->begun = true;
	pack_head(export, state.time_us);
}

/* The tree, if there is one, that led to the operation that is next. False:
 * there is none, or the status says what is wrong. */
static bool find_tree(struct export *export, struct journal *journal)
{
	struct journal_tree tree;

	if (export->looked == export->next)
		return false;
	export->looked = export->next;
	export->status = journal_find_tree(journal, export->point.instance,
	    export->next, &tree, &export->error);
	if (export->status == JOURNAL_OK) {
		export->content = tree.content;
		export->content_size = tree.size;
		export->options = tree.options;
		export->content_told = 0;
		export->is_layout = false;
		return true;
	}
	if (export->status == JOURNAL_NOT_FOUND)
		export->status = JOURNAL_OK;
	return false;
}

static void add_operation(struct export *export, const struct journal_row *row)
{
	Memblock__V1__HistoryRecord record = MEMBLOCK__V1__HISTORY_RECORD__INIT;
	struct log_entry entry;

	history_entry_fill(row, &entry);
	record.record_case = MEMBLOCK__V1__HISTORY_RECORD__RECORD_OPERATION;
	record.operation = &entry.message;
	add_record(
	    export, &record, log_entry_bytes_max(row) + RECORD_HEAD_BYTES_MAX);
}

/* A page ends before a group: a tree may stand there; and before what was
 * dropped. */
static bool keep_row(void *arg, const struct journal_row *row)
{
	struct export *export = arg;

	if (row->seq != export->next ||
	    (row->group == row->seq && row->seq != export->looked))
		return false;
	add_operation(export, row);
	memcpy(export->hash, row->hash, sizeof(export->hash));
	export->next = row->seq + 1;
	return export->records.count < PAGE_ROWS;
}

static void read_rows(struct export *export, struct journal *journal)
{
	export->status = journal_each_row(journal, export->point.instance,
	    export->next, export->seq, false, keep_row, export, &export->error);
	if (export->status == JOURNAL_OK && export->records.count == 0)
		export->status = journal_tell_missing(journal,
		    export->point.instance, export->next, &export->error);
	if (export->status == JOURNAL_OK)
		pack_page(export);
	else
		repeated_free(&export->records);
}

static void make_page(struct pages *pages, struct journal *journal)
{
	struct export *export = (struct export *)pages;

	if (!export->begun)
		begin(export, journal);
	else if (export->content != NULL)
		pack_content(export);
	else if (export->next > export->seq)
		pack_end(export);
	else if (find_tree(export, journal))
		pack_content(export);
	else if (export->status == JOURNAL_OK)
		read_rows(export, journal);
	if (export->status != JOURNAL_OK)
		pack_failure(export);
}

/* ---- on the loop ---- */

static void drop(struct pages *pages)
{
	struct export *export = (struct export *)pages;

	forget_content(export);
	free(export);
}

enum command_end command_export(struct request *request)
{
	const struct past_moment moment = past_moment_of(request->message);
	struct export *export;
	struct past_point point;

	if (!past_locate(request->instance, &moment, &request->answer, &point))
		return COMMAND_ANSWER;
	export = memory_zeroed(1, sizeof(*export));
	strcpy(export->name, request->message->instance);
	export->point = point;
	export->told = request->instance->seq;
	export->pages.make = make_page;
	export->pages.drop = drop;
	pages_begin(&export->pages, request, request->instance->batch);
	return COMMAND_SENT;
}
