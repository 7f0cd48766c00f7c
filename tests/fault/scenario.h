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
	STEP_SWEEP, /* some of what was dropped */
	STEP_READ,  /* everything, through the reader */
	STEP_CLOSE,
	STEP_END,
};

/* What a batch has beside that which needs no journal to be made. */
enum read_kind {
	READ_NOTHING,
	READ_CUT,     /* the layout at seq, and drops the rows before */
	READ_HISTORY, /* all of an instance, and takes it in as another */
};

struct scenario_batch {
	struct journal_batch *batch;
	enum read_kind read;
	int64_t instance; /* that is read */
	uint64_t seq;
	int64_t id; /* of the other one, and its name and key */
	size_t name, key;
};

struct scenario {
	enum step steps[4 * SCENARIO_BATCHES_MAX];
	struct scenario_batch batches[SCENARIO_BATCHES_MAX];
	/* [n]: once n batches are committed. */
	struct holdings after[SCENARIO_BATCHES_MAX + 1];
	size_t batch_count;
	uint8_t trees[2][9000]; /* device trees; each needs several pages */
};

/* Made up from seed. Batches hold creations, clones, rows that are done and
 * refused, atomic groups, device trees with theirs, snapshots, compactions,
 * imports, destructions and purges; much of it under request keys. The first
 * eight have some of everything. Ends the program where there is no memory. */
struct scenario *scenario_new(uint64_t seed, size_t batch_count);

/* Opens a journal to write, with a WAL that is copied into the file in the
 * middle of things, and sweeps of few rows. As journal_open(). */
enum journal_status scenario_open(const char *path,
    struct journal **ret_journal, struct journal_error *ret_error);

/* Sweeps until nothing is left that was dropped. As journal_sweep(). */
enum journal_status scenario_sweep(
    struct journal *journal, struct journal_error *ret_error);

/* Commits the batch of that number, for which reader, which may be writer, is
 * asked for what it takes. As journal_commit(), or what reading answered. */
enum journal_status scenario_commit(struct scenario *scenario, size_t number,
    struct journal *reader, struct journal *writer,
    struct journal_error *ret_error);

/* Whether the journal held that instance just so after some batch. */
bool scenario_knows(
    const struct scenario *scenario, const struct holding *holding);

void scenario_free(struct scenario *scenario);

#endif
