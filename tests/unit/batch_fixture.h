/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: one batch that is being put together, and a row to put into it. */
#ifndef TESTS_UNIT_BATCH_FIXTURE_H
#define TESTS_UNIT_BATCH_FIXTURE_H

#include "storage/batch.h"

extern struct journal_batch *batch; /* an empty one for each test */

/* cmocka's setup and teardown. */
int batch_setup(void **state);
int batch_teardown(void **state);

/* A row of instance 1 with something in every field but the time and hash. */
struct journal_row batch_row(uint64_t seq);

#endif
