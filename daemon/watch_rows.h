/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of one instance, in order and without a gap, as a part of a watch tells
 * of them: wherever they come from, and to however many. */
#ifndef DAEMON_WATCH_ROWS_H
#define DAEMON_WATCH_ROWS_H

#include "proto/repeated.h"
#include "storage/journal.h"

/* Rows in one part, if no group goes on behind them. */
#define WATCH_ROWS_MAX 1000

/* Zeroed: none yet. */
struct watch_rows {
	struct repeated entries;
	uint64_t first; /* seq */
	uint64_t next;	/* the seq behind them */
	uint64_t group; /* of the last */
};

/* Adds the row behind those there are. False: they are a part as they are, and
 * the row begins another. */
bool watch_rows_add(struct watch_rows *rows, const struct journal_row *row);

/* The part, to that request, about the instance of that name. The caller's to
 * free. */
uint8_t *watch_rows_frame(
    struct watch_rows *rows, uint64_t id, const char *name, size_t *ret_size);

void watch_rows_free(struct watch_rows *rows);

#endif
