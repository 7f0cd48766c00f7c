/* SPDX-License-Identifier: BSD-2-Clause */
/* Where each instance stands once a batch is written. */
#ifndef STORAGE_JOURNAL_ADVANCE_H
#define STORAGE_JOURNAL_ADVANCE_H

#include "storage/batch.h"

/* Has every instance say what its last seq is after the rows of a batch; inside
 * its transaction. JOURNAL_OK, _FAILED; _DAMAGED: rows that do not follow what
 * the journal has of their instance, or one another. */
enum journal_status advance_instances(struct journal *journal,
    const struct journal_batch *batch, struct journal_error *ret_error);

#endif
