/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct asked compare(const char *before, const char *after)
{
	struct asked asked;

	asked_init(&asked, OPERATION(DIFF), before);
	asked.operation.diff.other = (char *)after;
	return asked;
}

static const Memblock__V1__Response *ask(
    struct harness *harness, struct asked asked)
{
	asked.request.diff = &asked.operation.diff;
	return harness_ask(harness, &asked);
}

static void instance_compared_with_itself_is_identical(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = ask(harness, compare("b", "b"));
	assert_int_equal(response->status->code, CODE(OK));
	assert_true(response->diff->identical);
	assert_int_equal(response->diff->n_parts, 0);
	assert_int_equal(response->seq, 1);
	assert_int_equal(response->diff->other_seq, 1);
	assert_int_equal(response->diff->before->memory_cnt, 1);
}

static void moments_of_one_instance_are_told_apart(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked = compare("b", "b");

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 3);
	asked.request.has_at_seq = asked.operation.diff.has_other_at_seq = 1;
	asked.request.at_seq = 1;
	asked.operation.diff.other_at_seq = 3;
	response = ask(harness, asked);
	assert_false(response->diff->identical);
	assert_int_equal(response->seq, 1);
	assert_int_equal(response->diff->other_seq, 3);
	assert_int_equal(response->diff->n_parts, 2);
	assert_false(response->diff->parts[0]->has_flags_before);
	assert_true(response->diff->parts[0]->has_flags_after);
	assert_int_equal(
	    response->diff->parts[0]->type, MEMBLOCK__V1__TYPE__TYPE_RESERVED);
}

/* Expect settings to count, also those that only a create can give. */
static void other_settings_are_not_identical(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(CREATE), "c");
	asked.operation.create.settings = &asked.settings;
	asked.settings.has_page_size = 1;
	asked.settings.page_size = 65536;
	harness_ask(harness, &asked);
	response = ask(harness, compare("b", "c"));
	assert_int_equal(response->status->code, CODE(OK));
	assert_false(response->diff->identical);
	assert_int_equal(response->diff->n_parts, 0);
	assert_int_equal(response->diff->before->settings->page_size, 4096);
	assert_int_equal(response->diff->after->settings->page_size, 65536);
}

/* Expect 10,000 parts in a part of the answer, and no part of it to say that
 * both are the same. */
static void many_parts_come_in_pages(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *page;
	size_t number, seen = 0;

	harness_create(harness, "a");
	harness_create(harness, "b");
	harness_reserve_many(harness, "b", 0, 10001);
	ask(harness, compare("a", "b"));
	for (number = 0;
	     (page = harness_part(harness, harness->last_id, number)) != NULL;
	     number++) {
		seen += page->diff->n_parts;
		assert_false(page->diff->identical);
		assert_true(page->diff->has_other_seq);
	}
	assert_int_equal(number, 2);
	assert_int_equal(seen, 10001);
}

static void other_that_is_not_there_is_not_found(void **state)
{
	struct harness *harness = *state;
	char name[100] = {0};

	harness_create(harness, "b");
	harness_expect_refused(ask(harness, compare("b", "c")), CODE(NOT_FOUND),
	    "c: no such instance");
	memset(name, 'c', sizeof(name) - 1);
	harness_expect_refused(
	    ask(harness, compare("b", name)), CODE(NOT_FOUND), "no such");
	harness_expect_refused(ask(harness, compare("b", NULL)),
	    CODE(INVALID_ARGUMENT), "the other instance is missing");
	harness_expect_refused(ask(harness, compare("c", "b")), CODE(NOT_FOUND),
	    "c: no such instance");
}

static void moment_of_the_other_that_cannot_be_had_names_the_other(void **state)
{
	struct harness *harness = *state;
	struct asked asked = compare("b", "c");

	harness_create_board(harness, "b");
	harness_create(harness, "c");
	asked.operation.diff.has_other_at_seq = 1;
	asked.operation.diff.other_at_seq = 1;
	harness_expect_refused(ask(harness, asked), CODE(OUT_OF_RANGE),
	    "c: seq 1 is beyond the end, which is 0");
	asked = compare("b", "c");
	asked.operation.diff.has_other_at_time_us = 1;
	asked.operation.diff.other_at_time_us = 1;
	harness_expect_refused(ask(harness, asked), CODE(NOT_FOUND),
	    "c: there was no such instance yet");
}

/* Expect the question to wait for both instances: what is told is on disk. */
static void change_of_the_other_in_the_same_write_is_seen(void **state)
{
	struct harness *harness = *state;
	struct asked change, asked = compare("b", "c");
	uint64_t id;

	harness_create(harness, "b");
	harness_create(harness, "c");
	asked_init_range(&change, OPERATION(RESERVE), "c", 0, 0x1000);
	harness_send(harness, &change);
	asked.request.diff = &asked.operation.diff;
	id = harness_send(harness, &asked);
	assert_int_equal(harness_receive(harness, id)->diff->n_parts, 1);
}

static void damage_of_the_other_is_data_loss(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_create_board(harness, "c");
	harness_stop(harness);
	scratch_edit(harness->scratch,
	    "UPDATE operation SET size = 1 WHERE instance = 2");
	harness_start(harness);
	harness_expect_refused(
	    ask(harness, compare("b", "c")), CODE(DATA_LOSS), "c seq 1");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(instance_compared_with_itself_is_identical),
	    CASE(moments_of_one_instance_are_told_apart),
	    CASE(other_settings_are_not_identical),
	    CASE(many_parts_come_in_pages),
	    CASE(other_that_is_not_there_is_not_found),
	    CASE(moment_of_the_other_that_cannot_be_had_names_the_other),
	    CASE(change_of_the_other_in_the_same_write_is_seen),
	    CASE(damage_of_the_other_is_data_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
