/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be written once all of it is there: batches of one instance, one
 * behind the other in a temporary database of their own. That may lie on disk,
 * so a spool takes no more memory for being long; nobody else sees it, and it
 * goes with its connection or with the process. */
#ifndef STORAGE_SPOOL_H
#define STORAGE_SPOOL_H

#include "storage/journal.h"

struct spool;

/* An empty one. JOURNAL_OK: the caller's to close; _FAILED. */
enum journal_status spool_open(
    struct spool **ret_spool, struct journal_error *ret_error);

void spool_close(struct spool *spool); /* NULL is fine */

/* Puts all that is in the batch behind what the spool has, and empties the
 * batch. JOURNAL_OK; _DAMAGED: a request key that a row of the spool has
 * already, which the error names; _FAILED. After a failure the spool is good
 * for spool_close() alone. */
enum journal_status spool_put(struct spool *spool, struct journal_batch *batch,
    struct journal_error *ret_error);

/* What was put into it with the call of that number, from 0 up. JOURNAL_OK: a
 * batch, the caller's to free; _NOT_FOUND: there were not so many; _FAILED. */
enum journal_status spool_get(struct spool *spool, uint64_t number,
    struct journal_batch **ret_batch, struct journal_error *ret_error);

/* Gives everything to write, call by call of spool_put(), as of the instance of
 * that id. JOURNAL_OK; what write answered when that was not; _FAILED. */
enum journal_status spool_write(struct spool *spool, int64_t instance,
    enum journal_status (*write)(struct journal *journal,
	const struct journal_batch *batch, struct journal_error *ret_error),
    struct journal *journal, struct journal_error *ret_error);

#endif
