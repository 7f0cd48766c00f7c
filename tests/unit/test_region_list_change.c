/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region_list.h"

#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct memblock_type *list;

static int make_list(void **state)
{
	(void)state;
	list = region_list_create(UINT64_MAX, 0, false);
	return list == NULL;
}

static int destroy_list(void **state)
{
	(void)state;
	region_list_destroy(list);
	return 0;
}

static void insert(uint64_t base, uint64_t end, int32_t nid, uint32_t flags)
{
	const struct region_list_insertion plan =
	    region_list_plan_insertion(list, base, end, nid, flags);

	assert_int_equal(region_list_make_room(list, plan.pieces), MB_OK);
	region_list_insert(list, base, end, nid, flags);
}

static void put(uint64_t base, uint64_t end)
{
	insert(base, end, MB_NO_NODE, MEMBLOCK_NONE);
}

static void take_out(uint64_t base, uint64_t end)
{
	assert_int_equal(region_list_make_room(
			     list, region_list_count_removal(list, base, end)),
	    MB_OK);
	region_list_remove(list, base, end);
}

static void set_flags(uint64_t base, uint64_t end, uint32_t set, uint32_t clear)
{
	assert_int_equal(region_list_make_room(
			     list, region_list_count_splits(list, base, end)),
	    MB_OK);
	region_list_set_flags(list, base, end, set, clear);
}

/* ---- insertion ---- */

static void insert_into_nothing_makes_one_region(void **state)
{
	(void)state;
	put(0x1000, 0x2000);
	assert_string_equal(layout(list), "[1000-2000]");
	assert_int_equal(region_list_total_size(list), 0x1000);
}

static void insert_of_nothing_does_nothing(void **state)
{
	(void)state;
	put(0x1000, 0x1000);
	assert_int_equal(region_list_cnt(list), 0);
}

/*   has      |---|   |---|
 *   insert       |---|
 *
 * Expect one region. */
static void insert_between_two_touching_merges_all_three(void **state)
{
	(void)state;
	put(0x1000, 0x2000);
	put(0x3000, 0x4000);
	put(0x2000, 0x3000);
	assert_string_equal(layout(list), "[1000-4000]");
}

/*   has         |---|    |---|
 *   insert   |------------------|
 *
 * Expect the three gaps to be filled, and what was there to keep its node. */
static void insert_over_two_fills_the_gaps_and_leaves_them(void **state)
{
	(void)state;
	insert(0x2000, 0x3000, 1, MEMBLOCK_NONE);
	insert(0x4000, 0x5000, 1, MEMBLOCK_NONE);
	insert(0x1000, 0x6000, 0, MEMBLOCK_NONE);
	assert_string_equal(layout(list),
	    "[1000-2000 0] [2000-3000 1] [3000-4000 0] [4000-5000 1] "
	    "[5000-6000 0]");
	assert_int_equal(region_list_total_size(list), 0x5000);
}

/*   has      |---------|      |----|
 *   insert       |--------------|
 *
 * Expect the same as inserting the gap. */
static void insert_that_begins_and_ends_inside_fills_the_gap(void **state)
{
	(void)state;
	put(0x1000, 0x3000);
	put(0x5000, 0x7000);
	put(0x2000, 0x6000);
	assert_string_equal(layout(list), "[1000-7000]");
}

static void insert_of_what_is_covered_changes_nothing(void **state)
{
	(void)state;
	insert(0x1000, 0x4000, 1, MEMBLOCK_NOMAP);
	insert(0x2000, 0x3000, 0, MEMBLOCK_NONE);
	assert_string_equal(layout(list), "[1000-4000 1 nomap]");
}

static void insert_beside_other_flags_or_nid_does_not_merge(void **state)
{
	(void)state;
	insert(0x1000, 0x2000, 0, MEMBLOCK_NONE);
	insert(0x2000, 0x3000, 1, MEMBLOCK_NONE);
	insert(0x3000, 0x4000, 1, MEMBLOCK_NOMAP);
	assert_int_equal(region_list_cnt(list), 3);
}

/*   has      |---||---|        |---||---|      touching equals, as append
 *   insert              |----|                 brought them back
 *
 * Expect those next to the new piece to merge with it, and no others. */
static void insert_merges_only_next_to_the_pieces(void **state)
{
	static const struct memblock_region regions[] = {
	    {0x1000, 0x1000, 0, MB_NO_NODE},
	    {0x2000, 0x1000, 0, MB_NO_NODE},
	    {0x4000, 0x1000, 0, MB_NO_NODE},
	    {0x5000, 0x1000, 0, MB_NO_NODE},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(region_list_append(list, &regions[i]), MB_OK);
	put(0x3000, 0x4000);
	assert_string_equal(
	    layout(list), "[1000-2000] [2000-5000] [5000-6000]");
}

/*   has              |-1-|    |-1-|    |-1 nomap-|
 *   insert, node 0   .    |----------------|
 *
 * Expect to hear of the region where a new part ends and only of those that
 * begin inside of the range. */
static void plan_names_the_first_of_another_node_and_of_other_flags(
    void **state)
{
	struct region_list_insertion plan;

	(void)state;
	insert(0x1000, 0x2000, 1, MEMBLOCK_NONE);
	insert(0x3000, 0x4000, 1, MEMBLOCK_NONE);
	insert(0x5000, 0x6000, 1, MEMBLOCK_NOMAP);
	plan = region_list_plan_insertion(list, 0x2000, 0x5800, 0, 0);
	assert_int_equal(plan.pieces, 2);
	assert_int_equal(plan.other_nid.base, 0x3000);
	assert_int_equal(plan.other_flags.base, 0x5000);
	plan = region_list_plan_insertion(list, 0x1800, 0x3000, 0, 0);
	assert_int_equal(plan.pieces, 1);
	assert_int_equal(plan.other_nid.size, 0);
}

/* Expect 1,000 gaps to be filled at once, and to be counted right. */
static void insert_over_a_thousand_regions_fills_every_gap(void **state)
{
	uint64_t base;

	(void)state;
	for (base = 0x10000; base < 0x10000 + 1000 * 32; base += 32)
		insert(base, base + 16, 1, MEMBLOCK_NONE);
	insert(0x10000, 0x10000 + 1000 * 32, 0, MEMBLOCK_NONE);
	assert_int_equal(region_list_cnt(list), 2000);
	assert_int_equal(region_list_total_size(list), 1000 * 32);
	region_list_check(list);
}

/*   has      |-0-|  |--1--|
 *   insert  1    |---------|       as a page taken from below
 *
 * Expect the part to become one with the region above it alone. */
static void insert_below_its_like_extends_it_downwards(void **state)
{
	(void)state;
	insert(0x1000, 0x2000, 0, MEMBLOCK_NONE);
	insert(0x3000, 0x4000, 1, MEMBLOCK_NONE);
	insert(0x2000, 0x4000, 1, MEMBLOCK_NONE);
	assert_string_equal(layout(list), "[1000-2000 0] [2000-4000 1]");
	assert_int_equal(region_list_total_size(list), 0x3000);
}

static void insert_above_its_like_extends_it_upwards(void **state)
{
	(void)state;
	insert(0x1000, 0x2000, 1, MEMBLOCK_NONE);
	insert(0x3000, 0x4000, 0, MEMBLOCK_NONE);
	insert(0x1800, 0x3800, 1, MEMBLOCK_NONE);
	assert_string_equal(layout(list), "[1000-3000 1] [3000-4000 0]");
	assert_int_equal(region_list_total_size(list), 0x3000);
}

/* ---- removal ---- */

/*   has      |--------------|
 *   remove       |----|
 */
static void remove_from_the_middle_leaves_both_ends(void **state)
{
	(void)state;
	insert(0x1000, 0x4000, 1, MEMBLOCK_NOMAP);
	assert_int_equal(region_list_count_removal(list, 0x2000, 0x3000), 1);
	take_out(0x2000, 0x3000);
	assert_string_equal(
	    layout(list), "[1000-2000 1 nomap] [3000-4000 1 nomap]");
	assert_int_equal(region_list_total_size(list), 0x2000);
}

/*   has      |------|   |--|   |------|
 *   remove       |-----------------|
 */
static void remove_over_three_trims_the_outer_two(void **state)
{
	(void)state;
	put(0x1000, 0x3000);
	put(0x4000, 0x5000);
	put(0x6000, 0x8000);
	assert_int_equal(region_list_count_removal(list, 0x2000, 0x7000), 0);
	take_out(0x2000, 0x7000);
	assert_string_equal(layout(list), "[1000-2000] [7000-8000]");
}

static void remove_of_exactly_one_takes_it(void **state)
{
	(void)state;
	put(0x1000, 0x2000);
	put(0x3000, 0x4000);
	take_out(0x1000, 0x2000);
	assert_string_equal(layout(list), "[3000-4000]");
}

static void remove_of_what_is_absent_changes_nothing(void **state)
{
	(void)state;
	put(0x1000, 0x2000);
	take_out(0x2000, 0x9000);
	take_out(0x0, 0x1000);
	assert_string_equal(layout(list), "[1000-2000]");
}

/* ---- flags and nodes ---- */

static void set_flags_inside_of_one_splits_it_in_three(void **state)
{
	(void)state;
	put(0x1000, 0x4000);
	assert_int_equal(region_list_count_splits(list, 0x2000, 0x3000), 2);
	set_flags(0x2000, 0x3000, MEMBLOCK_NOMAP, 0);
	assert_string_equal(
	    layout(list), "[1000-2000] [2000-3000 nomap] [3000-4000]");
}

static void clear_flags_makes_the_three_one_again(void **state)
{
	(void)state;
	put(0x1000, 0x4000);
	set_flags(0x2000, 0x3000, MEMBLOCK_NOMAP, 0);
	set_flags(0x2000, 0x3000, 0, MEMBLOCK_NOMAP);
	assert_string_equal(layout(list), "[1000-4000]");
}

static void set_flags_that_are_set_leaves_the_region_whole(void **state)
{
	(void)state;
	insert(0x1000, 0x4000, MB_NO_NODE, MEMBLOCK_NOMAP);
	set_flags(0x2000, 0x3000, MEMBLOCK_NOMAP, 0);
	assert_string_equal(layout(list), "[1000-4000 nomap]");
}

static void set_nid_merges_with_the_region_after(void **state)
{
	(void)state;
	insert(0x1000, 0x3000, 0, MEMBLOCK_NONE);
	insert(0x3000, 0x4000, 1, MEMBLOCK_NONE);
	assert_int_equal(region_list_make_room(list, 2), MB_OK);
	region_list_set_nid(list, 0x2000, 0x3000, 1);
	assert_string_equal(layout(list), "[1000-2000 0] [2000-4000 1]");
}

/* ---- keep, trim ---- */

/*   has      |--------|  |---nomap---|  |---|
 *   keep          |-----------|
 *
 * Expect nomap to stay whole in what it covers, in two parts. */
static void keep_spares_a_cut_region_in_two_parts(void **state)
{
	(void)state;
	put(0x1000, 0x3000);
	insert(0x4000, 0x6000, MB_NO_NODE, MEMBLOCK_NOMAP);
	put(0x7000, 0x8000);
	assert_int_equal(region_list_make_room(list, 2), MB_OK);
	region_list_keep(list, 0x2000, 0x5000, MEMBLOCK_NOMAP);
	assert_string_equal(
	    layout(list), "[2000-3000] [4000-5000 nomap] [5000-6000 nomap]");
	assert_int_equal(region_list_total_size(list), 0x3000);
}

/*   align    .         .         .         .
 *   has        |---|      |-----------|
 *   trimmed                    |---|
 */
static void trim_shrinks_inwards_and_takes_what_vanishes(void **state)
{
	(void)state;
	put(0x1100, 0x1f00);
	put(0x2f00, 0x4100);
	region_list_trim(list, 0x1000);
	assert_string_equal(layout(list), "[3000-4000]");
	assert_int_equal(region_list_total_size(list), 0x1000);
}

/* Rounded up to 0x1000, the base would be 2^64: expect the region to go. */
static void trim_past_the_end_of_the_address_space_takes_the_region(
    void **state)
{
	(void)state;
	put(0xfffffffffffff800, UINT64_MAX);
	put(0x1000, 0x2000);
	region_list_trim(list, 0x1000);
	assert_string_equal(layout(list), "[1000-2000]");
}

/*   has          |---|
 *   remove       |---|
 *   set-node  |----------|      Expect still nothing, where all is merged. */
static void set_nid_of_nothing_in_an_emptied_list_changes_nothing(void **state)
{
	(void)state;
	region_list_destroy(list);
	list = region_list_create(UINT64_MAX, 0, true);
	put(0x2000, 0x3000);
	assert_int_equal(region_list_make_room(list, 2), MB_OK);
	region_list_keep(list, 0x2000, 0x3000, MEMBLOCK_NONE);
	take_out(0x2000, 0x3000);
	region_list_set_nid(list, 0x1000, 0x4000, 1);
	assert_string_equal(layout(list), "");
}

#define LIST_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_list, destroy_list)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LIST_TEST(insert_into_nothing_makes_one_region),
	    LIST_TEST(insert_of_nothing_does_nothing),
	    LIST_TEST(insert_between_two_touching_merges_all_three),
	    LIST_TEST(insert_over_two_fills_the_gaps_and_leaves_them),
	    LIST_TEST(insert_that_begins_and_ends_inside_fills_the_gap),
	    LIST_TEST(insert_of_what_is_covered_changes_nothing),
	    LIST_TEST(insert_beside_other_flags_or_nid_does_not_merge),
	    LIST_TEST(insert_merges_only_next_to_the_pieces),
	    LIST_TEST(plan_names_the_first_of_another_node_and_of_other_flags),
	    LIST_TEST(insert_over_a_thousand_regions_fills_every_gap),
	    LIST_TEST(insert_below_its_like_extends_it_downwards),
	    LIST_TEST(insert_above_its_like_extends_it_upwards),
	    LIST_TEST(remove_from_the_middle_leaves_both_ends),
	    LIST_TEST(remove_over_three_trims_the_outer_two),
	    LIST_TEST(remove_of_exactly_one_takes_it),
	    LIST_TEST(remove_of_what_is_absent_changes_nothing),
	    LIST_TEST(set_flags_inside_of_one_splits_it_in_three),
	    LIST_TEST(clear_flags_makes_the_three_one_again),
	    LIST_TEST(set_flags_that_are_set_leaves_the_region_whole),
	    LIST_TEST(set_nid_merges_with_the_region_after),
	    LIST_TEST(set_nid_of_nothing_in_an_emptied_list_changes_nothing),
	    LIST_TEST(keep_spares_a_cut_region_in_two_parts),
	    LIST_TEST(trim_shrinks_inwards_and_takes_what_vanishes),
	    LIST_TEST(trim_past_the_end_of_the_address_space_takes_the_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
