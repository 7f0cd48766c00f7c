/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Two rows, a group of three with a device tree, two rows more:
 *
 *   seq    1  2 | 3  4  5 | 6  7
 */
static void fill_with_group(struct scratch *scratch)
{
	scratch_add(scratch, 0x40000000, 0x1000000);
	scratch_reserve(scratch, 0x40000000, 0x1000);
	scratch_do_tree(scratch, "a tree", 6, NULL, 3);
	scratch_reserve(scratch, 0x40002000, 0x1000);
	scratch_reserve(scratch, 0x40004000, 0x1000);
	scratch_commit(scratch);
}

static struct journal_state find_cut(struct scratch *scratch, uint64_t seq)
{
	struct journal_state state = {0};

	assert_int_equal(journal_find_cut(scratch->journal, scratch->id, seq,
			     &state, &scratch->error),
	    JOURNAL_OK);
	return state;
}

static void compact(struct scratch *scratch, uint64_t seq)
{
	struct journal_state state = find_cut(scratch, seq);

	assert_true(journal_batch_compact(scratch->batch, scratch->id, &state));
	memblock_destroy(state.mb);
	scratch_commit(scratch);
}

static enum journal_status load_at(struct scratch *scratch, uint64_t seq)
{
	struct journal_state state = {0};
	const enum journal_status status = journal_load_at(
	    scratch->journal, scratch->id, seq, &state, &scratch->error);

	memblock_destroy(state.mb);
	return status;
}

/* Expect the rows and snapshots before 4 to go, and the layout at 3 to be the
 * first that can be read. */
static void compacted_instance_begins_at_the_seq_kept(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	compact(scratch, 3);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT group_concat(seq) FROM operation"),
	    "4");
	assert_string_equal(
	    scratch_ask(scratch, "SELECT group_concat(seq) FROM snapshot"),
	    "3,4");
	assert_int_equal(load_at(scratch, 3), JOURNAL_OK);
	assert_int_equal(load_at(scratch, 2), JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "seq 2 is not kept any more: the first that is kept is 3");
}

/* Expect hashes to be what they were, and all that follows to fit. */
static void compacted_instance_is_loaded_verified_and_continued(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;

	scratch_fill(scratch);
	compact(scratch, 3);
	scratch_expect_loaded(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	scratch_expect_loaded(scratch);
	verdict = scratch_verify(scratch);
	assert_true(verdict.identical);
	assert_int_equal(verdict.operations, 2);
}

static void compacted_to_the_last_has_no_rows_and_goes_on(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	compact(scratch, 4);
	scratch_expect_loaded(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	assert_true(scratch_verify(scratch).identical);
}

/* Expect a seq with or behind the group's first to become the one before. */
static void group_is_not_cut_in_the_middle(void **state)
{
	static const struct {
		uint64_t asked, cut;
	} cases[] = {{2, 2}, {3, 2}, {4, 2}, {5, 5}, {6, 6}, {7, 7}};
	struct scratch *scratch = *state;
	struct journal_state found;
	size_t i;

	fill_with_group(scratch);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		found = find_cut(scratch, cases[i].asked);
		memblock_destroy(found.mb);
		assert_int_equal(found.seq, cases[i].cut);
	}
}

static void device_tree_goes_with_its_group(void **state)
{
	struct scratch *scratch = *state;

	fill_with_group(scratch);
	compact(scratch, 4);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM blob"), "1");
	compact(scratch, 5);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT (SELECT count(*) FROM blob) ||"
				 " (SELECT count(*) FROM operation_group)"),
	    "00");
}

/* Expect the second, which keeps more, to change nothing. */
static void compaction_that_keeps_more_changes_nothing(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state earlier;

	scratch_fill(scratch);
	earlier = find_cut(scratch, 2);
	compact(scratch, 3);
	assert_true(
	    journal_batch_compact(scratch->batch, scratch->id, &earlier));
	memblock_destroy(earlier.mb);
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT first_seq FROM instance"), "4");
	assert_true(scratch_verify(scratch).identical);
}

static void key_of_a_row_dropped_is_forgotten(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;
	struct journal_row row = {.principal = "uid:0",
	    .key = "k",
	    .key_size = 1,
	    .op = {.kind = OP_TRIM, .align = 4096}};

	scratch_do_row(scratch, &row);
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	assert_int_equal(journal_find_key(scratch->journal, "board0", "k", 1,
			     &use, &scratch->error),
	    JOURNAL_OK);
	compact(scratch, 1);
	assert_int_equal(journal_find_key(scratch->journal, "board0", "k", 1,
			     &use, &scratch->error),
	    JOURNAL_NOT_FOUND);
}

static void compaction_of_what_is_gone_is_damage(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state found;

	scratch_fill(scratch);
	found = find_cut(scratch, 3);
	assert_true(journal_batch_compact(scratch->batch, 9, &found));
	memblock_destroy(found.mb);
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "to be compacted"));
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), "4");
}

static void compaction_of_a_damaged_instance_leaves_it(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state found;

	scratch_fill(scratch);
	found = find_cut(scratch, 3);
	scratch_edit(scratch, "UPDATE instance SET created_by = 'nobody'");
	assert_true(journal_batch_compact(scratch->batch, 1, &found));
	memblock_destroy(found.mb);
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), "4");
}

static void cut_beyond_the_end_or_before_the_first_is_refused(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	scratch_fill(scratch);
	compact(scratch, 3);
	assert_int_equal(journal_find_cut(scratch->journal, scratch->id, 5,
			     &unused, &scratch->error),
	    JOURNAL_BEYOND);
	assert_int_equal(journal_find_cut(scratch->journal, scratch->id, 2,
			     &unused, &scratch->error),
	    JOURNAL_NOT_FOUND);
}

/* Expect the snapshot that all depends on to be missed when it is edited. */
static void damaged_beginning_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;

	scratch_fill(scratch);
	compact(scratch, 3);
	scratch_edit(scratch, "UPDATE snapshot SET content = x'00'");
	verdict = scratch_verify(scratch);
	assert_false(verdict.identical);
	assert_int_equal(verdict.difference_seq, 3);
	assert_string_equal(verdict.journal, "no snapshot that is whole");
}

static void sweep_all(struct scratch *scratch)
{
	bool more = true;

	while (more)
		assert_int_equal(
		    journal_sweep(scratch->journal, &more, &scratch->error),
		    JOURNAL_OK);
}

static int64_t pages(struct scratch *scratch, const char *pragma)
{
	return strtoll(scratch_ask(scratch, pragma), NULL, 10);
}

/* Expect the pages of what was dropped to be taken for what comes next. */
static void file_does_not_grow_over_compactions(void **state)
{
	struct scratch *scratch = *state;
	int64_t after_two = 0;
	int cycle, i;

	scratch_add(scratch, 0x40000000, 0x40000000);
	for (cycle = 0; cycle < 12; cycle++) {
		for (i = 0; i < 5000; i++)
			scratch_reserve(scratch, 0x40000000, 0x1000);
		scratch_commit(scratch);
		compact(scratch, scratch->seq);
		sweep_all(scratch);
		if (cycle == 1)
			after_two = pages(scratch, "PRAGMA page_count");
	}
	assert_true(after_two > 100);
	assert_true(
	    pages(scratch, "PRAGMA page_count") <= after_two + after_two / 10);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(compacted_instance_begins_at_the_seq_kept),
	    CASE(compacted_instance_is_loaded_verified_and_continued),
	    CASE(compacted_to_the_last_has_no_rows_and_goes_on),
	    CASE(group_is_not_cut_in_the_middle),
	    CASE(device_tree_goes_with_its_group),
	    CASE(compaction_that_keeps_more_changes_nothing),
	    CASE(key_of_a_row_dropped_is_forgotten),
	    CASE(compaction_of_what_is_gone_is_damage),
	    CASE(compaction_of_a_damaged_instance_leaves_it),
	    CASE(cut_beyond_the_end_or_before_the_first_is_refused),
	    CASE(damaged_beginning_is_found),
	    CASE(file_does_not_grow_over_compactions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
