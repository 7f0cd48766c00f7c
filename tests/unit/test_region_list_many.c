/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of so many regions that they lie in several rings, against a map of
 * pages. */
#include "engine/region_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PAGE UINT64_C(0x1000)
#define PAGES 4096

/* What a page is: absent, or its flags. */
#define ABSENT UINT32_MAX

static struct memblock_type *list;
static uint32_t map[PAGES];
static uint64_t random_state;

static size_t below(size_t bound)
{
	random_state =
	    random_state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(random_state >> 33) % bound;
}

static int make_list(void **state)
{
	size_t page;

	(void)state;
	random_state = 1;
	for (page = 0; page < PAGES; page++)
		map[page] = ABSENT;
	list = region_list_create(UINT64_MAX, 0, false);
	return list == NULL;
}

static int destroy_list(void **state)
{
	(void)state;
	region_list_destroy(list);
	return 0;
}

static void insert(size_t first, size_t last, uint32_t flags)
{
	const uint64_t base = first * PAGE, end = last * PAGE;
	const struct region_list_insertion plan =
	    region_list_plan_insertion(list, base, end, MB_NO_NODE, flags);

	assert_int_equal(region_list_make_room(list, plan.pieces), MB_OK);
	region_list_insert(list, base, end, MB_NO_NODE, flags);
	for (; first < last; first++)
		if (map[first] == ABSENT)
			map[first] = flags;
}

static void take_out(size_t first, size_t last)
{
	const uint64_t base = first * PAGE, end = last * PAGE;

	assert_int_equal(region_list_make_room(
			     list, region_list_count_removal(list, base, end)),
	    MB_OK);
	region_list_remove(list, base, end);
	for (; first < last; first++)
		map[first] = ABSENT;
}

static void set_flags(size_t first, size_t last, uint32_t flags)
{
	const uint64_t base = first * PAGE, end = last * PAGE;

	assert_int_equal(region_list_make_room(
			     list, region_list_count_splits(list, base, end)),
	    MB_OK);
	region_list_set_flags(list, base, end, flags, ~flags);
	for (; first < last; first++)
		if (map[first] != ABSENT)
			map[first] = flags;
}

/* Expect the regions to cover what the map has, page by page, and none to
 * touch its like. */
static void expect_map(void)
{
	size_t page, at = 0;

	region_list_check(list);
	for (page = 0; page < PAGES; page++) {
		const struct memblock_region *region;

		if (map[page] == ABSENT)
			continue;
		assert_int_equal(region_list_search(list, page * PAGE), at);
		region = region_list_at(list, at);
		assert_true(region->base <= page * PAGE);
		assert_int_equal(region->flags, map[page]);
		if (page + 1 == PAGES || map[page + 1] != map[page]) {
			assert_int_equal(
			    region->base + region->size, (page + 1) * PAGE);
			at++;
		}
	}
	assert_int_equal(region_list_cnt(list), at);
}

static void change_at_random(void)
{
	static const uint32_t flags[] = {MEMBLOCK_NONE, MEMBLOCK_NOMAP};
	const size_t first = below(PAGES);
	size_t last = first + 1;

	if (below(100) == 0)
		last += below(PAGES - first);
	switch (below(5)) {
	case 0:
	case 1:
		insert(first, last, flags[below(2)]);
		break;
	case 2:
	case 3:
		take_out(first, last);
		break;
	default:
		set_flags(first, last, flags[below(2)]);
	}
}

static void random_changes_are_as_a_map_of_pages_has_them(void **state)
{
	size_t step, page, most = 0;

	(void)state;
	for (page = 0; page < PAGES; page += 2)
		insert(page, page + 1, MEMBLOCK_NONE);
	for (step = 0; step < 2000; step++) {
		change_at_random();
		expect_map();
		if (region_list_cnt(list) > most)
			most = region_list_cnt(list);
	}
	assert_in_range(most, 1000, PAGES);
}

/*   has     |-| |-| |-| ... |-|     2,048 of them
 *   keep          |---------|       Expect what is outside to go
 *   remove  |-----------------|     Expect nothing */
static void keep_and_remove_of_thousands_leave_what_is_due(void **state)
{
	size_t page;

	(void)state;
	for (page = 0; page < PAGES; page += 2)
		insert(page, page + 1, MEMBLOCK_NONE);
	assert_int_equal(region_list_cnt(list), PAGES / 2);
	assert_int_equal(region_list_make_room(list, 2), MB_OK);
	region_list_keep(list, 100 * PAGE, 3000 * PAGE, MEMBLOCK_NOMAP);
	for (page = 0; page < PAGES; page++)
		if (page < 100 || page >= 3000)
			map[page] = ABSENT;
	expect_map();
	take_out(0, PAGES);
	expect_map();
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_list, destroy_list)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(random_changes_are_as_a_map_of_pages_has_them),
	    CASE(keep_and_remove_of_thousands_leave_what_is_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
