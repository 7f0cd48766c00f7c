/* SPDX-License-Identifier: BSD-2-Clause */
/* compact: the rows that an instance begins with leave the journal. The layout
 * there is brought back on a history thread; the writing thread drops the rows,
 * with whatever else is in the batch. */
#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/past.h"

#include <stdio.h>
#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

struct compaction {
	struct history_job job;
	struct service *service;
	struct session *session;
	Memblock__V1__Request *message;
	int64_t instance; /* this life of the name */
	uint64_t seq;	  /* where it stood when it was asked */
	/* What the journal had. */
	enum journal_status status;
	struct journal_error error;
	struct journal_state state; /* mb is NULL: nothing */
};

/* ---- on the history thread ---- */

static void find_cut(struct history_job *job, struct journal *journal)
{
	struct compaction *compaction = (struct compaction *)job;

	compaction->status = journal_find_cut(journal, compaction->instance,
	    compaction->message->compact->keep_seq, &compaction->state,
	    &compaction->error);
}

/* ---- on the loop, afterwards ---- */

/* The instance may be another one by now. */
static bool find_again(
    const struct compaction *compaction, struct request *request)
{
	struct journal_error error;
	enum journal_status status;

	status = registry_find(request->service->registry,
	    request->message->instance, &request->instance, &error);
	if (status == JOURNAL_OK &&
	    (request->instance->departed ||
		request->instance->row.id != compaction->instance))
		status = JOURNAL_NOT_FOUND;
	if (status == JOURNAL_OK)
		return true;
	request->instance = NULL;
	return request_refuse_journal(request, status, &error);
}

/* Somebody else may have dropped more. */
static bool check_kept(const struct compaction *compaction,
    const struct instance *instance, struct request *request)
{
	if (compaction->state.seq + 1 >= instance->row.first_seq)
		return true;
	return request_refuse(request, CODE(NOT_FOUND),
	    "seq %llu is not kept any more: the first that is kept is %llu",
	    (unsigned long long)compaction->state.seq,
	    (unsigned long long)instance->row.first_seq - 1);
}

static void drop_rows(
    const struct compaction *compaction, struct instance *instance)
{
	struct commit *commit = compaction->service->commit;
	const uint64_t first_seq = compaction->state.seq + 1;

	if (compaction->message->dry_run ||
	    first_seq == instance->row.first_seq)
		return;
	memory_check(journal_batch_compact(
	    commit_batch(commit), instance->row.id, &compaction->state));
	instance->row.first_seq = first_seq;
	instance->batch = commit_number(commit);
}

/* A group is kept whole. */
static void tell_cut(
    const struct compaction *compaction, struct request *request)
{
	const uint64_t asked = compaction->message->compact->keep_seq;
	Memblock__V1__Response *response = &request->answer.response;
	char text[160], *warning = text;

	if (compaction->state.seq != asked) {
		snprintf(text, sizeof(text),
		    "seq %llu is in the middle of a group: kept from seq %llu "
		    "on",
		    (unsigned long long)asked,
		    (unsigned long long)compaction->state.seq);
		response->n_warnings = 1;
		response->warnings = &warning;
	}
	answer_seq(&request->answer, request->instance->seq);
	request_send(request, true);
}

static void go_on(struct compaction *compaction)
{
	struct request request = {
	    .service = compaction->service,
	    .session = compaction->session,
	    .message = compaction->message,
	    .command = command_find(compaction->message->operation_case),
	};

	answer_init(&request.answer, compaction->message->id);
	answer_seq(&request.answer, compaction->seq);
	if (!find_again(compaction, &request)) {
		/* Whatever was found of it no longer matters. */
	} else if (compaction->status != JOURNAL_OK) {
		past_refuse(&request.answer, compaction->message->instance,
		    compaction->status, &compaction->error);
	} else if (request_may_change(&request) &&
		   check_kept(compaction, request.instance, &request)) {
		drop_rows(compaction, request.instance);
		tell_cut(compaction, &request);
		return;
	}
	request_send(&request, true);
}

static void end(struct compaction *compaction)
{
	struct session *session = compaction->session;

	memblock_destroy(compaction->state.mb);
	memblock__v1__request__free_unpacked(compaction->message, NULL);
	free(compaction);
	session_resume(session);
}

static void on_found(struct history_job *job)
{
	struct compaction *compaction = (struct compaction *)job;

	go_on(compaction);
	end(compaction);
}

/* Only what is on disk can be read. */
static void on_durable(void *arg, bool durable)
{
	struct compaction *compaction = arg;
	uint8_t *frame;
	size_t size;

	if (durable) {
		history_submit(compaction->service->history, &compaction->job);
		return;
	}
	frame = answer_unavailable(compaction->message->id,
	    "what is to be compacted was not written", &size);
	session_answer(compaction->session, frame, size, true);
	end(compaction);
}

/* ---- the command ---- */

static bool check_keep(struct request *request)
{
	const Memblock__V1__Compact *message = request->message->compact;
	const uint64_t seq = request->instance->seq;

	if (!message->has_keep_seq)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "the seq that is to be kept is missing");
	if (message->keep_seq <= seq)
		return true;
	return request_refuse(request, CODE(OUT_OF_RANGE),
	    "seq %llu is beyond the end, which is %llu",
	    (unsigned long long)message->keep_seq, (unsigned long long)seq);
}

enum command_end command_compact(struct request *request)
{
	struct compaction *compaction;

	if (!request_may_change(request) || !check_keep(request))
		return COMMAND_ANSWER;
	compaction = memory_zeroed(1, sizeof(*compaction));
	compaction->job.work = find_cut;
	compaction->job.done = on_found;
	compaction->service = request->service;
	compaction->session = request->session;
	compaction->message = request_keep_message(request);
	compaction->instance = request->instance->row.id;
	compaction->seq = request->instance->seq;
	session_pause(request->session);
	commit_then(request->service->commit, request->instance->batch,
	    on_durable, compaction);
	return COMMAND_SENT;
}
