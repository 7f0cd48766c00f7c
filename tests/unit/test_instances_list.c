/* SPDX-License-Identifier: BSD-2-Clause */
/* Which instances there are: list, and what destroy takes off it. */
#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- list ---- */

static const Memblock__V1__ListResult *list(
    struct harness *harness, bool long_form)
{
	const Memblock__V1__Response *response;
	struct asked asked;

	asked_init(&asked, OPERATION(LIST), NULL);
	asked.operation.list.has_long_form = 1;
	asked.operation.list.long_form = long_form;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_false(response->has_seq);
	return response->list;
}

static void list_of_nothing_is_empty(void **state)
{
	assert_int_equal(list(*state, false)->n_instances, 0);
}

static void list_is_by_name_with_seq_and_life(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__ListResult *result;

	harness_create_board(harness, "zebra");
	harness_create(harness, "ant");
	result = list(harness, false);
	assert_int_equal(result->n_instances, 2);
	assert_string_equal(result->instances[0]->name, "ant");
	assert_int_equal(result->instances[0]->seq, 0);
	assert_int_equal(result->instances[0]->life, 2);
	assert_string_equal(result->instances[1]->name, "zebra");
	assert_int_equal(result->instances[1]->seq, 1);
	assert_int_equal(result->instances[1]->life, 1);
	assert_false(result->instances[1]->has_memory_size);
}

static void long_list_has_sizes_and_counts(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__InstanceSummary *summary;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 3);
	harness_stop(harness); /* the model is loaded for it */
	harness_start(harness);
	summary = list(harness, true)->instances[0];
	assert_int_equal(summary->memory_size, 0x40000000);
	assert_int_equal(summary->memory_cnt, 1);
	assert_int_equal(summary->reserved_size, 0x3000);
	assert_int_equal(summary->reserved_cnt, 3);
}

/* Expect what a list tells to be on disk: sent behind a change in one write,
 * it comes behind its answer. */
static void list_waits_for_what_it_tells(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t created;

	asked_init(&asked, OPERATION(CREATE), "b");
	created = harness_send(harness, &asked);
	assert_int_equal(list(harness, false)->n_instances, 1);
	assert_non_null(harness_part(harness, created, 0));
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM instance"),
	    "1");
}

/* Expect 4,096 in the first part and the rest in the second. */
static void long_row_of_instances_comes_in_parts(void **state)
{
	struct harness *harness = *state;
	const uint64_t first = harness->last_id + 1;
	const size_t count = 4100;
	struct asked asked;
	char name[16];
	uint64_t id;
	size_t i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "n%04zu", i);
		asked_init(&asked, OPERATION(CREATE), name);
		harness_send(harness, &asked);
	}
	harness_receive(harness, first + count - 1);
	asked_init(&asked, OPERATION(LIST), NULL);
	id = harness_send(harness, &asked);
	assert_int_equal(harness_receive(harness, id)->list->n_instances, 4096);
	assert_true(harness_part(harness, id, 0)->more);
	assert_int_equal(harness_part(harness, id, 1)->list->n_instances, 4);
	assert_string_equal(
	    harness_part(harness, id, 1)->list->instances[3]->name, "n4099");
}

/* ---- destroy ---- */

static void destroyed_instance_is_gone_and_stays_in_the_journal(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = harness_ask_for(harness, OPERATION(DESTROY), "b");
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->seq, 1);
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "b"),
	    CODE(NOT_FOUND), "b: no such instance");
	assert_int_equal(list(harness, false)->n_instances, 0);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT destroyed_by || count(*) FROM instance, operation"),
	    "uid:10001");
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(list(harness, false)->n_instances, 0);
}

static void destroyed_name_can_be_created_again_as_another_life(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create_board(harness, "b");
	/* Both in one write: the second must see the first's promise. */
	asked_init(&asked, OPERATION(DESTROY), "b");
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(CREATE), "b");
	id = harness_send(harness, &asked);
	assert_int_equal(harness_receive(harness, id)->status->code, CODE(OK));
	assert_int_equal(harness_seq(harness, "b"), 0);
	assert_int_equal(list(harness, false)->instances[0]->life, 2);
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(list(harness, false)->instances[0]->life, 2);
}

/* Expect "no such instance" not to be told before the end is on disk. */
static void not_found_waits_for_the_end_it_tells_of(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t destroyed, asked_again;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(DESTROY), "b");
	destroyed = harness_send(harness, &asked);
	asked_init(&asked, OPERATION(INFO), "b");
	asked_again = harness_send(harness, &asked);
	assert_int_equal(harness_receive(harness, asked_again)->status->code,
	    CODE(NOT_FOUND));
	assert_non_null(harness_part(harness, destroyed, 0));
}

static void instance_whose_end_was_lost_is_back(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	scratch_limit_files(0);
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(DESTROY), "b")->status->code,
	    CODE(UNAVAILABLE));
	assert_int_equal(harness_seq(harness, "b"), 1);
	harness_empty_disk(harness);
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(DESTROY), "b")->status->code,
	    CODE(OK));
}

/* Expect the daemon to live, and each of these to be answered: a list that is
 * taken up while a loss is being told, from behind the requests that are in
 * flight. */
static void list_behind_a_change_that_is_lost_is_answered(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create(harness, "b");
	harness->config.limits.in_flight_max = 1;
	scratch_limit_files(0);
	asked_init(&asked, OPERATION(DESTROY), "b");
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(LIST), NULL);
	id = harness_send(harness, &asked);
	peer_run_until_bytes(harness->base, &harness->peer, 2);
	peer_run_what_is_ready(harness->base);
	scratch_limit_files(-1);
	assert_int_equal(harness_receive(harness, id)->status->code, CODE(OK));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		list_of_nothing_is_empty, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(list_is_by_name_with_seq_and_life,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(long_list_has_sizes_and_counts,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		list_waits_for_what_it_tells, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		long_row_of_instances_comes_in_parts, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		destroyed_instance_is_gone_and_stays_in_the_journal,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		destroyed_name_can_be_created_again_as_another_life,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		not_found_waits_for_the_end_it_tells_of, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(instance_whose_end_was_lost_is_back,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		list_behind_a_change_that_is_lost_is_answered, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
