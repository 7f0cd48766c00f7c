/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump_table.h"

#include "dumped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void table_has_its_columns_aligned(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0x40000000, 0x40000000, 0, 0},
		{0x80000000, 0x1000000, 4, 2}},
	    .reserved = {{0x41000000, 0x1000, 0, 0}},
	};

	(void)state;
	dumped_expect("dump b --format table", &board,
	    "memory: 2 regions, 1.01 GiB\n"
	    "  BASE        LAST          SIZE  GAP  FLAGS  NODE\n"
	    "  0x40000000  0x7fffffff   1 GiB    -  none      -\n"
	    "  0x80000000  0x80ffffff  16 MiB    -  nomap     1\n"
	    "\n"
	    "reserved: 1 region, 4 KiB\n"
	    "  BASE        LAST         SIZE  GAP  FLAGS  NODE\n"
	    "  0x41000000  0x41000fff  4 KiB    -  none      -\n");
}

static void table_shows_the_gap_to_the_next(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0x40000000, 0x40000000, 0, 0},
		{0x80300000, 0x1000000, 4, 2}},
	};
	char *text = dumped_text("dump b --format=table", &board);

	(void)state;
	assert_non_null(strstr(text, "0x7fffffff   1 GiB  3 MiB  none"));
	free(text);
}

/* Expect no dummy: the table is for people. */
static void table_of_nothing_says_so(void **state)
{
	const struct dumped_layout nothing = {.kernel = "6.1"};

	(void)state;
	dumped_expect("dump b --format table", &nothing,
	    "memory: no regions\n\nreserved: no regions\n");
}

static void size_is_shown_in_its_largest_unit(void **state)
{
	char text[CTL_SIZE_MAX];

	(void)state;
	assert_string_equal(ctl_size_text(0, text), "0 B");
	assert_string_equal(ctl_size_text(1023, text), "1023 B");
	assert_string_equal(ctl_size_text(1024, text), "1 KiB");
	assert_string_equal(ctl_size_text(1536, text), "1.50 KiB");
	assert_string_equal(ctl_size_text(0x201000, text), "2.00 MiB");
	assert_string_equal(ctl_size_text(0x3fefe000, text), "1022.99 MiB");
	assert_string_equal(ctl_size_text(UINT64_MAX, text), "15.99 EiB");
	assert_string_equal(ctl_size_text(UINT64_C(1) << 60, text), "1 EiB");
	assert_string_equal(
	    ctl_size_text(0x40000000 + 0x10000000 / 10, text), "1.02 GiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(table_has_its_columns_aligned),
	    cmocka_unit_test(table_shows_the_gap_to_the_next),
	    cmocka_unit_test(table_of_nothing_says_so),
	    cmocka_unit_test(size_is_shown_in_its_largest_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
