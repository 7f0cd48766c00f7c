/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a writing thread on a journal in a private directory. */
#ifndef TESTS_UNIT_WRITER_FIXTURE_H
#define TESTS_UNIT_WRITER_FIXTURE_H

#include "storage/journal_writer.h"
#include "tests/unit/scratch_journal.h"

extern struct journal_writer *writer;

/* cmocka's setup and teardown. *state is a struct scratch, without a journal:
 * the writer has it. */
int writer_setup(void **state);
int writer_teardown(void **state);

/* Starts it on the scratch's journal, and stops it, which closes that. */
void writer_start(struct scratch *scratch);
void writer_stop(struct scratch *scratch);

/* Hands over the scratch's batch and gives it another. */
void writer_submit(struct scratch *scratch);

/* Waits for the next report. */
struct journal_report writer_report(void);

/* The same, which is to be one of a batch, or of a probe. */
void writer_expect(enum journal_status status);
void writer_expect_probe(enum journal_status status);

#endif
