/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: what an author puts into a batch. Each of these adds to the batch
 * that is being written and to the ledger, or does nothing where there is no
 * instance to do it to. */
#ifndef TESTS_FAULT_AUTHOR_PARTS_H
#define TESTS_FAULT_AUTHOR_PARTS_H

#include "tests/fault/chance.h"
#include "tests/fault/ledger.h"
#include "tests/fault/scenario.h"

/* What a daemon would hold of the living instance that has a name. */
struct board {
	struct ledger_life *life; /* NULL: nobody has the name */
	struct memblock_settings settings;
	struct memblock *mb;
	bool untouched; /* its history goes elsewhere with this batch */
};

struct author {
	struct scenario *scenario;
	struct chance chance;
	struct ledger ledger;
	struct board boards[HOLDINGS_NAMES];
	struct scenario_batch *now; /* the one that is written */
	int64_t time_us;
	size_t tree_count;
};

uint64_t author_below(struct author *author, uint64_t bound);

size_t author_name_of(const struct author *author, const struct board *board);

/* One of the boards that live, or of the names that nobody has; none that is
 * untouched. NULL: there is none. */
struct board *author_pick(struct author *author, bool living);

/* The living one that has the most rows. NULL: there is none. */
struct board *author_pick_longest(struct author *author);

uint64_t author_rows_kept(const struct ledger_life *life);

/* A name that nobody has; somebody goes where there is none. */
struct board *author_need_name(struct author *author);

/* ---- request keys ---- */

struct keyed {
	size_t number; /* or LEDGER_NO_KEY */
	uint8_t bytes[HOLDINGS_KEY_SIZE];
	struct journal_cause cause; /* points to bytes */
};

/* A key that is free on that name, now and then, or none. */
void author_take_key(
    struct author *author, size_t name, struct keyed *ret_keyed);

/* ---- rows ---- */

void author_add_row(struct author *author, struct board *board, struct op op,
    uint64_t group, bool may_have_key);
void author_add_rows(struct author *author);
void author_add_atomic_group(struct author *author);
void author_add_tree(struct author *author);
void author_add_snapshot(struct author *author);

/* ---- lives ---- */

void author_add_end(struct author *author);
void author_add_creation(struct author *author);
void author_add_clone(struct author *author);
void author_add_purge(struct author *author);

#endif
