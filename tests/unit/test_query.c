/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct memblock *mb;

static int make_model(void **state)
{
	struct memblock_settings settings = memblock_settings_default();

	(void)state;
	mb = memblock_create(&settings);
	return mb == NULL;
}

static int destroy_model(void **state)
{
	(void)state;
	memblock_destroy(mb);
	return 0;
}

static void add(uint64_t base, uint64_t end, uint32_t flags)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_add(mb, base, end - base, MB_NO_NODE, flags, &met), MB_OK);
}

static void reserve(uint64_t base, uint64_t end)
{
	struct memblock_met met;

	assert_int_equal(
	    memblock_reserve(mb, base, end - base, MB_NO_NODE, 0, &met), MB_OK);
}

/*   memory       |-----|     |-nomap-|
 *   address     n y   yn     y
 */
static void address_is_memory_from_base_to_the_last_byte(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0);
	add(0x3000, 0x4000, MEMBLOCK_NOMAP);
	assert_false(memblock_is_memory(mb, 0xfff));
	assert_true(memblock_is_memory(mb, 0x1000));
	assert_true(memblock_is_memory(mb, 0x1fff));
	assert_false(memblock_is_memory(mb, 0x2000));
	assert_true(memblock_is_memory(mb, 0x3000));
	assert_false(memblock_is_memory(mb, UINT64_MAX));
}

static void nomap_memory_is_memory_but_not_mapped(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0);
	add(0x2000, 0x3000, MEMBLOCK_NOMAP);
	assert_true(memblock_is_map_memory(mb, 0x1fff));
	assert_false(memblock_is_map_memory(mb, 0x2000));
	assert_false(memblock_is_map_memory(mb, 0x3000));
}

static void reserved_need_not_be_memory(void **state)
{
	(void)state;
	reserve(0x1000, 0x2000);
	assert_true(memblock_is_reserved(mb, 0x1000));
	assert_false(memblock_is_reserved(mb, 0x2000));
	assert_false(memblock_is_memory(mb, 0x1000));
}

/*   memory       |--a--||--b--|
 *   range        |-----|           yes
 *                   |-----|        no: it is in two
 *              |---|               no
 */
static void range_is_memory_inside_of_one_region_alone(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0);
	add(0x2000, 0x3000, MEMBLOCK_HOTPLUG);
	assert_true(memblock_is_region_memory(mb, 0x1000, 0x1000));
	assert_false(memblock_is_region_memory(mb, 0x1800, 0x1000));
	assert_false(memblock_is_region_memory(mb, 0xfff, 0x10));
	assert_false(memblock_is_region_memory(mb, 0x2000, 0x1001));
}

static void range_of_size_0_is_memory_where_its_base_is(void **state)
{
	(void)state;
	add(0x1000, 0x2000, 0);
	assert_true(memblock_is_region_memory(mb, 0x1000, 0));
	assert_true(memblock_is_region_memory(mb, 0x1fff, 0));
	assert_false(memblock_is_region_memory(mb, 0x2000, 0));
}

/* Expect a size that passes the last address to be cut to what memory can
 * have. */
static void range_past_the_last_address_is_cut(void **state)
{
	(void)state;
	add(0x1000, UINT64_MAX, 0);
	assert_true(memblock_is_region_memory(mb, 0x1000, UINT64_MAX));
	assert_true(memblock_overlaps_region(
	    mb, mb->memory, UINT64_MAX - 1, UINT64_MAX));
	assert_false(memblock_overlaps_region(mb, mb->memory, UINT64_MAX, 1));
}

/*   reserved        |-----|    |--|
 *   range        |--|                  no
 *                |---|                 yes
 *                         |----|       no
 *                        |-------|     yes
 */
static void range_is_reserved_where_any_of_it_is(void **state)
{
	(void)state;
	reserve(0x1000, 0x2000);
	reserve(0x3000, 0x4000);
	assert_false(memblock_is_region_reserved(mb, 0, 0x1000));
	assert_true(memblock_is_region_reserved(mb, 0, 0x1001));
	assert_false(memblock_is_region_reserved(mb, 0x2000, 0x1000));
	assert_true(memblock_is_region_reserved(mb, 0x1fff, 0x2000));
	assert_false(memblock_is_region_reserved(mb, 0x4000, 0x1000));
}

/*   reserved        |-----|
 *   size 0          n  y  n
 */
static void range_of_size_0_overlaps_strictly_inside(void **state)
{
	(void)state;
	reserve(0x1000, 0x2000);
	assert_false(memblock_is_region_reserved(mb, 0x1000, 0));
	assert_true(memblock_is_region_reserved(mb, 0x1001, 0));
	assert_true(memblock_overlaps_region(mb, mb->reserved, 0x1fff, 0));
	assert_false(memblock_overlaps_region(mb, mb->reserved, 0x2000, 0));
}

static void search_finds_the_region_or_nothing(void **state)
{
	(void)state;
	assert_null(memblock_search(mb->memory, 0));
	add(0x1000, 0x2000, 0);
	add(0x3000, 0x5000, MEMBLOCK_NOMAP);
	assert_null(memblock_search(mb->memory, 0x2000));
	assert_int_equal(memblock_search(mb->memory, 0x4fff)->base, 0x3000);
	assert_null(memblock_search(mb->memory, 0x5000));
	assert_null(memblock_search(mb->reserved, 0x4fff));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_model, destroy_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(address_is_memory_from_base_to_the_last_byte),
	    CASE(nomap_memory_is_memory_but_not_mapped),
	    CASE(reserved_need_not_be_memory),
	    CASE(range_is_memory_inside_of_one_region_alone),
	    CASE(range_of_size_0_is_memory_where_its_base_is),
	    CASE(range_past_the_last_address_is_cut),
	    CASE(range_is_reserved_where_any_of_it_is),
	    CASE(range_of_size_0_overlaps_strictly_inside),
	    CASE(search_finds_the_region_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
