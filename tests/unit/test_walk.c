/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/walk.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct memblock *mb;
static char text[1024];

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	settings.nodes = 2;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static void add(uint64_t base, uint64_t end, int32_t nid, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_add(mb, base, end - base, nid, flags, &met), MB_OK);
}

static void reserve(uint64_t base, uint64_t end, int32_t nid)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_reserve(mb, base, end - base, nid, 0, &met), MB_OK);
}

static void note(const struct free_range *range)
{
	const size_t used = strlen(text);

	snprintf(text + used, sizeof(text) - used, "[%" PRIx64 "-%" PRIx64 "]",
	    range->base, range->end);
}

/* The ranges in the order that they come. */
static const char *up(int32_t nid, uint32_t flags, uint64_t from, uint64_t to)
{
	struct free_walk walk = free_walk_up(mb, nid, flags, from, to);
	struct free_range range;

	text[0] = '\0';
	while (free_walk_next_up(&walk, &range))
		note(&range);
	return text;
}

static const char *down(int32_t nid, uint32_t flags, uint64_t from, uint64_t to)
{
	struct free_walk walk = free_walk_down(mb, nid, flags, from, to);
	struct free_range range;

	text[0] = '\0';
	while (free_walk_next_down(&walk, &range))
		note(&range);
	return text;
}

/*   memory     |--------------------------|
 *   reserved |---|     |--|            |----|
 *   free         |-----|  |------------|
 */
static void free_is_memory_minus_reserved_both_ways(void **state)
{
	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	reserve(0x0, 0x2000, MB_NO_NODE);
	reserve(0x4000, 0x5000, MB_NO_NODE);
	reserve(0x8000, 0xa000, MB_NO_NODE);
	assert_string_equal(
	    up(MB_NO_NODE, 0, 0, UINT64_MAX), "[2000-4000][5000-8000]");
	assert_string_equal(
	    down(MB_NO_NODE, 0, 0, UINT64_MAX), "[5000-8000][2000-4000]");
}

/*   memory     |--0--||--1--|
 *   free       |-----||-----|
 */
static void free_never_spans_two_touching_memory_regions(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x2000, 0x3000, 1, 0);
	assert_string_equal(
	    up(MB_NO_NODE, 0, 0, UINT64_MAX), "[1000-2000][2000-3000]");
	assert_string_equal(
	    down(MB_NO_NODE, 0, 0, UINT64_MAX), "[2000-3000][1000-2000]");
}

/*   memory     |----------------|
 *   reserved      |-0-||-1-|
 *   free       |-|         |----|      and no [x, x) between the two
 */
static void free_between_two_touching_reservations_is_left_out(void **state)
{
	(void)state;
	add(0x1000, 0x6000, MB_NO_NODE, 0);
	reserve(0x2000, 0x3000, 0);
	reserve(0x3000, 0x4000, 1);
	assert_string_equal(
	    up(MB_NO_NODE, 0, 0, UINT64_MAX), "[1000-2000][4000-6000]");
	assert_string_equal(
	    down(MB_NO_NODE, 0, 0, UINT64_MAX), "[4000-6000][1000-2000]");
}

/*   memory     |-----|   |-----|   |----|
 *   reserved     |-------------------|
 *   free       |-|                   |--|
 */
static void reservation_over_three_memory_regions_counts_in_each(void **state)
{
	(void)state;
	add(0x1000, 0x3000, MB_NO_NODE, 0);
	add(0x4000, 0x5000, MB_NO_NODE, 0);
	add(0x6000, 0x8000, MB_NO_NODE, 0);
	reserve(0x2000, 0x7000, MB_NO_NODE);
	assert_string_equal(
	    up(MB_NO_NODE, 0, 0, UINT64_MAX), "[1000-2000][7000-8000]");
	assert_string_equal(
	    down(MB_NO_NODE, 0, 0, UINT64_MAX), "[7000-8000][1000-2000]");
}

static void bounds_cut_the_ranges_at_both_ends(void **state)
{
	(void)state;
	add(0x1000, 0x3000, MB_NO_NODE, 0);
	add(0x5000, 0x7000, MB_NO_NODE, 0);
	assert_string_equal(
	    up(MB_NO_NODE, 0, 0x2800, 0x5800), "[2800-3000][5000-5800]");
	assert_string_equal(
	    down(MB_NO_NODE, 0, 0x2800, 0x5800), "[5000-5800][2800-3000]");
}

static void bounds_the_wrong_way_round_give_nothing(void **state)
{
	(void)state;
	add(0x1000, 0x9000, MB_NO_NODE, 0);
	assert_string_equal(up(MB_NO_NODE, 0, 0x5000, 0x3000), "");
	assert_string_equal(down(MB_NO_NODE, 0, 0x5000, 0x3000), "");
}

static void memory_of_another_node_is_passed_over(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0, 0);
	add(0x3000, 0x4000, 1, 0);
	add(0x5000, 0x6000, MB_NO_NODE, 0);
	assert_string_equal(up(1, 0, 0, UINT64_MAX), "[3000-4000]");
	assert_string_equal(down(0, 0, 0, UINT64_MAX), "[1000-2000]");
}

static void nomap_and_driver_managed_are_passed_over_unless_asked_for(
    void **state)
{
	(void)state;
	add(0x1000, 0x2000, MB_NO_NODE, MEMBLOCK_NOMAP);
	add(0x3000, 0x4000, MB_NO_NODE, MEMBLOCK_DRIVER_MANAGED);
	add(0x5000, 0x6000, MB_NO_NODE, 0);
	assert_string_equal(up(MB_NO_NODE, 0, 0, UINT64_MAX), "[5000-6000]");
	assert_string_equal(up(MB_NO_NODE, MEMBLOCK_NOMAP, 0, UINT64_MAX),
	    "[1000-2000][5000-6000]");
	assert_string_equal(
	    down(MB_NO_NODE, MEMBLOCK_DRIVER_MANAGED, 0, UINT64_MAX),
	    "[5000-6000][3000-4000]");
}

static void hotplug_is_passed_over_with_movable_node_alone(void **state)
{
	(void)state;
	add(0x1000, 0x2000, MB_NO_NODE, MEMBLOCK_HOTPLUG);
	assert_string_equal(up(MB_NO_NODE, 0, 0, UINT64_MAX), "[1000-2000]");
	mb->settings.movable_node = true;
	assert_string_equal(up(MB_NO_NODE, 0, 0, UINT64_MAX), "");
	assert_string_equal(
	    up(MB_NO_NODE, MEMBLOCK_HOTPLUG, 0, UINT64_MAX), "[1000-2000]");
}

static void mirror_asked_for_leaves_only_mirror(void **state)
{
	(void)state;
	add(0x1000, 0x2000, MB_NO_NODE, MEMBLOCK_MIRROR);
	add(0x3000, 0x4000, MB_NO_NODE, 0);
	assert_string_equal(
	    up(MB_NO_NODE, MEMBLOCK_MIRROR, 0, UINT64_MAX), "[1000-2000]");
	assert_string_equal(
	    up(MB_NO_NODE, 0, 0, UINT64_MAX), "[1000-2000][3000-4000]");
}

static void range_carries_the_node_of_its_memory(void **state)
{
	struct free_walk walk;
	struct free_range range;

	(void)state;
	add(0x1000, 0x2000, 1, 0);
	reserve(0x1000, 0x1800, 0);
	walk = free_walk_up(mb, MB_NO_NODE, 0, 0, UINT64_MAX);
	assert_true(free_walk_next_up(&walk, &range));
	assert_int_equal(range.nid, 1);
}

#define WALK_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WALK_TEST(free_is_memory_minus_reserved_both_ways),
	    WALK_TEST(free_never_spans_two_touching_memory_regions),
	    WALK_TEST(free_between_two_touching_reservations_is_left_out),
	    WALK_TEST(reservation_over_three_memory_regions_counts_in_each),
	    WALK_TEST(bounds_cut_the_ranges_at_both_ends),
	    WALK_TEST(bounds_the_wrong_way_round_give_nothing),
	    WALK_TEST(memory_of_another_node_is_passed_over),
	    WALK_TEST(
		nomap_and_driver_managed_are_passed_over_unless_asked_for),
	    WALK_TEST(hotplug_is_passed_over_with_movable_node_alone),
	    WALK_TEST(mirror_asked_for_leaves_only_mirror),
	    WALK_TEST(range_carries_the_node_of_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
