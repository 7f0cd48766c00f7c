/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/repeat.h"

#include "tests/unit/keyed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void init_alloc(struct asked *asked, uint64_t size, const char *key)
{
	asked_init(asked, OPERATION(ALLOC), "b");
	asked->operation.alloc.has_size = 1;
	asked->operation.alloc.size = size;
	asked_put_key(asked, key);
}

/* Expect the address and the seq of the first time, also when others have gone
 * on since, and by another daemon. */
static void alloc_under_a_known_key_gets_the_first_answer(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;
	int i;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x2000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	harness_range(harness, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	for (i = 0; i < 2; i++) {
		response = harness_ask(harness, &asked);
		keyed_expect_ok(response, 2);
		assert_int_equal(response->alloc->address, 0x7fffe000);
		assert_int_equal(response->alloc->size, 0x2000);
		keyed_restart(harness);
	}
	keyed_expect_rows(harness, "3");
	assert_int_equal(harness_seq(harness, "b"), 3);
}

/* Expect what the model refused to be refused again in the same words, although
 * there would be room now. */
static void refusal_under_a_known_key_stays_a_refusal(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;
	char first[512];

	harness_create(harness, "b");
	init_alloc(&asked, 0x2000, "k");
	response = harness_ask(harness, &asked);
	harness_expect_refused(response, CODE(RESOURCE_EXHAUSTED), "b: no 0x");
	snprintf(first, sizeof(first), "%s", response->status->message);
	harness_range(harness, OPERATION(ADD), "b", 0x40000000, 0x40000000);
	response = harness_ask(harness, &asked);
	harness_expect_refused(response, CODE(RESOURCE_EXHAUSTED), first);
	assert_string_equal(response->status->errno_name, "ENOMEM");
	assert_int_equal(response->seq, 1);
	keyed_expect_rows(harness, "2");
}

static void warning_under_a_known_key_comes_again(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	int i;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x40, "k");
	asked.operation.alloc.has_align = 1;
	for (i = 0; i < 2; i++)
		assert_int_equal(harness_ask(harness, &asked)->n_warnings, 1);
	keyed_expect_rows(harness, "2");
}

/* Expect both of one write to get the one answer, while nothing is on disk. */
static void repeat_in_flight_waits_for_the_first(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t first, second;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x2000, "k");
	first = harness_send(harness, &asked);
	second = harness_send(harness, &asked);
	keyed_expect_ok(harness_receive(harness, first), 2);
	keyed_expect_ok(harness_receive(harness, second), 2);
	assert_int_equal(
	    harness_receive(harness, second)->alloc->address, 0x7fffe000);
	keyed_expect_rows(harness, "2");
}

/* Expect the first answer again, although what comes behind it in the session
 * purges the instance. */
static void repeat_in_flight_is_answered_before_what_is_behind_it(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t second, third;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x2000, "k");
	harness_send(harness, &asked);
	second = harness_send(harness, &asked);
	asked_init(&asked, OPERATION(DESTROY), "b");
	asked.operation.destroy.has_purge = 1;
	asked.operation.destroy.purge = 1;
	third = harness_send(harness, &asked);
	keyed_expect_ok(harness_receive(harness, second), 2);
	keyed_expect_ok(harness_receive(harness, third), 2);
	keyed_expect_rows(harness, "0");
}

/* Expect both to be refused, and the key to be new when the disk has room. */
static void repeat_of_what_is_lost_is_lost_and_new_afterwards(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t first, second;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x2000, "k");
	scratch_limit_files(0);
	first = harness_send(harness, &asked);
	second = harness_send(harness, &asked);
	harness_expect_refused(
	    harness_receive(harness, first), CODE(UNAVAILABLE), "");
	harness_expect_refused(
	    harness_receive(harness, second), CODE(UNAVAILABLE), "builds on");
	harness_empty_disk(harness);
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	keyed_expect_rows(harness, "2");
}

static void known_key_is_answered_while_nothing_can_be_written(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	keyed_reserve(&asked, 0x40000000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	harness_fill_disk(harness, "b");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
}

/* Expect the key to come before if_seq, which cannot hold any more. */
static void known_key_comes_before_if_seq(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	int i;

	harness_create_board(harness, "b");
	keyed_reserve(&asked, 0x40000000, "k");
	asked.request.has_if_seq = 1;
	asked.request.if_seq = 1;
	for (i = 0; i < 2; i++)
		keyed_expect_ok(harness_ask(harness, &asked), 2);
}

/* Expect another range, another operation and a read to be refused. */
static void known_key_with_another_operation_is_invalid(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	keyed_reserve(&asked, 0x40000000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	keyed_reserve(&asked, 0x50000000, "k");
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "another operation: reserve at seq 2");
	init_alloc(&asked, 0x1000, "k");
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "reserve");
	harness_expect_refused(keyed_ask(harness, OPERATION(DUMP), "k"),
	    CODE(INVALID_ARGUMENT), "reserve");
	harness_expect_refused(keyed_ask(harness, OPERATION(DESTROY), "k"),
	    CODE(INVALID_ARGUMENT), "reserve");
	harness_expect_refused(keyed_ask(harness, OPERATION(LOAD), "k"),
	    CODE(INVALID_ARGUMENT), "reserve");
	assert_int_equal(harness_seq(harness, "b"), 2);
}

/* Expect a find not to be taken for the alloc it looks like. */
static void find_under_the_key_of_an_alloc_is_invalid(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x1000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	asked_init(&asked, OPERATION(FIND), "b");
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = 0x1000;
	asked_put_key(&asked, "k");
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "alloc");
}

/* Expect what took no seq to leave the key free. */
static void key_of_what_is_no_row_is_not_remembered(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0, "k");
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "");
	keyed_reserve(&asked, 0x40000000, "k");
	asked.request.has_if_seq = 1;
	asked.request.if_seq = 9;
	harness_expect_refused(harness_ask(harness, &asked), CODE(ABORTED), "");
	init_alloc(&asked, 0x1000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
}

static void dry_run_ignores_the_key(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	init_alloc(&asked, 0x1000, "k");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	keyed_expect_ok(harness_ask(harness, &asked), 1);
	asked.request.dry_run = 0;
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	asked.request.dry_run = 1;
	response = harness_ask(harness, &asked);
	keyed_expect_ok(response, 2);
	assert_int_equal(response->alloc->address, 0x7fffe000);
}

static void damaged_journal_is_told_where_a_key_leads(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	keyed_reserve(&asked, 0x40000000, "k");
	keyed_expect_ok(harness_ask(harness, &asked), 2);
	scratch_edit(harness->scratch, "UPDATE operation SET kind = 99");
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(DATA_LOSS), "is damaged");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(alloc_under_a_known_key_gets_the_first_answer),
	    CASE(refusal_under_a_known_key_stays_a_refusal),
	    CASE(warning_under_a_known_key_comes_again),
	    CASE(repeat_in_flight_waits_for_the_first),
	    CASE(repeat_in_flight_is_answered_before_what_is_behind_it),
	    CASE(repeat_of_what_is_lost_is_lost_and_new_afterwards),
	    CASE(known_key_is_answered_while_nothing_can_be_written),
	    CASE(known_key_comes_before_if_seq),
	    CASE(known_key_with_another_operation_is_invalid),
	    CASE(find_under_the_key_of_an_alloc_is_invalid),
	    CASE(key_of_what_is_no_row_is_not_remembered),
	    CASE(dry_run_ignores_the_key),
	    CASE(damaged_journal_is_told_where_a_key_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
