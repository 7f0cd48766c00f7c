/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/fresh_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct fresh_rows fresh = TAILQ_HEAD_INITIALIZER(fresh);

static void add(uint64_t first, uint64_t last)
{
	struct journal_row row = {.principal = "uid:0",
	    .op = {.kind = OP_RESERVE, .size = 1, .nid = MB_NO_NODE},
	    .outcome = {.status = MB_OK}};

	for (row.seq = first; row.seq <= last; row.seq++)
		fresh_rows_add(&fresh, &row);
}

static int drop(void **state)
{
	(void)state;
	fresh_rows_drop(&fresh);
	return 0;
}

static void rows_are_found_by_the_first_of_them(void **state)
{
	const struct watch_rows *rows;

	(void)state;
	add(5, 9);
	rows = fresh_rows_from(&fresh, 5);
	assert_non_null(rows);
	assert_int_equal(rows->next, 10);
	assert_null(fresh_rows_from(&fresh, 6));
	assert_null(fresh_rows_from(&fresh, 10));
}

/* Expect more than one part takes to be in the next, which begins behind it. */
static void rows_that_are_many_are_in_several_parts(void **state)
{
	(void)state;
	add(1, 2500);
	assert_int_equal(fresh_rows_from(&fresh, 1)->next, 1001);
	assert_int_equal(fresh_rows_from(&fresh, 1001)->next, 2001);
	assert_int_equal(fresh_rows_from(&fresh, 2001)->next, 2501);
}

static void rows_dropped_are_not_found(void **state)
{
	(void)state;
	add(1, 3);
	fresh_rows_drop(&fresh);
	assert_null(fresh_rows_from(&fresh, 1));
	add(4, 4);
	assert_non_null(fresh_rows_from(&fresh, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(
		rows_are_found_by_the_first_of_them, drop),
	    cmocka_unit_test_teardown(
		rows_that_are_many_are_in_several_parts, drop),
	    cmocka_unit_test_teardown(rows_dropped_are_not_found, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
