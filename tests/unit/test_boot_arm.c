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
	fixture_arm();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_free();
	return 0;
}

/* 1 GiB from the physical offset: low memory ends 768 MiB on. */
static void low_memory_leaves_room_for_vmalloc(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("set 0x70000000+0x0 adjust_lowmem_bounds\n");
	fixture_boot(BOOT_MEMBLOCK_INIT, "vmalloc=496M");
	fixture_expect("set 0x60000000+0x0 adjust_lowmem_bounds\n");
}

static void vmalloc_has_a_least_and_a_largest_size(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, "vmalloc=1M");
	fixture_expect("- set 0x0+0x0 early_vmalloc: vmalloc area is too "
		       "small, limiting to 16MiB\n");
	fixture_boot(BOOT_MEMBLOCK_INIT, "vmalloc=2G");
	fixture_expect("- set 0x0+0x0 early_vmalloc: vmalloc area is too big, "
		       "limiting to 976MiB\n");
}

/*   PMDs    |-------|-------|-------
 *   bank       |--------------------
 *   nomap      |----|                */
static void first_bank_off_a_pmd_loses_its_head(void **state)
{
	(void)state;
	fixture.range = (struct devicetree_range){0x40100000, MIB(511)};
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("mark 0x40100000+0x100000 adjust_lowmem_bounds\n"
		       "set 0x60000000+0x0 adjust_lowmem_bounds\n");
}

/* A bank that ends 1 MiB behind a border of PMDs: the next may be mapped, but
 * not from what is not. */
static void limit_is_the_first_border_off_a_pmd(void **state)
{
	struct devicetree_range ranges[] = {
	    {0x40000000, MIB(255)}, {0x52000000, MIB(32)}};

	(void)state;
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 2;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("set 0x4fe00000+0x0 adjust_lowmem_bounds\n");
}

static void first_mem_removes_what_the_tree_has(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, "mem=64M mem=1M@0x50000800");
	fixture_expect("remove 0x40000000+0x40000000 early_mem\n"
		       "add 0x40000000+0x4000000 arm_add_memory\n"
		       "add 0x50001000+0xff000 arm_add_memory\n");
}

static void mem_that_arm_cannot_have_is_passed_over(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT,
	    "mem=64M mem=1M@0x1000 mem=1M@4G mem=8K@0xffffe000");
	fixture_expect("- add 0x1000+0x100000 arm_add_memory: Ignoring memory "
		       "below PHYS_OFFSET");
	fixture_expect("- add 0x100000000+0x100000 arm_add_memory: Ignoring "
		       "memory outside 32-bit physical address space\n");
	fixture_expect("add 0xffffe000+0x1000 arm_add_memory\n");
}

/* The end has 32 bits: of memory up to 4 GiB the last page goes. Expect the
 * tree's own memory to keep it. */
static void mem_up_to_4_gib_loses_its_last_page(void **state)
{
	(void)state;
	fixture.range.size = GIB(3);
	fixture_boot(BOOT_MEMBLOCK_INIT, "mem=3G");
	fixture_expect("add 0x40000000+0xc0000000 early_init_dt_add_memory");
	fixture_expect("add 0x40000000+0xbffff000 arm_add_memory\n");
}

static void initrd_is_reserved_where_it_can_be(void **state)
{
	struct devicetree_chosen *chosen = &fixture.tree.chosen;

	(void)state;
	chosen->has_initrd = true;
	chosen->initrd_start = 0x4a000800;
	chosen->initrd_end = 0x4a001001;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("reserve 0x4a000000+0x2000 reserve_initrd_mem\n");
	chosen->initrd_start = 0x48000800;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("- reserve 0x48000000+0x2002000 reserve_initrd_mem: "
		       "INITRD: 0x48000000+0x02002000 overlaps in-use memory "
		       "region - disabling initrd\n");
	chosen->initrd_end = 0x90000000;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("- reserve 0x48000000+0x48000000 reserve_initrd_mem: "
		       "INITRD: 0x48000000+0x48000000 is not a memory region "
		       "- disabling initrd\n");
}

static void swapper_is_reserved_if_its_place_is_known(void **state)
{
	(void)state;
	fixture.options.swapper = (struct devicetree_range){0x40204000, 0x4000};
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("reserve 0x40204000+0x4000 arm_mm_memblock_reserve\n");
}

/* Expect high memory first, and low memory where there is none. */
static void cma_prefers_high_memory(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("alloc 0x7f000000+0x1000000 ");
	fixture.range.size = MIB(512);
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("alloc 0x5f000000+0x1000000 ");
}

static void bootmem_init_allocates_the_map_and_the_crash_kernel(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=64M");
	fixture_expect("alloc 0x6f700000+0x900000 alloc_node_mem_map\n"
		       "alloc 0x68000000+0x4000000 reserve_crashkernel\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		low_memory_leaves_room_for_vmalloc, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		vmalloc_has_a_least_and_a_largest_size, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		first_bank_off_a_pmd_loses_its_head, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		limit_is_the_first_border_off_a_pmd, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		first_mem_removes_what_the_tree_has, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		mem_that_arm_cannot_have_is_passed_over, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		mem_up_to_4_gib_loses_its_last_page, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		initrd_is_reserved_where_it_can_be, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		swapper_is_reserved_if_its_place_is_known, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_prefers_high_memory, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		bootmem_init_allocates_the_map_and_the_crash_kernel, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
