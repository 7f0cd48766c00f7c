/* SPDX-License-Identifier: BSD-2-Clause */
/* destroy: an instance taken out of service; and with purge, what it was taken
 * out of the journal. */
#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/repeat.h"

#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

struct departure {
	struct registry *registry;
	char name[JOURNAL_NAME_MAX + 1];
	int64_t id;
};

static void on_departed(void *arg, bool durable)
{
	struct departure *departure = arg;

	if (durable)
		registry_forget(
		    departure->registry, departure->name, departure->id);
	free(departure);
}

/* ---- the one in service ---- */

static void purge(struct request *request, int64_t id)
{
	struct commit *commit = request->service->commit;

	memory_check(journal_batch_purge(commit_batch(commit), id));
	request->batch = commit_number(commit);
}

static enum command_end destroy(struct request *request)
{
	const struct journal_cause cause = request_cause(request);
	struct service *service = request->service;
	struct instance *instance = request->instance;
	struct departure *departure;

	memory_check(journal_batch_destroy(commit_batch(service->commit),
	    instance->row.id, request_time_us(),
	    session_principal(request->session), &cause));
	if (request->message->destroy->purge)
		purge(request, instance->row.id);
	instance->batch = commit_number(service->commit);
	repeat_remember(request);
	answer_seq(&request->answer, instance->seq);
	registry_destroy(service->registry, instance);

	departure = memory_zeroed(1, sizeof(*departure));
	departure->registry = service->registry;
	strcpy(departure->name, instance->row.name);
	departure->id = instance->row.id;
	commit_then(service->commit, instance->batch, on_departed, departure);
	return COMMAND_ANSWER;
}

/* ---- an earlier life ---- */

static bool find_life(
    struct request *request, struct journal_instance *ret_life)
{
	const uint64_t id = request->message->destroy->life;
	struct journal_instance life = {0};
	struct journal_error error;
	enum journal_status status = JOURNAL_NOT_FOUND;

	if (id <= INT64_MAX)
		status = journal_find_life(
		    registry_journal(request->service->registry), (int64_t)id,
		    &life, &error);
	if (status == JOURNAL_NOT_FOUND ||
	    (status == JOURNAL_OK &&
		strcmp(life.name, request->message->instance) != 0)) {
		request_refuse(request, CODE(NOT_FOUND), "no such life");
		return false;
	}
	if (status != JOURNAL_OK) {
		request_refuse_journal(request, status, &error);
		return false;
	}
	*ret_life = life;
	return true;
}

static enum command_end purge_life(struct request *request)
{
	struct commit *commit = request->service->commit;
	struct journal_instance life = {0};

	/* What is still being written can be the end of that life. */
	if (commit_newest(commit) > commit_durable(commit)) {
		request_put_aside(request, commit_newest(commit));
		return COMMAND_SENT;
	}
	if (!find_life(request, &life))
		return COMMAND_ANSWER;
	answer_seq(&request->answer, life.seq);
	if (!request->message->destroy->purge)
		request_refuse(request, CODE(FAILED_PRECONDITION),
		    "that life is over: purge drops what the journal has of "
		    "it");
	else if (!request->message->dry_run)
		purge(request, life.id);
	/* Another life may be in service, which is not the one told of. */
	request->instance = NULL;
	return COMMAND_ANSWER;
}

/* ---- the command ---- */

enum command_end command_destroy(struct request *request)
{
	const Memblock__V1__Destroy *message = request->message->destroy;
	const struct instance *instance = request->instance;

	if (!request_may_change(request))
		return COMMAND_ANSWER;
	if (message->has_life &&
	    (instance == NULL || (uint64_t)instance->row.id != message->life))
		return purge_life(request);
	if (instance == NULL) {
		request_refuse(request, CODE(NOT_FOUND), "no such instance");
		return COMMAND_ANSWER;
	}
	return request->message->dry_run ? COMMAND_ANSWER : destroy(request);
}
