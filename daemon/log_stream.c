/* SPDX-License-Identifier: BSD-2-Clause */
/* log: an instance's rows, read page by page on the history thread; the next
 * page is read when the client has taken most of what is queued. */
#include "daemon/command.h"
#include "daemon/log_entry.h"
#include "daemon/log_filter.h"
#include "daemon/memory.h"
#include "daemon/pages.h"
#include "storage/journal_missing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Entries in one part of an answer: with the longest texts they stay below
 * 1 MiB. */
#define PAGE_ENTRIES 1000

#define FIELD_ENTRIES 1 /* of LogResult */

/* Rows read for one part, few or none of which may be asked for: then a part
 * tells that the search goes on. */
#define PAGE_ROWS 100000

struct stream {
	struct pages pages;
	char name[JOURNAL_NAME_MAX + 1];
	int64_t instance; /* this life of the name */
	bool found;	  /* false: the journal must be asked first */
	uint64_t seq;	  /* of the instance when it was asked */
	bool has_if_seq;  /* seq is to be if_seq */
	uint64_t if_seq;
	uint64_t first;	   /* the first row that is kept */
	uint64_t from, to; /* what is still to be read; from 0: from there */
	uint64_t limit;
	bool reverse;
	bool tells_origin; /* with the first page */
	bool is_copy;
	struct journal_origin origin;
	struct log_filter filter;
	bool cut;     /* the span is cut to what the filter asks for */
	size_t rows;  /* of the page that is read, asked for or not */
	bool stopped; /* the page ended before the span */
	bool gap;     /* rows were dropped since it was asked */
	/* The page that was read last. */
	struct repeated entries;
	enum journal_status status;
	struct journal_error error;
};

/* Whether the life stands where it is to, and cuts the span that is asked for
 * to what there is. False: a refusal. */
static bool take_span(struct stream *stream, struct answer *answer)
{
	if (stream->has_if_seq && !answer_expect_seq(answer, stream->name,
				      stream->seq, stream->if_seq))
		return false;
	if (stream->from > stream->seq + 1) {
		answer_refuse(answer, CODE(OUT_OF_RANGE),
		    "%s: seq %llu is beyond the end, which is %llu",
		    stream->name, (unsigned long long)stream->from,
		    (unsigned long long)stream->seq);
		return false;
	}
	if (stream->from > 0 && stream->from + 1 < stream->first) {
		answer_refuse(answer, CODE(NOT_FOUND),
		    "%s: seq %llu is not kept any more: the first that is kept "
		    "is %llu",
		    stream->name, (unsigned long long)stream->from,
		    (unsigned long long)stream->first - 1);
		return false;
	}
	if (stream->from < stream->first)
		stream->from = stream->first;
	if (stream->to > stream->seq)
		stream->to = stream->seq;
	return true;
}

/* ---- on the history thread ---- */

static bool read_entry(void *arg, const struct journal_row *row)
{
	struct stream *stream = arg;

	stream->gap = !stream->reverse && row->seq != stream->from;
	if (stream->gap)
		return false;
	if (stream->reverse)
		stream->to = row->seq - 1;
	else
		stream->from = row->seq + 1;
	if (log_filter_passes(&stream->filter, row)) {
		log_entry_add(row, FIELD_ENTRIES, &stream->entries);
		stream->limit--;
	}
	stream->stopped = ++stream->rows == PAGE_ROWS ||
			  stream->entries.count == PAGE_ENTRIES ||
			  stream->limit == 0;
	return !stream->stopped;
}

static void pack_page(struct stream *stream)
{
	Memblock__V1__LogResult result = MEMBLOCK__V1__LOG_RESULT__INIT;
	Memblock__V1__CloneResult origin = MEMBLOCK__V1__CLONE_RESULT__INIT;
	struct answer answer;

	answer_init(&answer, stream->pages.id);
	answer_seq(&answer, stream->seq);
	if (stream->tells_origin && stream->is_copy) {
		origin.origin = stream->origin.name;
		origin.has_origin_seq = 1;
		origin.origin_seq = stream->origin.seq;
		result.origin = &origin;
	}
	stream->tells_origin = false;
	repeated_attach(&stream->entries, &result.base);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	answer.response.log = &result;
	pages_pack(&stream->pages, &answer);
}

/* Ends the stream with that refusal. */
static void pack_end(struct stream *stream, struct answer *answer)
{
	if (stream->found)
		answer_seq(answer, stream->seq);
	stream->pages.last = true;
	pages_pack(&stream->pages, answer);
}

static void pack_failure(struct stream *stream)
{
	struct answer answer;

	answer_init(&answer, stream->pages.id);
	answer_refuse(&answer,
	    stream->status == JOURNAL_FAILED	  ? CODE(UNAVAILABLE)
	    : stream->status == JOURNAL_NOT_FOUND ? CODE(NOT_FOUND)
						  : CODE(DATA_LOSS),
	    "%s", stream->error.text);
	pack_end(stream, &answer);
}

/* Finds a life that is not in service. False: there is none, or the status
 * says what is wrong. */
static bool find_life(struct stream *stream, struct journal *journal)
{
	struct journal_instance life;

	stream->status =
	    journal_find_life(journal, stream->instance, &life, &stream->error);
	if (stream->status == JOURNAL_NOT_FOUND)
		stream->status = JOURNAL_OK;
	else if (stream->status == JOURNAL_OK)
		stream->found = strcmp(life.name, stream->name) == 0;
	if (stream->found) {
		stream->seq = life.seq;
		stream->first = life.first_seq;
	}
	return stream->found;
}

/* Begins with a life that is not in service. False: refused. */
static bool begin_life(struct stream *stream, struct journal *journal)
{
	struct answer answer;

	answer_init(&answer, stream->pages.id);
	if (!find_life(stream, journal)) {
		if (stream->status != JOURNAL_OK) {
			pack_failure(stream);
			return false;
		}
		answer_refuse(
		    &answer, CODE(NOT_FOUND), "%s: no such life", stream->name);
	} else if (take_span(stream, &answer)) {
		return true;
	}
	pack_end(stream, &answer);
	return false;
}

/* A compaction dropped what comes next: that is not passed over. */
static void find_gap(struct stream *stream, struct journal *journal)
{
	const uint64_t next = stream->reverse ? stream->to : stream->from;
	const bool ended =
	    !stream->stopped && stream->limit > 0 && stream->from <= stream->to;
	struct journal_error error;

	if (stream->status != JOURNAL_OK || (!stream->gap && !ended))
		return;
	stream->status =
	    journal_tell_missing(journal, stream->instance, next, &error);
	snprintf(stream->error.text, sizeof(stream->error.text), "%s: %.*s",
	    stream->name, JOURNAL_ERROR_MAX - JOURNAL_NAME_MAX - 3, error.text);
}

static void read_entries(struct stream *stream, struct journal *journal)
{
	stream->rows = 0;
	stream->stopped = stream->gap = false;
	if (!stream->cut)
		stream->status =
		    log_filter_cut(&stream->filter, journal, stream->instance,
			&stream->from, &stream->to, &stream->error);
	stream->cut = true;
	if (stream->status == JOURNAL_OK && stream->limit > 0)
		stream->status = journal_each_row(journal, stream->instance,
		    stream->from, stream->to, stream->reverse, read_entry,
		    stream, &stream->error);
	find_gap(stream, journal);
	stream->pages.last = stream->status != JOURNAL_OK || !stream->stopped ||
			     stream->limit == 0 || stream->from > stream->to;
}

static void read_page(struct pages *pages, struct journal *journal)
{
	struct stream *stream = (struct stream *)pages;

	if (!stream->found && !begin_life(stream, journal))
		return;
	read_entries(stream, journal);
	if (stream->status == JOURNAL_OK && stream->tells_origin)
		stream->status = journal_find_origin(journal, stream->instance,
		    &stream->is_copy, &stream->origin, &stream->error);
	if (stream->status == JOURNAL_OK)
		pack_page(stream);
	else
		pack_failure(stream);
	repeated_free(&stream->entries);
}

/* ---- on the loop ---- */

static void drop(struct pages *pages)
{
	free(pages);
}

/* What is asked for of which life. False: refused. */
static bool take_request(struct request *request, struct stream *stream)
{
	const Memblock__V1__Log *log = request->message->log;
	const struct instance *instance = request->instance;
	char wrong[OUTCOME_MESSAGE_MAX];

	if (!log_filter_read(log, &stream->filter, wrong, sizeof(wrong)))
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", wrong);
	strcpy(stream->name, request->message->instance);
	stream->from = log->has_from_seq ? log->from_seq : 0;
	stream->to = log->has_to_seq ? log->to_seq : UINT64_MAX;
	stream->has_if_seq = request->message->has_if_seq;
	stream->if_seq = request->message->if_seq;
	stream->reverse = log->reverse;
	stream->limit = log->has_limit ? log->limit : UINT64_MAX;
	if (log->has_life &&
	    (instance == NULL || log->life != (uint64_t)instance->row.id)) {
		stream->instance = (int64_t)log->life;
		return true;
	}
	if (instance == NULL)
		return request_refuse(
		    request, CODE(NOT_FOUND), "no such instance");
	stream->found = true;
	stream->instance = instance->row.id;
	stream->seq = instance->seq;
	stream->first = instance->row.first_seq;
	return take_span(stream, &request->answer);
}

enum command_end command_log(struct request *request)
{
	struct stream *stream = memory_zeroed(1, sizeof(*stream));

	if (!take_request(request, stream)) {
		free(stream);
		return COMMAND_ANSWER;
	}
	stream->tells_origin = stream->from <= 1 && !stream->reverse;
	stream->pages.make = read_page;
	stream->pages.drop = drop;
	/* A life that is over is in the journal when its end is. */
	pages_begin(&stream->pages, request,
	    stream->found ? request->instance->batch
			  : commit_newest(request->service->commit));
	return COMMAND_SENT;
}
