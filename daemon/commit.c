/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/commit.h"

#include "daemon/answer.h"
#include "daemon/log.h"
#include "daemon/memory.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How long after a failed write the next attempt is made. */
static const struct timeval probe_pause = {.tv_usec = 500 * 1000};

/* Something that waits for a batch: a reply, or a call. */
struct waiter {
	struct waiter *next;
	struct reply reply;
	void (*ready)(void *arg, bool durable); /* NULL: it is a reply */
	void *arg;
};

/* Those who wait for one batch, in the order they came. */
struct queue {
	struct waiter *first, **end;
};

struct commit {
	struct journal_writer *writer;
	int wake_fd;
	struct event *woken;	 /* the writing thread has a report */
	struct event *turn_over; /* every session that was ready was served */
	struct event *probe_time;
	uint64_t durable;
	struct journal_batch *open;
	uint64_t number;	 /* of the open batch */
	bool under_way;		 /* batch number - 1 is being written */
	struct queue now, later; /* wait for the batch under way, the open */
	bool failing;
	struct journal_error failure;
	void (*lost)(void *arg);
	void *arg;
	void (*written)(void *arg, const struct journal_batch *batch);
	void *written_arg;
};

/* ---- waiting ---- */

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

static void queue_add(struct queue *queue, struct waiter *waiter)
{
	waiter->next = NULL;
	*queue->end = waiter;
	queue->end = &waiter->next;
}

static void send_reply(const struct reply *reply)
{
	session_answer(reply->session, reply->frame, reply->size, reply->last);
}

/* Takes the place of an answer that would tell of what never happened. */
static void refuse_reply(struct reply *reply, const char *reason)
{
	free(reply->frame);
	if (!reply->last) {
		reply->frame = NULL;
		reply->size = 0;
		return; /* the last part says it */
	}
	reply->frame = answer_unavailable(reply->id, reason, &reply->size);
}

static struct waiter *queue_take(struct queue *queue)
{
	struct waiter *first = queue->first;

	queue_init(queue);
	return first;
}

/* Ends the wait of everyone who was in a queue. Sessions are written to once
 * each has all its answers. */
static void release(struct commit *commit, struct waiter *first, bool durable)
{
	struct waiter *waiter, *next;

	for (waiter = first; waiter != NULL; waiter = waiter->next) {
		struct reply *reply = &waiter->reply;

		if (waiter->ready != NULL) {
			waiter->ready(waiter->arg, durable);
			continue;
		}
		session_expect(reply->session, -(ssize_t)reply->size);
		if (!durable)
			refuse_reply(reply, commit->failure.text);
		session_hold(reply->session);
		send_reply(reply);
	}
	for (waiter = first; waiter != NULL; waiter = next) {
		next = waiter->next;
		if (waiter->ready == NULL)
			session_release(waiter->reply.session);
		free(waiter);
	}
}

/* ---- batches ---- */

static void open_batch(struct commit *commit)
{
	commit->open = memory_need(journal_batch_new());
	commit->number++;
}

static void hand_over(struct commit *commit)
{
	if (commit->under_way || commit->failing ||
	    journal_batch_empty(commit->open))
		return;
	assert(commit->now.first == NULL);
	commit->now = commit->later;
	if (commit->now.first == NULL)
		queue_init(&commit->now);
	queue_init(&commit->later);
	journal_writer_submit(commit->writer, commit->open);
	commit->under_way = true;
	open_batch(commit);
}

static void on_turn_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	hand_over(arg);
}

static void batch_is_durable(
    struct commit *commit, const struct journal_batch *batch)
{
	struct waiter *waited = queue_take(&commit->now);

	commit->under_way = false;
	commit->durable = commit->number - 1;
	/* The next is written while those who waited for this one are told. */
	hand_over(commit);
	release(commit, waited, true);
	if (commit->written != NULL)
		commit->written(commit->written_arg, batch);
}

/* The batch under way was not written, so neither can be what was built on it
 * since. */
static void batch_is_lost(
    struct commit *commit, const struct journal_error *error)
{
	log_event(
	    LOG_LEVEL_ERROR, "journal-failed", "reason", error->text, NULL);
	commit->under_way = false;
	commit->failing = true;
	commit->failure = *error;
	journal_batch_free(commit->open);
	open_batch(commit);
	commit->lost(commit->arg);
	/* Nothing that was lost counts any more. Whoever asks while it is told
	 * has nothing to wait for. */
	commit->durable = commit->number - 1;
	release(commit, queue_take(&commit->now), false);
	release(commit, queue_take(&commit->later), false);
	event_add(commit->probe_time, &probe_pause);
}

static void on_probe_time(evutil_socket_t fd, short what, void *arg)
{
	struct commit *commit = arg;

	(void)fd, (void)what;
	journal_writer_probe(commit->writer);
}

static void take_probe(
    struct commit *commit, const struct journal_report *report)
{
	if (report->status != JOURNAL_OK) {
		commit->failure = report->error;
		event_add(commit->probe_time, &probe_pause);
		return;
	}
	log_event(LOG_LEVEL_INFO, "journal-works-again", NULL);
	commit->failing = false;
	hand_over(commit);
}

/* Nobody waits for it. */
static void tell_sweep(const struct journal_report *report)
{
	if (report->status == JOURNAL_OK)
		log_event(LOG_LEVEL_INFO, "journal-swept", NULL);
	else
		log_event(LOG_LEVEL_WARNING, "journal-not-swept", "reason",
		    report->error.text, NULL);
}

static void on_woken(evutil_socket_t fd, short what, void *arg)
{
	struct commit *commit = arg;
	struct journal_report report;
	eventfd_t count;

	(void)what;
	eventfd_read(fd, &count);
	while (journal_writer_take(commit->writer, &report)) {
		if (report.kind == JOURNAL_REPORT_SWEEP)
			tell_sweep(&report);
		else if (report.kind == JOURNAL_REPORT_PROBE)
			take_probe(commit, &report);
		else if (report.status == JOURNAL_OK)
			batch_is_durable(commit, report.batch);
		else
			batch_is_lost(commit, &report.error);
		journal_batch_free(report.batch);
	}
	hand_over(commit);
}

/* Called by the writing thread. */
static void wake(void *arg)
{
	const struct commit *commit = arg;

	eventfd_write(commit->wake_fd, 1);
}

/* ---- the owner's side ---- */

struct commit *commit_start(struct event_base *base, struct journal *journal,
    void (*lost)(void *arg), void *arg, struct journal_error *ret_error)
{
	struct commit *commit = memory_zeroed(1, sizeof(*commit));

	commit->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	memory_check(commit->wake_fd >= 0);
	if (journal != NULL && journal_writer_start(journal, wake, commit,
				   &commit->writer, ret_error) != JOURNAL_OK) {
		close(commit->wake_fd);
		free(commit);
		return NULL;
	}
	commit->woken = memory_need(event_new(
	    base, commit->wake_fd, EV_READ | EV_PERSIST, on_woken, commit));
	commit->turn_over =
	    memory_need(event_new(base, -1, 0, on_turn_over, commit));
	commit->probe_time =
	    memory_need(event_new(base, -1, 0, on_probe_time, commit));
	commit->lost = lost;
	commit->arg = arg;
	queue_init(&commit->now);
	queue_init(&commit->later);
	open_batch(commit);
	event_add(commit->woken, NULL);
	return commit;
}

void commit_tell_written(struct commit *commit,
    void (*written)(void *arg, const struct journal_batch *batch), void *arg)
{
	commit->written = written;
	commit->written_arg = arg;
}

struct journal_batch *commit_batch(struct commit *commit)
{
	assert(commit->writer != NULL && !commit->failing);
	/* Runs behind the sessions that are ready in this turn, so that they
	 * all get into this batch. */
	if (!commit->under_way)
		event_active(commit->turn_over, EV_TIMEOUT, 1);
	return commit->open;
}

uint64_t commit_number(const struct commit *commit)
{
	return commit->number;
}

uint64_t commit_newest(const struct commit *commit)
{
	return journal_batch_empty(commit->open) ? commit->number - 1
						 : commit->number;
}

uint64_t commit_durable(const struct commit *commit)
{
	return commit->durable;
}

static void wait_for(
    struct commit *commit, uint64_t number, const struct waiter *what)
{
	struct waiter *waiter = memory_need(malloc(sizeof(*waiter)));

	assert(number <= commit->number);
	*waiter = *what;
	queue_add(
	    number == commit->number ? &commit->later : &commit->now, waiter);
}

void commit_reply(
    struct commit *commit, uint64_t number, const struct reply *reply)
{
	if (number <= commit->durable) {
		send_reply(reply);
		return;
	}
	session_expect(reply->session, (ssize_t)reply->size);
	wait_for(commit, number, &(struct waiter){.reply = *reply});
}

void commit_then(struct commit *commit, uint64_t number,
    void (*ready)(void *arg, bool durable), void *arg)
{
	if (number <= commit->durable)
		ready(arg, true);
	else
		wait_for(commit, number,
		    &(struct waiter){.ready = ready, .arg = arg});
}

const char *commit_refusal(const struct commit *commit)
{
	return commit->failing ? commit->failure.text : NULL;
}

/* Those who still wait when the daemon is made to stop: their sessions are
 * gone. */
static void queue_drop(struct queue *queue)
{
	struct waiter *waiter, *next;

	for (waiter = queue->first; waiter != NULL; waiter = next) {
		next = waiter->next;
		free(waiter->reply.frame);
		free(waiter);
	}
	queue_init(queue);
}

bool commit_stop(struct commit *commit, struct journal_error *ret_error)
{
	bool stopped = true;

	queue_drop(&commit->now);
	queue_drop(&commit->later);

	journal_batch_free(commit->open);
	if (commit->writer != NULL)
		stopped = journal_writer_stop(commit->writer, ret_error) ==
			  JOURNAL_OK;
	event_free(commit->woken);
	event_free(commit->turn_over);
	event_free(commit->probe_time);
	close(commit->wake_fd);
	free(commit);
	return stopped;
}
