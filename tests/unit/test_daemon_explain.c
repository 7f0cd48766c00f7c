/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct asked explain_of(uint64_t size)
{
	struct asked asked;

	asked_init(&asked, OPERATION(EXPLAIN), "b");
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = size;
	asked.operation.alloc.has_align = 1;
	asked.operation.alloc.align = 0x1000;
	return asked;
}

static const Memblock__V1__Response *ask(
    struct harness *harness, struct asked asked)
{
	asked.request.explain = &asked.operation.alloc;
	return harness_ask(harness, &asked);
}

static void explain_tells_the_address_and_changes_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = ask(harness, explain_of(0x1000));
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->explain->n_candidates, 1);
	assert_string_equal(response->explain->candidates[0]->rule, "chosen");
	assert_int_equal(response->explain->candidates[0]->attempt, 1);
	assert_int_equal(response->explain->address, 0x7ffff000);
	assert_int_equal(response->explain->size, 0x1000);
	assert_false(response->explain->has_nearest_size);
	assert_int_equal(harness_seq(harness, "b"), 1);
}

static void explain_of_what_does_not_fit_tells_what_would(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = ask(harness, explain_of(0x80000000));
	assert_int_equal(response->status->code, CODE(OK));
	assert_false(response->explain->has_address);
	assert_true(response->explain->has_nearest_size);
	assert_int_equal(response->explain->nearest_size, 0x40000000);
	assert_false(response->explain->has_nearest_limit);
}

static void explain_reads_the_past_too(void **state)
{
	struct harness *harness = *state;
	struct asked asked = explain_of(0x1000);

	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x7ff00000, 0x100000);
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 1;
	assert_int_equal(ask(harness, asked)->explain->address, 0x7ffff000);
}

static void request_without_sense_is_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked = explain_of(0);

	harness_create_board(harness, "b");
	harness_expect_refused(
	    ask(harness, asked), CODE(INVALID_ARGUMENT), "b: ");
	asked = explain_of(0x1000);
	asked.operation.alloc.align = 3;
	harness_expect_refused(
	    ask(harness, asked), CODE(INVALID_ARGUMENT), "b: ");
	asked.operation.alloc.has_size = 0;
	harness_expect_refused(
	    ask(harness, asked), CODE(INVALID_ARGUMENT), "size is missing");
}

/* Expect 5,000 candidates in a part of the answer, all too small:
 *
 *   memory     |------------------------------|
 *   reserved   |-| |-| |-|   … 5,001 pages
 */
static void many_candidates_come_in_parts(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	size_t number, seen = 0;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 5001);
	ask(harness, explain_of(0x40000000));
	for (number = 0;
	     (part = harness_part(harness, harness->last_id, number)) != NULL;
	     number++) {
		seen += part->explain->n_candidates;
		assert_true(part->explain->has_nearest_size);
	}
	assert_int_equal(number, 2);
	assert_int_equal(seen, 5001);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(explain_tells_the_address_and_changes_nothing),
	    CASE(explain_of_what_does_not_fit_tells_what_would),
	    CASE(explain_reads_the_past_too),
	    CASE(request_without_sense_is_refused),
	    CASE(many_candidates_come_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
