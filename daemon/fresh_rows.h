/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of one instance in the batch that was just written, in parts of a
 * watch. They are there while the batch is told, so that those who wait for
 * just these rows need not read them back from the journal. */
#ifndef DAEMON_FRESH_ROWS_H
#define DAEMON_FRESH_ROWS_H

#include "daemon/watch_rows.h"

#include <sys/queue.h>

struct fresh_part {
	struct watch_rows rows;
	TAILQ_ENTRY(fresh_part) next;
};

/* TAILQ_INIT: none. */
TAILQ_HEAD(fresh_rows, fresh_part);

/* Adds the row behind those there are. */
void fresh_rows_add(struct fresh_rows *fresh, const struct journal_row *row);

/* The part that begins with the row of that seq. NULL: none does. */
struct watch_rows *fresh_rows_from(struct fresh_rows *fresh, uint64_t seq);

/* Drops them all. */
void fresh_rows_drop(struct fresh_rows *fresh);

#endif
