/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: rows as they become durable. A watch tells one page at a time: once
 * the client has taken most of what is queued, the next is read. */
#include "daemon/watch.h"

#include "daemon/command.h"
#include "daemon/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

#define HEARTBEAT_MS 15000
#define HEARTBEAT_MS_MIN 100
#define HEARTBEAT_MS_MAX 86400000

/* ---- telling ---- */

static void send_part(struct watch *watch, struct answer *answer, bool last)
{
	uint8_t *frame;
	size_t size;

	answer->response.has_more = 1;
	answer->response.more = !last;
	frame = answer_frame(answer, &size);
	session_answer(watch->session, frame, size, last);
	event_add(watch->idle, &watch->heartbeat);
}

/* The one instance of a watch; NULL: it is of every one. */
static struct subject *only_subject(const struct watch *watch)
{
	return watch->all ? NULL : LIST_FIRST(&watch->subjects);
}

static void send_heartbeat(struct watch *watch)
{
	Memblock__V1__WatchResult result = MEMBLOCK__V1__WATCH_RESULT__INIT;
	struct subject *subject = only_subject(watch);
	struct answer answer;

	answer_init(&answer, watch->id);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH;
	answer.response.watch = &result;
	result.has_heartbeat = result.heartbeat = 1;
	if (subject != NULL) {
		result.instance = subject->topic->name;
		answer_seq(&answer, subject->next - 1);
	}
	send_part(watch, &answer, false);
}

static void end(struct watch *watch, answer_code code, const char *reason)
{
	const struct subject *subject = only_subject(watch);
	struct answer answer;

	answer_init(&answer, watch->id);
	if (subject == NULL) {
		answer_refuse(&answer, code, "%s", reason);
	} else {
		answer_refuse(&answer, code, "%s: %s; told up to seq %" PRIu64,
		    subject->topic->name, reason, subject->next - 1);
		answer_seq(&answer, subject->next - 1);
	}
	send_part(watch, &answer, true);
	watch_free(watch);
}

/* Watches one instance no more. False: that was the end of the watch. */
static bool drop_subject(
    struct subject *subject, answer_code code, const char *reason)
{
	Memblock__V1__WatchResult result = MEMBLOCK__V1__WATCH_RESULT__INIT;
	struct watch *watch = subject->watch;
	struct answer answer;

	if (!watch->all) {
		end(watch, code, reason);
		return false;
	}
	answer_init(&answer, watch->id);
	answer_seq(&answer, subject->next - 1);
	answer_warn(&answer, "%s: %s; told up to seq %" PRIu64,
	    subject->topic->name, reason, subject->next - 1);
	answer.response.result_case = MEMBLOCK__V1__RESPONSE__RESULT_WATCH;
	answer.response.watch = &result;
	result.instance = subject->topic->name;
	send_part(watch, &answer, false);
	subject_free(subject);
	return true;
}

static void end_over(struct watch *watch)
{
	if (watch->service->stopping)
		end(watch, CODE(UNAVAILABLE), "the daemon stops");
	else
		end(watch, CODE(CANCELLED), "the client sends nothing more");
}

static void read_page(struct watch *watch, struct subject *subject)
{
	struct watch_page *page = &watch->page;

	page->id = watch->id;
	page->instance = subject->topic->id;
	strcpy(page->name, subject->topic->name);
	page->next = subject->next;
	page->to = subject->topic->durable;
	watch->reading = subject;
	history_submit(watch->service->history, &watch->job);
}

void watch_go_on(struct watch *watch)
{
	struct subject *subject;

	if (!watch->begun || watch->reading != NULL)
		return;
	if (watch->is_over) {
		end_over(watch);
		return;
	}
	while (
	    !watch->is_full && (subject = TAILQ_FIRST(&watch->due)) != NULL) {
		if (subject->next <= subject->topic->durable) {
			read_page(watch, subject);
			return;
		}
		if (!drop_subject(
			subject, CODE(NOT_FOUND), "the instance was destroyed"))
			return;
	}
	if (!watch->is_full && !watch->caught_up) {
		watch->caught_up = true;
		send_heartbeat(watch);
	}
}

/* ---- what it waits for ---- */

static void on_history(struct history_job *job, struct journal *journal)
{
	struct watch *watch = (struct watch *)job;

	watch_page_read(&watch->page, journal);
}

/* Sends the page that was read. */
static void send_page(struct watch *watch, struct subject *subject)
{
	const struct watch_page *page = &watch->page;

	session_answer(watch->session, page->frame, page->frame_size, false);
	event_add(watch->idle, &watch->heartbeat);
	subject->next = page->next;
	subject_sort(subject);
	watch->is_full = true;
	session_when_taken(watch->session, &watch->taken);
}

static void on_page(struct history_job *job)
{
	struct watch *watch = (struct watch *)job;
	const struct watch_page *page = &watch->page;
	struct session *session = watch->session;
	struct subject *subject = watch->reading;

	session_hold(session);
	watch->reading = NULL;
	if (page->code == CODE(OK)) {
		send_page(watch, subject);
		watch_go_on(watch);
	} else if (page->code == CODE(UNAVAILABLE)) {
		end(watch, page->code, page->reason);
	} else if (drop_subject(subject, page->code, page->reason)) {
		watch_go_on(watch);
	}
	session_release(session);
}

static void on_taken(void *arg)
{
	struct watch *watch = arg;
	struct session *session = watch->session;

	session_hold(session);
	watch->is_full = false;
	watch_go_on(watch);
	session_release(session);
}

static void on_over(void *arg)
{
	struct watch *watch = arg;
	struct session *session = watch->session;

	session_hold(session);
	watch->is_over = true;
	watch_go_on(watch);
	session_release(session);
}

static void on_idle(evutil_socket_t fd, short what, void *arg)
{
	struct watch *watch = arg;
	struct session *session = watch->session;

	(void)fd, (void)what;
	session_hold(session);
	if (watch->caught_up && !watch->is_full && watch->reading == NULL)
		send_heartbeat(watch);
	else
		event_add(watch->idle, &watch->heartbeat);
	session_release(session);
}

static void begin(void *arg, bool durable)
{
	struct watch *watch = arg;
	struct session *session = watch->session;
	struct subject *subject;

	session_hold(session);
	watch->begun = true;
	LIST_FOREACH(subject, &watch->subjects, in_watch)
	{
		if (subject->topic->durable < subject->begun_at && durable)
			subject->topic->durable = subject->begun_at;
		subject_sort(subject);
	}
	if (durable)
		watch_go_on(watch);
	else
		end(watch, CODE(UNAVAILABLE),
		    "what it was to begin behind was not written");
	session_release(session);
}

/* ---- beginning and freeing ---- */

void watch_free(struct watch *watch)
{
	struct subject *subject;

	while ((subject = LIST_FIRST(&watch->subjects)) != NULL)
		subject_free(subject);
	waiters_forget(&watch->taken);
	waiters_forget(&watch->over);
	event_free(watch->idle);
	watches_remove(watch);
	free(watch);
}

static struct watch *watch_new(const struct request *request, uint32_t ms)
{
	struct watch *watch = memory_zeroed(1, sizeof(*watch));

	watch->job.work = on_history;
	watch->job.done = on_page;
	watch->taken.resume = on_taken;
	watch->over.resume = on_over;
	watch->taken.arg = watch->over.arg = watch;
	watch->service = request->service;
	watch->session = request->session;
	watch->id = request->answer.response.id;
	watch->all = request->instance == NULL;
	watch->heartbeat =
	    (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
	LIST_INIT(&watch->subjects);
	TAILQ_INIT(&watch->due);
	watches_add(request->service->watches, watch);
	watch->idle = memory_need(
	    event_new(watches_base(watch->watches), -1, 0, on_idle, watch));
	return watch;
}

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
	commit_then(request->service->commit, batch, begin, watch);
	return COMMAND_SENT;
}
