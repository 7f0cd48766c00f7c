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
	bool may_sweep; /* something dropped may still be in the file */
	bool has_swept; /* since it was told last */
	enum journal_status swept; /* how that went last */

	pthread_mutex_t mutex; /* guards all below */
	pthread_cond_t work;
	struct line todo;
	struct line done;
	bool stopping;
	/* Stand in line for a probe and for the end of a sweep: there is one of
	 * each at a time. */
	struct journal_batch probe, sweep;
	bool probe_under_way, sweep_is_told;
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

/* Without work: waits. *ret_batch is NULL where there is none, but something to
 * sweep. False: there will be no work any more; the sweep goes on when the
 * journal is opened again. */
static bool take_work(
    struct journal_writer *writer, struct journal_batch **ret_batch)
{
	bool goes_on;

	pthread_mutex_lock(&writer->mutex);
	while (writer->todo.first == NULL && !writer->stopping &&
	       !writer->may_sweep)
		pthread_cond_wait(&writer->work, &writer->mutex);
	goes_on = writer->todo.first != NULL || !writer->stopping;
	*ret_batch = line_take(&writer->todo);
	pthread_mutex_unlock(&writer->mutex);
	return goes_on;
}

static void write_batch(
    struct journal_writer *writer, struct journal_batch *batch)
{
	if (writer->failing == JOURNAL_OK)
		writer->failing =
		    journal_commit(writer->journal, batch, &writer->failure);
	batch->status = writer->failing;
	batch->error = writer->failure;
	/* It may have dropped something. */
	writer->may_sweep = writer->failing == JOURNAL_OK;
}

static void probe(struct journal_writer *writer)
{
	writer->failing = journal_probe(writer->journal, &writer->failure);
	if (writer->failing == JOURNAL_OK)
		writer->failure.text[0] = '\0';
	writer->probe.status = writer->failing;
	writer->probe.error = writer->failure;
	writer->may_sweep = writer->failing == JOURNAL_OK;
}

/* In the place of what was told of a sweep before, if that was not taken. */
static void report_sweep(struct journal_writer *writer,
    enum journal_status status, const struct journal_error *error)
{
	pthread_mutex_lock(&writer->mutex);
	writer->sweep.status = status;
	writer->sweep.error = *error;
	if (!writer->sweep_is_told)
		line_append(&writer->done, &writer->sweep);
	writer->sweep_is_told = true;
	pthread_mutex_unlock(&writer->mutex);
	writer->notify(writer->arg);
}

/* A failure is told once. It is tried again behind the next batch. */
static void sweep(struct journal_writer *writer)
{
	struct journal_error error = {.text = ""};
	enum journal_status status;
	bool more = false;

	status = journal_sweep(writer->journal, &more, &error);
	writer->may_sweep = status == JOURNAL_OK && more;
	if (status != JOURNAL_OK ? status != writer->swept
				 : writer->has_swept && !more)
		report_sweep(writer, status, &error);
	writer->has_swept = more;
	writer->swept = status;
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

	while (take_work(writer, &batch)) {
		if (batch == &writer->probe)
			probe(writer);
		else if (batch != NULL)
			write_batch(writer, batch);
		if (batch != NULL)
			report(writer, batch);
		/* In turns, so that neither waits for the end of the other. */
		if (writer->may_sweep)
			sweep(writer);
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
	writer->may_sweep = true;
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

static void fill_report(struct journal_writer *writer,
    struct journal_batch *batch, struct journal_report *report)
{
	report->kind = JOURNAL_REPORT_BATCH;
	report->batch = batch;
	report->status = batch->status;
	report->error = batch->error;
	if (batch == &writer->probe) {
		report->kind = JOURNAL_REPORT_PROBE;
		report->batch = NULL;
		writer->probe_under_way = false;
	} else if (batch == &writer->sweep) {
		report->kind = JOURNAL_REPORT_SWEEP;
		report->batch = NULL;
		writer->sweep_is_told = false;
	}
}

bool journal_writer_take(
    struct journal_writer *writer, struct journal_report *ret_report)
{
	struct journal_batch *batch;

	pthread_mutex_lock(&writer->mutex);
	batch = line_take(&writer->done);
	if (batch != NULL)
		fill_report(writer, batch, ret_report);
	pthread_mutex_unlock(&writer->mutex);
	return batch != NULL;
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
