/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/held_history.h"

#include "tests/unit/peer.h"

static void hold(struct history_job *job, struct journal *journal)
{
	struct held_history *held = (struct held_history *)job;

	(void)journal;
	pthread_barrier_wait(&held->entered);
	pthread_barrier_wait(&held->left);
}

static void let_go(struct history_job *job)
{
	((struct held_history *)job)->done = true;
}

void held_history_begin(struct held_history *held, struct history *history)
{
	held->job = (struct history_job){.work = hold, .done = let_go};
	held->done = false;
	pthread_barrier_init(&held->entered, NULL, 2);
	pthread_barrier_init(&held->left, NULL, 2);
	history_submit(history, &held->job);
	pthread_barrier_wait(&held->entered);
}

void held_history_end(struct held_history *held, struct event_base *base)
{
	pthread_barrier_wait(&held->left);
	peer_run_until_set(base, &held->done);
	pthread_barrier_destroy(&held->entered);
	pthread_barrier_destroy(&held->left);
}
