/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_stream.h"

#include "daemon/log_origins.h"
#include "storage/journal_missing.h"

#include <stdio.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Entries in one part of an answer: with the longest texts they stay below
 * 1 MiB. */
#define PAGE_ENTRIES 1000

#define FIELD_ENTRIES 1 /* of LogResult */

/* Rows read for one part, few or none of which may be asked for: then a part
 * tells that the search goes on. */
#define PAGE_ROWS 100000

bool log_stream_take_span(struct log_stream *stream, struct answer *answer)
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

/* ---- the life ---- */

/* Ends the stream with that refusal. */
static void pack_end(struct log_stream *stream, struct answer *answer)
{
	if (stream->found)
		answer_seq(answer, stream->seq);
	stream->pages.last = true;
	pages_pack(&stream->pages, answer);
}

void log_stream_pack_failure(struct log_stream *stream)
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
static bool find_life(struct log_stream *stream, struct journal *journal)
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
static bool begin_life(struct log_stream *stream, struct journal *journal)
{
	struct answer answer;

	answer_init(&answer, stream->pages.id);
	if (!find_life(stream, journal)) {
		if (stream->status != JOURNAL_OK) {
			log_stream_pack_failure(stream);
			return false;
		}
		answer_refuse(
		    &answer, CODE(NOT_FOUND), "%s: no such life", stream->name);
	} else if (log_stream_take_span(stream, &answer)) {
		return true;
	}
	pack_end(stream, &answer);
	return false;
}

/* ---- what is read ---- */

static bool is_last_link(const struct log_stream *stream)
{
	return stream->lineage == NULL ||
	       stream->link ==
		   (stream->reverse ? stream->lineage->farthest : 0);
}

/* Without a lineage: the instance itself, and the span that is asked for. */
static void begin_self(struct log_stream *stream, struct journal *journal)
{
	stream->owner = stream->instance;
	strcpy(stream->owner_name, stream->name);
	stream->tells_origin = stream->from <= 1 && !stream->reverse;
	stream->status = JOURNAL_OK;
	if (stream->tells_origin)
		stream->status = journal_find_origin(journal, stream->owner,
		    &stream->is_copy, &stream->origin, &stream->error);
}

/* ---- rows ---- */

static uint64_t next_seq(const struct log_stream *stream)
{
	return stream->reverse ? stream->to : stream->from;
}

static bool read_entry(void *arg, const struct journal_row *row)
{
	struct log_stream *stream = arg;

	stream->gap = row->seq != next_seq(stream);
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

/* A compaction dropped what comes next: that is not passed over. */
static void find_gap(struct log_stream *stream, struct journal *journal)
{
	const bool ended =
	    !stream->stopped && stream->limit > 0 && stream->from <= stream->to;
	struct journal_error error;

	if (stream->status != JOURNAL_OK || (!stream->gap && !ended))
		return;
	stream->status = journal_tell_missing(
	    journal, stream->owner, next_seq(stream), &error);
	snprintf(stream->error.text, sizeof(stream->error.text), "%s: %.*s",
	    stream->owner_name, JOURNAL_ERROR_MAX - JOURNAL_NAME_MAX - 3,
	    error.text);
}

static void read_entries(struct log_stream *stream, struct journal *journal)
{
	stream->rows = 0;
	stream->stopped = stream->gap = false;
	if (!stream->cut)
		stream->status = log_filter_cut(&stream->filter, journal,
		    stream->owner, &stream->from, &stream->to, &stream->error);
	stream->cut = true;
	if (stream->status == JOURNAL_OK && stream->limit > 0)
		stream->status = journal_each_row(journal, stream->owner,
		    stream->from, stream->to, stream->reverse, read_entry,
		    stream, &stream->error);
	find_gap(stream, journal);
}

static bool link_is_done(const struct log_stream *stream)
{
	return stream->from > stream->to;
}

/* Whose rows a page has, where there can be several; and why the first of them
 * are not the first there were. */
static void tell_owner(struct log_stream *stream, struct answer *answer,
    Memblock__V1__LogResult *result)
{
	char text[ANSWER_MESSAGE_MAX];

	if (stream->lineage == NULL)
		return;
	if (stream->link > 0) {
		result->instance = stream->owner_name;
		result->has_life = 1;
		result->life = (uint64_t)stream->owner;
	}
	if (stream->told)
		return;
	stream->told = true;
	lineage_tell_end(stream->lineage, text, sizeof(text));
	if (text[0] != '\0')
		answer_warn(answer, "%s", text);
}

/* Where the rows begin is in front of the first, or in reverse behind it. */
static void tell_origin(struct log_stream *stream,
    Memblock__V1__CloneResult *origin, Memblock__V1__LogResult *result)
{
	if (!stream->tells_origin || (stream->reverse && !link_is_done(stream)))
		return;
	stream->tells_origin = false;
	if (!stream->is_copy)
		return;
	origin->origin = stream->origin.name;
	origin->has_origin_seq = 1;
	origin->origin_seq = stream->origin.seq;
	result->origin = origin;
}

static void pack_page(struct log_stream *stream)
{
	Memblock__V1__LogResult result = MEMBLOCK__V1__LOG_RESULT__INIT;
	Memblock__V1__CloneResult origin = MEMBLOCK__V1__CLONE_RESULT__INIT;
	struct answer answer;

	answer_init(&answer, stream->pages.id);
	answer_seq(&answer, stream->seq);
	tell_owner(stream, &answer, &result);
	tell_origin(stream, &origin, &result);
	repeated_attach(&stream->entries, &result.base);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	answer.response.log = &result;
	stream->pages.last = stream->limit == 0 ||
			     (link_is_done(stream) && is_last_link(stream));
	pages_pack(&stream->pages, &answer);
}

/* The next page begins with the next link. */
static void leave_link(struct log_stream *stream)
{
	if (!link_is_done(stream) || is_last_link(stream))
		return;
	stream->link += stream->reverse ? 1 : UINT64_MAX;
	stream->in_link = false;
}

static void make_row_page(struct log_stream *stream, struct journal *journal)
{
	if (!stream->in_link) {
		if (stream->lineage == NULL)
			begin_self(stream, journal);
		else
			log_origins_begin_link(stream, journal);
	}
	stream->in_link = true;
	if (stream->status == JOURNAL_OK)
		read_entries(stream, journal);
	if (stream->status == JOURNAL_OK)
		pack_page(stream);
	else
		log_stream_pack_failure(stream);
	repeated_free(&stream->entries);
	leave_link(stream);
}

void log_stream_make_page(struct pages *pages, struct journal *journal)
{
	struct log_stream *stream = (struct log_stream *)pages;

	if (!stream->found && !begin_life(stream, journal))
		return;
	if (stream->lineage != NULL && !stream->walked &&
	    log_origins_make_page(stream, journal))
		return;
	make_row_page(stream, journal);
}
