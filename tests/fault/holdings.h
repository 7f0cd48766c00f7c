/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: what a journal holds, in so few bytes that it can be compared.
 * Two holdings are the same if each life of an instance is in both or in
 * neither, began alike, has the same rows (their hashes say so) and device
 * trees and stands alike; and if every name and every request key leads to the
 * same. */
#ifndef TESTS_FAULT_HOLDINGS_H
#define TESTS_FAULT_HOLDINGS_H

#include "storage/journal.h"

#define HOLDINGS_MAX 64	 /* lives, of ids from 1 up */
#define HOLDINGS_NAMES 4 /* that instances can have */
#define HOLDINGS_KEYS 12 /* that requests on a name can come under */
#define HOLDINGS_KEY_SIZE 8

/* One life of an instance. Zeroed, then filled: memcmp() compares it. Layouts
 * are digests of models. */
struct holding {
	int64_t id; /* 0: there is none */
	uint64_t alive;
	uint64_t first_seq, seq;
	uint8_t origin[JOURNAL_HASH_SIZE]; /* zero: no copy */
	uint8_t first_hash[JOURNAL_HASH_SIZE];
	uint8_t first_layout[JOURNAL_HASH_SIZE];
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint8_t layout[JOURNAL_HASH_SIZE];
};

/* What was done under a key; all 0: nothing. */
struct holding_key {
	int64_t id;
	uint64_t kind; /* enum journal_key_kind */
	uint64_t seq;
};

struct holdings {
	struct holding of[HOLDINGS_MAX];		/* [id - 1] */
	uint8_t trees[HOLDINGS_MAX][JOURNAL_HASH_SIZE]; /* zero: none */
	int64_t living[HOLDINGS_NAMES];			/* 0: nobody */
	struct holding_key keys[HOLDINGS_NAMES][HOLDINGS_KEYS];
};

extern const char *const holdings_names[HOLDINGS_NAMES];

/* The bytes of the key of that number. */
void holdings_key(size_t number, uint8_t ret_key[HOLDINGS_KEY_SIZE]);

bool holdings_same(const struct holdings *a, const struct holdings *b);

/* The same of the lives alone. */
bool holdings_same_lives(const struct holdings *a, const struct holdings *b);

/* The first thing that differs, in words. */
void holdings_difference(const struct holdings *found,
    const struct holdings *wanted, char *ret_text, size_t size);

/* What struct holding has of a model and of an origin. */
void holdings_layout(
    const struct memblock *mb, uint8_t ret_layout[JOURNAL_HASH_SIZE]);
void holdings_origin(
    const struct journal_origin *origin, uint8_t ret_origin[JOURNAL_HASH_SIZE]);

/* Adds to what struct holdings has of a life's trees the one that led to the
 * group at seq with or without those options. */
void holdings_add_tree(uint8_t trees[JOURNAL_HASH_SIZE], uint64_t seq,
    const void *tree, size_t size, const char *options);

/* The options that a tree comes with, if it comes with any. */
extern const char holdings_options[];

/* ---- reading ---- */

struct lives {
	struct journal_instance of[HOLDINGS_MAX];
	size_t count;
};

/* Every life that the journal can name, from the lowest id up. As
 * journal_each_instance(). */
enum journal_status holdings_list(struct journal *journal,
    struct lives *ret_lives, struct journal_error *ret_error);

/* How a life began and stands. As journal_load() and journal_find_origin(). */
enum journal_status holding_load(struct journal *journal,
    const struct journal_instance *life, struct holding *ret_holding,
    struct journal_error *ret_error);

/* Asks for everything. JOURNAL_OK; the status of whatever failed; _DIFFERS
 * where answers contradict each other: verify does not find what was loaded, a
 * layout is served that is not kept, a row belongs to nobody. */
enum journal_status holdings_read(struct journal *journal,
    struct holdings *ret_holdings, struct journal_error *ret_error);

#endif
