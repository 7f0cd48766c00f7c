/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/request.h"

#include "daemon/command.h"
#include "daemon/log.h"
#include "daemon/memory.h"
#include "daemon/past.h"
#include "daemon/repeat.h"
#include "proto/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

int64_t request_time_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- refusing ---- */

bool request_refuse(
    struct request *request, answer_code code, const char *format, ...)
{
	char text[JOURNAL_ERROR_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	answer_refuse(
	    &request->answer, code, "%s: %s", request->message->instance, text);
	return false;
}

bool request_refuse_journal(struct request *request, enum journal_status status,
    const struct journal_error *error)
{
	assert(status != JOURNAL_OK);
	if (status == JOURNAL_NOT_FOUND)
		return request_refuse(
		    request, CODE(NOT_FOUND), "no such instance");
	return request_refuse(request,
	    status == JOURNAL_FAILED ? CODE(UNAVAILABLE) : CODE(DATA_LOSS),
	    "%s", error->text);
}

bool request_may_change(struct request *request)
{
	const char *refusal = commit_refusal(request->service->commit);

	if (request->message->dry_run)
		return true;
	if (request->service->config->read_only)
		return request_refuse(request, CODE(FAILED_PRECONDITION),
		    "this daemon takes no changes (read-only)");
	if (refusal == NULL)
		return true;
	return request_refuse(request, CODE(UNAVAILABLE),
	    "no changes until the journal can be written again: %s", refusal);
}

bool request_need_model(struct request *request)
{
	struct journal_error error;
	enum journal_status status;

	if (request->mb != NULL)
		return true;
	status = registry_load(
	    request->service->registry, request->instance, &error);
	request->mb = request->instance->mb;
	request->hash = request->instance->hash;
	return status == JOURNAL_OK ||
	       request_refuse_journal(request, status, &error);
}

Memblock__V1__Request *request_keep_message(struct request *request)
{
	request->message_is_kept = true;
	return request->message;
}

/* ---- what it tells ---- */

bool request_has_key(const struct request *request)
{
	return request->message->has_request_key &&
	       !request->message->dry_run &&
	       request->message->instance != NULL &&
	       request->command->subject != SUBJECT_SERVICE;
}

struct journal_cause request_cause(const struct request *request)
{
	const Memblock__V1__Request *message = request->message;
	struct journal_cause cause = {0};

	if (message->label != NULL && message->label[0] != '\0')
		cause.label = message->label;
	if (request_has_key(request)) {
		cause.key = message->request_key.data;
		cause.key_size = message->request_key.len;
	}
	return cause;
}

/* ---- answering ---- */

void request_send(struct request *request, bool last)
{
	struct answer *answer = &request->answer;
	struct reply reply = {.session = request->session,
	    .id = answer->response.id,
	    .last = last};

	if (request->instance != NULL && !request->instance->departed)
		answer_seq(answer, request->instance->seq);
	if (request->instance != NULL)
		request->batch = request->instance->batch;
	answer->response.has_more = !last;
	answer->response.more = !last;
	reply.frame = answer_frame(answer, &reply.size);
	commit_reply(request->service->commit, request->batch, &reply);
}

/* ---- the checks every request goes through, in this order ---- */

static bool find_command(struct request *request)
{
	const Memblock__V1__Request *message = request->message;

	request->command = command_find(message->operation_case);
	if (request->command != NULL)
		return true;
	if (message->base.n_unknown_fields > 0)
		answer_refuse(&request->answer, CODE(UNIMPLEMENTED),
		    "this server does not know field %u of Request",
		    message->base.unknown_fields[0].tag);
	else
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "the request asks for nothing");
	return false;
}

static bool is_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	const size_t length = strlen(name);

	return length >= 1 && length <= JOURNAL_NAME_MAX &&
	       strspn(name, letters) == length && name[0] != '.' &&
	       name[0] != '-';
}

/* Whether the request is about no instance of its own. */
static bool is_nameless(const struct request *request)
{
	return request->command->subject == SUBJECT_SERVICE ||
	       (request->command->subject == SUBJECT_ANY &&
		   request->message->instance == NULL);
}

static bool check_words(struct request *request)
{
	const Memblock__V1__Request *message = request->message;

	if (!is_nameless(request) && message->instance == NULL) {
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "%s needs an instance", request->command->name);
		return false;
	}
	if (!is_nameless(request) && !is_name(message->instance)) {
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "'%.*s' is no name: 1 to %d of A-Z a-z 0-9 . _ - and "
		    "neither . nor - first",
		    answer_quotable(message->instance, JOURNAL_NAME_MAX),
		    message->instance, JOURNAL_NAME_MAX);
		return false;
	}
	if (message->label != NULL &&
	    strlen(message->label) > JOURNAL_LABEL_MAX) {
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "the label has %zu bytes, and at most %d are kept",
		    strlen(message->label), JOURNAL_LABEL_MAX);
		return false;
	}
	if (message->has_request_key &&
	    (message->request_key.len == 0 ||
		message->request_key.len > JOURNAL_KEY_MAX)) {
		answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
		    "the request key has %zu bytes, not 1 to %d",
		    message->request_key.len, JOURNAL_KEY_MAX);
		return false;
	}
	return true;
}

static bool find_instance(struct request *request)
{
	struct instance *instance;
	struct journal_error error;
	enum journal_status status;

	if (is_nameless(request))
		return true;
	status = registry_find(request->service->registry,
	    request->message->instance, &instance, &error);
	if (status == JOURNAL_OK) {
		request->batch = instance->batch;
		if (!instance->departed)
			request->instance = instance;
	} else if (status != JOURNAL_NOT_FOUND) {
		return request_refuse_journal(request, status, &error);
	}
	if (request->instance == NULL &&
	    (request->command->subject == SUBJECT_INSTANCE ||
		request->command->subject == SUBJECT_ANY ||
		request->command->subject == SUBJECT_LAYOUT ||
		request->command->subject == SUBJECT_HISTORY))
		return request_refuse(
		    request, CODE(NOT_FOUND), "no such instance");
	return true;
}

static bool check_seq(struct request *request)
{
	const Memblock__V1__Request *message = request->message;

	return !message->has_if_seq || request->instance == NULL ||
	       request->command->subject == SUBJECT_LIFE ||
	       answer_expect_seq(&request->answer, message->instance,
		   request->instance->seq, message->if_seq);
}

static void run(struct request *request)
{
	enum command_end end = COMMAND_ANSWER;

	if (find_command(request) && check_words(request) &&
	    repeat_is_new(request, &end) && find_instance(request) &&
	    check_seq(request))
		end = past_is_asked(request) ? past_begin(request)
					     : request->command->run(request);
	if (end == COMMAND_ANSWER)
		request_send(request, true);
}

/* Bytes that are no request. Their frame was whole, but nothing that follows
 * it can be trusted. */
static void refuse_garbage(struct request *request)
{
	answer_refuse(&request->answer, CODE(INVALID_ARGUMENT),
	    "the frame holds no memblock.v1.Request");
	request_send(request, true);
	session_break(request->session, "a frame that holds no request");
}

void request_handle(struct service *service, struct session *session,
    const uint8_t *data, size_t size)
{
	struct request request = {.service = service, .session = session};
	Memblock__V1__Request *message;
	const char *bad;

	bad =
	    text_find_bad_field(&memblock__v1__request__descriptor, data, size);
	message = memblock__v1__request__unpack(NULL, size, data);
	request.message = message;
	answer_init(&request.answer, message == NULL ? 0 : message->id);
	if (message == NULL) {
		refuse_garbage(&request);
	} else if (bad != NULL) {
		answer_refuse(&request.answer, CODE(INVALID_ARGUMENT),
		    "%s is not UTF-8 text without control characters", bad);
		request_send(&request, true);
	} else {
		run(&request);
	}
	if (!request.message_is_kept)
		memblock__v1__request__free_unpacked(message, NULL);
}

/* ---- putting aside ---- */

/* A request that waits for a batch. */
struct waiting {
	struct service *service;
	struct session *session;
	Memblock__V1__Request *message;
};

void request_handle_again(struct service *service, struct session *session,
    Memblock__V1__Request *message, struct past_found *found)
{
	struct request request = {
	    .service = service,
	    .session = session,
	    .message = message,
	    .found = found,
	};

	answer_init(&request.answer, message->id);
	run(&request);
	if (!request.message_is_kept)
		memblock__v1__request__free_unpacked(message, NULL);
}

static void ask_again(void *arg, bool durable)
{
	struct waiting *waiting = arg;
	struct session *session = waiting->session;
	uint8_t *frame;
	size_t size;

	if (durable) {
		request_handle_again(
		    waiting->service, session, waiting->message, NULL);
	} else {
		frame = answer_unavailable(waiting->message->id,
		    "what it builds on was not written", &size);
		session_answer(session, frame, size, true);
		memblock__v1__request__free_unpacked(waiting->message, NULL);
	}
	free(waiting);
	session_resume(session);
}

void request_put_aside(struct request *request, uint64_t batch)
{
	struct waiting *waiting = memory_zeroed(1, sizeof(*waiting));

	waiting->service = request->service;
	waiting->session = request->session;
	waiting->message = request_keep_message(request);
	session_pause(request->session);
	commit_then(request->service->commit, batch, ask_again, waiting);
}

void request_fault(struct service *service, struct session *session,
    enum session_fault fault, uint64_t message_size)
{
	struct answer answer;
	uint8_t *frame;
	size_t size;

	answer_init(&answer, 0);
	switch (fault) {
	case SESSION_FRAME_TOO_LONG:
		answer_refuse(&answer, CODE(RESOURCE_EXHAUSTED),
		    "a message of %llu bytes; at most %llu are taken "
		    "(max-frame)",
		    (unsigned long long)message_size,
		    (unsigned long long)
			service->config->limits.frame_bytes_max);
		break;
	case SESSION_FRAME_MALFORMED:
		answer_refuse(&answer, CODE(INVALID_ARGUMENT),
		    "the length before a message never ends");
		break;
	case SESSION_STALLED:
		answer_refuse(&answer, CODE(DEADLINE_EXCEEDED),
		    "half a message, and nothing for %llu s (stall-timeout)",
		    (unsigned long long)service->config->limits.stall_seconds);
		break;
	}
	frame = answer_frame(&answer, &size);
	session_answer(session, frame, size, false);
}
