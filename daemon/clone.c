/* SPDX-License-Identifier: BSD-2-Clause */
/* clone: an instance that begins as another one stands, or stood. */
#include "daemon/clone.h"

#include "daemon/memory.h"
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

static bool refuse_origin(struct request *request, enum journal_status status,
    const struct journal_error *error)
{
	const char *name = request->message->clone->origin;

	if (status == JOURNAL_NOT_FOUND || status == JOURNAL_BEYOND)
		answer_refuse(&request->answer,
		    status == JOURNAL_BEYOND ? CODE(OUT_OF_RANGE)
					     : CODE(NOT_FOUND),
		    "%s: %s", name, error->text);
	else
		answer_refuse(&request->answer,
		    status == JOURNAL_FAILED ? CODE(UNAVAILABLE)
					     : CODE(DATA_LOSS),
		    "%s: %s", name, error->text);
	return false;
}

static bool find_instance(struct request *request, struct original *original)
{
	struct registry *registry = request->service->registry;
	const char *name = request->message->clone->origin;
	struct journal_error error;
	enum journal_status status = JOURNAL_NOT_FOUND;

	if (name == NULL)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "what is to be copied is missing");
	if (strlen(name) <= JOURNAL_NAME_MAX)
		status =
		    registry_find(registry, name, &original->instance, &error);
	if (status == JOURNAL_NOT_FOUND ||
	    (status == JOURNAL_OK && original->instance->departed)) {
		answer_refuse(&request->answer, CODE(NOT_FOUND),
		    "%.*s: no such instance",
		    answer_quotable(name, JOURNAL_NAME_MAX), name);
		return false;
	}
	if (status == JOURNAL_OK)
		status = registry_load(registry, original->instance, &error);
	return status == JOURNAL_OK || refuse_origin(request, status, &error);
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

static bool is_now(
    const struct request *request, const struct original *original)
{
	const Memblock__V1__Clone *message = request->message->clone;

	return !message->has_origin_time_us &&
	       (!message->has_origin_seq ||
		   message->origin_seq == original->instance->seq);
}

static bool is_being_written(
    const struct request *request, const struct original *original)
{
	return original->instance->batch >
	       commit_durable(request->service->commit);
}

/* The origin as it stood, out of the journal. False: refused; or, where the
 * journal does not have that much yet, put aside. */
static bool read_past(struct request *request, struct original *original,
    enum command_end *ret_end)
{
	struct journal *journal = registry_journal(request->service->registry);
	const Memblock__V1__Clone *message = request->message->clone;
	const int64_t id = original->instance->row.id;
	uint64_t seq = message->origin_seq;
	struct journal_state state;
	struct journal_error error;
	enum journal_status status = JOURNAL_OK;

	if (message->has_origin_time_us && is_being_written(request, original))
		status = JOURNAL_BEYOND; /* the last one is not there yet */
	else if (message->has_origin_time_us)
		status = journal_seq_at(journal, id,
		    (int64_t)message->origin_time_us, &seq, &error);
	if (status == JOURNAL_OK)
		status = journal_load_at(journal, id, seq, &state, &error);
	if (status == JOURNAL_BEYOND && is_being_written(request, original)) {
		request_put_aside(request, original->instance->batch);
		*ret_end = COMMAND_SENT;
		return false;
	}
	if (status != JOURNAL_OK)
		return refuse_origin(request, status, &error);
	original->mb = state.mb;
	begin_origin(original, seq, state.hash);
	return true;
}

static bool check_origin(struct request *request, struct original *original)
{
	const Memblock__V1__Request *message = request->message;
	const uint64_t seq = original->instance->seq;

	if (message->has_if_seq &&
	    !answer_expect_seq(
		&request->answer, message->clone->origin, seq, message->if_seq))
		return false;
	if (message->clone->has_origin_time_us &&
	    message->clone->origin_time_us > (uint64_t)request_time_us()) {
		answer_refuse(&request->answer, CODE(OUT_OF_RANGE),
		    "%s: that time is in the future", message->clone->origin);
		return false;
	}
	if (!message->clone->has_origin_seq ||
	    message->clone->origin_seq <= seq)
		return true;
	answer_refuse(&request->answer, CODE(OUT_OF_RANGE),
	    "%s: seq %llu is beyond the end, which is %llu",
	    message->clone->origin,
	    (unsigned long long)message->clone->origin_seq,
	    (unsigned long long)seq);
	return false;
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

enum command_end command_clone(struct request *request)
{
	enum command_end end = COMMAND_ANSWER;
	struct original original = {0};

	if (!command_may_create(request) ||
	    !find_instance(request, &original) ||
	    !check_origin(request, &original))
		return COMMAND_ANSWER;
	if (is_now(request, &original)) {
		original.mb = memory_need(memblock_copy(original.instance->mb));
		begin_origin(
		    &original, original.instance->seq, original.instance->hash);
	} else if (!read_past(request, &original, &end)) {
		return end;
	}
	if (request->message->dry_run)
		memblock_destroy(original.mb);
	else
		record(request, &original);
	return answer_origin(request, &original.origin);
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
