/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/steps.h"
#include "tests/unit/asked_boot.h"
#include "tests/unit/daemon_harness.h"
#include "tests/unit/tree_blob.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void steps_of_a_boot_tell_stage_function_and_node(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__LoadResult *result;
	struct asked asked;

	harness_create(harness, "b");
	asked_boot(&asked);
	result = harness_ask(harness, &asked)->boot;
	assert_int_equal(result->n_steps, 6);
	assert_string_equal(result->steps[1]->op, "add");
	assert_string_equal(result->steps[1]->stage, "setup_machine_fdt");
	assert_string_equal(
	    result->steps[1]->label, "early_init_dt_add_memory_arch");
	assert_string_equal(result->steps[1]->node, "/memory@40000000");
	assert_int_equal(result->steps[1]->seq, 2);
	assert_string_equal(result->steps[4]->stage, "memblock_init");
	assert_null(result->steps[4]->node);
	assert_false(result->steps[5]->ok);
	assert_false(result->steps[5]->has_seq);
	assert_string_equal(
	    result->steps[5]->message, "has neither reg nor size");
}

/* Expect the address an allocation came to, and a setting's value. */
static void allocations_and_settings_tell_what_they_came_to(void **state)
{
	static char until[] = "bootmem_init", line[] = "rodata=on";
	struct harness *harness = *state;
	const Memblock__V1__LoadResult *result;
	struct asked asked;
	size_t i;

	harness_create(harness, "b");
	asked_boot(&asked);
	asked.operation.boot.until = until;
	asked.operation.boot.cmdline = line;
	result = harness_ask(harness, &asked)->boot;
	for (i = 0; strcmp(result->steps[i]->op, "alloc") != 0; i++)
		;
	assert_true(result->steps[i]->address == 0x7ffff000);
	for (; strcmp(result->steps[i]->op, "set") != 0; i++)
		;
	assert_true(result->steps[i]->has_value);
	assert_true(result->steps[i]->value == 1);
	assert_false(result->steps[i]->has_address);
}

/* Expect those that have rows, as boot's result. */
static void steps_come_again_under_the_same_key(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create(harness, "b");
	asked_boot(&asked);
	asked_put_key(&asked, "k");
	harness_ask(harness, &asked);
	response = harness_ask(harness, &asked);
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_BOOT);
	assert_int_equal(response->seq, 5);
	assert_int_equal(response->boot->n_steps, 5);
	assert_string_equal(
	    response->boot->steps[0]->label, "setup_machine_fdt");
	assert_int_equal(harness_seq(harness, "b"), 5);
}

static void dry_run_tells_the_steps_and_does_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create(harness, "b");
	asked_boot(&asked);
	asked.request.has_dry_run = asked.request.dry_run = 1;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->boot->n_steps, 6);
	assert_int_equal(response->seq, 0);
	assert_int_equal(harness_seq(harness, "b"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		steps_of_a_boot_tell_stage_function_and_node, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		allocations_and_settings_tell_what_they_came_to, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(steps_come_again_under_the_same_key,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		dry_run_tells_the_steps_and_does_nothing, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
