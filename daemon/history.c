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

struct reader {
	struct history *history;
	struct journal *journal; /* the thread's */
	pthread_t thread;
};

struct history {
	struct reader readers[HISTORY_READERS_MAX];
	size_t reader_count;
	int wake_fd;
	struct event *woken;
	/* All threads', under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct jobs todo, done;
	size_t working; /* how many readers are */
	bool stopping;
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
	struct reader *reader = arg;
	struct history *history = reader->history;
	struct history_job *job;

	pthread_mutex_lock(&history->lock);
	while ((job = next_job(history)) != NULL) {
		history->working++;
		pthread_mutex_unlock(&history->lock);
		job->work(job, reader->journal);
		pthread_mutex_lock(&history->lock);
		history->working--;
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

static bool open_journals(
    struct history *history, const char *path, struct journal_error *ret_error)
{
	struct reader *reader;
	size_t i;

	for (i = 0; i < history->reader_count; i++) {
		reader = &history->readers[i];
		reader->history = history;
		if (journal_open(path, JOURNAL_READ, JOURNAL_SYNC_FULL,
			&reader->journal, ret_error) != JOURNAL_OK)
			return false;
	}
	return true;
}

static void close_journals(struct history *history)
{
	struct journal_error ignored; /* a reader has nothing to lose */
	size_t i;

	for (i = 0; i < history->reader_count; i++)
		journal_close(history->readers[i].journal, &ignored);
}

static void start_threads(struct history *history)
{
	struct reader *reader;
	size_t i;

	for (i = 0; i < history->reader_count; i++) {
		reader = &history->readers[i];
		memory_check(pthread_create(
				 &reader->thread, NULL, work_off, reader) == 0);
	}
}

struct history *history_start(struct event_base *base, const char *path,
    size_t readers, struct journal_error *ret_error)
{
	struct history *history = memory_zeroed(1, sizeof(*history));

	assert(readers > 0 && readers <= HISTORY_READERS_MAX);
	history->reader_count = readers;
	if (!open_journals(history, path, ret_error)) {
		close_journals(history);
		free(history);
		return NULL;
	}
	jobs_init(&history->todo);
	jobs_init(&history->done);
	pthread_mutex_init(&history->lock, NULL);
	pthread_cond_init(&history->changed, NULL);
	history->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	memory_check(history->wake_fd >= 0);
	history->woken = memory_need(event_new(
	    base, history->wake_fd, EV_READ | EV_PERSIST, on_woken, history));
	event_add(history->woken, NULL);
	start_threads(history);
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
	bool working;
	size_t i;

	pthread_mutex_lock(&history->lock);
	history->stopping = true;
	working = history->working > 0;
	pthread_cond_broadcast(&history->changed);
	pthread_mutex_unlock(&history->lock);
	event_free(history->woken);
	for (i = 0; i < history->reader_count; i++) {
		if (working)
			pthread_detach(history->readers[i].thread);
		else
			pthread_join(history->readers[i].thread, NULL);
	}
	if (working)
		return;
	close_journals(history);
	close(history->wake_fd);
	pthread_mutex_destroy(&history->lock);
	pthread_cond_destroy(&history->changed);
	free(history);
}
