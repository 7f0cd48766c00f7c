/* SPDX-License-Identifier: BSD-2-Clause */
/* A long answer, made page by page on a history thread; the next page is made
 * when the client has taken most of what is queued. */
#ifndef DAEMON_PAGES_H
#define DAEMON_PAGES_H

#include "daemon/request.h"

/* The first member of what makes the pages, which fills in make and drop and
 * zeroes the rest. */
struct pages {
	struct history_job job;
	struct session_waiter taken;
	struct service *service;
	struct session *session;
	uint64_t id; /* the request's */

	/* On a history thread: fills in a frame, and whether it is the last. */
	void (*make)(struct pages *pages, struct journal *journal);
	/* Frees what it is the first member of. */
	void (*drop)(struct pages *pages);
	uint8_t *frame;
	size_t frame_size;
	bool last;
};

/* Answers the request in pages, the first of which is made once the batch of
 * that number is on disk. UNAVAILABLE when it never is. */
void pages_begin(
    struct pages *pages, const struct request *request, uint64_t batch);

/* The page is answer, with more to come unless it is the last. */
void pages_pack(struct pages *pages, struct answer *answer);

#endif
