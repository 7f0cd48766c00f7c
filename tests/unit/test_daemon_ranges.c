/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct asked ranges_of(Memblock__V1__Type type)
{
	struct asked asked;

	asked_init(&asked, OPERATION(RANGES), "b");
	asked.operation.ranges.has_type = 1;
	asked.operation.ranges.type = type;
	return asked;
}

static const Memblock__V1__Response *ask(
    struct harness *harness, struct asked asked)
{
	/* It points into itself, and was copied. */
	asked.request.ping = &asked.operation.ping;
	return harness_ask(harness, &asked);
}

static void expect_ranges(const Memblock__V1__Response *response, size_t count,
    uint64_t start, uint64_t end)
{
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->ranges->n_ranges, count);
	assert_int_equal(response->ranges->ranges[0]->start, start);
	assert_int_equal(response->ranges->ranges[0]->end, end);
}

/*   memory     |-------------------|
 *   reserved       |--|
 */
static void each_list_has_its_ranges(void **state)
{
	const uint64_t base = 0x40000000, end = 0x80000000;
	struct harness *harness = *state;
	struct asked asked = ranges_of(MEMBLOCK__V1__TYPE__TYPE_FREE);

	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", base + 0x1000, 0x1000);
	expect_ranges(ask(harness, ranges_of(MEMBLOCK__V1__TYPE__TYPE_MEMORY)),
	    1, base, end);
	expect_ranges(
	    ask(harness, ranges_of(MEMBLOCK__V1__TYPE__TYPE_RESERVED)), 1,
	    base + 0x1000, base + 0x2000);
	expect_ranges(ask(harness, asked), 2, base, base + 0x1000);
	asked.operation.ranges.has_reverse = asked.operation.ranges.reverse = 1;
	expect_ranges(ask(harness, asked), 2, base + 0x2000, end);
	asked = ranges_of(MEMBLOCK__V1__TYPE__TYPE_MEMORY);
	asked.operation.ranges.has_pfn = asked.operation.ranges.pfn = 1;
	expect_ranges(ask(harness, asked), 1, base >> 12, end >> 12);
}

static void ranges_of_nothing_are_one_empty_part(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create(harness, "b");
	response = ask(harness, ranges_of(MEMBLOCK__V1__TYPE__TYPE_FREE));
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_RANGES);
	assert_int_equal(response->ranges->n_ranges, 0);
	assert_false(response->more);
}

static void ranges_that_cannot_be_are_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked = ranges_of(MEMBLOCK__V1__TYPE__TYPE_FREE);

	harness_create_board(harness, "b");
	harness_expect_refused(
	    ask(harness, ranges_of(MEMBLOCK__V1__TYPE__TYPE_PHYSMEM)),
	    CODE(FAILED_PRECONDITION), "b: the instance has no physmem");
	harness_expect_refused(ask(harness, ranges_of((Memblock__V1__Type)9)),
	    CODE(INVALID_ARGUMENT), "b: type 9");
	asked.operation.ranges.has_pfn = asked.operation.ranges.pfn = 1;
	harness_expect_refused(ask(harness, asked), CODE(INVALID_ARGUMENT),
	    "b: pfn is for memory");
	asked = ranges_of(MEMBLOCK__V1__TYPE__TYPE_FREE);
	asked.operation.ranges.has_nid = 1;
	harness_expect_refused(ask(harness, asked), CODE(INVALID_ARGUMENT),
	    "b: nid 0: the instance has no nodes");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_list_has_its_ranges),
	    CASE(ranges_of_nothing_are_one_empty_part),
	    CASE(ranges_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
