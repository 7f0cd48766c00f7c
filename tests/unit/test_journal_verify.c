/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/digest.h"
#include "tests/unit/scratch_journal.h"

#include "engine/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void expect_difference(
    struct scratch *scratch, uint64_t seq, const char *journal_side)
{
	const struct journal_verdict verdict = scratch_verify(scratch);

	assert_false(verdict.identical);
	assert_int_equal(verdict.difference_seq, seq);
	assert_non_null(strstr(verdict.journal, journal_side));
	assert_string_not_equal(verdict.replay, "");
}

static void journal_that_holds_is_identical(void **state)
{
	struct journal_verdict verdict;

	scratch_fill(*state);
	scratch_snapshot(*state);
	scratch_reserve(*state, 0x50000000, 0x1000);
	scratch_commit(*state);
	verdict = scratch_verify(*state);
	assert_true(verdict.identical);
	assert_int_equal(verdict.operations, 5);
}

static void instance_without_operations_is_identical(void **state)
{
	const struct journal_verdict verdict = scratch_verify(*state);

	assert_true(verdict.identical);
	assert_int_equal(verdict.operations, 0);
}

/* Expect the row before a snapshot to be checked too, unlike when loading. */
static void edited_row_before_a_snapshot_is_found(void **state)
{
	scratch_fill(*state);
	scratch_snapshot(*state);
	scratch_commit(*state);
	scratch_edit(*state, "UPDATE operation SET size = 1 WHERE seq = 2");
	expect_difference(*state, 2, "hash ");
}

static void missing_row_is_found_as_a_gap(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "DELETE FROM operation WHERE seq = 2");
	expect_difference(*state, 2, "operation 3");
}

static void row_of_unknown_kind_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE operation SET kind = 99 WHERE seq = 3");
	expect_difference(*state, 3, "kind");
}

/* Groups at seq 1 and 2, each with a tree of its own. */
static void fill_with_trees(struct scratch *scratch)
{
	scratch_do_tree(scratch, "a tree", 6, NULL, 1);
	scratch_do_tree(scratch, "a bush", 6, "-a 1", 1);
	scratch_commit(scratch);
}

/* Expect only the group of the bush, at seq 2, to be named. */
static void edited_tree_of_a_group_is_found(void **state)
{
	fill_with_trees(*state);
	assert_true(scratch_verify(*state).identical);
	scratch_edit(*state, "UPDATE blob SET content = CAST('a tree' AS BLOB)"
			     " WHERE content = CAST('a bush' AS BLOB)");
	expect_difference(*state, 2, "a device tree that is damaged");
}

static void missing_tree_of_a_group_is_found(void **state)
{
	fill_with_trees(*state);
	scratch_edit(*state, "DELETE FROM blob");
	expect_difference(*state, 1, "a device tree that is damaged");
}

/* Expect the group of the bush to be named however its row was changed: what
 * led to it is in the chain. */
static void changed_row_of_a_group_is_found(void **state)
{
	static const char *const edits[] = {
	    "DELETE FROM operation_group WHERE seq = 2",
	    "UPDATE operation_group SET blob = zeroblob(32) WHERE seq = 2",
	    "UPDATE operation_group SET blob = x'00' WHERE seq = 2",
	    "UPDATE operation_group SET options = '-a 2' WHERE seq = 2",
	    "UPDATE operation_group SET options = NULL WHERE seq = 2",
	    "UPDATE operation_group SET unhashed = 1 WHERE seq = 2",
	};
	struct scratch *scratch = *state;
	size_t i;

	fill_with_trees(scratch);
	scratch_edit(
	    scratch, "CREATE TABLE kept AS SELECT * FROM operation_group");
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		scratch_edit(scratch, edits[i]);
		expect_difference(scratch, 2, "hash ");
		scratch_edit(scratch,
		    "DELETE FROM operation_group;"
		    "INSERT INTO operation_group SELECT * FROM kept");
		assert_true(scratch_verify(scratch).identical);
	}
}

/* Rows 1 and 2 are an atomic group's. Expect a tree that is put where it
 * begins to be found in the chain, and any other by its place. */
static void tree_that_led_to_nothing_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:0",
	    .group = 1,
	    .op = {.kind = OP_TRIM, .align = 4096}};
	static const char *const found[] = {
	    "hash ", "a device tree", "a device tree"};
	char sql[128];
	uint64_t seq;

	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	scratch_do_row(scratch, &row);
	scratch_do_row(scratch, &row);
	scratch_commit(scratch);
	for (seq = 1; seq <= 3; seq++) {
		snprintf(sql, sizeof(sql),
		    "DELETE FROM operation_group; INSERT INTO operation_group"
		    " SELECT 1, %d, sha256, NULL, NULL FROM blob",
		    (int)seq);
		scratch_edit(scratch, sql);
		expect_difference(scratch, seq, found[seq - 1]);
	}
}

/* Expect one whose rows came before hashes covered trees to be as good. */
static void group_of_an_early_version_is_identical(void **state)
{
	struct journal_tree_seal tree = {.options = "-a 1", .unhashed = true};
	struct scratch *scratch = *state;
	struct journal_row row = {.principal = "uid:0",
	    .group = 1,
	    .tree = &tree,
	    .op = {.kind = OP_TRIM, .align = 4096}};

	digest_bytes("a tree", 6, tree.hash);
	assert_true(journal_batch_blob(scratch->batch, "a tree", 6));
	scratch_do_row(scratch, &row);
	scratch_commit(scratch);
	assert_true(scratch_verify(scratch).identical);
	scratch_edit(scratch, "UPDATE operation_group SET unhashed = NULL");
	expect_difference(scratch, 1, "hash ");
}

/* Expect a tree behind the seq that is asked for to be left alone. */
static void edited_tree_behind_the_seq_is_not_looked_at(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;

	fill_with_trees(scratch);
	scratch_edit(
	    scratch, "DELETE FROM blob WHERE content = CAST('a bush' AS BLOB)");
	assert_int_equal(journal_verify(scratch->journal, 1, 1, NULL, &verdict,
			     &scratch->error),
	    JOURNAL_OK);
	assert_true(verdict.identical);
}

static void row_behind_the_last_is_found(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_edit(scratch, "UPDATE instance SET seq = 3");
	scratch->seq = 3;
	memblock_destroy(scratch->mb);
	scratch->mb = NULL; /* the layout is not what is looked for */
	expect_difference(scratch, 4, "operations beyond the last");
}

static void damaged_snapshot_is_found(void **state)
{
	scratch_fill(*state);
	scratch_snapshot(*state);
	scratch_commit(*state);
	scratch_edit(*state, "UPDATE snapshot SET checksum = zeroblob(32)");
	expect_difference(*state, 4, "a snapshot that is damaged");
}

/* Others' entries stand behind its own; the middle one of all, which a search
 * meets first, has become one of this instance:
 *
 *   1,4 | 65,1 | 1,3 | 65,5 | 65,6
 *
 * From below 1,4 is found; from above the search goes to the right of it. */
static void snapshot_that_its_index_does_not_find_is_found(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x9000, 0x1000);
	scratch_commit(scratch);
	scratch_edit(scratch,
	    "INSERT INTO snapshot SELECT 65, column1, time_us, hash, content,"
	    " checksum FROM snapshot, (VALUES (1), (3), (5), (6))");
	scratch_close(scratch);
	scratch_damage_page(scratch, "sqlite_autoindex_snapshot_1", "A\3\3");
	scratch_open(scratch);
	expect_difference(
	    scratch, 4, "a snapshot that its index does not find");
}

/* Expect a snapshot that is whole, of a model that never was, to be found. */
static void snapshot_of_another_layout_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct op op = {.kind = OP_FREE, .base = 0x40000000, .size = 0x1000};
	struct outcome outcome;

	scratch_fill(scratch);
	op_apply(scratch->mb, &op, &outcome);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	expect_difference(scratch, 4, "a snapshot of another layout");
}

static void live_layout_of_another_kind_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct op op = {.kind = OP_FREE, .base = 0x40000000, .size = 0x1000};
	struct outcome outcome;

	scratch_fill(scratch);
	op_apply(scratch->mb, &op, &outcome);
	expect_difference(scratch, 4, "another layout");
}

static void operations_missing_at_the_end_are_found(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch->seq = 6;
	expect_difference(scratch, 5, "nothing");
}

static void earlier_seq_is_verified_without_a_layout(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;

	scratch_fill(scratch);
	assert_int_equal(journal_verify(scratch->journal, 1, 2, NULL, &verdict,
			     &scratch->error),
	    JOURNAL_OK);
	assert_true(verdict.identical);
	assert_int_equal(verdict.operations, 2);
}

static void damaged_instance_is_a_finding(void **state)
{
	scratch_edit(*state, "UPDATE instance SET nodes = 3");
	expect_difference(*state, 0, "checksum");
}

static void unknown_instance_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;

	assert_int_equal(journal_verify(scratch->journal, 9, 0, NULL, &verdict,
			     &scratch->error),
	    JOURNAL_NOT_FOUND);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(journal_that_holds_is_identical),
	    CASE(instance_without_operations_is_identical),
	    CASE(edited_row_before_a_snapshot_is_found),
	    CASE(missing_row_is_found_as_a_gap),
	    CASE(row_of_unknown_kind_is_found),
	    CASE(edited_tree_of_a_group_is_found),
	    CASE(missing_tree_of_a_group_is_found),
	    CASE(changed_row_of_a_group_is_found),
	    CASE(tree_that_led_to_nothing_is_found),
	    CASE(group_of_an_early_version_is_identical),
	    CASE(edited_tree_behind_the_seq_is_not_looked_at),
	    CASE(row_behind_the_last_is_found),
	    CASE(damaged_snapshot_is_found),
	    CASE(snapshot_that_its_index_does_not_find_is_found),
	    CASE(snapshot_of_another_layout_is_found),
	    CASE(live_layout_of_another_kind_is_found),
	    CASE(operations_missing_at_the_end_are_found),
	    CASE(earlier_seq_is_verified_without_a_layout),
	    CASE(damaged_instance_is_a_finding),
	    CASE(unknown_instance_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
