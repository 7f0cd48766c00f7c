/* SPDX-License-Identifier: BSD-2-Clause */
/* Deleting what a compaction or a purge has dropped. Which rows are gone is
 * settled by the row of their instance, in the transaction that drops them:
 * those before its first_seq, or all where there is no such instance. Nobody
 * is told of them any more. They are taken out of the file bit by bit, so that
 * no transaction is long:
 *
 *   seq     1 ......... 2000 ......... 4000 ......... | first_seq ...
 *           |-- with it --|-- later ----|-- later ----|
 */
#ifndef STORAGE_JOURNAL_SWEEP_H
#define STORAGE_JOURNAL_SWEEP_H

#include "storage/journal.h"

/* So many rows are deleted in one transaction, and what they alone needed. */
#define SWEEP_ROWS 2000

/* Deletes the first rows of an instance that are gone, with their snapshots and
 * groups; inside a transaction. When some are left it is noted in the table of
 * leftovers; otherwise that note is taken away, and the device trees that no
 * group was led to by are deleted. JOURNAL_OK, _FAILED, _DAMAGED (which rows
 * are gone cannot be told). */
enum journal_status sweep_some(
    struct journal *journal, int64_t instance, struct journal_error *ret_error);

#endif
