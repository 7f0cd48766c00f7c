/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_writer.h"

#include "storage/batch.h"
#include "storage/failure.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Batches on their way, each the link to the next. */
struct line {
	struct journal_batch *first;
	struct journal_batch *last;
};

struct journal_writer {
	struct journal *journal;
	void (*notify)(void *arg);
	void *arg;
	pthread_t thread;

	/* The thread's own: what is answered while it does not write. */
	enum journal_status failing; /* JOURNAL_OK: it writes */
	struct journal_error failure;

	pthread_mutex_t mutex; /* guards all below */
	pthread_cond_t work;
	struct line todo;
	struct line done;
	bool stopping;
	/* Stands in line for a probe: there is one at a time. */
	struct journal_batch probe;
	bool probe_under_way;
};

/* ---- lines ---- */

static void line_append(struct line *line, struct journal_batch *batch)
{
	batch->next = NULL;
	if (line->first == NULL)
		line->first = batch;
	else
		line->last->next = batch;
	line->last = batch;
}

static struct journal_batch *line_take(struct line *line)
{
	struct journal_batch *batch = line->first;

	if (batch != NULL)
		line->first = batch->next;
	return batch;
}

/* ---- the writing thread ---- */

/* Without work: waits. NULL: there will be none any more. */
static struct journal_batch *take_work(struct journal_writer *writer)
{
	struct journal_batch *batch;

	pthread_mutex_lock(&writer->mutex);
	while (writer->todo.first == NULL && !writer->stopping)
		pthread_cond_wait(&writer->work, &writer->mutex);
	batch = line_take(&writer->todo);
	pthread_mutex_unlock(&writer->mutex);
	return batch;
}

static void write_batch(
    struct journal_writer *writer, struct journal_batch *batch)
{
	if (writer->failing == JOURNAL_OK)
		writer->failing =
		    journal_commit(writer->journal, batch, &writer->failure);
	batch->status = writer->failing;
	batch->error = writer->failure;
}

static void probe(struct journal_writer *writer)
{
	writer->failing = journal_probe(writer->journal, &writer->failure);
	if (writer->failing == JOURNAL_OK)
		writer->failure.text[0] = '\0';
	writer->probe.status = writer->failing;
	writer->probe.error = writer->failure;
}

static void report(struct journal_writer *writer, struct journal_batch *batch)
{
	pthread_mutex_lock(&writer->mutex);
	line_append(&writer->done, batch);
	pthread_mutex_unlock(&writer->mutex);
	writer->notify(writer->arg);
}

static void *run(void *arg)
{
	struct journal_writer *writer = arg;
	struct journal_batch *batch;

	while ((batch = take_work(writer)) != NULL) {
		if (batch == &writer->probe)
			probe(writer);
		else
			write_batch(writer, batch);
		report(writer, batch);
	}
	return NULL;
}

/* ---- the owner's side ---- */

/* Signals are the owner's business: the thread is made with all blocked. */
static int start_thread(struct journal_writer *writer)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&writer->thread, NULL, run, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

enum journal_status journal_writer_start(struct journal *journal,
    void (*notify)(void *arg), void *arg, struct journal_writer **ret_writer,
    struct journal_error *ret_error)
{
	struct journal_writer *writer = calloc(1, sizeof(*writer));
	int error;

	if (writer == NULL)
		return failure_of_memory("journal writer", ret_error);
	writer->journal = journal;
	writer->notify = notify;
	writer->arg = arg;
	pthread_mutex_init(&writer->mutex, NULL);
	pthread_cond_init(&writer->work, NULL);
	error = start_thread(writer);
	if (error != 0) {
		free(writer);
		return failure_of_system(error, "journal writer", ret_error);
	}
	*ret_writer = writer;
	return JOURNAL_OK;
}

void journal_writer_submit(
    struct journal_writer *writer, struct journal_batch *batch)
{
	pthread_mutex_lock(&writer->mutex);
	assert(!writer->stopping);
	line_append(&writer->todo, batch);
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->mutex);
}

void journal_writer_probe(struct journal_writer *writer)
{
	pthread_mutex_lock(&writer->mutex);
	if (!writer->probe_under_way) {
		writer->probe_under_way = true;
		line_append(&writer->todo, &writer->probe);
		pthread_cond_signal(&writer->work);
	}
	pthread_mutex_unlock(&writer->mutex);
}

bool journal_writer_take(
    struct journal_writer *writer, struct journal_report *ret_report)
{
	struct journal_batch *batch;

	pthread_mutex_lock(&writer->mutex);
	batch = line_take(&writer->done);
	if (batch == &writer->probe)
		writer->probe_under_way = false;
	pthread_mutex_unlock(&writer->mutex);
	if (batch == NULL)
		return false;
	ret_report->batch = batch == &writer->probe ? NULL : batch;
	ret_report->status = batch->status;
	ret_report->error = batch->error;
	return true;
}

static void drop_reports(struct journal_writer *writer)
{
	struct journal_report report;

	while (journal_writer_take(writer, &report))
		journal_batch_free(report.batch);
}

enum journal_status journal_writer_stop(
    struct journal_writer *writer, struct journal_error *ret_error)
{
	enum journal_status status;

	pthread_mutex_lock(&writer->mutex);
	writer->stopping = true;
	pthread_cond_signal(&writer->work);
	pthread_mutex_unlock(&writer->mutex);
	pthread_join(writer->thread, NULL);
	drop_reports(writer);
	pthread_cond_destroy(&writer->work);
	pthread_mutex_destroy(&writer->mutex);
	status = journal_close(writer->journal, ret_error);
	free(writer);
	return status;
}
