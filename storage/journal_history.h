/* SPDX-License-Identifier: BSD-2-Clause */
/* What a history is made of beside its rows: for those who carry it
 * elsewhere. */
#ifndef STORAGE_JOURNAL_HISTORY_H
#define STORAGE_JOURNAL_HISTORY_H

#include "storage/journal.h"

struct journal_history {
	struct journal_instance instance;
	bool is_copy;
	struct journal_origin origin; /* of a copy */
	/* The lowest seq that is kept, and the hash before it. A copy, and one
	 * that begins above 1, begins with a layout. */
	uint64_t first_seq;
	uint8_t first_before[JOURNAL_HASH_SIZE];
};

/* JOURNAL_OK, _NOT_FOUND, _DAMAGED, _FAILED. */
enum journal_status journal_find_history(struct journal *journal,
    int64_t instance, struct journal_history *ret_history,
    struct journal_error *ret_error);

/* What led to a group of rows. */
struct journal_tree {
	void *content; /* a device tree */
	size_t size;
	char *options; /* what else was said, as of a boot; NULL: nothing */
};

/* What led to the group that begins at seq. JOURNAL_OK: the caller's to clear;
 * _NOT_FOUND: nothing did; _FAILED, _DAMAGED. */
enum journal_status journal_find_tree(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_tree *ret_tree,
    struct journal_error *ret_error);

/* Frees what it has: it is empty then. */
void journal_tree_clear(struct journal_tree *tree);

#endif
