/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: what a journal holds, in so few bytes that it can be compared.
 * Two holdings are the same if every instance has the same id, is alive in
 * both or in neither, stands at the same seq with the same hash (and so has
 * the same rows) and has the same layout. */
#ifndef TESTS_FAULT_HOLDINGS_H
#define TESTS_FAULT_HOLDINGS_H

#include "storage/journal.h"

#define HOLDINGS_MAX 64

/* One life of an instance. Zeroed, then filled: memcmp() compares it. */
struct holding {
	int64_t id;
	uint64_t alive;
	uint64_t seq;
	uint8_t hash[JOURNAL_HASH_SIZE];
	uint8_t layout[JOURNAL_HASH_SIZE]; /* digest of the model */
};

struct holdings {
	size_t count;
	struct holding of[HOLDINGS_MAX]; /* by id */
};

bool holdings_same(const struct holdings *a, const struct holdings *b);

/* The digest of a model for struct holding. */
void holdings_layout(
    const struct memblock *mb, uint8_t ret_layout[JOURNAL_HASH_SIZE]);

/* Every instance that the journal can name, with id, alive and seq alone. As
 * journal_each_instance(). */
enum journal_status holdings_list(struct journal *journal,
    struct holdings *ret_holdings, struct journal_error *ret_error);

/* Loads the instance of holding->id and fills in the rest. As
 * journal_load(). */
enum journal_status holding_load(struct journal *journal,
    struct holding *holding, struct journal_error *ret_error);

/* Loads every instance and verifies it. JOURNAL_OK; the status of whatever
 * failed; _DIFFERS where verify does not find what was loaded. */
enum journal_status holdings_read(struct journal *journal,
    struct holdings *ret_holdings, struct journal_error *ret_error);

/* "1@3 2@8 3@0 (4@2)": ids and seqs, in brackets who is not alive. */
void holdings_text(
    const struct holdings *holdings, char *ret_text, size_t size);

#endif
