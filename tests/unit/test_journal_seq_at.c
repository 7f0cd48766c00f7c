/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum journal_status seq_at(
    struct scratch *scratch, int64_t time_us, uint64_t *ret_seq)
{
	return journal_seq_at(
	    scratch->journal, scratch->id, time_us, ret_seq, &scratch->error);
}

static void expect_seq(struct scratch *scratch, int64_t time_us, uint64_t seq)
{
	uint64_t found = 77;

	assert_int_equal(seq_at(scratch, time_us, &found), JOURNAL_OK);
	assert_int_equal(found, seq);
}

/* The operations come 10, 20, 20, 20 and 30 microseconds after creation:
 *
 *   creation   1   2 3 4   5
 *   +0        +10   +20   +30   */
static void do_five(struct scratch *scratch)
{
	static const int64_t times[] = {10, 20, 20, 20, 30};
	uint64_t i;

	for (i = 0; i < 5; i++) {
		scratch->time_us = SCRATCH_TIME_US + times[i] - 1;
		scratch_reserve(scratch, i * 0x2000, 0x1000);
		if (i == 2)
			scratch_snapshot(scratch);
	}
	scratch_commit(scratch);
}

static void time_between_two_gives_the_one_before(void **state)
{
	do_five(*state);
	expect_seq(*state, SCRATCH_TIME_US + 15, 1);
	expect_seq(*state, SCRATCH_TIME_US + 29, 4);
}

static void time_of_one_gives_that_one(void **state)
{
	do_five(*state);
	expect_seq(*state, SCRATCH_TIME_US + 10, 1);
	expect_seq(*state, SCRATCH_TIME_US + 30, 5);
}

static void time_of_several_gives_the_last_of_them(void **state)
{
	do_five(*state);
	expect_seq(*state, SCRATCH_TIME_US + 20, 4);
}

static void time_after_all_gives_the_last(void **state)
{
	do_five(*state);
	expect_seq(*state, INT64_MAX, 5);
}

static void time_from_creation_on_gives_0(void **state)
{
	expect_seq(*state, SCRATCH_TIME_US, 0);
	do_five(*state);
	expect_seq(*state, SCRATCH_TIME_US, 0);
	expect_seq(*state, SCRATCH_TIME_US + 9, 0);
}

static void time_before_creation_is_not_found(void **state)
{
	uint64_t seq = 77;

	do_five(*state);
	assert_int_equal(
	    seq_at(*state, SCRATCH_TIME_US - 1, &seq), JOURNAL_NOT_FOUND);
	assert_int_equal(seq_at(*state, INT64_MIN, &seq), JOURNAL_NOT_FOUND);
	assert_string_equal(((struct scratch *)*state)->error.text,
	    "there was no such instance yet");
	assert_int_equal(seq, 77);
}

/* Expect the snapshot's own time to be the first that is answered. */
static void time_that_is_not_kept_is_told_the_first_seq_that_is(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq = 77;

	do_five(scratch);
	scratch_drop_rows(scratch, 4);
	assert_int_equal(
	    seq_at(scratch, SCRATCH_TIME_US + 19, &seq), JOURNAL_NOT_FOUND);
	assert_non_null(
	    strstr(scratch->error.text, "the first seq that is kept is 3"));
	expect_seq(scratch, SCRATCH_TIME_US + 20, 4);
	assert_int_equal(seq, 77);
}

static void missing_row_is_damage(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq = 77;

	do_five(scratch);
	scratch_edit(scratch, "DELETE FROM operation WHERE seq = 3");
	assert_int_equal(
	    seq_at(scratch, SCRATCH_TIME_US, &seq), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "board0 seq 3 is missing"));
	assert_int_equal(seq, 77);
}

static void missing_first_snapshot_is_damage(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq = 77;

	do_five(scratch);
	scratch_drop_rows(scratch, 4);
	scratch_edit(scratch, "DELETE FROM snapshot");
	assert_int_equal(
	    seq_at(scratch, SCRATCH_TIME_US + 25, &seq), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "at seq 3 is missing"));
}

static void unknown_instance_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq = 77;

	scratch->id = 9;
	assert_int_equal(
	    seq_at(scratch, SCRATCH_TIME_US, &seq), JOURNAL_NOT_FOUND);
	assert_non_null(strstr(scratch->error.text, "no instance 9"));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(time_between_two_gives_the_one_before),
	    CASE(time_of_one_gives_that_one),
	    CASE(time_of_several_gives_the_last_of_them),
	    CASE(time_after_all_gives_the_last),
	    CASE(time_from_creation_on_gives_0),
	    CASE(time_before_creation_is_not_found),
	    CASE(time_that_is_not_kept_is_told_the_first_seq_that_is),
	    CASE(missing_row_is_damage),
	    CASE(missing_first_snapshot_is_damage),
	    CASE(unknown_instance_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
