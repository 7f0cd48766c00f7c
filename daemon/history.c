/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/history.h"

#include "daemon/memory.h"

#include <assert.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct jobs {
	struct history_job *first, **end;
};

struct history {
	struct journal *journal; /* the thread's */
	pthread_t thread;
	int wake_fd;
	struct event *woken;
	/* Both threads', under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct jobs todo, done;
	bool working, stopping;
};

static void jobs_init(struct jobs *jobs)
{
	jobs->first = NULL;
	jobs->end = &jobs->first;
}

static void jobs_add(struct jobs *jobs, struct history_job *job)
{
	job->next = NULL;
	*jobs->end = job;
	jobs->end = &job->next;
}

static struct history_job *jobs_take(struct jobs *jobs)
{
	struct history_job *job = jobs->first;

	if (job != NULL) {
		jobs->first = job->next;
		if (jobs->first == NULL)
			jobs_init(jobs);
	}
	return job;
}

/* Waits for the next job. NULL: no more will come. Called with the lock. */
static struct history_job *next_job(struct history *history)
{
	while (!history->stopping && history->todo.first == NULL)
		pthread_cond_wait(&history->changed, &history->lock);
	return history->stopping ? NULL : jobs_take(&history->todo);
}

static void *work_off(void *arg)
{
	struct history *history = arg;
	struct history_job *job;

	pthread_mutex_lock(&history->lock);
	while ((job = next_job(history)) != NULL) {
		history->working = true;
		pthread_mutex_unlock(&history->lock);
		job->work(job, history->journal);
		pthread_mutex_lock(&history->lock);
		history->working = false;
		jobs_add(&history->done, job);
		eventfd_write(history->wake_fd, 1);
	}
	pthread_mutex_unlock(&history->lock);
	return NULL;
}

static void on_woken(evutil_socket_t fd, short what, void *arg)
{
	struct history *history = arg;
	struct history_job *job;
	eventfd_t count;

	(void)what;
	eventfd_read(fd, &count);
	do {
		pthread_mutex_lock(&history->lock);
		job = jobs_take(&history->done);
		pthread_mutex_unlock(&history->lock);
		if (job != NULL)
			job->done(job);
	} while (job != NULL);
}

struct history *history_start(struct event_base *base, struct journal *journal)
{
	struct history *history = memory_zeroed(1, sizeof(*history));

	history->journal = journal;
	jobs_init(&history->todo);
	jobs_init(&history->done);
	pthread_mutex_init(&history->lock, NULL);
	pthread_cond_init(&history->changed, NULL);
	history->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	memory_check(history->wake_fd >= 0);
	history->woken = memory_need(event_new(
	    base, history->wake_fd, EV_READ | EV_PERSIST, on_woken, history));
	event_add(history->woken, NULL);
	memory_check(
	    pthread_create(&history->thread, NULL, work_off, history) == 0);
	return history;
}

void history_submit(struct history *history, struct history_job *job)
{
	pthread_mutex_lock(&history->lock);
	assert(!history->stopping);
	jobs_add(&history->todo, job);
	pthread_cond_signal(&history->changed);
	pthread_mutex_unlock(&history->lock);
}

void history_stop(struct history *history)
{
	struct journal_error ignored; /* a reader has nothing to lose */
	bool working;

	pthread_mutex_lock(&history->lock);
	history->stopping = true;
	working = history->working;
	pthread_cond_signal(&history->changed);
	pthread_mutex_unlock(&history->lock);
	event_free(history->woken);
	if (working) {
		pthread_detach(history->thread);
		return;
	}
	pthread_join(history->thread, NULL);
	journal_close(history->journal, &ignored);
	close(history->wake_fd);
	pthread_mutex_destroy(&history->lock);
	pthread_cond_destroy(&history->changed);
	free(history);
}
