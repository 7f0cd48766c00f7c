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

static void tree_is_reserved_as_large_as_it_says(void **state)
{
	(void)state;
	fixture.options.dtb_size = 0;
	fixture.tree.total_size = 0x1234;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	fixture_expect("reserve 0x48000000+0x1234 setup_machine_fdt\n");
}

static void memory_beyond_the_linear_map_is_removed(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("remove 0x1000000000000+0xffffffffffffffff "
		       "arm64_memblock_init\n");
	fixture_expect("remove 0x800040000000+0xffffffffffffffff "
		       "arm64_memblock_init\n");
}

/* 36 bits: the map holds 32 GiB from 1 GiB on.
 *   memory   |-|         |-|
 *            1G          40G
 *   image                 ||   it lies behind the map's end
 *   left                 |-|   */
static void memory_below_a_map_that_must_hold_the_kernel_is_removed(
    void **state)
{
	struct devicetree_range ranges[] = {
	    {GIB(1), GIB(1)}, {GIB(40), GIB(1)}};

	(void)state;
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 2;
	fixture.options.va_bits = 36;
	fixture.options.image =
	    (struct devicetree_range){GIB(40) + MIB(2), MIB(32)};
	fixture.options.text = GIB(40) + MIB(2);
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	/* From the image's end up; then the map is to end where memory ends. */
	fixture_expect("remove 0xa02200000+0xffffffffffffffff");
	fixture_expect("remove 0x0+0x240000000 arm64_memblock_init\n");
}

static void last_mem_limits_and_the_image_comes_back(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, "mem=1G mem=16777999");
	fixture_expect("limit 0x0+0x1000000 arm64_memblock_init\n"
		       "add 0x40200000+0x2010000 arm64_memblock_init\n");
}

/* Expect whole pages around it, added in case they are no memory. */
static void initrd_is_rounded_added_and_reserved(void **state)
{
	(void)state;
	fixture.tree.chosen.has_initrd = true;
	fixture.tree.chosen.initrd_start = 0x4a000800;
	fixture.tree.chosen.initrd_end = 0x4a001001;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("add 0x4a000000+0x2000 arm64_memblock_init\n"
		       "clear 0x4a000000+0x2000 arm64_memblock_init\n"
		       "reserve 0x4a000000+0x2000 arm64_memblock_init\n");
}

static void initrd_outside_of_the_linear_map_is_given_up(void **state)
{
	(void)state;
	fixture.tree.chosen.has_initrd = true;
	fixture.tree.chosen.initrd_start = 0x1000;
	fixture.tree.chosen.initrd_end = 0x2000;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("- reserve 0x1000+0x1000 arm64_memblock_init: initrd "
		       "not fully accessible via the linear mapping");
	fixture_expect_none("add 0x1000");
}

static void empty_initrd_is_none(void **state)
{
	(void)state;
	fixture.tree.chosen.has_initrd = true;
	fixture.tree.chosen.initrd_start = 0x4a000800;
	fixture.tree.chosen.initrd_end = 0x4a000800;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect_none("clear");
}

static void elfcorehdr_is_reserved_unless_it_overlaps(void **state)
{
	(void)state;
	fixture.tree.chosen.has_elfcorehdr = true;
	fixture.tree.chosen.elfcorehdr =
	    (struct devicetree_range){0x50000000, 0x1000};
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("reserve 0x50000000+0x1000 fdt_reserve_elfcorehdr\n");
	fixture.tree.chosen.elfcorehdr.base = 0x48000800;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("- reserve 0x48000800+0x1000 fdt_reserve_elfcorehdr: "
		       "elfcorehdr is overlapped\n");
}

/* 4.0: the limit takes reservations with it, the image is reserved from _text,
 * the initrd as it is, then the tree; CMA is part of memblock_init. */
static void kernel_4_0_goes_its_own_way(void **state)
{
	(void)state;
	fixture.settings.kernel = MEMBLOCK_KERNEL_4_0;
	fixture.tree.chosen.has_initrd = true;
	fixture.tree.chosen.initrd_start = 0x4a000800;
	fixture.tree.chosen.initrd_end = 0x4a001001;
	fixture_boot(BOOT_MEMBLOCK_INIT, "mem=512M");
	assert_string_equal(fixture.text,
	    "add 0x40000000+0x40000000 early_init_dt_add_memory_arch\n"
	    "limit 0x0+0x20000000 arm64_memblock_init\n"
	    "reserve 0x40200000+0x2010000 arm64_memblock_init\n"
	    "reserve 0x4a000800+0x801 arm64_memblock_init\n"
	    "reserve 0x48000000+0x1000 early_init_fdt_scan_reserved_mem\n"
	    "alloc 0x5c000000+0x4000000 cma_declare_contiguous_nid\n"
	    "set 0x1+0x0 arm64_memblock_init\n");
}

static void board_without_memory_is_booted_to_its_end(void **state)
{
	(void)state;
	fixture.tree.memory_count = 0;
	fixture_boot(BOOT_BOOTMEM_INIT, "mem=1M crashkernel=1M");
	fixture_expect("reserve 0x40210000+0x2000000 arm64_memblock_init\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		tree_is_reserved_as_large_as_it_says, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_beyond_the_linear_map_is_removed, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_below_a_map_that_must_hold_the_kernel_is_removed, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		last_mem_limits_and_the_image_comes_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		initrd_is_rounded_added_and_reserved, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		initrd_outside_of_the_linear_map_is_given_up, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		empty_initrd_is_none, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		elfcorehdr_is_reserved_unless_it_overlaps, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		kernel_4_0_goes_its_own_way, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		board_without_memory_is_booted_to_its_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
