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

static void cma_lies_below_the_limit(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "rodata=on");
	assert_int_equal(fixture_count("alloc 0x7ae00000+0x4000000 "
				       "cma_declare_contiguous_nid\n"),
	    1);
}

static void cma_of_the_command_line_goes_before_the_kernels(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=33M");
	fixture_expect("alloc 0x7ca00000+0x2200000 cma_");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=0");
	assert_null(strstr(fixture.text, "cma_declare"));
}

static void cma_at_a_base_is_there_or_nowhere(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0x50000000");
	fixture_expect("reserve 0x50000000+0x1000000 cma_");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0x50100000");
	fixture_expect("- reserve 0x50100000+0x1000000 "
		       "cma_declare_contiguous_nid: Region at 0x50100000 must "
		       "be aligned to 0x200000 bytes\n");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0x40200000");
	fixture_expect("- reserve 0x40200000+0x1000000 "
		       "cma_declare_contiguous_nid: Failed to reserve");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0x90000000");
	fixture_expect("- reserve 0x90000000+0x1000000 "
		       "cma_declare_contiguous_nid: Size (0x1000000) of region "
		       "at 0x90000000 exceeds limit (0x80000000)\n");
}

static void cma_with_a_limit_lies_below_it(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0-0x50000000");
	fixture_expect("alloc 0x4f000000+0x1000000 cma_");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0x4c000000-0x4d000000");
	fixture_expect("reserve 0x4c000000+0x1000000 cma_");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16M@0x4c100000-0x50000000");
	fixture_expect("alloc 0x4f000000+0x1000000 cma_");
}

static void cma_that_does_not_fit_is_reported(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=1000M");
	fixture_expect("- alloc 0x0+0x3e800000 cma_declare_contiguous_nid: "
		       "Failed to reserve 1000 MiB\n");
	fixture_boot(BOOT_BOOTMEM_INIT, "cma=16E");
	fixture_expect_none("alloc 0x0+0x0");
}

/* 8 GiB from 1 GiB on: what is above 4 GiB is tried first, but the limit of
 * DMA is 4 GiB. */
static void cma_is_looked_for_above_4_gib_first(void **state)
{
	(void)state;
	fixture.range.size = GIB(8);
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect("set 0x1+0x0 cma_declare_contiguous_nid\n"
		       "! alloc 0x0+0x4000000 cma_declare_contiguous_nid");
	fixture_expect("alloc 0xfc000000+0x4000000 cma_");
}

/* All memory lies where DMA of 32 bits does not reach. Expect the area there
 * all the same. */
static void cma_of_a_board_above_4_gib_lies_there(void **state)
{
	(void)state;
	fixture.range = (struct devicetree_range){GIB(4), GIB(2)};
	fixture_boot(BOOT_BOOTMEM_INIT, NULL);
	fixture_expect("alloc 0x100000000+0x4000000 cma_");
}

/* DRAM ends at 4 GiB on arm, whose last address with 8 MiB before it is the
 * highest end of an area. */
static void cma_on_arm_ends_below_the_last_8_mib(void **state)
{
	(void)state;
	fixture_free();
	fixture_arm();
	fixture.range.size = GIB(3);
	fixture_boot(BOOT_MEMBLOCK_INIT, NULL);
	fixture_expect("alloc 0xfe800000+0x1000000 cma_");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		cma_lies_below_the_limit, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_of_the_command_line_goes_before_the_kernels, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		cma_at_a_base_is_there_or_nowhere, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_with_a_limit_lies_below_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_that_does_not_fit_is_reported, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_is_looked_for_above_4_gib_first, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_of_a_board_above_4_gib_lies_there, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cma_on_arm_ends_below_the_last_8_mib, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
