/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump_iomem.h"

#include "dumped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define IOMEM "dump b --format iomem"

/*	memory    |----RAM----|--nomap--|----RAM----|
 *	reserved     |--|           |------|
 *
 * Expect what is reserved of each region below it. */
static void reserved_is_nested_in_each_region_it_meets(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0x40000000, 0x10000000, 0, 0},
		{0x50000000, 0x200000, 4, 0}, {0x50200000, 0x5e00000, 0, 1}},
	    .reserved = {{0x47e00000, 0x3000, 0, 0},
		{0x50100000, 0x200000, 0, 0}},
	};

	(void)state;
	dumped_expect(IOMEM, &board,
	    "40000000-4fffffff : System RAM\n"
	    "  47e00000-47e02fff : reserved\n"
	    "50000000-501fffff : reserved\n"
	    "  50100000-501fffff : reserved\n"
	    "50200000-55ffffff : System RAM\n"
	    "  50200000-502fffff : reserved\n");
}

/* Expect memory rounded inwards, and what has no page left out; nomap and
 * reserved outwards. */
static void lines_are_of_whole_pages(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0x1001, 0x2fff, 0, 0}, {0x5001, 0x1ffe, 0, 0},
		{0x8800, 0x100, 4, 0}},
	    .reserved = {{0x2ff0, 0x20, 0, 0}},
	};

	(void)state;
	dumped_expect(IOMEM, &board,
	    "00002000-00003fff : System RAM\n"
	    "  00002000-00003fff : reserved\n"
	    "00008000-00008fff : reserved\n");
}

/*	page       |         |         |         |
 *	reserved   |-| |-|  |----|            |-----
 *
 * Expect a page that was shown not to be shown again. */
static void page_of_two_reservations_is_shown_with_the_first(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0x10000, 0x10000, 0, 0}},
	    .reserved = {{0x11000, 0x10, 0, 0}, {0x11100, 0x10, 0, 0},
		{0x11f00, 0x200, 0, 0}, {0x13800, 0x1000, 0, 0}},
	};

	(void)state;
	dumped_expect(IOMEM, &board,
	    "00010000-0001ffff : System RAM\n"
	    "  00011000-00011fff : reserved\n"
	    "  00012000-00012fff : reserved\n"
	    "  00013000-00014fff : reserved\n");
}

static void reserved_outside_of_memory_is_not_shown(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0x100000000, 0x1000, 0, 0}},
	    .reserved = {{0x1000, 0x1000, 0, 0}, {0x100001000, 0x1000, 0, 0}},
	};

	(void)state;
	dumped_expect(IOMEM, &board, "100000000-100000fff : System RAM\n");
}

static void page_size_of_the_instance_counts(void **state)
{
	const struct dumped_layout board = {
	    .page_size = 65536,
	    .memory = {{0x10000, 0x28000, 0, 0}},
	    .reserved = {{0x21000, 0x1000, 0, 0}},
	};

	(void)state;
	dumped_expect(IOMEM, &board,
	    "00010000-0002ffff : System RAM\n"
	    "  00020000-0002ffff : reserved\n");
}

static void last_page_of_the_address_space_is_shown_if_it_is_whole(void **state)
{
	const struct dumped_layout board = {
	    .memory = {{0xffffffffffffe000, 0x1fff, 0, 0}},
	    .reserved = {{0xfffffffffffff800, 0x7ff, 0, 0}},
	};
	const struct dumped_layout nomap = {
	    .memory = {{0xffffffffffffe000, 0x1fff, 4, 0}},
	    .reserved = {{0xfffffffffffff800, 0x7ff, 0, 0}},
	};

	(void)state;
	dumped_expect(
	    IOMEM, &board, "ffffffffffffe000-ffffffffffffefff : System RAM\n");
	dumped_expect(IOMEM, &nomap,
	    "ffffffffffffe000-ffffffffffffffff : reserved\n"
	    "  fffffffffffff000-ffffffffffffffff : reserved\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reserved_is_nested_in_each_region_it_meets),
	    cmocka_unit_test(lines_are_of_whole_pages),
	    cmocka_unit_test(page_of_two_reservations_is_shown_with_the_first),
	    cmocka_unit_test(reserved_outside_of_memory_is_not_shown),
	    cmocka_unit_test(page_size_of_the_instance_counts),
	    cmocka_unit_test(
		last_page_of_the_address_space_is_shown_if_it_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
