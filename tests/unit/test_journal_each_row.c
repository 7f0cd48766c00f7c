/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Appends the row's seq as a digit to a text. */
static bool note_seq(void *arg, const struct journal_row *row)
{
	char *seqs = arg;

	seqs[strlen(seqs)] = (char)('0' + row->seq);
	return true;
}

static void expect_rows(struct scratch *scratch, uint64_t from, uint64_t to,
    bool reverse, const char *expected)
{
	char seqs[16] = "";

	assert_int_equal(journal_each_row(scratch->journal, scratch->id, from,
			     to, reverse, note_seq, seqs, &scratch->error),
	    JOURNAL_OK);
	assert_string_equal(seqs, expected);
}

/* Expect the rows before the damage, and then the sentence. */
static void expect_damage(struct scratch *scratch, bool reverse,
    const char *before, const char *words)
{
	char seqs[16] = "";

	assert_int_equal(
	    journal_each_row(scratch->journal, scratch->id, 1, UINT64_MAX,
		reverse, note_seq, seqs, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_string_equal(seqs, before);
	if (strstr(scratch->error.text, words) == NULL)
		assert_string_equal(scratch->error.text, words);
}

static void rows_of_a_part_are_linked_to_the_row_before(void **state)
{
	scratch_fill(*state);
	expect_rows(*state, 1, UINT64_MAX, false, "1234");
	expect_rows(*state, 1, UINT64_MAX, true, "4321");
	expect_rows(*state, 2, 3, false, "23");
	expect_rows(*state, 2, 3, true, "32");
}

static void rows_beyond_the_last_are_none(void **state)
{
	scratch_fill(*state);
	expect_rows(*state, 5, 9, false, "");
	expect_rows(*state, 5, 9, true, "");
	expect_rows(*state, 3, 2, false, "");
	expect_rows(*state, 0, 0, false, "");
}

static void rows_of_no_instance_are_none(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch->id = 99;
	expect_rows(scratch, 1, UINT64_MAX, false, "");
}

/* Expect a label that somebody wrote afterwards not to be shown, also where
 * the model does not depend on it. */
static void row_that_was_edited_is_not_visited(void **state)
{
	scratch_fill(*state);
	scratch_edit(
	    *state, "UPDATE operation SET label = 'not me' WHERE seq = 3");
	expect_damage(*state, false, "12", "board0 seq 3: its hash");
	expect_damage(*state, true, "4", "board0 seq 3: its hash");
}

/* Rows 1 and 2 are a device tree's. Expect the first not to be shown without
 * what led to it. */
static void row_whose_tree_was_removed_is_not_visited(void **state)
{
	scratch_do_tree(*state, "a tree", 6, "-a 1", 2);
	scratch_commit(*state);
	expect_rows(*state, 1, UINT64_MAX, false, "12");
	expect_rows(*state, 1, UINT64_MAX, true, "21");
	scratch_edit(*state, "DELETE FROM operation_group");
	expect_damage(*state, false, "", "board0 seq 1: its hash");
	expect_damage(*state, true, "2", "board0 seq 1: its hash");
}

static void row_that_was_removed_is_missed(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "DELETE FROM operation WHERE seq = 3");
	expect_damage(*state, false, "12", "board0 seq 3: ");
	expect_damage(*state, true, "", "board0 seq 3: its hash is missing");
}

static void last_row_that_was_removed_is_missed(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "DELETE FROM operation WHERE seq = 4");
	expect_damage(*state, false, "123", "board0 seq 4: it is missing");
	expect_damage(*state, true, "", "board0 seq 4: ");
}

static void row_behind_the_last_is_not_visited(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE instance SET seq = 3");
	expect_damage(*state, false, "123", "board0 seq 4: a row of another");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		rows_of_a_part_are_linked_to_the_row_before, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		rows_beyond_the_last_are_none, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		rows_of_no_instance_are_none, scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(row_that_was_edited_is_not_visited,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(
		row_whose_tree_was_removed_is_not_visited, scratch_setup,
		scratch_teardown),
	    cmocka_unit_test_setup_teardown(row_that_was_removed_is_missed,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(last_row_that_was_removed_is_missed,
		scratch_setup, scratch_teardown),
	    cmocka_unit_test_setup_teardown(row_behind_the_last_is_not_visited,
		scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
