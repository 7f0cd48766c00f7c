/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void instance_found_by_name_is_the_one_created(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found;

	scratch_fill(scratch);
	assert_int_equal(journal_find_instance(scratch->journal, "board0",
			     &found, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(found.id, 1);
	assert_string_equal(found.name, "board0");
	assert_string_equal(found.principal, "uid:1000");
	assert_int_equal(found.created_us, SCRATCH_TIME_US);
	assert_int_equal(found.destroyed_us, 0);
	assert_int_equal(found.seq, 4);
	assert_true(found.settings.current_limit == UINT64_MAX);
}

/* Expect the index that finds names not to be believed when it has not got
 * one. */
static void instance_that_the_index_lost_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found;

	scratch_fill(scratch);
	scratch_close(scratch);
	scratch_damage_page(scratch, "instance_alive", "board0");
	scratch_open(scratch);
	assert_int_equal(journal_find_instance(scratch->journal, "board0",
			     &found, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(found.id, 1);
	assert_int_equal(journal_find_instance(scratch->journal, "board1",
			     &found, &scratch->error),
	    JOURNAL_NOT_FOUND);
}

/* Expect each of the settings to come back, none of them at its default. */
static void every_setting_comes_back(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found,
	    made = {.id = 2,
		.name = "odd",
		.principal = "uid:0",
		.settings = {.kernel = MEMBLOCK_KERNEL_5_0,
		    .page_size = 65536,
		    .cache_line = 128,
		    .phys_bits = 32,
		    .nodes = 4,
		    .kernel_arrays = true,
		    .memory_regions = 16,
		    .reserved_regions = 32,
		    .physmem = true,
		    .movable_node = true,
		    .mirrored_kernelcore = true,
		    .kernel_end = 0x80000000,
		    .bottom_up = true,
		    .current_limit = 0xfffff000}};
	uint8_t left[JOURNAL_HASH_SIZE], right[JOURNAL_HASH_SIZE];

	assert_true(journal_batch_create(scratch->batch, &made, NULL));
	scratch_commit(scratch);
	assert_int_equal(journal_find_instance(
			     scratch->journal, "odd", &found, &scratch->error),
	    JOURNAL_OK);
	journal_chain_start(&made.settings, left);
	journal_chain_start(&found.settings, right);
	assert_memory_equal(left, right, sizeof(left));
}

static void unknown_name_is_not_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found = {.id = 77};

	assert_int_equal(journal_find_instance(scratch->journal, "nobody",
			     &found, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_non_null(strstr(scratch->error.text, "nobody"));
	assert_int_equal(found.id, 77);
}

/* Expect a life that is over to be found by its id, and none in the place of
 * one that never was. */
static void life_found_by_id_is_that_one(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found = {.id = 77};

	assert_int_equal(
	    journal_find_life(scratch->journal, 2, &found, &scratch->error),
	    JOURNAL_NOT_FOUND);
	assert_int_equal(found.id, 77);
	scratch_fill(scratch);
	assert_true(journal_batch_destroy(
	    scratch->batch, 1, SCRATCH_TIME_US + 9, "uid:0", NULL));
	scratch_create(scratch, "board0");
	scratch_commit(scratch);
	assert_int_equal(
	    journal_find_life(scratch->journal, 1, &found, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(found.id, 1);
	assert_string_equal(found.name, "board0");
	assert_int_equal(found.seq, 4);
	assert_int_equal(found.destroyed_us, SCRATCH_TIME_US + 9);
}

/* Expect damage to one life to be the trouble of that one alone. */
static void damaged_life_is_damage_and_the_next_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found = {.id = 77};

	scratch_create(scratch, "board1");
	scratch_commit(scratch);
	scratch_edit(scratch, "UPDATE instance SET nodes = 9 WHERE id = 1");
	assert_int_equal(
	    journal_find_life(scratch->journal, 1, &found, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_int_equal(found.id, 77);
	assert_int_equal(
	    journal_find_life(scratch->journal, 2, &found, &scratch->error),
	    JOURNAL_OK);
	assert_string_equal(found.name, "board1");
}

static bool note_id(void *arg, const struct journal_instance *instance)
{
	char *ids = arg;
	const size_t length = strlen(ids);

	ids[length] = (char)('0' + instance->id);
	ids[length + 1] = instance->destroyed_us == 0 ? ' ' : 'x';
	return true;
}

/* Expect two lives of one name, and the second to be the living one. */
static void destroyed_name_can_live_again(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance found;
	char ids[16] = "";

	assert_true(journal_batch_destroy(
	    scratch->batch, 1, SCRATCH_TIME_US + 9, "uid:7", NULL));
	scratch_create(scratch, "board0");
	scratch_commit(scratch);
	assert_int_equal(journal_find_instance(scratch->journal, "board0",
			     &found, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(found.id, 2);
	assert_int_equal(journal_each_instance(
			     scratch->journal, note_id, ids, &scratch->error),
	    JOURNAL_OK);
	assert_string_equal(ids, "1x2 ");
	assert_string_equal(
	    scratch_ask(
		scratch, "SELECT destroyed_us || destroyed_by FROM instance"),
	    "1767323045678910uid:7");
}

static bool stop_at_once(void *arg, const struct journal_instance *instance)
{
	note_id(arg, instance);
	return false;
}

static void visit_that_says_stop_is_the_last(void **state)
{
	struct scratch *scratch = *state;
	char ids[16] = "";

	scratch_create(scratch, "board1");
	scratch_commit(scratch);
	assert_int_equal(journal_each_instance(scratch->journal, stop_at_once,
			     ids, &scratch->error),
	    JOURNAL_OK);
	assert_string_equal(ids, "1 ");
}

/* Expect the others to be visited, and the damaged one to be named. */
static void damaged_instance_is_passed_over_and_named(void **state)
{
	struct scratch *scratch = *state;
	char ids[16] = "";

	scratch_create(scratch, "board1");
	scratch_create(scratch, "board2");
	scratch_commit(scratch);
	scratch_edit(
	    scratch, "UPDATE instance SET page_size = 16384 WHERE id = 2");
	assert_int_equal(journal_each_instance(
			     scratch->journal, note_id, ids, &scratch->error),
	    JOURNAL_DAMAGED);
	assert_string_equal(ids, "1 3 ");
	assert_non_null(strstr(scratch->error.text, "board1"));
}

/* Expect each column that is fixed at creation to be under the checksum. */
static void edit_of_any_fixed_column_is_found(void **state)
{
	static const char *const edits[] = {"name = 'other'", "created_us = 1",
	    "created_by = 'uid:0'", "kernel = '6.1'", "kernel = '9.9'",
	    "page_size = 16384", "cache_line = 32", "phys_bits = 32",
	    "nodes = 1", "arrays = 'kernel'", "memory_regions = 1",
	    "reserved_regions = 1", "physmem = 1", "movable_node = 1",
	    "mirrored_kernelcore = 1", "kernel_end = 1", "bottom_up = 1",
	    "current_limit = 1", "origin_name = 'a'", "first_seq = 2, seq = 2",
	    "first_before = zeroblob(32)", "checksum = zeroblob(32)"};
	struct scratch *scratch = *state;
	struct journal_state loaded;
	char sql[128];
	size_t i;

	scratch_edit(scratch, "CREATE TABLE kept AS SELECT * FROM instance");
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		strcpy(sql, "UPDATE instance SET ");
		scratch_edit(scratch, strcat(sql, edits[i]));
		assert_int_equal(
		    scratch_load(scratch, &loaded), JOURNAL_DAMAGED);
		scratch_edit(scratch,
		    "DELETE FROM instance;"
		    "INSERT INTO instance SELECT * FROM kept");
	}
	scratch_expect_loaded(scratch);
}

static void next_id_is_never_one_that_was(void **state)
{
	struct scratch *scratch = *state;
	int64_t id;

	scratch_create(scratch, "board1");
	scratch_commit(scratch);
	scratch_edit(scratch, "DELETE FROM instance");
	assert_int_equal(
	    journal_next_id(scratch->journal, &id, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(id, 3);
}

static void first_id_is_1(void **state)
{
	struct scratch *scratch = *state;
	int64_t id;

	scratch_open(scratch);
	assert_int_equal(
	    journal_next_id(scratch->journal, &id, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(id, 1);
}

/* The index of the living has the life that is over, as a disk that lied can
 * leave it. Expect the one that lives. */
static void name_whose_index_leads_to_the_dead_finds_the_living(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance instance;

	assert_true(journal_batch_destroy(scratch->batch, 1, 5, "uid:0", NULL));
	scratch_create(scratch, "board0");
	scratch_commit(scratch);
	scratch_edit(scratch,
	    "CREATE TABLE other (name TEXT, destroyed_us INTEGER);"
	    "CREATE UNIQUE INDEX other_alive ON other (name)"
	    " WHERE destroyed_us IS NULL;"
	    "INSERT INTO other (rowid, name) VALUES (1, 'board0');"
	    "PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage"
	    " FROM sqlite_schema WHERE name = 'other_alive')"
	    " WHERE name = 'instance_alive';"
	    "DELETE FROM sqlite_schema WHERE name = 'other_alive'");
	scratch_close(scratch);
	scratch_open(scratch);
	assert_int_equal(journal_find_instance(scratch->journal, "board0",
			     &instance, &scratch->error),
	    JOURNAL_OK);
	assert_int_equal(instance.id, 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(instance_found_by_name_is_the_one_created),
	    CASE(instance_that_the_index_lost_is_found),
	    CASE(every_setting_comes_back),
	    CASE(unknown_name_is_not_found),
	    CASE(life_found_by_id_is_that_one),
	    CASE(damaged_life_is_damage_and_the_next_is_found),
	    CASE(destroyed_name_can_live_again),
	    CASE(visit_that_says_stop_is_the_last),
	    CASE(damaged_instance_is_passed_over_and_named),
	    CASE(edit_of_any_fixed_column_is_found),
	    CASE(next_id_is_never_one_that_was),
	    CASE(name_whose_index_leads_to_the_dead_finds_the_living),
	    cmocka_unit_test_setup_teardown(
		first_id_is_1, scratch_setup_empty, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
