/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_history.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void history_begins_with_the_hash_of_its_settings(void **state)
{
	struct scratch *scratch = *state;
	uint8_t start[JOURNAL_HASH_SIZE];
	struct journal_history history;

	scratch_fill(scratch);
	assert_int_equal(journal_find_history(scratch->journal, scratch->id,
			     &history, &scratch->error),
	    JOURNAL_OK);
	journal_chain_start(&history.instance.settings, start);
	assert_memory_equal(history.first_before, start, sizeof(start));
	assert_int_equal(history.first_seq, 1);
	assert_false(history.is_copy);
	assert_string_equal(history.instance.name, "board0");
}

static void history_of_dropped_rows_begins_above_1(void **state)
{
	struct scratch *scratch = *state;
	struct journal_history history;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	assert_int_equal(journal_find_history(scratch->journal, scratch->id,
			     &history, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(history.first_seq, 5);
}

static void instance_that_is_not_there_has_none(void **state)
{
	struct scratch *scratch = *state;
	struct journal_history history;

	assert_int_equal(journal_find_history(
			     scratch->journal, 99, &history, &scratch->error),
	    JOURNAL_NOT_FOUND);
}

/* Expect the tree and the options that led to a group where it begins, and
 * nothing behind; and no tree that is not the one it was. */
static void group_has_its_content_where_it_begins(void **state)
{
	struct scratch *scratch = *state;
	struct journal_tree tree;

	scratch_do_tree(scratch, "a tree", 6, "-a 1", 2);
	scratch_do_tree(scratch, "a tree", 6, NULL, 1);
	scratch_commit(scratch);
	assert_int_equal(
	    journal_find_tree(scratch->journal, 1, 1, &tree, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(tree.size, 6);
	assert_memory_equal(tree.content, "a tree", 6);
	assert_string_equal(tree.options, "-a 1");
	journal_tree_clear(&tree);
	assert_null(tree.content);
	assert_int_equal(
	    journal_find_tree(scratch->journal, 1, 3, &tree, &scratch->error),
	    JOURNAL_OK);
	assert_null(tree.options);
	journal_tree_clear(&tree);
	assert_int_equal(
	    journal_find_tree(scratch->journal, 1, 2, &tree, &scratch->error),
	    JOURNAL_NOT_FOUND);
	scratch_edit(scratch, "UPDATE blob SET content = x'00'");
	assert_int_equal(
	    journal_find_tree(scratch->journal, 1, 1, &tree, &scratch->error),
	    JOURNAL_DAMAGED);
	scratch_edit(scratch, "DELETE FROM blob");
	assert_int_equal(
	    journal_find_tree(scratch->journal, 1, 1, &tree, &scratch->error),
	    JOURNAL_DAMAGED);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(history_begins_with_the_hash_of_its_settings),
	    TEST(history_of_dropped_rows_begins_above_1),
	    TEST(instance_that_is_not_there_has_none),
	    TEST(group_has_its_content_where_it_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
