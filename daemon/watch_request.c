/* SPDX-License-Identifier: BSD-2-Clause */
/* A request to watch: whether it can be served, and what it is to be told. */
#include "daemon/command.h"
#include "daemon/watch.h"

#include <inttypes.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

#define HEARTBEAT_MS 15000
#define HEARTBEAT_MS_MIN 100
#define HEARTBEAT_MS_MAX 86400000

/* Whether there may be one more, of those values. Otherwise refuses. */
static bool check_request(struct request *request, uint32_t heartbeat_ms)
{
	const struct service *service = request->service;
	const Memblock__V1__Watch *message = request->message->watch;
	const struct instance *instance = request->instance;

	if (heartbeat_ms < HEARTBEAT_MS_MIN ||
	    heartbeat_ms > HEARTBEAT_MS_MAX) {
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "a heartbeat every %" PRIu32
		    " ms; it can come every %d to %d ms",
		    heartbeat_ms, HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX);
		return false;
	}
	if (instance != NULL && message->has_from_seq &&
	    message->from_seq > instance->seq + 1)
		return request_refuse(request, CODE(OUT_OF_RANGE),
		    "seq %" PRIu64 " is beyond the end, which is %" PRIu64,
		    message->from_seq, instance->seq);
	if (watches_count(service->watches) <
	    service->config->limits.watchers_max)
		return true;
	answer_refuse(&request->answer, CODE(RESOURCE_EXHAUSTED),
	    "%" PRIu64 " watches are open, and no more are taken "
	    "(max-watchers)",
	    watches_count(service->watches));
	return false;
}

/* The first seq to tell of an instance that stands at seq. */
static uint64_t first_seq(uint64_t seq, uint64_t from)
{
	return from > seq + 1 ? seq + 1 : from == 0 ? 1 : from;
}

struct everything {
	struct watch *watch;
	uint64_t from;
};

static bool add_instance(void *arg, struct instance *instance)
{
	const struct everything *everything = arg;

	subject_add(everything->watch, instance->row.id, instance->row.name,
	    instance->seq, first_seq(instance->seq, everything->from));
	return true;
}

/* The number of the batch that is to be on disk first; false: refused. */
static bool take_subjects(
    struct watch *watch, struct request *request, uint64_t *ret_batch)
{
	const Memblock__V1__Watch *message = request->message->watch;
	struct everything everything = {
	    watch, message->has_from_seq ? message->from_seq : UINT64_MAX};
	struct journal_error error;
	enum journal_status status;

	if (request->instance != NULL) {
		add_instance(&everything, request->instance);
		*ret_batch = request->instance->batch;
		return true;
	}
	*ret_batch = commit_newest(request->service->commit);
	status = registry_each(
	    request->service->registry, add_instance, &everything, &error);
	if (status == JOURNAL_OK)
		return true;
	answer_refuse(&request->answer,
	    status == JOURNAL_FAILED ? CODE(UNAVAILABLE) : CODE(DATA_LOSS),
	    "%s", error.text);
	return false;
}

enum command_end command_watch(struct request *request)
{
	const Memblock__V1__Watch *message = request->message->watch;
	const uint32_t heartbeat_ms =
	    message->has_heartbeat_ms ? message->heartbeat_ms : HEARTBEAT_MS;
	struct watch *watch;
	uint64_t batch;

	if (!check_request(request, heartbeat_ms))
		return COMMAND_ANSWER;
	watch = watch_new(request, heartbeat_ms);
	if (!take_subjects(watch, request, &batch)) {
		watch_free(watch);
		return COMMAND_ANSWER;
	}
	session_when_over(watch->session, &watch->over);
	commit_then(request->service->commit, batch, watch_begin, watch);
	return COMMAND_SENT;
}
