/* SPDX-License-Identifier: BSD-2-Clause */
/* clone: an instance that begins as another one stands, or stood. */
#include "daemon/clone.h"

#include "daemon/memory.h"
#include "daemon/past.h"
#include "daemon/repeat.h"

#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* What is copied. */
struct original {
	struct instance *instance;
	struct memblock *mb; /* the copy */
	struct journal_origin origin;
};

/* ---- finding ---- */

static bool find_instance(struct request *request, struct original *original)
{
	const char *name = request->message->clone->origin;
	struct journal_error error;
	enum journal_status status = JOURNAL_NOT_FOUND;

	if (name == NULL)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "what is to be copied is missing");
	if (strlen(name) <= JOURNAL_NAME_MAX)
		status = registry_find(request->service->registry, name,
		    &original->instance, &error);
	if (status == JOURNAL_NOT_FOUND ||
	    (status == JOURNAL_OK && original->instance->departed)) {
		answer_refuse(&request->answer, CODE(NOT_FOUND),
		    "%.*s: no such instance",
		    answer_quotable(name, JOURNAL_NAME_MAX), name);
		return false;
	}
	if (status != JOURNAL_OK)
		past_refuse(&request->answer, name, status, &error);
	return status == JOURNAL_OK;
}

/* The point that is to be copied. */
static bool find_point(struct request *request, const struct original *original,
    struct past_point *ret_point)
{
	const Memblock__V1__Request *message = request->message;
	const struct past_moment moment = {
	    .has_seq = message->clone->has_origin_seq,
	    .has_time = message->clone->has_origin_time_us,
	    .seq = message->clone->origin_seq,
	    .time_us = message->clone->origin_time_us,
	};

	if (message->has_if_seq &&
	    !answer_expect_seq(&request->answer, message->clone->origin,
		original->instance->seq, message->if_seq))
		return false;
	return past_locate(
	    original->instance, &moment, &request->answer, ret_point);
}

static void begin_origin(struct original *original, uint64_t seq,
    const uint8_t hash[JOURNAL_HASH_SIZE])
{
	struct journal_origin *origin = &original->origin;

	strcpy(origin->name, original->instance->row.name);
	origin->instance = original->instance->row.id;
	origin->seq = seq;
	memcpy(origin->hash, hash, sizeof(origin->hash));
}

/* As it stands. */
static bool copy_instance(struct request *request, struct original *original)
{
	struct instance *instance = original->instance;
	struct journal_error error;
	const enum journal_status status =
	    registry_load(request->service->registry, instance, &error);

	if (status != JOURNAL_OK) {
		past_refuse(
		    &request->answer, instance->row.name, status, &error);
		return false;
	}
	original->mb = memory_need(memblock_copy(instance->mb));
	begin_origin(original, instance->seq, instance->hash);
	return true;
}

/* As it once stood, which was found on a history thread. Meanwhile a compaction
 * may have dropped it. */
static bool take_found(struct request *request, struct original *original)
{
	struct past_found *found = request->found;
	const struct journal_instance *row = &original->instance->row;

	if (found->status != JOURNAL_OK) {
		past_refuse(
		    &request->answer, row->name, found->status, &found->error);
		return false;
	}
	if (found->state.seq + 1 < row->first_seq) {
		answer_refuse(&request->answer, CODE(NOT_FOUND),
		    "%s: seq %llu is not kept any more: the first that is kept "
		    "is %llu",
		    row->name, (unsigned long long)found->state.seq,
		    (unsigned long long)row->first_seq - 1);
		return false;
	}
	original->mb = found->state.mb;
	found->state.mb = NULL;
	begin_origin(original, found->state.seq, found->state.hash);
	return true;
}

/* ---- the copy ---- */

static enum command_end answer_origin(
    struct request *request, const struct journal_origin *origin)
{
	Memblock__V1__CloneResult result = MEMBLOCK__V1__CLONE_RESULT__INIT;

	result.origin = (char *)origin->name;
	result.has_origin_seq = 1;
	result.origin_seq = origin->seq;
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_CLONE;
	request->answer.response.clone = &result;
	answer_seq(&request->answer, 0);
	request_send(request, true);
	return COMMAND_SENT;
}

static void record(struct request *request, struct original *original)
{
	struct service *service = request->service;
	const struct journal_cause cause = request_cause(request);
	struct journal_instance row = {
	    .created_us = request_time_us(),
	    .settings = original->mb->settings,
	};

	strcpy(row.name, request->message->instance);
	strcpy(row.principal, session_principal(request->session));
	request->instance = memory_need(registry_clone(
	    service->registry, &row, &original->origin, original->mb));
	memory_check(journal_batch_clone(commit_batch(service->commit),
	    &request->instance->row, &original->origin, original->mb, &cause));
	request->instance->batch = commit_number(service->commit);
	repeat_remember(request);
}

static enum command_end copy(struct request *request, struct original *original)
{
	if (request->message->dry_run)
		memblock_destroy(original->mb);
	else
		record(request, original);
	return answer_origin(request, &original->origin);
}

/* Whether the name is free, and what the origin is by then, is looked at again
 * when its past is found: the clone happens then. */
enum command_end command_clone(struct request *request)
{
	struct original original = {0};
	struct past_point point;

	if (!command_may_create(request) ||
	    !find_instance(request, &original) ||
	    !find_point(request, &original, &point))
		return COMMAND_ANSWER;
	if (!point.has_time && point.seq == original.instance->seq)
		return copy_instance(request, &original)
			   ? copy(request, &original)
			   : COMMAND_ANSWER;
	/* Another life may have the origin's name by now. */
	if (request->found == NULL ||
	    request->found->point.instance != point.instance) {
		past_find(request, &point, original.instance->batch);
		return COMMAND_SENT;
	}
	return take_found(request, &original) ? copy(request, &original)
					      : COMMAND_ANSWER;
}

/* ---- again ---- */

enum command_end clone_again(
    struct request *request, const struct journal_key_use *use)
{
	const Memblock__V1__Clone *message = request->message->clone;
	struct journal_origin origin;
	struct journal_error error;
	enum journal_status status;
	bool is_copy = false;

	status =
	    journal_find_origin(registry_journal(request->service->registry),
		use->instance.id, &is_copy, &origin, &error);
	if (status != JOURNAL_OK) {
		request_refuse_journal(request, status, &error);
		return COMMAND_ANSWER;
	}
	if (is_copy && message->origin != NULL &&
	    strcmp(message->origin, origin.name) == 0 &&
	    (!message->has_origin_seq || message->origin_seq == origin.seq))
		return answer_origin(request, &origin);
	request_refuse(request, CODE(INVALID_ARGUMENT),
	    "the request key was used before, for another copy or a create");
	return COMMAND_ANSWER;
}
