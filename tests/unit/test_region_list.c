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

static void put(uint64_t base, uint64_t end)
{
	const struct memblock_region region = {
	    base, end - base, MEMBLOCK_NONE, MB_NO_NODE};

	assert_int_equal(region_list_append(list, &region), MB_OK);
}

static void search_finds_the_region_or_the_next_one_up(void **state)
{
	(void)state;
	put(0x1000, 0x2000);
	put(0x3000, 0x4000);
	assert_int_equal(region_list_search(list, 0x0), 0);
	assert_int_equal(region_list_search(list, 0x1fff), 0);
	assert_int_equal(region_list_search(list, 0x2000), 1);
	assert_int_equal(region_list_search(list, 0x4000), 2);
}

static void count_below_counts_those_that_begin_below(void **state)
{
	(void)state;
	put(0x1000, 0x2000);
	put(0x3000, 0x4000);
	assert_int_equal(region_list_count_below(list, 0x1000), 0);
	assert_int_equal(region_list_count_below(list, 0x1001), 1);
	assert_int_equal(region_list_count_below(list, 0x3000), 1);
	assert_int_equal(region_list_count_below(list, UINT64_MAX), 2);
}

static void cap_keeps_the_last_address_out(void **state)
{
	(void)state;
	assert_true(region_list_cap(list, 0x1000, 0x1000) == 0x2000);
	assert_true(
	    region_list_cap(list, UINT64_MAX - 1, 0x1000) == UINT64_MAX);
	assert_true(region_list_cap(list, UINT64_MAX, 1) == UINT64_MAX);
}

static void append_refuses_what_cannot_come_next(void **state)
{
	const struct memblock_region first = {0x2000, 0x1000, 0, MB_NO_NODE};
	const struct memblock_region refused[] = {
	    {0x2fff, 0x1000, 0, MB_NO_NODE},
	    {0x1000, 0x1000, 0, MB_NO_NODE},
	    {0x4000, 0, 0, MB_NO_NODE},
	    {0x4000, UINT64_MAX - 0x3fff, 0, MB_NO_NODE},
	    {UINT64_MAX, 1, 0, MB_NO_NODE},
	};
	size_t i;

	(void)state;
	assert_int_equal(region_list_append(list, &first), MB_OK);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(
		    region_list_append(list, &refused[i]), MB_INVALID);
	assert_string_equal(layout(list), "[2000-3000]");
}

static void copy_is_equal_until_one_changes(void **state)
{
	struct memblock_type *copy;

	(void)state;
	put(0x1000, 0x2000);
	put(0x3000, 0x4000);
	copy = region_list_copy(list);
	assert_non_null(copy);
	assert_true(region_list_equal(copy, list));
	assert_int_equal(region_list_total_size(copy), 0x2000);
	region_list_remove(list, 0x3000, 0x3001);
	assert_false(region_list_equal(copy, list));
	region_list_destroy(copy);
}

#define LIST_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_list, destroy_list)

static void array_has_slots_up_to_its_max(void **state)
{
	struct memblock_type *array = region_list_create(UINT64_MAX, 2, false);
	const struct memblock_region region = {0x1000, 0x1000, 0, MB_NO_NODE};

	(void)state;
	assert_int_equal(region_list_append(array, &region), MB_OK);
	assert_true(region_list_has_slots(array, 1));
	assert_false(region_list_has_slots(array, 2));
	assert_true(region_list_has_slots(list, SIZE_MAX));
	region_list_move(array, 4, 0x3000);
	assert_true(region_list_has_slots(array, 3));
	assert_int_equal(region_list_max(array), 4);
	assert_int_equal(region_list_array(array), 0x3000);
	region_list_destroy(array);
}

static void lists_in_other_arrays_are_not_equal(void **state)
{
	struct memblock_type *array = region_list_create(UINT64_MAX, 2, false);
	struct memblock_type *copy = region_list_copy(array);

	(void)state;
	assert_true(region_list_equal(array, copy));
	region_list_move(copy, 2, 0x1000);
	assert_false(region_list_equal(array, copy));
	region_list_move(copy, 4, 0);
	assert_false(region_list_equal(array, copy));
	region_list_destroy(array);
	region_list_destroy(copy);
}

/* Expect a list that was emptied to be no longer as new. */
static void list_is_used_from_its_first_region_on(void **state)
{
	struct memblock_type *other = region_list_create(UINT64_MAX, 0, false);
	struct memblock_type *copy;

	(void)state;
	assert_false(region_list_used(list));
	assert_int_equal(region_list_make_room(list, 1), MB_OK);
	region_list_insert(list, 0x1000, 0x2000, MB_NO_NODE, MEMBLOCK_NONE);
	assert_true(region_list_used(list));
	region_list_remove(list, 0x1000, 0x2000);
	assert_true(region_list_used(list));
	assert_false(region_list_equal(list, other));
	copy = region_list_copy(list);
	assert_true(region_list_equal(list, copy));
	region_list_destroy(copy);
	region_list_destroy(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    LIST_TEST(search_finds_the_region_or_the_next_one_up),
	    LIST_TEST(count_below_counts_those_that_begin_below),
	    LIST_TEST(cap_keeps_the_last_address_out),
	    LIST_TEST(append_refuses_what_cannot_come_next),
	    LIST_TEST(copy_is_equal_until_one_changes),
	    LIST_TEST(list_is_used_from_its_first_region_on),
	    LIST_TEST(array_has_slots_up_to_its_max),
	    LIST_TEST(lists_in_other_arrays_are_not_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
