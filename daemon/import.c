/* SPDX-License-Identifier: BSD-2-Clause */
/* import: a history that comes in parts, each taken in on a history thread.
 * The instance is made when the last one was. */
#include "daemon/import.h"

#include "daemon/command.h"
#include "daemon/import_records.h"
#include "daemon/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

struct import {
	struct history_job job;
	struct import *next;
	struct service *service;
	struct session *session;
	char name[JOURNAL_NAME_MAX + 1];
	struct import_records *records;
	/* The part that is taken in; NULL: none is. */
	Memblock__V1__Request *message;
	bool taken;
	answer_code code;
	struct journal_error error;
};

/* ---- all of them ---- */

static struct import **find(
    struct service *service, const struct session *session)
{
	struct import **at = &service->imports;

	while (*at != NULL && (*at)->session != session)
		at = &(*at)->next;
	return at;
}

static uint64_t count(const struct service *service)
{
	const struct import *import;
	uint64_t number = 0;

	for (import = service->imports; import != NULL; import = import->next)
		number++;
	return number;
}

void import_drop(struct service *service, const struct session *session)
{
	struct import **at = find(service, session);
	struct import *import = *at;

	if (import == NULL)
		return;
	*at = import->next;
	import_records_free(import->records);
	free(import);
}

/* ---- the end ---- */

static void answer_all(struct request *request, struct import *import)
{
	Memblock__V1__ImportResult result = MEMBLOCK__V1__IMPORT_RESULT__INIT;
	struct journal_import *all = import_records_all(import->records);
	uint8_t hash[JOURNAL_HASH_SIZE];

	memcpy(hash, journal_import_hash(all), sizeof(hash));
	result.has_operations = result.has_hash = 1;
	result.operations = import_records_operations(import->records);
	result.hash.data = hash;
	result.hash.len = sizeof(hash);
	answer_seq(&request->answer, journal_import_seq(all));
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_IMPORT;
	request->answer.response.import = &result;
	request_send(request, true);
}

static void record(struct request *request, struct import *import)
{
	struct service *service = request->service;
	const struct journal_cause cause = request_cause(request);
	struct journal_instance row;
	struct journal_state state;

	memory_check(journal_batch_import(commit_batch(service->commit),
	    import_records_all(import->records), import->name,
	    registry_next_id(service->registry), &cause, &row, &state));
	request->instance = registry_import(service->registry, &row, &state);
	request->instance->batch = commit_number(service->commit);
}

/* Looks again: the name may have been taken meanwhile. */
static bool is_free(struct request *request)
{
	struct instance *instance;
	struct journal_error error;
	const enum journal_status status =
	    registry_find(request->service->registry,
		request->message->instance, &instance, &error);

	if (status != JOURNAL_OK && status != JOURNAL_NOT_FOUND)
		return request_refuse_journal(request, status, &error);
	if (status == JOURNAL_OK)
		request->batch = instance->batch;
	if (status == JOURNAL_OK && !instance->departed)
		request->instance = instance;
	return command_may_create(request);
}

static void make_instance(struct request *request, struct import *import)
{
	if (!is_free(request)) {
		request_send(request, true);
		return;
	}
	if (!request->message->dry_run)
		record(request, import);
	answer_all(request, import);
}

/* ---- one part ---- */

static void take_in(struct history_job *job, struct journal *journal)
{
	struct import *import = (struct import *)job;

	(void)journal;
	import->taken = import_records_take(import->records,
	    import->message->import, &import->code, &import->error);
}

static void on_taken_in(struct history_job *job)
{
	struct import *import = (struct import *)job;
	struct session *session = import->session;
	struct request request = {
	    .service = import->service,
	    .session = session,
	    .message = import->message,
	    .command = command_find(import->message->operation_case),
	};
	const bool goes_on = import->taken && !import->message->import->last;

	answer_init(&request.answer, import->message->id);
	if (!import->taken)
		request_refuse(
		    &request, import->code, "%s", import->error.text);
	if (import->taken && !goes_on)
		make_instance(&request, import);
	else
		request_send(&request, true);
	memblock__v1__request__free_unpacked(import->message, NULL);
	import->message = NULL;
	if (!goes_on)
		import_drop(import->service, session);
	session_resume(session);
}

static struct import *begin(struct request *request)
{
	struct service *service = request->service;
	const struct limits *limits = &service->config->limits;
	struct import *import;

	if (count(service) >= limits->imports_max) {
		request_refuse(request, CODE(RESOURCE_EXHAUSTED),
		    "%llu imports are under way, and no more are taken "
		    "(max-imports)",
		    (unsigned long long)limits->imports_max);
		return NULL;
	}
	import = memory_zeroed(1, sizeof(*import));
	import->job.work = take_in;
	import->job.done = on_taken_in;
	import->service = service;
	import->session = request->session;
	strcpy(import->name, request->message->instance);
	import->records = import_records_new(limits);
	import->next = service->imports;
	service->imports = import;
	return import;
}

static bool check_part(struct request *request, const struct import *under_way)
{
	if (request->message->has_request_key)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "an import takes no request key");
	if (under_way == NULL)
		return true;
	if (strcmp(under_way->name, request->message->instance) != 0)
		return request_refuse(request, CODE(FAILED_PRECONDITION),
		    "%s is being imported on this connection", under_way->name);
	assert(under_way->message == NULL);
	return true;
}

enum command_end command_import(struct request *request)
{
	struct service *service = request->service;
	struct import *import = *find(service, request->session);

	if (!check_part(request, import))
		return COMMAND_ANSWER;
	if (!command_may_create(request)) {
		import_drop(service, request->session);
		return COMMAND_ANSWER;
	}
	if (import == NULL)
		import = begin(request);
	if (import == NULL)
		return COMMAND_ANSWER;
	import->message = request_keep_message(request);
	session_pause(request->session);
	history_submit(service->history, &import->job);
	return COMMAND_SENT;
}
