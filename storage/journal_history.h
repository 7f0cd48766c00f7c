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

/* What led to the group that begins at seq, a device tree. JOURNAL_OK: the
 * caller's to free; _NOT_FOUND: nothing did; _FAILED, _DAMAGED. */
enum journal_status journal_group_content(struct journal *journal,
    int64_t instance, uint64_t seq, void **ret_content, size_t *ret_size,
    struct journal_error *ret_error);

#endif
