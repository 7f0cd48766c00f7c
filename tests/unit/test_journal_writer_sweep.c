/* SPDX-License-Identifier: BSD-2-Clause */
/* What was dropped is deleted by the writing thread between batches. */
#include "storage/journal_writer.h"

#include "storage/journal_sweep.h"
#include "storage/statement.h"
#include "tests/unit/writer_fixture.h"

#include <semaphore.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Some transactions' worth of rows, all of them dropped. */
static void drop_many_rows(struct scratch *scratch)
{
	int i;

	for (i = 0; i < 3 * SWEEP_ROWS; i++)
		scratch_add(scratch, 0x1000, 0x1000);
	assert_true(journal_batch_destroy(scratch->batch, 1, 5, "uid:0", NULL));
	assert_true(journal_batch_purge(scratch->batch, 1));
}

static void expect_sweep(enum journal_status status)
{
	const struct journal_report report = writer_report();

	assert_int_equal(report.kind, JOURNAL_REPORT_SWEEP);
	assert_null(report.batch);
	assert_int_equal(report.status, status);
	assert_int_equal(report.error.text[0] == '\0', status == JOURNAL_OK);
}

static void expect_rows(struct scratch *scratch, const char *count)
{
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), count);
}

static void rows_dropped_are_deleted_while_there_is_no_batch(void **state)
{
	struct scratch *scratch = *state;

	drop_many_rows(scratch);
	writer_submit(scratch);
	writer_expect(JOURNAL_OK);
	expect_sweep(JOURNAL_OK);
	expect_rows(scratch, "0");
}

/* Holds the writing thread between two deletions: */
static sem_t at_commit, may_commit;

static int on_commit(void *arg)
{
	(void)arg;
	sem_post(&at_commit);
	sem_wait(&may_commit);
	return 0;
}

/* Expect a batch to wait for one deletion, not for all of them:
 *
 *   the batch that drops | deletion | batch | deletion | deletion ...
 */
static void batch_waits_for_one_deletion_at_most(void **state)
{
	struct scratch *scratch = *state;
	int i;

	/* Once more, with a journal whose commits can be held. */
	writer_stop(scratch);
	scratch_open(scratch);
	sem_init(&at_commit, 0, 0);
	sem_init(&may_commit, 0, 1);
	sqlite3_commit_hook(scratch->journal->db, on_commit, NULL);
	writer_start(scratch);
	drop_many_rows(scratch);
	writer_submit(scratch);
	writer_expect(JOURNAL_OK);
	sem_wait(&at_commit);
	sem_wait(&at_commit); /* the first deletion is about to be done */
	scratch_create(scratch, "board0");
	writer_submit(scratch);
	sem_post(&may_commit);
	sem_wait(&at_commit);
	sem_post(&may_commit); /* the batch's */
	writer_expect(JOURNAL_OK);
	expect_rows(scratch, "2000");
	for (i = 0; i < 10; i++)
		sem_post(&may_commit);
	expect_sweep(JOURNAL_OK);
	expect_rows(scratch, "0");
	writer_stop(scratch);
	sem_destroy(&at_commit);
	sem_destroy(&may_commit);
}

static void sweep_that_was_cut_off_goes_on_with_the_next_writer(void **state)
{
	struct scratch *scratch = *state;

	writer_stop(scratch);
	scratch_open(scratch);
	drop_many_rows(scratch);
	scratch_commit(scratch);
	expect_rows(scratch, "4000");
	writer_start(scratch);
	expect_sweep(JOURNAL_OK);
	expect_rows(scratch, "0");
}

/* Expect it to be told once, batches to be written all the same, and the rows
 * to go when they can. */
static void sweep_that_fails_is_told_once_and_tried_again(void **state)
{
	struct scratch *scratch = *state;
	int i;

	writer_stop(scratch);
	scratch_open(scratch);
	drop_many_rows(scratch);
	scratch_commit(scratch);
	scratch_edit(scratch, "CREATE TRIGGER kept BEFORE DELETE ON operation"
			      " BEGIN SELECT raise(ABORT, 'kept'); END");
	writer_start(scratch);
	expect_sweep(JOURNAL_FAILED);
	scratch_create(scratch, "board0");
	for (i = 0; i < 3; i++) {
		scratch_add(scratch, 0x1000, 0x1000);
		writer_submit(scratch);
		writer_expect(JOURNAL_OK);
	}
	expect_rows(scratch, "4003");
	scratch_edit(scratch, "DROP TRIGGER kept");
	scratch_add(scratch, 0x1000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_OK);
	expect_sweep(JOURNAL_OK);
	expect_rows(scratch, "4");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, writer_setup, writer_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rows_dropped_are_deleted_while_there_is_no_batch),
	    CASE(batch_waits_for_one_deletion_at_most),
	    CASE(sweep_that_was_cut_off_goes_on_with_the_next_writer),
	    CASE(sweep_that_fails_is_told_once_and_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
