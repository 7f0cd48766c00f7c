/* SPDX-License-Identifier: BSD-2-Clause */
/* The one thread that writes to the journal.
 *
 * The owner hands it batches; it commits each in a transaction of its own, in
 * the order it got them, and reports back. At the first batch that fails it
 * stops writing: that batch and every one behind it fail, until
 * journal_writer_probe() succeeds. Between batches, and while there is none, it
 * takes what was dropped out of the file, as journal_sweep() does: a batch
 * waits for one of those transactions at most. The end of that is reported, and
 * so is a failure, once: it is tried again behind the next batch.
 *
 * All functions are called by one thread, the owner's, except notify, which the
 * writing thread calls. */
#ifndef STORAGE_JOURNAL_WRITER_H
#define STORAGE_JOURNAL_WRITER_H

#include "storage/journal.h"

struct journal_writer;

enum journal_report_kind {
	JOURNAL_REPORT_BATCH,
	JOURNAL_REPORT_PROBE,
	JOURNAL_REPORT_SWEEP,
};

/* What became of a batch, of a probe or of a sweep. */
struct journal_report {
	enum journal_report_kind kind;
	struct journal_batch *batch; /* the owner's to free; else NULL */
	enum journal_status status;
	struct journal_error error; /* "" when JOURNAL_OK */
};

/* Starts the thread on a journal opened with JOURNAL_WRITE, which it owns from
 * now on. notify(arg) is called once for each report there is to take; it must
 * not block. JOURNAL_OK; _FAILED: the journal is still the caller's. */
enum journal_status journal_writer_start(struct journal *journal,
    void (*notify)(void *arg), void *arg, struct journal_writer **ret_writer,
    struct journal_error *ret_error);

/* Hands over a batch; the writer owns it until it is reported. Takes no
 * memory, so it cannot fail. */
void journal_writer_submit(
    struct journal_writer *writer, struct journal_batch *batch);

/* Asks for a probe write; reported with a NULL batch. When it succeeds,
 * batches submitted after it are written again. Until the report of one is
 * taken, asking again asks for nothing more. */
void journal_writer_probe(struct journal_writer *writer);

/* Takes the oldest report. False: there is none yet. */
bool journal_writer_take(
    struct journal_writer *writer, struct journal_report *ret_report);

/* Writes what was submitted, ends the thread, closes the journal. Reports not
 * taken yet are dropped with their batches; take them first. Answers as
 * journal_close() does. */
enum journal_status journal_writer_stop(
    struct journal_writer *writer, struct journal_error *ret_error);

#endif
