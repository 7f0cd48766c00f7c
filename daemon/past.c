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
	struct past_found found;
	/* Goes on with what was found, and frees message if that is still its
	 * to free. */
	void (*go_on)(struct past *past);
	uint64_t seq;	/* where it stood when it was asked */
	bool is_paused; /* the session is */
};

/* ---- moments and points ---- */

struct past_moment past_moment_of(const Memblock__V1__Request *message)
{
	return (struct past_moment){
	    .has_seq = message->has_at_seq,
	    .has_time = message->has_at_time_us,
	    .seq = message->at_seq,
	    .time_us = message->at_time_us,
	};
}

bool past_is_asked(const struct request *request)
{
	return request->command->subject != SUBJECT_HISTORY &&
	       (request->message->has_at_seq ||
		   request->message->has_at_time_us);
}

bool past_locate(const struct instance *instance,
    const struct past_moment *moment, struct answer *answer,
    struct past_point *ret_point)
{
	const char *name = instance->row.name;

	if (moment->has_seq && moment->has_time) {
		answer_refuse(answer, CODE(INVALID_ARGUMENT),
		    "%s: at a seq or at a time, not both", name);
		return false;
	}
	if (moment->has_seq && moment->seq > instance->seq) {
		answer_refuse(answer, CODE(OUT_OF_RANGE),
		    "%s: seq %llu is beyond the end, which is %llu", name,
		    (unsigned long long)moment->seq,
		    (unsigned long long)instance->seq);
		return false;
	}
	if (moment->has_time && moment->time_us > (uint64_t)request_time_us()) {
		answer_refuse(answer, CODE(OUT_OF_RANGE),
		    "%s: that time is in the future", name);
		return false;
	}
	*ret_point = (struct past_point){
	    .instance = instance->row.id,
	    .seq = moment->has_seq ? moment->seq : instance->seq,
	    .has_time = moment->has_time,
	    .time_us = (int64_t)moment->time_us,
	};
	return true;
}

enum journal_status past_seq(struct journal *journal,
    const struct past_point *point, uint64_t *ret_seq,
    struct journal_error *ret_error)
{
	if (point->has_time)
		return journal_seq_at(journal, point->instance, point->time_us,
		    ret_seq, ret_error);
	*ret_seq = point->seq;
	return JOURNAL_OK;
}

void past_refuse(struct answer *answer, const char *name,
    enum journal_status status, const struct journal_error *error)
{
	answer_code code;

	switch (status) {
	case JOURNAL_BEYOND:
		code = CODE(OUT_OF_RANGE);
		break;
	case JOURNAL_NOT_FOUND:
		code = CODE(NOT_FOUND);
		break;
	case JOURNAL_FAILED:
		code = CODE(UNAVAILABLE);
		break;
	default:
		code = CODE(DATA_LOSS);
	}
	answer_refuse(answer, code, "%s: %s", name, error->text);
}

/* ---- on the history thread ---- */

static void bring_back(struct history_job *job, struct journal *journal)
{
	struct past_found *found = &((struct past *)job)->found;
	uint64_t seq;

	found->status = past_seq(journal, &found->point, &seq, &found->error);
	if (found->status == JOURNAL_OK)
		found->status = journal_load_at(journal, found->point.instance,
		    seq, &found->state, &found->error);
}

/* ---- on the loop ---- */

static void end(struct past *past)
{
	struct session *session = past->session;
	const bool is_paused = past->is_paused;

	memblock_destroy(past->found.state.mb);
	memblock__v1__request__free_unpacked(past->message, NULL);
	free(past);
	if (is_paused)
		session_resume(session);
	else
		session_go(session);
}

static void on_brought_back(struct history_job *job)
{
	struct past *past = (struct past *)job;

	past->go_on(past);
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

static struct past *put_aside(struct request *request,
    const struct past_point *point, void (*go_on)(struct past *past))
{
	struct past *past = memory_zeroed(1, sizeof(*past));

	past->job.work = bring_back;
	past->job.done = on_brought_back;
	past->service = request->service;
	past->session = request->session;
	past->message = request_keep_message(request);
	past->found.point = *point;
	past->go_on = go_on;
	return past;
}

/* ---- a question ---- */

/* The request goes on where it was when it was put aside, with a model of its
 * own and without an instance. */
static void answer(struct past *past)
{
	struct past_found *found = &past->found;
	struct request request = {
	    .service = past->service,
	    .session = past->session,
	    .message = past->message,
	    .command = command_find(past->message->operation_case),
	    .mb = found->state.mb,
	    .hash = found->state.hash,
	};

	answer_init(&request.answer, past->message->id);
	if (found->status == JOURNAL_OK) {
		registry_tell_damage(past->message->instance, &found->state);
		answer_seq(&request.answer, found->state.seq);
		if (request.command->run(&request) == COMMAND_SENT)
			return;
	} else {
		answer_seq(&request.answer, past->seq);
		past_refuse(&request.answer, past->message->instance,
		    found->status, &found->error);
	}
	request_send(&request, true);
}

enum command_end past_begin(struct request *request)
{
	const struct past_moment moment = past_moment_of(request->message);
	struct past_point point;
	struct past *past;

	if (request->command->subject != SUBJECT_LAYOUT) {
		/* It may be about no instance at all. */
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "%s is not for the past", request->command->name);
		return COMMAND_ANSWER;
	}
	if (!past_locate(request->instance, &moment, &request->answer, &point))
		return COMMAND_ANSWER;
	past = put_aside(request, &point, answer);
	past->seq = request->instance->seq;
	commit_then(request->service->commit, request->instance->batch,
	    on_durable, past);
	return COMMAND_SENT;
}

/* ---- a change that needs it ---- */

static void handle_again(struct past *past)
{
	Memblock__V1__Request *message = past->message;

	past->message = NULL;
	request_handle_again(
	    past->service, past->session, message, &past->found);
}

void past_find(
    struct request *request, const struct past_point *point, uint64_t batch)
{
	struct past *past = put_aside(request, point, handle_again);

	past->is_paused = true;
	session_pause(request->session);
	commit_then(request->service->commit, batch, on_durable, past);
}
