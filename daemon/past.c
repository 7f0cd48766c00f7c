/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/past.h"

#include "daemon/memory.h"

#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

struct past {
	struct history_job job;
	struct service *service;
	struct session *session;
	Memblock__V1__Request *message;
	int64_t instance;
	uint64_t seq; /* where it stood when it was asked */
	/* What the journal had. */
	enum journal_status status;
	struct journal_error error;
	struct journal_state state; /* mb is NULL: nothing */
};

bool past_is_asked(const struct request *request)
{
	return request->message->has_at_seq || request->message->has_at_time_us;
}

/* ---- on the history thread ---- */

static void bring_back(struct history_job *job, struct journal *journal)
{
	struct past *past = (struct past *)job;
	uint64_t seq = past->message->at_seq;

	past->status = JOURNAL_OK;
	if (past->message->has_at_time_us)
		past->status = journal_seq_at(journal, past->instance,
		    (int64_t)past->message->at_time_us, &seq, &past->error);
	if (past->status == JOURNAL_OK)
		past->status = journal_load_at(
		    journal, past->instance, seq, &past->state, &past->error);
}

/* ---- on the loop ---- */

static void refuse(struct past *past, struct request *request)
{
	switch (past->status) {
	case JOURNAL_BEYOND:
		request_refuse(
		    request, CODE(OUT_OF_RANGE), "%s", past->error.text);
		break;
	case JOURNAL_NOT_FOUND:
		request_refuse(
		    request, CODE(NOT_FOUND), "%s", past->error.text);
		break;
	default:
		request_refuse_journal(request, past->status, &past->error);
	}
	answer_seq(&request->answer, past->seq);
	request_send(request, true);
}

/* The request goes on where it was when it was put aside, with a model of its
 * own and without an instance. */
static void go_on(struct past *past)
{
	struct request request = {
	    .service = past->service,
	    .session = past->session,
	    .message = past->message,
	    .command = command_find(past->message->operation_case),
	    .mb = past->state.mb,
	};

	answer_init(&request.answer, past->message->id);
	if (past->status != JOURNAL_OK) {
		refuse(past, &request);
		return;
	}
	answer_seq(&request.answer, past->state.seq);
	if (request.command->run(&request) == COMMAND_ANSWER)
		request_send(&request, true);
}

static void end(struct past *past)
{
	struct session *session = past->session;

	memblock_destroy(past->state.mb);
	memblock__v1__request__free_unpacked(past->message, NULL);
	free(past);
	session_go(session);
}

static void on_brought_back(struct history_job *job)
{
	struct past *past = (struct past *)job;

	go_on(past);
	end(past);
}

/* Only what is on disk is told of. */
static void on_durable(void *arg, bool durable)
{
	struct past *past = arg;
	uint8_t *frame;
	size_t size;

	if (durable) {
		history_submit(past->service->history, &past->job);
		return;
	}
	frame = answer_unavailable(
	    past->message->id, "what is asked for was not written", &size);
	session_answer(past->session, frame, size, true);
	end(past);
}

/* A command that may be about no instance at all. */
static bool refuse_command(struct request *request)
{
	answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
	    "%s is not for the past: dump, ranges, query, find and info are",
	    request->command->name);
	return false;
}

static bool check(struct request *request)
{
	const Memblock__V1__Request *message = request->message;
	const uint64_t seq =
	    request->instance == NULL ? 0 : request->instance->seq;

	if (request->command->subject != SUBJECT_LAYOUT)
		return refuse_command(request);
	if (message->has_at_seq && message->has_at_time_us)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "at a seq or at a time, not both");
	if (message->has_at_seq && message->at_seq > seq)
		return request_refuse(request, CODE(OUT_OF_RANGE),
		    "seq %llu is beyond the end, which is %llu",
		    (unsigned long long)message->at_seq,
		    (unsigned long long)seq);
	if (message->has_at_time_us &&
	    message->at_time_us > (uint64_t)request_time_us())
		return request_refuse(
		    request, CODE(OUT_OF_RANGE), "that time is in the future");
	return true;
}

enum command_end past_begin(struct request *request)
{
	struct past *past;

	if (!check(request))
		return COMMAND_ANSWER;
	past = memory_zeroed(1, sizeof(*past));
	past->job.work = bring_back;
	past->job.done = on_brought_back;
	past->service = request->service;
	past->session = request->session;
	past->message = request_keep_message(request);
	past->instance = request->instance->row.id;
	past->seq = request->instance->seq;
	commit_then(request->service->commit, request->instance->batch,
	    on_durable, past);
	return COMMAND_SENT;
}
