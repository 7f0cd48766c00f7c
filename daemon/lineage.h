/* SPDX-License-Identifier: BSD-2-Clause */
/* Where an instance came from: the one that it is a copy of, the one that this
 * is a copy of, and so on.
 *
 *   link       2            1           0
 *   instance   A  1 2 3 4   B  1 2      C  1 2 3
 *                   |            |
 *                   B = A@2      C = B@2
 *
 * It is walked once, from the instance on, and then read at any link. A lineage
 * is of one size, however long it is: of a long one only so many links are
 * kept, and it is walked again for others. Used by one thread at a time. */
#ifndef DAEMON_LINEAGE_H
#define DAEMON_LINEAGE_H

#include "storage/journal_history.h"

#define LINEAGE_WINDOW 4096

/* One instance, and the seq up to which its rows are part of it. */
struct lineage_link {
	int64_t instance;
	uint64_t to;
};

enum lineage_end {
	LINEAGE_GOES_ON,
	LINEAGE_EMPTY,	   /* the farthest began empty */
	LINEAGE_DROPPED,   /* rows that the farthest began with are not kept */
	LINEAGE_PURGED,	   /* what the farthest is a copy of was purged */
	LINEAGE_ELSEWHERE, /* what it is a copy of was never in this journal */
};

struct lineage {
	struct lineage_link links[LINEAGE_WINDOW]; /* link i at i % WINDOW */
	uint64_t first, count; /* those that are there: first + 0, 1, ... */
	struct lineage_link self;
	/* What the walk came to. */
	uint64_t farthest;		/* link */
	uint64_t to;			/* as the farthest has it */
	struct journal_history history; /* of the farthest */
	enum lineage_end end;
};

/* Begins the walk, at link 0: an instance, whose rows up to seq count.
 * JOURNAL_OK, _NOT_FOUND, _DAMAGED, _FAILED. */
enum journal_status lineage_begin(struct lineage *lineage,
    struct journal *journal, int64_t instance, uint64_t seq,
    struct journal_error *ret_error);

/* Goes to the next link. JOURNAL_OK: *ret_origin is what the farthest was a
 * copy of (its instance is 0 where that is not in this journal), or with
 * *ret_is_copy false there is none; unless the end is LINEAGE_GOES_ON, there is
 * nowhere else to go. _DAMAGED, _FAILED. */
enum journal_status lineage_walk(struct lineage *lineage,
    struct journal *journal, bool *ret_is_copy,
    struct journal_origin *ret_origin, struct journal_error *ret_error);

/* The first seq of the farthest link that is kept. */
uint64_t lineage_first_seq(const struct lineage *lineage);

/* Why what came before the farthest link, or the first of its rows, is not
 * there: a sentence of at most size bytes; "" when there is nothing before. */
void lineage_tell_end(
    const struct lineage *lineage, char *ret_text, size_t size);

/* A link of one that was walked to its end, 0 to farthest. JOURNAL_OK;
 * _NOT_FOUND: it, or one before, was purged since; _DAMAGED, _FAILED. */
enum journal_status lineage_at(struct lineage *lineage, struct journal *journal,
    uint64_t index, struct lineage_link *ret_link,
    struct journal_error *ret_error);

#endif
