/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the files that a writer has open are still those that its paths
 * name. What is written to a file that somebody removed or replaced is gone
 * with the process, however often it is synced. */
#ifndef STORAGE_IN_PLACE_H
#define STORAGE_IN_PLACE_H

#include "storage/journal.h"

/* Notes which file the WAL is. The writer has had a transaction, so that there
 * is one. JOURNAL_OK, _FAILED. */
enum journal_status in_place_note(
    struct journal *journal, struct journal_error *ret_error);

/* JOURNAL_OK; _FAILED: the journal, its WAL or its lock file was removed or
 * replaced. Looks again each time: what is put back is in place. */
enum journal_status in_place_check(
    struct journal *journal, struct journal_error *ret_error);

#endif
