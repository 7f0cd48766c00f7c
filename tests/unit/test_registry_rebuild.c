/* SPDX-License-Identifier: BSD-2-Clause */
/* The registry after something it had was lost on its way to the journal. */
#include "daemon/registry.h"

#include "tests/unit/layout.h"
#include "tests/unit/registry_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Does an operation to the model that the journal never gets. */
static void run_ahead(struct instance *instance, uint64_t batch)
{
	const struct op op = {.kind = OP_RESERVE,
	    .base = 0x60000000,
	    .size = 0x1000,
	    .nid = MB_NO_NODE};
	struct outcome outcome;

	assert_int_equal(registry_load(registry, instance, &error), JOURNAL_OK);
	op_apply(instance->mb, &op, &outcome);
	instance->seq++;
	instance->batch = batch;
}

static void rebuild_takes_back_what_was_lost(void **state)
{
	struct instance *instance = find("board0");

	(void)state;
	run_ahead(instance, 7);
	registry_rebuild(registry, 6);
	assert_ptr_equal(find("board0"), instance);
	assert_int_equal(instance->seq, 4);
	assert_int_equal(instance->batch, 0);
	assert_int_equal(registry_load(registry, instance, &error), JOURNAL_OK);
	assert_string_equal(layout(instance->mb->reserved),
	    "[40000000-40100000] [7fff0000-80000000]");
}

static void rebuild_keeps_what_is_durable(void **state)
{
	struct instance *instance = find("board0");

	(void)state;
	run_ahead(instance, 6);
	registry_rebuild(registry, 6);
	assert_ptr_equal(find("board0"), instance);
	assert_int_equal(instance->seq, 5);
	assert_non_null(instance->mb);
}

static void created_instance_that_was_lost_is_not_found(void **state)
{
	struct names names;

	(void)state;
	create("new", 7);
	create("newer", 7);
	registry_rebuild(registry, 6);
	assert_not_found("new");
	assert_int_equal(registry_count(registry), 3);
	assert_string_equal(list(&names, 99), "board0 board1 ");
	assert_int_equal(registry_count(registry), 2);
	create("new", 8);
}

static void destroyed_instance_whose_end_was_lost_is_back(void **state)
{
	struct instance *instance = find("board0");

	(void)state;
	registry_destroy(registry, instance);
	instance->batch = 7;
	registry_rebuild(registry, 6);
	assert_false(find("board0")->departed);
	assert_int_equal(registry_count(registry), 2);
	assert_int_equal(
	    registry_load(registry, find("board0"), &error), JOURNAL_OK);
	registry_forget(registry, "board0", 1);
	assert_int_equal(find("board0")->seq, 4);
}

/* Expect the old life of the name when both its end and the new one were
 * lost. */
static void replaced_instance_that_was_lost_is_the_old_one_again(void **state)
{
	(void)state;
	registry_destroy(registry, find("board0"));
	create("board0", 7);
	registry_rebuild(registry, 6);
	assert_int_equal(find("board0")->row.id, 1);
	assert_int_equal(find("board0")->seq, 4);
	assert_int_equal(registry_count(registry), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		rebuild_takes_back_what_was_lost, registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		rebuild_keeps_what_is_durable, registry_begin, registry_end),
	    cmocka_unit_test_setup_teardown(
		created_instance_that_was_lost_is_not_found, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		destroyed_instance_whose_end_was_lost_is_back, registry_begin,
		registry_end),
	    cmocka_unit_test_setup_teardown(
		replaced_instance_that_was_lost_is_the_old_one_again,
		registry_begin, registry_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
