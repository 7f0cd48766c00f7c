/* SPDX-License-Identifier: BSD-2-Clause */
/* log: what is asked for of which life of a name. */
#include "daemon/command.h"
#include "daemon/log_stream.h"
#include "daemon/memory.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

static void drop(struct pages *pages)
{
	struct log_stream *stream = (struct log_stream *)pages;

	free(stream->lineage);
	free(stream);
}

/* Where it came from, if that is asked for. False: refused. */
static bool take_lineage(struct request *request, struct log_stream *stream)
{
	const Memblock__V1__Log *log = request->message->log;

	if (!log->follow_origin)
		return true;
	if (log->has_from_seq || log->has_to_seq)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "from and to are seqs of one instance: with "
		    "follow_origin there can be several");
	stream->lineage = memory_zeroed(1, sizeof(*stream->lineage));
	return true;
}

/* Which rows. False: refused. */
static bool take_filter(struct request *request, struct log_stream *stream)
{
	const Memblock__V1__Log *log = request->message->log;
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
	return take_lineage(request, stream);
}

/* Of which life. False: refused. */
static bool take_life(struct request *request, struct log_stream *stream)
{
	const Memblock__V1__Log *log = request->message->log;
	const struct instance *instance = request->instance;

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
	return log_stream_take_span(stream, &request->answer);
}

enum command_end command_log(struct request *request)
{
	struct log_stream *stream = memory_zeroed(1, sizeof(*stream));

	if (!take_filter(request, stream) || !take_life(request, stream)) {
		drop(&stream->pages);
		return COMMAND_ANSWER;
	}
	stream->pages.make = log_stream_make_page;
	stream->pages.drop = drop;
	/* A life that is over is in the journal when its end is. */
	pages_begin(&stream->pages, request,
	    stream->found ? request->instance->batch
			  : commit_newest(request->service->commit));
	return COMMAND_SENT;
}
