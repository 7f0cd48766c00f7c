/* SPDX-License-Identifier: BSD-2-Clause */
/* The history of an instance put to the test: its operations are done again in
 * a new model, from the first that is kept, and compared with every outcome,
 * every link of the chain, every snapshot, every device tree with its hash, and
 * the layout it ends with; and each is looked for under its request key.
 *
 * A history can be long: it is verified in steps, each of which reads the
 * journal as of one commit, through whatever connection, and holds it up no
 * longer than that. Used by one thread at a time. */
#ifndef STORAGE_JOURNAL_VERIFY_H
#define STORAGE_JOURNAL_VERIFY_H

#include "storage/journal.h"

/* What was found. */
struct journal_verdict {
	uint64_t operations; /* how many were replayed */
	bool identical;
	/* When not identical: where, and the two sides in words. */
	uint64_t difference_seq;
	char journal[JOURNAL_ERROR_MAX];
	char replay[JOURNAL_ERROR_MAX];
};

struct journal_verification;

/* Begins with the operations of an instance up to seq. live is the layout that
 * they lead to, and stays the caller's until the end; NULL: there is none to
 * compare with. NULL: no memory. */
struct journal_verification *journal_verify_begin(
    int64_t instance, uint64_t seq, const struct memblock *live);

/* Does at most so many operations more, 1 or more, and at the end as many
 * device trees as fit into 16 MiB. What was dropped since the step before by a
 * compaction is passed over.
 *
 * JOURNAL_OK, damage or not: that is a finding; _NOT_FOUND: there is no such
 * instance, or what it was at seq is not kept any more; _FAILED. After a
 * failure it is good for journal_verify_end() alone. */
enum journal_status journal_verify_step(
    struct journal_verification *verification, struct journal *journal,
    uint64_t operations, struct journal_error *ret_error);

/* How many operations were replayed, and how many there are as far as is known:
 * both are 0 before the first step. */
void journal_verify_progress(const struct journal_verification *verification,
    uint64_t *ret_operations, uint64_t *ret_to_replay);

/* The verdict, which is the verification's; NULL: it needs more steps. */
const struct journal_verdict *journal_verify_verdict(
    const struct journal_verification *verification);

/* Drops it, done or not. NULL is fine. */
void journal_verify_end(struct journal_verification *verification);

/* All of it in one go. JOURNAL_OK: ret_verdict says what was found; _NOT_FOUND,
 * _FAILED. */
enum journal_status journal_verify(struct journal *journal, int64_t instance,
    uint64_t seq, const struct memblock *live,
    struct journal_verdict *ret_verdict, struct journal_error *ret_error);

#endif
