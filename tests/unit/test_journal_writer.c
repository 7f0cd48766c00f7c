/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_writer.h"

#include "tests/unit/writer_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void batch_reported_is_on_disk(void **state)
{
	struct scratch *scratch = *state;

	scratch_add(scratch, 0x1000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_OK);
	scratch_expect_loaded(scratch);
}

static void nothing_done_is_nothing_to_take(void **state)
{
	struct journal_report report;

	(void)state;
	assert_false(journal_writer_take(writer, &report));
}

/* Expect batches that each need the one before to succeed, and to be reported
 * in their order. */
static void batches_are_written_in_their_order(void **state)
{
	struct scratch *scratch = *state;
	struct journal_batch *batches[50];
	size_t i;

	for (i = 0; i < 50; i++) {
		scratch_add(scratch, 0x2000 * (i + 1), 0x1000);
		batches[i] = scratch->batch;
		writer_submit(scratch);
	}
	for (i = 0; i < 50; i++) {
		const struct journal_report report = writer_report();

		assert_int_equal(report.status, JOURNAL_OK);
		assert_ptr_equal(report.batch, batches[i]);
		journal_batch_free(report.batch);
	}
	scratch_expect_loaded(scratch);
}

static void stop_writes_what_was_submitted(void **state)
{
	struct scratch *scratch = *state;
	size_t i;

	for (i = 0; i < 20; i++) {
		scratch_add(scratch, 0x2000 * (i + 1), 0x1000);
		writer_submit(scratch);
	}
	writer_stop(scratch);
	scratch_expect_loaded(scratch);
}

/* Makes a write fail that is right in itself: with a trigger, as somebody with
 * a shell could. */
static void break_writing(struct scratch *scratch)
{
	scratch_edit(scratch, "CREATE TRIGGER broken BEFORE INSERT ON operation"
			      " BEGIN SELECT raise(ABORT, 'broken'); END");
}

static void mend_writing(struct scratch *scratch)
{
	scratch_edit(scratch, "DROP TRIGGER broken");
}

/*   batch      1    2        3    probe   4
 *   disk       ok   broken   ok   ok      ok
 *   report     ok   failed   failed  ok   ok
 *
 * Expect batch 3 to fail although it could be written: it may build on 2. */
static void batches_behind_a_failed_one_fail_until_a_probe(void **state)
{
	struct scratch *scratch = *state;

	scratch_add(scratch, 0x2000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_OK);
	break_writing(scratch);
	scratch_add(scratch, 0x4000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_FAILED);
	mend_writing(scratch);
	scratch_create(scratch, "board1");
	writer_submit(scratch);
	writer_expect(JOURNAL_FAILED);
	journal_writer_probe(writer);
	writer_expect_probe(JOURNAL_OK);
	scratch->id--;
	scratch_create(scratch, "board1");
	scratch_add(scratch, 0x6000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_OK);
	scratch_expect_loaded(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), "2");
}

/* Expect a batch that was handed over before the probe to fail, however late
 * it is its turn. */
static void batch_before_the_probe_fails_and_behind_it_is_written(void **state)
{
	struct scratch *scratch = *state;

	break_writing(scratch);
	scratch_add(scratch, 0x2000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_FAILED);
	mend_writing(scratch);
	scratch_create(scratch, "board1");
	writer_submit(scratch);
	journal_writer_probe(writer);
	scratch->id--;
	scratch_create(scratch, "board1");
	writer_submit(scratch);
	writer_expect(JOURNAL_FAILED);
	writer_expect_probe(JOURNAL_OK);
	writer_expect(JOURNAL_OK);
}

static void probe_that_fails_keeps_it_failing(void **state)
{
	struct scratch *scratch = *state;

	scratch_limit_files(0);
	journal_writer_probe(writer);
	writer_expect_probe(JOURNAL_FAILED);
	scratch_limit_files(-1);
	scratch_add(scratch, 0x2000, 0x1000);
	writer_submit(scratch);
	writer_expect(JOURNAL_FAILED);
	journal_writer_probe(writer);
	writer_expect_probe(JOURNAL_OK);
}

static void probe_asked_for_twice_is_reported_once(void **state)
{
	struct journal_report report;
	struct scratch *scratch = *state;

	journal_writer_probe(writer);
	journal_writer_probe(writer);
	writer_submit(scratch);
	writer_expect_probe(JOURNAL_OK);
	writer_expect(JOURNAL_OK);
	assert_false(journal_writer_take(writer, &report));
	journal_writer_probe(writer);
	writer_expect_probe(JOURNAL_OK);
}

static void reports_not_taken_are_dropped_when_it_stops(void **state)
{
	struct scratch *scratch = *state;

	scratch_add(scratch, 0x2000, 0x1000);
	writer_submit(scratch);
	journal_writer_probe(writer);
	writer_stop(scratch);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, writer_setup, writer_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(batch_reported_is_on_disk),
	    CASE(nothing_done_is_nothing_to_take),
	    CASE(batches_are_written_in_their_order),
	    CASE(stop_writes_what_was_submitted),
	    CASE(batches_behind_a_failed_one_fail_until_a_probe),
	    CASE(batch_before_the_probe_fails_and_behind_it_is_written),
	    CASE(probe_that_fails_keeps_it_failing),
	    CASE(probe_asked_for_twice_is_reported_once),
	    CASE(reports_not_taken_are_dropped_when_it_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
