/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect_load(
    struct scratch *scratch, enum journal_status status, const char *words)
{
	struct journal_state loaded = {.seq = 77};

	assert_int_equal(scratch_load(scratch, &loaded), status);
	assert_int_equal(loaded.seq, 77);
	assert_non_null(strstr(scratch->error.text, scratch->path));
	assert_non_null(strstr(scratch->error.text, words));
}

static uint64_t loaded_snapshot(struct scratch *scratch, uint64_t damaged)
{
	struct journal_state loaded;

	assert_int_equal(scratch_load(scratch, &loaded), JOURNAL_OK);
	memblock_destroy(loaded.mb);
	assert_int_equal(loaded.snapshots_damaged, damaged);
	return loaded.snapshot_seq;
}

static void instance_without_operations_is_empty(void **state)
{
	scratch_expect_loaded(*state);
}

static void operations_are_done_again(void **state)
{
	scratch_fill(*state);
	scratch_expect_loaded(*state);
}

static void unknown_instance_is_not_found(void **state)
{
	struct scratch *scratch = *state;

	scratch->id = 9;
	expect_load(scratch, JOURNAL_NOT_FOUND, "no instance 9");
}

/* Expect the rows before the snapshot not to be looked at: one of them is
 * damaged here. */
static void snapshot_is_where_it_begins(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	scratch_edit(scratch, "UPDATE operation SET size = 1 WHERE seq = 1");
	scratch_expect_loaded(scratch);
	assert_int_equal(loaded_snapshot(scratch, 0), 4);
}

static void damaged_snapshot_is_passed_over_for_the_one_before(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	assert_int_equal(loaded_snapshot(scratch, 0), 5);
	scratch_edit(scratch,
	    "UPDATE snapshot SET content = zeroblob(40) WHERE seq = 5");
	assert_int_equal(loaded_snapshot(scratch, 1), 4);
	scratch_edit(scratch, "UPDATE snapshot SET time_us = 1 WHERE seq = 4");
	assert_int_equal(loaded_snapshot(scratch, 2), 0);
	scratch_expect_loaded(scratch);
}

static void snapshot_of_another_chain_is_passed_over(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch->hash[0] ^= 1;
	scratch_snapshot(scratch);
	scratch->hash[0] ^= 1;
	scratch_commit(scratch);
	assert_int_equal(loaded_snapshot(scratch, 1), 0);
}

static void damaged_snapshot_can_be_made_again(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	scratch_edit(scratch, "UPDATE snapshot SET checksum = x''");
	assert_int_equal(loaded_snapshot(scratch, 1), 0);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	assert_int_equal(loaded_snapshot(scratch, 0), 4);
}

static void edited_row_is_found_and_named(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE operation SET size = 1 WHERE seq = 2");
	expect_load(*state, JOURNAL_DAMAGED, "board0 seq 2");
}

static void edited_label_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE operation SET label = 'x' WHERE seq = 2");
	expect_load(*state, JOURNAL_DAMAGED, "board0 seq 2");
}

static void edited_time_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE operation SET time_us = 5 WHERE seq = 3");
	expect_load(*state, JOURNAL_DAMAGED, "board0 seq 3");
}

static void edited_hash_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(
	    *state, "UPDATE operation SET hash = zeroblob(32) WHERE seq = 3");
	expect_load(*state, JOURNAL_DAMAGED,
	    "hash 000000000000000000000000000000000000000000000000000000000000"
	    "0000");
}

static void removed_row_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "DELETE FROM operation WHERE seq = 2");
	expect_load(*state, JOURNAL_DAMAGED,
	    "seq 2: the journal has operation 3, the replay operation 2");
}

static void removed_last_row_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "DELETE FROM operation WHERE seq = 4");
	expect_load(*state, JOURNAL_DAMAGED,
	    "seq 4: the journal has nothing, the replay operation 4");
}

static void row_beyond_the_last_is_found(void **state)
{
	scratch_fill(*state);
	scratch_edit(*state, "UPDATE instance SET seq = 3");
	expect_load(*state, JOURNAL_DAMAGED, "beyond the last");
}

/* Expect a whole chain over an outcome that the model does not come to. */
static void other_outcome_than_the_models_is_a_difference(void **state)
{
	struct scratch *scratch = *state;
	struct journal_row row = {.instance = 1,
	    .seq = 1,
	    .principal = "uid:0",
	    .op = {.kind = OP_ALLOC,
		.size = 4096,
		.align = 4096,
		.nid = MB_NO_NODE},
	    .outcome = {.status = MB_OK, .base = 0x7000}};

	journal_row_seal(&row, scratch->hash);
	assert_true(journal_batch_row(scratch->batch, &row));
	scratch_commit(scratch);
	expect_load(scratch, JOURNAL_DIFFERS,
	    "board0 seq 1: the journal has alloc: ok at 0x7000, the replay "
	    "alloc: ENOMEM");
}

static void row_of_another_instance_does_not_fit_the_chain(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch);
	scratch_create(scratch, "board1");
	scratch_add(scratch, 0x1000, 0x1000);
	scratch_add(scratch, 0x4000, 0x1000);
	scratch_commit(scratch);
	scratch_edit(scratch,
	    "DELETE FROM operation WHERE instance = 2 AND seq = 2;"
	    "INSERT INTO operation SELECT 2, seq, time_us, principal, label,"
	    " request_key, group_seq, kind, base, size, align, from_addr,"
	    " to_addr, nid, flags, list, exact_nid, min_fallback, keep_nomap,"
	    " value, status, result, warnings, message, hash FROM operation"
	    " WHERE instance = 1 AND seq = 2");
	expect_load(scratch, JOURNAL_DAMAGED, "board1 seq 2");
}

/* ---- as it stood ---- */

static enum journal_status load_at(
    struct scratch *scratch, uint64_t seq, struct journal_state *ret_state)
{
	return journal_load_at(
	    scratch->journal, scratch->id, seq, ret_state, &scratch->error);
}

static void expect_reserved(
    struct scratch *scratch, uint64_t seq, uint64_t snapshot, size_t cnt)
{
	struct journal_state loaded;

	assert_int_equal(load_at(scratch, seq, &loaded), JOURNAL_OK);
	assert_int_equal(loaded.seq, seq);
	assert_int_equal(loaded.time_us, SCRATCH_TIME_US + (int64_t)seq);
	assert_int_equal(loaded.snapshot_seq, snapshot);
	assert_int_equal(region_list_cnt(loaded.mb->reserved), cnt);
	memblock_destroy(loaded.mb);
}

/* Seq 1 adds memory, each after it reserves one more region; snapshots stand
 * at 3 and 6.
 *
 *   seq       0   1   2  [3]  4   5  [6]  7   8
 *   reserved  0   0   1   2   3   4   5   6   7   */
static void reserve_one_after_the_other(struct scratch *scratch)
{
	uint64_t seq;

	scratch_add(scratch, 0x40000000, 0x40000000);
	for (seq = 2; seq <= 8; seq++) {
		scratch_reserve(scratch, 0x40000000 + seq * 0x2000, 0x1000);
		if (seq % 3 == 0)
			scratch_snapshot(scratch);
	}
	scratch_commit(scratch);
}

static void every_seq_is_loaded_from_the_nearest_snapshot_below(void **state)
{
	struct scratch *scratch = *state;
	uint64_t seq;

	reserve_one_after_the_other(scratch);
	for (seq = 0; seq <= 8; seq++)
		expect_reserved(
		    scratch, seq, seq / 3 * 3, seq == 0 ? 0 : seq - 1);
}

/* Expect rows and snapshots above the seq not to be looked at. */
static void seq_before_a_damaged_row_is_loaded(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	reserve_one_after_the_other(scratch);
	scratch_edit(scratch, "UPDATE operation SET size = 1 WHERE seq = 5");
	expect_reserved(scratch, 4, 3, 3);
	expect_reserved(scratch, 6, 6, 5);
	assert_int_equal(load_at(scratch, 5, &unused), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text, "board0 seq 5"));
}

static void seq_above_a_damaged_snapshot_is_loaded_from_before(void **state)
{
	struct scratch *scratch = *state;

	reserve_one_after_the_other(scratch);
	scratch_edit(scratch,
	    "UPDATE snapshot SET content = zeroblob(40) WHERE seq = 6");
	expect_reserved(scratch, 7, 3, 6);
}

static void seq_of_a_missing_row_is_damage(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	reserve_one_after_the_other(scratch);
	scratch_edit(scratch, "DELETE FROM operation WHERE seq = 8");
	assert_int_equal(load_at(scratch, 8, &unused), JOURNAL_DAMAGED);
	assert_non_null(strstr(scratch->error.text,
	    "seq 8: the journal has nothing, the replay operation 8"));
}

static void seq_beyond_the_end_is_told_where_it_is(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state loaded = {.seq = 77};

	scratch_fill(scratch);
	assert_int_equal(load_at(scratch, 5, &loaded), JOURNAL_BEYOND);
	assert_string_equal(
	    scratch->error.text, "seq 5 is beyond the end, which is 4");
	assert_int_equal(load_at(scratch, UINT64_MAX, &loaded), JOURNAL_BEYOND);
	assert_int_equal(loaded.seq, 77);
}

/* Expect the layout before the first row that is kept to be the first that
 * can be had: its snapshot stands there. */
static void seq_that_is_not_kept_is_told_the_first_that_is(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state loaded = {.seq = 77};

	reserve_one_after_the_other(scratch);
	scratch_drop_rows(scratch, 7);
	assert_int_equal(load_at(scratch, 5, &loaded), JOURNAL_NOT_FOUND);
	assert_string_equal(scratch->error.text,
	    "seq 5 is not kept any more: the first that is kept is 6");
	assert_int_equal(loaded.seq, 77);
	expect_reserved(scratch, 6, 6, 5);
	expect_reserved(scratch, 8, 6, 7);
}

static void seq_of_an_unknown_instance_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_state unused;

	scratch->id = 9;
	assert_int_equal(load_at(scratch, 0, &unused), JOURNAL_NOT_FOUND);
	assert_non_null(strstr(scratch->error.text, "no instance 9"));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(instance_without_operations_is_empty),
	    CASE(operations_are_done_again),
	    CASE(unknown_instance_is_not_found),
	    CASE(snapshot_is_where_it_begins),
	    CASE(damaged_snapshot_is_passed_over_for_the_one_before),
	    CASE(snapshot_of_another_chain_is_passed_over),
	    CASE(damaged_snapshot_can_be_made_again),
	    CASE(edited_row_is_found_and_named),
	    CASE(edited_label_is_found),
	    CASE(edited_time_is_found),
	    CASE(edited_hash_is_found),
	    CASE(removed_row_is_found),
	    CASE(removed_last_row_is_found),
	    CASE(row_beyond_the_last_is_found),
	    CASE(other_outcome_than_the_models_is_a_difference),
	    CASE(row_of_another_instance_does_not_fit_the_chain),
	    CASE(every_seq_is_loaded_from_the_nearest_snapshot_below),
	    CASE(seq_before_a_damaged_row_is_loaded),
	    CASE(seq_above_a_damaged_snapshot_is_loaded_from_before),
	    CASE(seq_of_a_missing_row_is_damage),
	    CASE(seq_beyond_the_end_is_told_where_it_is),
	    CASE(seq_that_is_not_kept_is_told_the_first_that_is),
	    CASE(seq_of_an_unknown_instance_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
