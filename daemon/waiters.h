/* SPDX-License-Identifier: BSD-2-Clause */
/* Those who wait for the same thing of a session, each to be called once. */
#ifndef DAEMON_WAITERS_H
#define DAEMON_WAITERS_H

#include <sys/queue.h>

/* Theirs to keep, zeroed at first, until it is called or forgotten. */
struct session_waiter {
	void (*resume)(void *arg);
	void *arg;
	LIST_ENTRY(session_waiter) link; /* le_prev is NULL: it does not wait */
};

LIST_HEAD(session_waiters, session_waiter);

/* All zero is an empty list. A waiter that waits already goes on waiting. */
void waiters_add(
    struct session_waiters *waiters, struct session_waiter *waiter);

/* The waiter waits no more, if it did. */
void waiters_forget(struct session_waiter *waiter);

/* Calls each that waits now, which may make any of them forget, and wait
 * again. */
void waiters_call(struct session_waiters *waiters);

#endif
