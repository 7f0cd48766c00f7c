/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/waiters.h"

#include <stddef.h>

void waiters_add(struct session_waiters *waiters, struct session_waiter *waiter)
{
	if (waiter->link.le_prev == NULL)
		LIST_INSERT_HEAD(waiters, waiter, link);
}

void waiters_forget(struct session_waiter *waiter)
{
	if (waiter->link.le_prev == NULL)
		return;
	LIST_REMOVE(waiter, link);
	waiter->link.le_prev = NULL;
}

void waiters_call(struct session_waiters *waiters)
{
	struct session_waiters due = *waiters;
	struct session_waiter *waiter;

	/* Who waits again is for the next time. */
	LIST_INIT(waiters);
	if (!LIST_EMPTY(&due))
		LIST_FIRST(&due)->link.le_prev = &LIST_FIRST(&due);
	while ((waiter = LIST_FIRST(&due)) != NULL) {
		waiters_forget(waiter);
		waiter->resume(waiter->arg);
	}
}
