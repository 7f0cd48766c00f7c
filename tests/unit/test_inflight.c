/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/inflight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct inflight inflight;

static int clear(void **state)
{
	(void)state;
	inflight_clear(&inflight);
	return 0;
}

static void add(uint64_t count)
{
	while (count-- > 0)
		assert_non_null(inflight_add(&inflight));
}

static void remove_id(uint64_t id)
{
	inflight_remove(&inflight, inflight_find(&inflight, id));
}

static void empty_table_has_nothing(void **state)
{
	(void)state;
	assert_null(inflight_find(&inflight, 0));
	assert_null(inflight_find(&inflight, 1));
	assert_null(inflight_next(&inflight, 0));
}

static void ids_are_given_in_order_from_one(void **state)
{
	(void)state;
	assert_int_equal(inflight_add(&inflight)->id, 1);
	assert_int_equal(inflight_add(&inflight)->id, 2);
	assert_int_equal(inflight_find(&inflight, 1)->id, 1);
	assert_null(inflight_find(&inflight, 0));
	assert_null(inflight_find(&inflight, 3));
}

/* Expect 1 and 3 of four to be gone, and 2 to be the oldest. */
static void request_removed_is_found_no_more(void **state)
{
	(void)state;
	add(4);
	remove_id(3);
	remove_id(1);
	assert_null(inflight_find(&inflight, 1));
	assert_null(inflight_find(&inflight, 3));
	assert_int_equal(inflight_next(&inflight, 0)->id, 2);
	assert_int_equal(inflight_next(&inflight, 2)->id, 4);
	assert_null(inflight_next(&inflight, 4));
	assert_int_equal(inflight.waiting, 2);
}

static void id_is_never_given_again(void **state)
{
	(void)state;
	add(1);
	remove_id(1);
	assert_int_equal(inflight_add(&inflight)->id, 2);
	assert_null(inflight_find(&inflight, 1));
}

/* Expect a table that wraps round and grows, with one old request in it all
 * the time, to find each of its requests. */
static void table_that_wraps_and_grows_keeps_all(void **state)
{
	uint64_t id;

	(void)state;
	add(50);
	for (id = 1; id <= 40; id++)
		remove_id(id);
	add(500);
	for (id = 41; id <= 550; id++)
		assert_int_equal(inflight_find(&inflight, id)->id, id);
	for (id = 42; id <= 550; id++)
		remove_id(id);
	assert_int_equal(inflight_next(&inflight, 0)->id, 41);
	assert_null(inflight_next(&inflight, 41));
	assert_int_equal(inflight.waiting, 1);
}

/* Expect the ring not to grow when as many leave as come. */
static void table_in_steady_use_does_not_grow(void **state)
{
	uint64_t id;
	size_t room;

	(void)state;
	add(10);
	room = inflight.room;
	for (id = 1; id <= 10000; id++) {
		add(1);
		remove_id(id);
	}
	assert_int_equal(inflight.room, room);
}

/* A watch, which waits for ever, and many requests that do not: expect the room
 * for a few, and each to be found. */
static void old_request_does_not_make_the_table_grow(void **state)
{
	uint64_t id;
	size_t room;

	(void)state;
	add(10);
	room = inflight.room;
	for (id = 2; id <= 100000; id++) {
		add(1);
		assert_int_equal(inflight_find(&inflight, id)->id, id);
		remove_id(id);
		assert_null(inflight_find(&inflight, id));
	}
	assert_int_equal(inflight.room, room);
	assert_int_equal(inflight_find(&inflight, 1)->id, 1);
	assert_int_equal(inflight_next(&inflight, 0)->id, 1);
	assert_int_equal(inflight_next(&inflight, 1)->id, 100001);
	assert_int_equal(inflight.waiting, 10);
}

#define TEST(name) cmocka_unit_test_teardown(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(empty_table_has_nothing),
	    TEST(ids_are_given_in_order_from_one),
	    TEST(request_removed_is_found_no_more),
	    TEST(id_is_never_given_again),
	    TEST(table_that_wraps_and_grows_keeps_all),
	    TEST(table_in_steady_use_does_not_grow),
	    TEST(old_request_does_not_make_the_table_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
