/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a history of one thread that is held in a job until the test lets
 * it go, so that what is submitted meanwhile is under way for as long as the
 * test likes. */
#ifndef TESTS_UNIT_HELD_HISTORY_H
#define TESTS_UNIT_HELD_HISTORY_H

#include "daemon/history.h"

#include <pthread.h>

struct event_base;

struct held_history {
	struct history_job job;
	pthread_barrier_t entered, left;
	bool done;
};

/* Comes back when the thread is in the job. */
void held_history_begin(struct held_history *held, struct history *history);

/* Lets it go, and runs base until that job is done. */
void held_history_end(struct held_history *held, struct event_base *base);

#endif
