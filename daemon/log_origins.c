/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log_origins.h"

#include "daemon/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Links walked for one part. */
#define PAGE_ORIGINS 500

/* ---- walking ---- */

static void fill_origin(
    const struct journal_origin *origin, Memblock__V1__LogOrigin *message)
{
	memblock__v1__log_origin__init(message);
	message->instance = (char *)origin->name;
	message->has_seq = 1;
	message->seq = origin->seq;
	message->has_life = origin->instance != 0;
	message->life = (uint64_t)origin->instance;
}

static void pack_origins(struct log_stream *stream,
    const struct journal_origin *origins, size_t count)
{
	Memblock__V1__LogResult result = MEMBLOCK__V1__LOG_RESULT__INIT;
	Memblock__V1__LogOrigin messages[PAGE_ORIGINS];
	Memblock__V1__LogOrigin *pointers[PAGE_ORIGINS];
	struct answer answer;
	size_t i;

	for (i = 0; i < count; i++) {
		fill_origin(&origins[i], &messages[i]);
		pointers[i] = &messages[i];
	}
	result.n_origins = count;
	result.origins = pointers;
	answer_init(&answer, stream->pages.id);
	answer_seq(&answer, stream->seq);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	answer.response.log = &result;
	pages_pack(&stream->pages, &answer);
}

/* As many links as one page tells of. */
static size_t walk_links(struct log_stream *stream, struct journal *journal,
    struct journal_origin *origins)
{
	struct lineage *lineage = stream->lineage;
	bool is_copy;
	size_t count = 0;

	stream->status = JOURNAL_OK;
	if (lineage->count == 0)
		stream->status = lineage_begin(lineage, journal,
		    stream->instance, stream->seq, &stream->error);
	while (stream->status == JOURNAL_OK && count < PAGE_ORIGINS &&
	       lineage->end == LINEAGE_GOES_ON) {
		stream->status = lineage_walk(lineage, journal, &is_copy,
		    &origins[count], &stream->error);
		if (stream->status == JOURNAL_OK && is_copy)
			count++;
	}
	return count;
}

bool log_origins_make_page(struct log_stream *stream, struct journal *journal)
{
	struct journal_origin *origins =
	    memory_zeroed(PAGE_ORIGINS, sizeof(*origins));
	const size_t count = walk_links(stream, journal, origins);
	const bool failed = stream->status != JOURNAL_OK;

	if (failed)
		log_stream_pack_failure(stream);
	else if (count > 0)
		pack_origins(stream, origins, count);
	free(origins);
	stream->walked = stream->lineage->end != LINEAGE_GOES_ON;
	if (!stream->reverse)
		stream->link = stream->lineage->farthest;
	return failed || count > 0;
}

/* ---- link by link ---- */

void log_origins_begin_link(struct log_stream *stream, struct journal *journal)
{
	struct lineage *lineage = stream->lineage;
	struct journal_history history;
	struct lineage_link link;

	stream->status =
	    lineage_at(lineage, journal, stream->link, &link, &stream->error);
	if (stream->status == JOURNAL_OK)
		stream->status = journal_find_history(
		    journal, link.instance, &history, &stream->error);
	if (stream->status == JOURNAL_NOT_FOUND)
		snprintf(stream->error.text, sizeof(stream->error.text),
		    "%s: what it came from was purged", stream->name);
	if (stream->status != JOURNAL_OK)
		return;
	stream->owner = link.instance;
	strcpy(stream->owner_name, history.instance.name);
	stream->from =
	    stream->link == lineage->farthest ? lineage_first_seq(lineage) : 1;
	stream->to = link.to;
	stream->cut = false;
	stream->is_copy = history.is_copy;
	stream->origin = history.origin;
	stream->tells_origin = stream->from == 1;
}
