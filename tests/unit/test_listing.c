/* SPDX-License-Identifier: BSD-2-Clause */
/* list with all; without it: test_instances_list.c. */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const Memblock__V1__ListResult *list_all(struct harness *harness)
{
	const Memblock__V1__Response *response;
	struct asked asked;

	asked_init(&asked, OPERATION(LIST), NULL);
	asked.operation.list.has_all = asked.operation.list.all = 1;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_false(response->has_seq);
	return response->list;
}

static void expect_row(const Memblock__V1__InstanceSummary *row,
    const char *name, uint64_t life, bool destroyed)
{
	assert_string_equal(row->name, name);
	assert_int_equal(row->life, life);
	assert_int_equal(row->destroyed, destroyed);
}

static void list_of_nothing_is_empty(void **state)
{
	assert_int_equal(list_all(*state)->n_instances, 0);
}

static void lives_of_a_name_are_in_their_order(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__ListResult *result;

	harness_create_board(harness, "b");
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	harness_create(harness, "a");
	harness_create(harness, "b");
	result = list_all(harness);
	assert_int_equal(result->n_instances, 3);
	expect_row(result->instances[0], "a", 2, false);
	expect_row(result->instances[1], "b", 1, true);
	assert_int_equal(result->instances[1]->seq, 1);
	expect_row(result->instances[2], "b", 3, false);
}

/* Expect what was destroyed just before, in one write, to be listed so. */
static void destroy_before_it_is_told(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__ListResult *result;
	struct asked asked;

	asked_init(&asked, OPERATION(CREATE), "b");
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(DESTROY), "b");
	harness_send(harness, &asked);
	result = list_all(harness);
	assert_int_equal(result->n_instances, 1);
	expect_row(result->instances[0], "b", 1, true);
}

static void log_of_an_earlier_life_is_that_life(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	asked_init(&asked, OPERATION(LOG), "b");
	asked.operation.log.has_life = 1;
	asked.operation.log.life = 1;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->log->n_entries, 1);
	assert_int_equal(response->seq, 1);
	asked.operation.log.life = 2;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(NOT_FOUND), "b: no such life");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(list_of_nothing_is_empty),
	    CASE(lives_of_a_name_are_in_their_order),
	    CASE(destroy_before_it_is_told),
	    CASE(log_of_an_earlier_life_is_that_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
