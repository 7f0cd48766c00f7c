/* SPDX-License-Identifier: BSD-2-Clause */
/* Long reads of the journal, on threads with a reading connection each, so that
 * they never hold up the loop. */
#ifndef DAEMON_HISTORY_H
#define DAEMON_HISTORY_H

#include "storage/journal.h"

struct event_base;
struct history;

/* One piece of reading; the owner's to keep until it is done. */
struct history_job {
	/* On a reading thread; may use nothing that the loop uses. */
	void (*work)(struct history_job *job, struct journal *journal);
	/* On the loop, afterwards. */
	void (*done)(struct history_job *job);
	struct history_job *next;
};

/* So many can read at the same time. */
#define HISTORY_READERS_MAX 2

/* Starts 1 to HISTORY_READERS_MAX threads, each with a reading connection to
 * the journal at path. NULL: one could not be opened, and error says why. */
struct history *history_start(struct event_base *base, const char *path,
    size_t readers, struct journal_error *ret_error);

/* Jobs are begun in the order they come. */
void history_submit(struct history *history, struct history_job *job);

/* Ends the threads. Jobs that are not done are dropped; one that is being
 * worked on is left to the end of the process, together with the threads. */
void history_stop(struct history *history);

#endif
