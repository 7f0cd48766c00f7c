/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/array.h"

#include "array_model.h"
#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void size_of_an_array_is_in_whole_pages(void **state)
{
	(void)state;
	assert_int_equal(array_size(array_mb, 8), PAGE);
	assert_int_equal(array_size(array_mb, 256), 2 * PAGE);
	assert_int_equal(array_size(array_mb, 512), 3 * PAGE);
	array_mb->settings.page_size = 0x10000;
	assert_int_equal(array_size(array_mb, 512), 0x10000);
}

/* ---- growing ---- */

/*   memory     |--------------------------|
 *   reserved   |--|  |--|  |--|  |--|##|  |array|
 */
static void grown_array_is_reserved_at_the_top_and_the_first_is_not_freed(
    void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x40000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x10000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0x17000, 0x18000), MB_OK);
	assert_string_equal(layout(array_mb->reserved),
	    "[10000-11000] [12000-13000] [14000-15000] [16000-18000] "
	    "[3f000-40000]");
	assert_int_equal(region_list_max(array_mb->reserved), 8);
	assert_true(region_list_array(array_mb->reserved) == 0x3f000);
}

static void bottom_up_finds_the_lowest_place_but_never_page_0(void **state)
{
	(void)state;
	array_range(OP_ADD, 0, 0x40000);
	array_allow_resize();
	array_apply((struct op){.kind = OP_SET_BOTTOM_UP, .value = 1});
	array_fill(OP_ADD, 0x50000, 3);
	assert_int_equal(array_range(OP_ADD, 0x60000, 0x61000), MB_OK);
	assert_string_equal(layout(array_mb->reserved), "[1000-2000]");
	assert_true(region_list_array(array_mb->memory) == 0x1000);
}

/* Expect the second array to be freed when the third is there, and the third
 * to be looked for while the second is still reserved. */
static void growing_again_frees_the_array_before(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x100000, 0x140000);
	array_allow_resize();
	array_fill(OP_ADD, 0x10000, 8);
	assert_string_equal(layout(array_mb->reserved), "[13e000-13f000]");
	assert_int_equal(region_list_max(array_mb->memory), 16);
	assert_int_equal(region_list_cnt(array_mb->memory), 9);
}

/* Expect the place above the range first, and below it when there is none:
 *
 *   memory         |------------------|
 *   reserve                  |########|
 *   array                 |##|
 */
static void array_of_reserved_stays_clear_of_the_range(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0x18000, 0x20000), MB_OK);
	assert_true(region_list_array(array_mb->reserved) == 0x17000);
}

static void array_for_a_range_from_0_can_lie_inside_of_it(void **state)
{
	(void)state;
	array_range(OP_ADD, 0, 0x10000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0, 0x10000), MB_OK);
	assert_true(region_list_array(array_mb->reserved) == 0xf000);
	assert_true(region_list_at(array_mb->reserved, 0)->size == 0x10000);
}

/* Expect the new array to lose its reservation to the very operation it was
 * made for. */
static void free_from_0_can_take_the_new_array_along(void **state)
{
	(void)state;
	array_range(OP_ADD, 0, 0x10000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 3);
	assert_int_equal(array_range(OP_FREE, 0, 0x10000), MB_OK);
	assert_int_equal(region_list_max(array_mb->reserved), 8);
	assert_int_equal(region_list_cnt(array_mb->reserved), 3);
}

static void array_prefers_mirrored_memory(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x30000);
	array_apply((struct op){.kind = OP_MARK,
	    .base = 0x10000,
	    .size = 0x10000,
	    .flags = MEMBLOCK_MIRROR});
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0x50000, 0x51000), MB_OK);
	assert_true(region_list_array(array_mb->reserved) == 0x1f000);
}

/* The first mark of mirror takes effect before the array grows that it cuts
 * regions in. Expect the array of eight in the mirrored region:
 *
 *   memory     |-mirror-| |------------------| |-| |-|
 *   mark                                           |-|
 *   array            |##|
 */
static void array_that_mark_mirror_needs_is_in_mirrored_memory(void **state)
{
	(void)state;
	array_allow_resize();
	array_apply((struct op){.kind = OP_ADD,
	    .base = 0x10000,
	    .size = 0x10000,
	    .nid = MB_NO_NODE,
	    .flags = MEMBLOCK_MIRROR});
	array_range(OP_ADD, 0x30000, 0x40000);
	array_fill(OP_ADD, 0x50000, 2);
	assert_int_equal(region_list_max(array_mb->memory), 4);
	array_apply((struct op){.kind = OP_MARK,
	    .base = 0x52000,
	    .size = 0x1000,
	    .nid = MB_NO_NODE,
	    .flags = MEMBLOCK_MIRROR});
	assert_int_equal(array_outcome.status, MB_OK);
	assert_true(region_list_array(array_mb->memory) == 0x1f000);
	assert_true(array_mb->has_mirror);
}

/* The old array lies in the range while its parts are counted, and is gone when
 * they are inserted. Expect the warning of having met it all the same:
 *
 *   memory     |----------------------------------|
 *   reserved   |--|  |--|  |--|            |array|
 *   reserve                      |####################|  noinit
 */
static void warning_of_an_array_that_went_is_kept(void **state)
{
	struct op op = array_op(OP_RESERVE, 0x20000, 0x50000);

	(void)state;
	array_range(OP_ADD, 0, 0x40000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x60000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0x70000, 0x71000), MB_OK);
	array_fill(OP_RESERVE, 0x72000, 1);
	assert_true(region_list_array(array_mb->reserved) == 0x3f000);
	op.flags = MEMBLOCK_RSRV_NOINIT;
	assert_int_equal(array_apply(op), MB_OK);
	assert_int_equal(region_list_max(array_mb->reserved), 16);
	assert_true(region_list_array(array_mb->reserved) == 0x1f000);
	assert_int_equal(array_outcome.warnings, OP_WARN_FLAGS_DIFFER);
}

static void array_lies_below_the_current_limit(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x30000);
	array_apply(
	    (struct op){.kind = OP_SET_CURRENT_LIMIT, .value = 0x20000});
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0x50000, 0x51000), MB_OK);
	assert_true(region_list_array(array_mb->reserved) == 0x1f000);
}

/* Expect whole pages, though memory ends in the middle of one. */
static void array_begins_at_a_page(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x2f840);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 4);
	assert_int_equal(array_range(OP_RESERVE, 0x50000, 0x51000), MB_OK);
	assert_true(region_list_array(array_mb->reserved) == 0x2e000);
}

/* Expect as many doublings as it takes: 20 pieces into an array of 4. */
static void many_pieces_double_more_than_once(void **state)
{
	size_t i;

	(void)state;
	array_range(OP_ADD, 0x100000, 0x200000);
	array_allow_resize();
	for (i = 0; i < 3; i++)
		array_fill(OP_RESERVE, 0x10000 + i * 0x10000, 7);
	assert_int_equal(region_list_max(array_mb->reserved), 32);
	assert_int_equal(array_range(OP_RESERVE, 0x10000, 0x40000), MB_OK);
	assert_int_equal(region_list_max(array_mb->reserved), 64);
	assert_string_equal(
	    layout(array_mb->reserved), "[10000-40000] [1fe000-1ff000]");
}

static void growth_of_physmem_shows_in_reserved(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_allow_resize();
	array_fill(OP_PHYSMEM_ADD, 0x10000, 5);
	assert_int_equal(region_list_max(array_mb->physmem), 8);
	assert_string_equal(layout(array_mb->reserved), "[1f000-20000]");
}

/* Expect reserved to grow for a free that takes nothing out. */
static void growth_of_physmem_wants_two_slots_in_reserved(void **state)
{
	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 3);
	array_fill(OP_PHYSMEM_ADD, 0x10000, 5);
	assert_int_equal(region_list_max(array_mb->reserved), 8);
	assert_int_equal(region_list_max(array_mb->physmem), 8);
}

static void copy_has_the_array_at_the_same_place(void **state)
{
	struct memblock *copy;

	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_allow_resize();
	array_fill(OP_RESERVE, 0x40000, 5);
	copy = memblock_copy(array_mb);
	assert_true(memblock_equal(array_mb, copy));
	region_list_move(copy->reserved, 8, 0x11000);
	assert_false(memblock_equal(array_mb, copy));
	memblock_destroy(copy);
}

/* ---- allocating ---- */

static void alloc_without_a_slot_is_refused_and_find_is_not(void **state)
{
	const struct op alloc = {.kind = OP_ALLOC,
	    .size = 0x1000,
	    .align = 0x1000,
	    .nid = MB_NO_NODE};
	const char *message =
	    "the array of reserved holds 4 regions, has 4 and needs room for "
	    "1 more: it may not grow before resize is set on";

	(void)state;
	array_range(OP_ADD, 0x10000, 0x20000);
	array_fill(OP_RESERVE, 0x40000, 4);
	array_expect_full(alloc, message);
	assert_int_equal(
	    op_preview(array_mb, &alloc, &array_outcome), MB_NO_SPACE);
	assert_string_equal(array_outcome.message, message);
	assert_int_equal(op_find(array_mb, &alloc, &array_outcome), MB_OK);
	assert_int_equal(array_outcome.base, 0x1f000);
}

/* Expect the second attempt, on any node, to follow when the first found a page
 * but no place for an array beside it. What the second finds, above the
 * limit, leaves that page to the array.
 *
 *   memory     |-0-|       limit      |-1-|
 *   attempt 1  |###|
 *   attempt 2  |array|                |###|
 */
static void alloc_goes_on_where_the_reservation_finds_no_slot(void **state)
{
	(void)state;
	array_apply((struct op){
	    .kind = OP_ADD, .base = 0x10000, .size = 0x1000, .nid = 0});
	array_apply((struct op){
	    .kind = OP_ADD, .base = 0x30000, .size = 0x1000, .nid = 1});
	array_apply(
	    (struct op){.kind = OP_SET_CURRENT_LIMIT, .value = 0x20000});
	array_fill(OP_RESERVE, 0x40000, 4);
	array_allow_resize();
	assert_int_equal(array_apply((struct op){.kind = OP_ALLOC,
			     .size = 0x1000,
			     .align = 0x1000,
			     .to = 0x40000,
			     .nid = 0}),
	    MB_OK);
	assert_int_equal(array_outcome.base, 0x30000);
	assert_true(region_list_array(array_mb->reserved) == 0x10000);
}

#define CASE(test)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    test, array_model_make, array_model_destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(size_of_an_array_is_in_whole_pages),
	    CASE(grown_array_is_reserved_at_the_top_and_the_first_is_not_freed),
	    CASE(bottom_up_finds_the_lowest_place_but_never_page_0),
	    CASE(growing_again_frees_the_array_before),
	    CASE(array_of_reserved_stays_clear_of_the_range),
	    CASE(array_for_a_range_from_0_can_lie_inside_of_it),
	    CASE(free_from_0_can_take_the_new_array_along),
	    CASE(array_prefers_mirrored_memory),
	    CASE(array_that_mark_mirror_needs_is_in_mirrored_memory),
	    CASE(warning_of_an_array_that_went_is_kept),
	    CASE(array_lies_below_the_current_limit),
	    CASE(array_begins_at_a_page),
	    CASE(many_pieces_double_more_than_once),
	    CASE(growth_of_physmem_shows_in_reserved),
	    CASE(growth_of_physmem_wants_two_slots_in_reserved),
	    CASE(copy_has_the_array_at_the_same_place),
	    CASE(alloc_without_a_slot_is_refused_and_find_is_not),
	    CASE(alloc_goes_on_where_the_reservation_finds_no_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
