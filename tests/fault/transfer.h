/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: the whole history of an instance read from a journal, and taken in
 * as another one, as an export and an import do. */
#ifndef TESTS_FAULT_TRANSFER_H
#define TESTS_FAULT_TRANSFER_H

#include "storage/journal.h"

/* Adds to the batch an instance of that name and id with the history of
 * source. JOURNAL_OK, or what reading or taking in answered; then the batch is
 * as it was. */
enum journal_status transfer_add(struct journal *journal, int64_t source,
    struct journal_batch *batch, const char *name, int64_t id,
    const struct journal_cause *cause, struct journal_error *ret_error);

#endif
