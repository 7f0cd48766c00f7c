/* SPDX-License-Identifier: BSD-2-Clause */
/* watch: rows as they become durable. A watch that has told everything before
 * gets them from the batch that was written; one that has not reads page after
 * page from the journal, each once the client has taken most of what is
 * queued. */
#include "daemon/watch.h"

#include "daemon/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

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

/* Sends a part with the rows before next. */
static void send_rows(struct watch *watch, struct subject *subject,
    uint8_t *frame, size_t size, uint64_t next)
{
	session_answer(watch->session, frame, size, false);
	event_add(watch->idle, &watch->heartbeat);
	subject->next = next;
	subject_sort(subject);
	if (session_queued(watch->session) <
	    watch->service->config->limits.queued_bytes_max / 2)
		return;
	watch->is_full = true;
	session_when_taken(watch->session, &watch->taken);
}

static void tell_fresh(
    struct watch *watch, struct subject *subject, struct watch_rows *rows)
{
	uint8_t *frame;
	size_t size;

	frame = watch_rows_frame(rows, watch->id, subject->topic->name, &size);
	send_rows(watch, subject, frame, size, rows->next);
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

bool watch_is_free(const struct watch *watch)
{
	return watch->begun && watch->reading == NULL && !watch->is_over &&
	       !watch->is_full;
}

/* Tells the next of what there is to tell of it. False: the watch has ended. */
static bool tell_next(struct watch *watch, struct subject *subject)
{
	struct topic *topic = subject->topic;
	struct watch_rows *fresh;

	if (subject->next > topic->durable)
		return drop_subject(
		    subject, CODE(NOT_FOUND), "the instance was destroyed");
	fresh = fresh_rows_from(&topic->fresh, subject->next);
	if (fresh != NULL)
		tell_fresh(watch, subject, fresh);
	else
		read_page(watch, subject);
	return true;
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
	while (watch_is_free(watch) &&
	       (subject = TAILQ_FIRST(&watch->due)) != NULL)
		if (!tell_next(watch, subject))
			return;
	if (watch_is_free(watch) && !watch->caught_up) {
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

static void on_page(struct history_job *job)
{
	struct watch *watch = (struct watch *)job;
	const struct watch_page *page = &watch->page;
	struct session *session = watch->session;
	struct subject *subject = watch->reading;

	session_hold(session);
	watch->reading = NULL;
	if (page->code == CODE(OK)) {
		send_rows(
		    watch, subject, page->frame, page->frame_size, page->next);
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

void watch_begin(void *arg, bool durable)
{
	struct watch *watch = arg;
	struct session *session = watch->session;
	struct subject *subject;

	session_hold(session);
	watch->begun = true;
	LIST_FOREACH (subject, &watch->subjects, in_watch) {
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

struct watch *watch_new(const struct request *request, uint32_t heartbeat_ms)
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
	watch->heartbeat = (struct timeval){.tv_sec = heartbeat_ms / 1000,
	    .tv_usec = heartbeat_ms % 1000 * 1000};
	LIST_INIT(&watch->subjects);
	TAILQ_INIT(&watch->due);
	watches_add(request->service->watches, watch);
	watch->idle = memory_need(
	    event_new(watches_base(watch->watches), -1, 0, on_idle, watch));
	return watch;
}
