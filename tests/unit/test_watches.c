/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watches.h"

#include "tests/unit/watching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void watches_are_counted(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	assert_int_equal(watches_count(harness->service.watches), 0);
	watching_expect_heartbeat(
	    harness, watching_begin(harness, "b", 0), 0, 1);
	watching_expect_heartbeat(
	    harness, watching_begin(harness, "b", 0), 0, 1);
	assert_int_equal(watches_count(harness->service.watches), 2);
}

static void everyone_who_watches_an_instance_is_told(void **state)
{
	struct harness *harness = *state;
	uint64_t first, second, other;

	harness_create_board(harness, "b");
	harness_create_board(harness, "c");
	first = watching_begin(harness, "b", 0);
	second = watching_begin(harness, "b", 0);
	other = watching_begin(harness, "c", 0);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, first, 1, "b", 2, 2);
	watching_expect_rows(harness, second, 1, "b", 2, 2);
	watching_reserve(harness, "c");
	watching_expect_rows(harness, other, 1, "c", 2, 2);
}

/* Expect a row each, however create and watch came together. */
static void instance_that_is_still_being_made_is_told_once(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	struct asked asked;
	uint64_t id, seq = 0;
	size_t i, number = 0;

	asked_init(&asked, OPERATION(CREATE), "b");
	harness_send(harness, &asked);
	id = watching_begin(harness, NULL, 0);
	asked_init_range(&asked, OPERATION(ADD), "b", 0, 0x1000);
	harness_send(harness, &asked);
	watching_reserve(harness, "b");
	while (seq < 2) {
		part = harness_receive_part(harness, id, number++);
		for (i = 0; i < part->watch->n_entries; i++)
			assert_int_equal(part->watch->entries[i]->seq, ++seq);
	}
}

/* Expect the new life of a name not to be told to who watched the old one. */
static void new_life_of_a_name_is_another_instance(void **state)
{
	struct harness *harness = *state;
	uint64_t old, new;

	harness_create_board(harness, "b");
	old = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, old, 0, 1);
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	watching_end(harness, old);
	harness_create_board(harness, "b");
	new = watching_begin(harness, "b", 1);
	watching_expect_rows(harness, new, 0, "b", 1, 1);
}

/* Expect a stop that does not wait for anybody to free what there is. */
static void watches_that_are_open_are_freed_with_the_rest(void **state)
{
	struct harness *harness = *state;
	struct service *service = &harness->service;

	harness_create_board(harness, "b");
	watching_expect_heartbeat(
	    harness, watching_begin(harness, "b", 0), 0, 1);
	watches_free(service->watches);
	/* Nobody is told any more, and the service works. */
	watching_reserve(harness, "b");
	/* Its request is in flight as long as the process lives. */
	session_answer(harness->sessions.first, NULL, 0, true);
	service->watches = watches_new(harness->base, service->commit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		watches_are_counted, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		everyone_who_watches_an_instance_is_told, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		instance_that_is_still_being_made_is_told_once, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		new_life_of_a_name_is_another_instance, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watches_that_are_open_are_freed_with_the_rest, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
