/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that were there and are not any more. */
#ifndef STORAGE_JOURNAL_MISSING_H
#define STORAGE_JOURNAL_MISSING_H

#include "storage/journal.h"

/* What became of the operation of that seq, which was there when somebody began
 * to read: a compaction dropped it, and the error names the first that is kept
 * (one above the last, where none is), or the instance was purged.
 * JOURNAL_NOT_FOUND; _FAILED, _DAMAGED: it cannot be told. */
enum journal_status journal_tell_missing(struct journal *journal,
    int64_t instance, uint64_t seq, struct journal_error *ret_error);

#endif
