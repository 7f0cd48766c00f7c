/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/batch_fixture.h"

struct journal_batch *batch;

int batch_setup(void **state)
{
	(void)state;
	batch = journal_batch_new();
	return batch == NULL ? -1 : 0;
}

int batch_teardown(void **state)
{
	(void)state;
	journal_batch_free(batch);
	return 0;
}

struct journal_row batch_row(uint64_t seq)
{
	return (struct journal_row){.instance = 1,
	    .seq = seq,
	    .principal = "uid:0",
	    .label = "why",
	    .key = "k\0",
	    .key_size = 2,
	    .group = 1,
	    .op = {.kind = OP_FREE, .base = seq, .size = 2},
	    .outcome = {.status = MB_BUSY,
		.base = 3,
		.warnings = 4,
		.message = "taken"}};
}
