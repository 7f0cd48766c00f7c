/* SPDX-License-Identifier: BSD-2-Clause */
/* Long reads of the journal, on a thread and a reading connection of their
 * own, so that they never hold up the loop. */
#ifndef DAEMON_HISTORY_H
#define DAEMON_HISTORY_H

#include "storage/journal.h"

struct event_base;
struct history;

/* One piece of reading; the owner's to keep until it is done. */
struct history_job {
	/* On the reading thread; may use nothing that the loop uses. */
	void (*work)(struct history_job *job, struct journal *journal);
	/* On the loop, afterwards. */
	void (*done)(struct history_job *job);
	struct history_job *next;
};

/* Starts the thread. journal is a reading connection, history's from now on.
 * NULL: no thread could be had. */
struct history *history_start(struct event_base *base, struct journal *journal);

/* Jobs are worked off in the order they come. */
void history_submit(struct history *history, struct history_job *job);

/* Ends the thread. Jobs that are not done are dropped; one that is being
 * worked on is left to the end of the process, together with the thread. */
void history_stop(struct history *history);

#endif
