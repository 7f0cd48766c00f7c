/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: by hand, beside the journal, what it has to hold: each life of an
 * instance with all its rows, as far as they are kept. */
#ifndef TESTS_FAULT_LEDGER_H
#define TESTS_FAULT_LEDGER_H

#include "tests/fault/holdings.h"

#define LEDGER_ROWS 512

#define LEDGER_NO_KEY SIZE_MAX

struct ledger_row {
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint8_t layout[JOURNAL_HASH_SIZE]; /* after it */
	int64_t time_us;
	uint64_t group;
	size_t key;	  /* its number */
	const void *tree; /* that led to the group it begins; NULL: none */
	size_t tree_size;
	const char *options;
};

struct ledger_life {
	int64_t id; /* 0: there is none, or not any more */
	size_t name;
	bool alive;
	bool is_copy;
	struct journal_origin origin;
	uint64_t first_seq, seq;
	size_t created_key, destroyed_key;
	struct ledger_row rows[LEDGER_ROWS]; /* [seq]; [0]: as it began */
};

struct ledger {
	struct ledger_life lives[HOLDINGS_MAX]; /* [id - 1] */
	size_t count;				/* ids given out */
};

/* A life of that name begins. */
struct ledger_life *ledger_begin(struct ledger *ledger, size_t name);

/* The next row of a life; for the caller to fill. */
struct ledger_row *ledger_add_row(struct ledger_life *life);

/* The whole history of a life is taken over under that name. */
struct ledger_life *ledger_import(
    struct ledger *ledger, const struct ledger_life *source, size_t name);

/* Where a life is cut off so that seq stays readable: no group is cut in the
 * middle. */
uint64_t ledger_cut(const struct ledger_life *life, uint64_t seq);

/* Whether something that is kept was done under that key, on that name or in
 * that life. */
bool ledger_has_key(const struct ledger *ledger, size_t name, size_t key);
bool ledger_life_has_key(const struct ledger_life *life, size_t key);

/* What the journal has to hold. */
void ledger_sum(const struct ledger *ledger, struct holdings *ret_holdings);

#endif
