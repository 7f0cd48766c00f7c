/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_missing.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 *   seq     1  2  3  4 | 5
 *   kept               | r
 *
 * Expect 5 to be the first that is kept. */
static void operation_that_was_dropped_names_the_first_kept(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	assert_int_equal(journal_tell_missing(
			     scratch->journal, scratch->id, 2, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "operation 2 is not kept any more: the first that is kept is 5");
}

/* Expect the one that comes next to be the first. */
static void operation_where_all_were_dropped_names_the_next(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	assert_int_equal(journal_tell_missing(
			     scratch->journal, scratch->id, 4, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "operation 4 is not kept any more: the first that is kept is 5");
}

static void operation_of_an_instance_that_is_gone_says_so(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(
	    journal_tell_missing(scratch->journal, 99, 1, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "operation 1 is not kept any more: the instance was purged");
}

/* Expect the damage to be named, and nothing to be made up. */
static void operation_of_a_damaged_instance_is_damage(void **state)
{
	struct scratch *scratch = *state;

	scratch_edit(scratch, "UPDATE instance SET first_seq = 3");
	assert_int_equal(journal_tell_missing(
			     scratch->journal, scratch->id, 1, &scratch->error),
	    JOURNAL_DAMAGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		operation_that_was_dropped_names_the_first_kept, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		operation_where_all_were_dropped_names_the_next, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		operation_of_an_instance_that_is_gone_says_so, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		operation_of_a_damaged_instance_is_damage, scratch_setup,
		scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
