/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/array.h"

#include "array_model.h"
#include "failing_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- slots ---- */

static void full_array_without_resize_refuses_one_more(void **state)
{
	(void)state;
	array_fill(OP_RESERVE, 0x10000, 4);
	array_expect_full(array_op(OP_RESERVE, 0x20000, 0x21000),
	    "the array of reserved holds 4 regions, has 4 and needs room for "
	    "1 more: it may not grow before resize is set on");
	assert_int_equal(region_list_max(array_mb->reserved), 4);
}

/* Expect that a piece that would merge at once needs its slot all the same,
 * and what is covered needs none:
 *
 *   memory   |--|  |--|  |--|  |--|
 *   add      |--|              |--|##|
 */
static void slots_are_counted_before_merging(void **state)
{
	(void)state;
	array_fill(OP_ADD, 0x10000, 4);
	assert_int_equal(array_range(OP_ADD, 0x10000, 0x11000), MB_OK);
	array_expect_full(array_op(OP_ADD, 0x17000, 0x18000),
	    "the array of memory holds 4 regions, has 4 and needs room for "
	    "1 more: it may not grow before resize is set on");
}

/* Expect two free slots to be wanted whatever there is to cut, and none for a
 * range of size 0. */
static void cutting_wants_two_slots_even_where_nothing_is(void **state)
{
	struct op op = array_op(OP_REMOVE, 0x40000, 0x41000);
	const char *message =
	    "the array of memory holds 4 regions, has 3 and needs room for "
	    "2 more: it may not grow before resize is set on";

	(void)state;
	array_fill(OP_ADD, 0x10000, 3);
	array_expect_full(op, message);
	op.kind = OP_MARK;
	op.flags = MEMBLOCK_NOMAP;
	array_expect_full(op, message);
	op.flags = MEMBLOCK_MIRROR;
	array_expect_full(op, message);
	op.kind = OP_CLEAR;
	array_expect_full(op, message);
	op = array_op(OP_SET_NODE, 0x40000, 0x41000);
	array_expect_full(op, message);
	array_expect_full(array_op(OP_CAP, 0x10000, 0x20000), message);
	assert_int_equal(array_range(OP_REMOVE, 0x40000, 0x40000), MB_OK);
}

/* Expect the dummy region of Linux 6.1 to take one of two slots. */
static void dummy_region_of_an_empty_list_takes_a_slot(void **state)
{
	(void)state;
	region_list_move(array_mb->reserved, 2, 0);
	assert_int_equal(array_range(OP_FREE, 0x10000, 0x11000), MB_OK);
	array_mb->settings.kernel = MEMBLOCK_KERNEL_6_1;
	array_expect_full(array_op(OP_FREE, 0x10000, 0x11000),
	    "the array of reserved holds 2 regions, has 0 and needs room for "
	    "3 more: it may not grow before resize is set on");
	assert_int_equal(array_range(OP_RESERVE, 0x10000, 0x11000), MB_OK);
}

static void physmem_holds_four_regions(void **state)
{
	(void)state;
	array_fill(OP_PHYSMEM_ADD, 0x10000, 4);
	array_expect_full(array_op(OP_PHYSMEM_ADD, 0x20000, 0x21000),
	    "the array of physmem holds 4 regions, has 4 and needs room for "
	    "1 more: it may not grow before resize is set on");
}

/* ---- where it cannot grow ---- */

static void growth_without_a_place_changes_nothing(void **state)
{
	(void)state;
	array_allow_resize();
	array_fill(OP_RESERVE, 0x10000, 4);
	array_expect_full(array_op(OP_RESERVE, 0x20000, 0x21000),
	    "the array of reserved holds 4 regions, has 4 and needs room for "
	    "1 more: there is no room for one of 8, 0x1000 bytes");
}

/* Expect nothing to be left of a first doubling when the second finds no
 * place; the kernel keeps the first.
 *
 *   memory    |##|                                one page, for an array of 8
 *   reserved         |--|  |--|  |--|  |--|
 *   reserve        |-----------------------|      5 pieces
 */
static void second_doubling_without_a_place_changes_nothing(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x1000, 0x2000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 4);
	array_expect_full(array_op(OP_RESERVE, 0x30000, 0x50000),
	    "the array of reserved holds 8 regions, has 5 and needs room for "
	    "5 more: there is no room for one of 16, 0x1000 bytes");
}

/* Expect the array of memory not to grow where reserved has no slot for its
 * reservation and no place for an array of its own; the kernel dies there,
 * half done. */
static void no_slot_for_the_reservation_of_an_array_changes_nothing(
    void **state)
{
	(void)state;
	array_fill(OP_ADD, 0x10000, 4);
	array_fill(OP_RESERVE, 0x12000, 3);
	array_fill(OP_RESERVE, 0x40000, 1);
	array_allow_resize();
	array_expect_full(array_op(OP_ADD, 0x20000, 0x21000),
	    "the array of reserved holds 4 regions, has 4 and needs room for "
	    "1 more: there is no room for one of 8, 0x1000 bytes");
}

/* Expect what limit and cap would do to memory not to be done when they cannot
 * cut reserved. */
/* The range is everything, so the array of eight comes to lie in it, and cuts
 * one of the four gaps that were counted:
 *
 *   memory     |----------------------------------|
 *   reserved        |--|  |--|  |--|       |array|
 *   reserve    |#####################################|
 *
 * Expect five pieces, with four regions, to be too many for it. */
static void array_in_the_range_that_leaves_too_few_slots_changes_nothing(
    void **state)
{
	(void)state;
	array_range(OP_ADD, 0, 0x40000);
	array_fill(OP_RESERVE, 0x10000, 3);
	array_allow_resize();
	array_expect_full(array_op(OP_RESERVE, 0, 0x50000),
	    "the array of reserved holds 8 regions, has 4 and needs room for "
	    "5 more: it has grown into the range, and takes a place itself");
}

static void limit_or_cap_that_cannot_cut_reserved_changes_nothing(void **state)
{
	const char *message =
	    "the array of reserved holds 4 regions, has 3 and needs room for "
	    "2 more: it may not grow before resize is set on";
	struct op limit = {.kind = OP_LIMIT, .size = 0x1000};

	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_fill(OP_RESERVE, 0x10000, 3);
	array_expect_full(limit, message);
	limit.keep_nomap = true;
	array_expect_full(limit, message);
	array_expect_full(array_op(OP_CAP, 0x11000, 0x18000), message);
}

/* Expect the same where memory was cut before there turned out to be no place
 * for a larger array. */
static void cap_that_finds_no_place_to_grow_changes_nothing(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_range(OP_RESERVE, 0x10000, 0x20000);
	array_fill(OP_RESERVE, 0x40000, 2);
	array_allow_resize();
	array_expect_full(array_op(OP_CAP, 0x11000, 0x18000),
	    "the array of reserved holds 4 regions, has 3 and needs room for "
	    "2 more: there is no room for one of 8, 0x1000 bytes");
}

static void cap_to_everything_needs_nothing_of_reserved(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_fill(OP_RESERVE, 0x10000, 4);
	assert_int_equal(array_range(OP_CAP, 0, UINT64_MAX), MB_OK);
}

static void growth_without_host_memory_changes_nothing(void **state)
{
	const struct op reserve = array_op(OP_RESERVE, 0x20000, 0x21000);
	struct memblock *before;

	(void)state;
	array_range(OP_ADD, 0x100000, 0x200000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x10000, 4);
	before = memblock_copy(array_mb);
	failing_alloc_after(0);
	assert_int_equal(array_apply(reserve), MB_NO_MEMORY);
	failing_alloc_after(SIZE_MAX);
	assert_true(memblock_equal(before, array_mb));
	memblock_destroy(before);
}

/* Expect the daemon's limit to hold for the region of an array, too. */
static void growth_past_regions_max_changes_nothing(void **state)
{
	const struct op reserve = array_op(OP_RESERVE, 0x20000, 0x21000);
	struct memblock *before;

	(void)state;
	array_range(OP_ADD, 0x100000, 0x200000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x10000, 4);
	array_mb->regions_max = 6;
	before = memblock_copy(array_mb);
	assert_int_equal(array_apply(reserve), MB_LIMIT);
	assert_true(memblock_equal(before, array_mb));
	memblock_destroy(before);
	array_mb->regions_max = 7;
	assert_int_equal(array_apply(reserve), MB_OK);
}

#define CASE(test)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    test, array_model_make, array_model_destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(full_array_without_resize_refuses_one_more),
	    CASE(slots_are_counted_before_merging),
	    CASE(cutting_wants_two_slots_even_where_nothing_is),
	    CASE(dummy_region_of_an_empty_list_takes_a_slot),
	    CASE(physmem_holds_four_regions),
	    CASE(growth_without_a_place_changes_nothing),
	    CASE(second_doubling_without_a_place_changes_nothing),
	    CASE(no_slot_for_the_reservation_of_an_array_changes_nothing),
	    CASE(array_in_the_range_that_leaves_too_few_slots_changes_nothing),
	    CASE(limit_or_cap_that_cannot_cut_reserved_changes_nothing),
	    CASE(cap_that_finds_no_place_to_grow_changes_nothing),
	    CASE(cap_to_everything_needs_nothing_of_reserved),
	    CASE(growth_without_host_memory_changes_nothing),
	    CASE(growth_past_regions_max_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
