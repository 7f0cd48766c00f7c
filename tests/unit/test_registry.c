/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/registry.h"

#include "daemon/log.h"
#include "tests/unit/capture.h"
#include "tests/unit/layout.h"
#include "tests/unit/registry_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- finding ---- */

static void instance_of_the_journal_is_found_unloaded(void **state)
{
	struct instance *instance = find("board0");

	(void)state;
	assert_int_equal(instance->row.id, 1);
	assert_int_equal(instance->seq, 4);
	assert_int_equal(instance->batch, 0);
	assert_false(instance->departed);
	assert_null(instance->mb);
	assert_int_equal(registry_count(registry), 2);
}

static void name_that_is_not_there_is_not_found(void **state)
{
	(void)state;
	assert_not_found("board");
	assert_not_found("board00");
	assert_not_found("Board0");
}

static void destroyed_instance_of_the_journal_is_not_found(void **state)
{
	struct scratch *scratch = *state;

	registry_close(registry);
	assert_true(
	    journal_batch_destroy(scratch->batch, 1, 9, "uid:1000", NULL));
	scratch_commit(scratch);
	assert_int_equal(open_registry(scratch), JOURNAL_OK);
	assert_not_found("board0");
	assert_int_equal(registry_count(registry), 1);
}

static void each_visits_by_name_until_told_to_stop(void **state)
{
	struct names names;

	(void)state;
	create("a", 1);
	create("board00", 1);
	create("z", 1);
	assert_string_equal(list(&names, 99), "a board0 board00 board1 z ");
	assert_string_equal(list(&names, 2), "a board0 ");
}

static void each_passes_over_what_departed(void **state)
{
	struct names names;

	(void)state;
	registry_destroy(registry, find("board0"));
	assert_string_equal(list(&names, 99), "board1 ");
}

/* ---- loading ---- */

static void load_brings_the_model_back_once(void **state)
{
	struct instance *instance = find("board0");
	const struct memblock *mb;

	(void)state;
	assert_int_equal(registry_load(registry, instance, &error), JOURNAL_OK);
	mb = instance->mb;
	assert_non_null(mb);
	assert_int_equal(mb->regions_max, REGIONS_MAX);
	assert_string_equal(layout(mb->memory), "[40000000-80000000]");
	assert_string_equal(
	    layout(mb->reserved), "[40000000-40100000] [7fff0000-80000000]");
	assert_int_equal(instance->seq, 4);
	assert_int_equal(instance->time_us, SCRATCH_TIME_US + 4);
	assert_int_equal(instance->snapshot_seq, 0);

	assert_int_equal(registry_load(registry, instance, &error), JOURNAL_OK);
	assert_ptr_equal(instance->mb, mb);
}

static void load_knows_the_newest_snapshot_and_the_chain(void **state)
{
	struct scratch *scratch = *state;
	struct instance *instance;

	scratch_create(scratch, "board2");
	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	registry_close(registry);
	assert_int_equal(open_registry(scratch), JOURNAL_OK);
	instance = find("board2");
	assert_int_equal(registry_load(registry, instance, &error), JOURNAL_OK);
	assert_int_equal(instance->seq, 5);
	assert_int_equal(instance->snapshot_seq, 4);
	assert_memory_equal(instance->hash, scratch->hash, JOURNAL_HASH_SIZE);
	assert_true(memblock_equal(instance->mb, scratch->mb));
}

/* Expect the one whose rows are damaged to say so, each time, and the other to
 * be served. */
static const char *logged_by_load(const char *name)
{
	enum journal_status status;
	const char *logged;

	capture_begin(stderr);
	status = registry_load(registry, find(name), &error);
	logged = capture_end();
	assert_int_equal(status, JOURNAL_OK);
	return logged;
}

/* Expect one line for a load, and none when the model is there already or its
 * snapshots are whole. */
static void load_past_a_damaged_snapshot_says_so_in_one_line(void **state)
{
	struct scratch *scratch = *state;

	unsetenv("JOURNAL_STREAM");
	log_set_level(LOG_LEVEL_INFO);
	assert_string_equal(logged_by_load("board1"), "");
	scratch_reserve(scratch, 0x1000, 0x1000);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x3000, 0x1000);
	scratch_snapshot(scratch);
	scratch_commit(scratch);
	scratch_edit(scratch, "UPDATE snapshot SET checksum = x''");
	registry_close(registry);
	assert_int_equal(open_registry(scratch), JOURNAL_OK);
	assert_string_equal(logged_by_load("board1"),
	    "memblockd: level=warning event=snapshot-damaged instance=board1 "
	    "passed-over=2 begun-at-seq=0\n");
	assert_string_equal(logged_by_load("board1"), "");
}

static void load_of_damaged_rows_fails_for_that_instance_alone(void **state)
{
	registry_close(registry);
	scratch_close(*state);
	scratch_edit(*state, "UPDATE operation SET size = 1 WHERE seq = 2");
	scratch_open(*state);
	assert_int_equal(open_registry(*state), JOURNAL_OK);
	assert_int_equal(
	    registry_load(registry, find("board0"), &error), JOURNAL_DAMAGED);
	assert_non_null(strstr(error.text, "board0"));
	assert_null(find("board0")->mb);
	assert_int_equal(
	    registry_load(registry, find("board1"), &error), JOURNAL_OK);
}

static void damaged_instance_row_is_found_damaged_and_its_name_kept(
    void **state)
{
	struct instance *instance = NULL;
	struct names names;

	registry_close(registry);
	scratch_close(*state);
	scratch_edit(*state, "UPDATE instance SET nodes = 9 WHERE id = 1");
	scratch_open(*state);
	assert_int_equal(open_registry(*state), JOURNAL_DAMAGED);
	assert_non_null(strstr(error.text, "board0"));
	assert_int_equal(registry_count(registry), 1);
	error.text[0] = '\0';
	assert_int_equal(registry_find(registry, "board0", &instance, &error),
	    JOURNAL_DAMAGED);
	assert_non_null(strstr(error.text, "board0"));
	assert_null(instance);
	assert_not_found("other");
	assert_string_equal(list(&names, 99), "board1 ");
}

/* Expect a new limit in the models that are there and in those to come. */
static void limit_of_regions_reaches_every_model(void **state)
{
	struct instance *instance = find("board0");

	(void)state;
	registry_load(registry, instance, &error);
	registry_limit_regions(registry, 7);
	assert_int_equal(instance->mb->regions_max, 7);
	registry_load(registry, find("board1"), &error);
	assert_int_equal(find("board1")->mb->regions_max, 7);
	assert_int_equal(create("new", 1)->mb->regions_max, 7);
}

/* ---- creating and destroying ---- */

static void create_makes_an_empty_model_under_the_next_id(void **state)
{
	struct instance *instance = create("new", 1);
	uint8_t hash[JOURNAL_HASH_SIZE];

	(void)state;
	assert_int_equal(instance->row.id, 3);
	assert_int_equal(instance->seq, 0);
	assert_int_equal(instance->time_us, 5);
	assert_int_equal(instance->mb->regions_max, REGIONS_MAX);
	assert_string_equal(layout(instance->mb->memory), "");
	journal_chain_start(&instance->row.settings, hash);
	assert_memory_equal(instance->hash, hash, sizeof(hash));
	assert_ptr_equal(find("new"), instance);
	assert_int_equal(registry_count(registry), 3);
	assert_int_equal(create("newer", 1)->row.id, 4);
}

static void destroyed_instance_stays_as_departed_until_forgotten(void **state)
{
	struct instance *instance = find("board0");

	(void)state;
	registry_destroy(registry, instance);
	assert_ptr_equal(find("board0"), instance);
	assert_true(instance->departed);
	assert_null(instance->mb);
	assert_int_equal(registry_count(registry), 1);
	registry_forget(registry, "board0", 1);
	assert_not_found("board0");
	assert_int_equal(registry_count(registry), 1);
}

static void create_takes_the_place_of_what_departed(void **state)
{
	struct instance *instance;

	(void)state;
	registry_destroy(registry, find("board0"));
	instance = create("board0", 2);
	assert_int_equal(instance->row.id, 3);
	assert_false(instance->departed);
	assert_int_equal(registry_count(registry), 2);
	/* Expect the new one to stay when the old one's end is on disk. */
	registry_forget(registry, "board0", 1);
	assert_ptr_equal(find("board0"), instance);
}

static void forget_spares_what_is_in_service(void **state)
{
	(void)state;
	registry_forget(registry, "board0", 1);
	assert_int_equal(find("board0")->row.id, 1);
	registry_forget(registry, "nobody", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		instance_of_the_journal_is_found_unloaded, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(name_that_is_not_there_is_not_found,
		registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		destroyed_instance_of_the_journal_is_not_found, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		each_visits_by_name_until_told_to_stop, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		each_passes_over_what_departed, registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		load_brings_the_model_back_once, registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		load_knows_the_newest_snapshot_and_the_chain, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		load_past_a_damaged_snapshot_says_so_in_one_line,
		registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		load_of_damaged_rows_fails_for_that_instance_alone,
		registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		damaged_instance_row_is_found_damaged_and_its_name_kept,
		registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		limit_of_regions_reaches_every_model, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		create_makes_an_empty_model_under_the_next_id, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		destroyed_instance_stays_as_departed_until_forgotten,
		registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		create_takes_the_place_of_what_departed, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		forget_spares_what_is_in_service, registry_begin, registry_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
