/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: what a daemon would do to its journal, made up from a seed: a
 * list of steps, the batches that some of them commit, and what the journal
 * holds after each batch. It is all there before the first step is taken, so
 * that a step which failed can be taken again. */
#ifndef TESTS_FAULT_SCENARIO_H
#define TESTS_FAULT_SCENARIO_H

#include "storage/journal.h"
#include "tests/fault/holdings.h"

#define SCENARIO_BATCHES_MAX 32

enum step {
	STEP_OPEN, /* the writer, and a reader beside it */
	STEP_COMMIT,
	STEP_READ, /* everything, through the reader */
	STEP_CLOSE,
	STEP_END,
};

struct scenario {
	enum step steps[4 * SCENARIO_BATCHES_MAX];
	struct journal_batch *batches[SCENARIO_BATCHES_MAX];
	/* [n]: once n batches are committed. */
	struct holdings after[SCENARIO_BATCHES_MAX + 1];
	size_t batch_count;
};

/* Made up from seed. Batches hold creations, rows that are done and refused,
 * groups with their blobs, snapshots and destructions. Ends the program where
 * there is no memory. */
struct scenario *scenario_new(uint64_t seed, size_t batch_count);

/* Whether the journal held that instance just so after some batch. */
bool scenario_knows(
    const struct scenario *scenario, const struct holding *holding);

void scenario_free(struct scenario *scenario);

#endif
