/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/boot_steps.h"

#include "tests/unit/boot_fixture.h"

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

/* How many page tables there are, but the 11 of the kernel's own. */
static size_t count_tables(const char *cmdline)
{
	const char *at;
	size_t count = 0;

	fixture_boot(BOOT_BOOTMEM_INIT, cmdline);
	for (at = fixture.text; at != NULL;
	     at = strstr(at + 1, "+0x1000 early_pgtable_alloc"))
		count++;
	return count - 1 - 11;
}

/* 1 GiB: a table of the upper and one of the middle level, and one for each
 * 2 MiB but those 10 that the kernel's text fills. */
static void all_is_mapped_by_pages_unless_rodata_says_otherwise(void **state)
{
	(void)state;
	assert_int_equal(count_tables(NULL), 2 + 512 - 10);
	assert_int_equal(count_tables("rodata=full"), 2 + 512 - 10);
	assert_int_equal(
	    count_tables("rodata=on crashkernel=1M"), 2 + 512 - 10);
}

/* Blocks: tables where the text begins and where it ends. */
static void blocks_need_tables_only_at_ragged_ends(void **state)
{
	(void)state;
	assert_int_equal(count_tables("rodata=on"), 2 + 2);
	fixture.range.size = GIB(1) + MIB(1);
	assert_int_equal(count_tables("rodata=on"), 2 + 2 + 2);
}

/* 1 GiB at 2 GiB, whole, is one block of the middle level. */
static void whole_gib_needs_no_table_at_all(void **state)
{
	struct devicetree_range ranges[] = {{GIB(1), GIB(1)}, {GIB(3), GIB(1)}};

	(void)state;
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 2;
	assert_int_equal(count_tables("rodata=on"), 2 + 2);
}

static void three_levels_have_no_upper_tables(void **state)
{
	(void)state;
	fixture.options.va_bits = 39;
	assert_int_equal(count_tables("rodata=on"), 1 + 2);
}

static void init_pg_dir_is_freed_and_arrays_may_grow(void **state)
{
	(void)state;
	fixture.options.init_pg = (struct devicetree_range){0x4220b000, 0x5000};
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect("free 0x4220b000+0x5000 paging_init\n"
		       "set 0x1+0x0 paging_init\n");
}

/* 64 GiB by pages: more than 32,000 tables, in fewer steps. */
static void many_tables_are_taken_in_pieces(void **state)
{
	(void)state;
	fixture.range.size = GIB(64);
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	assert_true(fixture.count < 10000);
	fixture_expect("alloc 0x1037fff000+0x1000 early_pgtable_alloc");
}

static void memory_that_is_too_small_for_its_tables_is_reported(void **state)
{
	(void)state;
	fixture.range = (struct devicetree_range){0x4020a000, 0x8000};
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect("- alloc 0x0+0x1000 early_pgtable_alloc: Failed to "
		       "allocate page table page\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		all_is_mapped_by_pages_unless_rodata_says_otherwise, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		blocks_need_tables_only_at_ragged_ends, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		whole_gib_needs_no_table_at_all, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		three_levels_have_no_upper_tables, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		init_pg_dir_is_freed_and_arrays_may_grow, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		many_tables_are_taken_in_pieces, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_that_is_too_small_for_its_tables_is_reported, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
