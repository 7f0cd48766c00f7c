/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct journal_origin origin_of(struct scratch *scratch)
{
	struct journal_origin origin = {
	    .name = "board0", .instance = 1, .seq = scratch->seq};

	memcpy(origin.hash, scratch->hash, sizeof(origin.hash));
	return origin;
}

/* board1, a copy of what board0 is. */
static void copy_board(struct scratch *scratch)
{
	const struct journal_origin origin = origin_of(scratch);
	struct journal_instance copy = {.id = 2,
	    .name = "board1",
	    .created_us = SCRATCH_TIME_US + 100,
	    .principal = "uid:0",
	    .settings = memblock_settings_default()};

	assert_true(journal_batch_clone(
	    scratch->batch, &copy, &origin, scratch->mb, NULL));
	scratch_commit(scratch);
}

static void origin_written_is_the_origin_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_origin origin;
	bool is_copy = false;

	scratch_fill(scratch);
	copy_board(scratch);
	assert_int_equal(journal_find_origin(scratch->journal, 2, &is_copy,
			     &origin, &scratch->error),
	    JOURNAL_OK);
	assert_true(is_copy);
	assert_string_equal(origin.name, "board0");
	assert_int_equal(origin.instance, 1);
	assert_int_equal(origin.seq, 4);
	assert_memory_equal(origin.hash, scratch->hash, sizeof(origin.hash));
}

static void instance_that_began_empty_has_no_origin(void **state)
{
	struct scratch *scratch = *state;
	struct journal_origin origin = {.seq = 77};
	bool is_copy = true;

	scratch_commit(scratch);
	assert_int_equal(journal_find_origin(scratch->journal, 1, &is_copy,
			     &origin, &scratch->error),
	    JOURNAL_OK);
	assert_false(is_copy);
	assert_int_equal(origin.seq, 77);
	assert_int_equal(journal_find_origin(scratch->journal, 9, &is_copy,
			     &origin, &scratch->error),
	    JOURNAL_NOT_FOUND);
}

/* Expect the copy to load at seq 0 with a chain of its own, and to verify. */
static void copy_is_loaded_and_verified_from_its_origin(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;
	struct journal_state loaded;
	uint8_t start[JOURNAL_HASH_SIZE];

	scratch_fill(scratch);
	copy_board(scratch);
	assert_int_equal(
	    journal_load(scratch->journal, 2, &loaded, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(loaded.seq, 0);
	assert_true(memblock_equal(loaded.mb, scratch->mb));
	journal_chain_start_copy(
	    &loaded.mb->settings, &(struct journal_origin){0}, start);
	assert_memory_not_equal(loaded.hash, start, sizeof(start));
	assert_int_equal(journal_verify(scratch->journal, 2, 0, loaded.mb,
			     &verdict, &scratch->error),
	    JOURNAL_OK);
	assert_true(verdict.identical);
	memblock_destroy(loaded.mb);
}

/* Expect who changes where a copy came from to be found. */
static void origin_edited_is_damage(void **state)
{
	struct scratch *scratch = *state;
	struct journal_origin origin;
	bool is_copy;

	scratch_fill(scratch);
	copy_board(scratch);
	scratch_edit(scratch, "UPDATE instance SET origin_seq = 3");
	assert_int_equal(journal_find_origin(scratch->journal, 2, &is_copy,
			     &origin, &scratch->error),
	    JOURNAL_DAMAGED);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(origin_written_is_the_origin_found),
	    CASE(instance_that_began_empty_has_no_origin),
	    CASE(copy_is_loaded_and_verified_from_its_origin),
	    CASE(origin_edited_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
