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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
