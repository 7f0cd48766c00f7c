/* SPDX-License-Identifier: BSD-2-Clause */
/* How a batch drops the rows that an instance begins with. */
#ifndef STORAGE_JOURNAL_COMPACT_H
#define STORAGE_JOURNAL_COMPACT_H

#include "storage/batch.h"

#include <sqlite3.h>

/* Writes a BATCH_COMPACT; statement is STATEMENT_CUT_INSTANCE. Nothing is done
 * to an instance that keeps less already. JOURNAL_OK, _FAILED, _DAMAGED (there
 * is no such instance, or its row is damaged). */
enum journal_status compact_write(struct journal *journal,
    const struct journal_batch *batch, const struct batch_item *item,
    sqlite3_stmt *statement, struct journal_error *ret_error);

#endif
