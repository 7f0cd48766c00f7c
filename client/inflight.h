/* SPDX-License-Identifier: BSD-2-Clause */
/* The requests that wait for an answer, by their ids.
 *
 * Ids are given in order, from 1 up. The table is a ring in that order, which
 * begins with the oldest request still waiting, so that forgetting the oldest
 * ones costs nothing:
 *
 *	ids     ...  7   8   9  10  11  12
 *	ring         W   -   W   W   -   W     W waits, - is done
 *	             head                next 13
 *
 * When it is full, those that are done leave it if they are half of it or more:
 * one that waits for ever, such as a watch, does not make it grow. */
#ifndef CLIENT_INFLIGHT_H
#define CLIENT_INFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mbc_answer;

struct pending {
	uint64_t id;
	bool done;     /* nothing else is left of it */
	bool changes;  /* a lost answer leaves doubt */
	bool in_parts; /* its parts are handed out one by one */
	bool sent;     /* the server may have it */
	uint8_t *kept; /* its message, to send it again; NULL: it is not */
	size_t kept_size;
	int timeout_ms; /* -1: none */
	int64_t deadline_ms;
	struct mbc_answer *answer; /* what there is of it, never NULL */
};

/* All zero is an empty table. */
struct inflight {
	struct pending *ring;
	size_t room; /* a power of two, or 0 */
	size_t head; /* of the ring */
	size_t used; /* from head on, done ones in between included */
	size_t waiting;
	uint64_t last_id;
};

/* Frees the ring, in which nothing waits any more. */
void inflight_clear(struct inflight *inflight);

/* Adds a request under a new id. NULL: no memory, and no id is used up. */
struct pending *inflight_add(struct inflight *inflight);

/* NULL: no such request waits. */
struct pending *inflight_find(struct inflight *inflight, uint64_t id);

/* Ends the waiting of a request that was found, and frees what was kept of
 * it. */
void inflight_remove(struct inflight *inflight, struct pending *pending);

/* The oldest one waiting with an id above after; NULL: there is none. */
struct pending *inflight_next(struct inflight *inflight, uint64_t after);

#endif
