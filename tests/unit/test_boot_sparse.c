/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_steps.h"

#include "tests/unit/boot_fixture.h"

#include "engine/region_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
	(void)state;
	fixture_arm64();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_free();
	return 0;
}

/* 1 GiB is 8 sections: 8 times 56 bytes, and 8 times 2 MiB. */
static void each_section_has_its_usage_and_its_map(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on");
	assert_non_null(strstr(fixture.text, "+0x1c0 sparse_init_nid\n"));
	assert_non_null(strstr(fixture.text, "+0x1000000 sparse_init_nid\n"));
	assert_int_equal(region_list_cnt(fixture.mb->memory), 1);
}

/* [40000000-40100000] and [5ff00000-60100000]: sections 8, 11 and 12. */
static void section_with_any_memory_counts_and_a_hole_does_not(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x40000000, MIB(64)}, {0x5ff00000, MIB(2)}};

	(void)state;
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 2;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on cma=0");
	assert_non_null(strstr(fixture.text, "+0xa8 sparse_init_nid\n"));
}

/* Two regions in one section: it counts once. */
static void section_shared_by_regions_counts_once(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x40000000, MIB(32)}, {0x44000000, MIB(32)}};

	(void)state;
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 2;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on cma=0");
	assert_non_null(strstr(fixture.text, "+0x38 sparse_init_nid\n"));
}

static size_t count_populated(uint64_t size)
{
	const char *at;
	size_t count = 0;

	fixture.range.size = size;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on");
	for (at = fixture.text; (at = strstr(at, "vmemmap_populate")) != NULL;
	     at++)
		count++;
	return count;
}

/* The map of 64 GiB is 1 GiB: one table of the upper level, and one of the
 * lower, or two behind that. */
static void map_needs_a_table_for_each_64_gib(void **state)
{
	(void)state;
	assert_int_equal(count_populated(GIB(64)), 1 + 1);
	assert_int_equal(count_populated(GIB(66)), 1 + 2);
}

/* Memory in pieces of 1 MiB: no place for the map. Expect it to be tried by the
 * section, and to end at the first one. */
static void map_that_finds_no_room_ends_with_its_section(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x48000000, MIB(1)}, {0x50000000, MIB(1)}};

	(void)state;
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 2;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on cma=0");
	assert_int_equal(
	    fixture_count("! alloc 0x0+0x400000 sparse_init_nid"), 1);
	assert_int_equal(
	    fixture_count("! alloc 0x0+0x200000 vmemmap_populate"), 1);
	fixture_expect("- alloc 0x0+0x200000 sparse_init_nid: node[0] memory "
		       "map backing failed. Some memory will not be "
		       "available.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		each_section_has_its_usage_and_its_map, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		section_with_any_memory_counts_and_a_hole_does_not, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		section_shared_by_regions_counts_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		map_needs_a_table_for_each_64_gib, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		map_that_finds_no_room_ends_with_its_section, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
