/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of a watch: rows of one instance, read on a history thread. */
#ifndef DAEMON_WATCH_PAGE_H
#define DAEMON_WATCH_PAGE_H

#include "daemon/answer.h"
#include "daemon/watch_rows.h"

struct watch_page {
	/* What is wanted. */
	uint64_t id; /* the request's */
	int64_t instance;
	char name[JOURNAL_NAME_MAX + 1];
	uint64_t next, to; /* next <= to, and all of it is on disk */
	/* What came of it: with OK a frame, and next is behind it; else why
	 * not. */
	answer_code code;
	char reason[JOURNAL_ERROR_MAX];
	uint8_t *frame;
	size_t frame_size;
	/* While it is read. */
	struct watch_rows rows;
};

/* Reads what is wanted. OK, UNAVAILABLE, DATA_LOSS, or NOT_FOUND: the row next
 * is not kept any more. */
void watch_page_read(struct watch_page *page, struct journal *journal);

#endif
