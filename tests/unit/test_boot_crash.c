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

static void crash_kernel_lies_below_what_dma_reaches(void **state)
{
	(void)state;
	fixture.range.size = GIB(8);
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=128M cma=0");
	fixture_expect("alloc 0xf8000000+0x8000000 reserve_crashkernel\n");
}

static void crash_kernel_at_a_base_is_there_or_nowhere(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=64M@0x50000000");
	fixture_expect("alloc 0x50000000+0x4000000 reserve_crashkernel\n");
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=64M@0x40000000");
	fixture_expect("- alloc 0x0+0x4000000 reserve_crashkernel: cannot "
		       "allocate crashkernel (size:0x4000000)\n");
}

static void high_one_lies_anywhere_with_a_low_part_if_asked(void **state)
{
	(void)state;
	fixture.range.size = GIB(8);
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=128M,high cma=0");
	fixture_expect("alloc 0x22ee00000+0x8000000 reserve_crash");
	assert_null(strstr(fixture.text, "0x4000000 reserve_crashkernel"));
	fixture_boot(BOOT_BOOTMEM_INIT,
	    "crashkernel=128M,high crashkernel=64M,low cma=0");
	fixture_expect("alloc 0xfc000000+0x4000000 reserve_crashkernel\n");
}

/* Expect the high part to be given back. */
static void high_one_without_its_low_part_is_given_back(void **state)
{
	(void)state;
	fixture.range.size = GIB(8);
	fixture_boot(BOOT_BOOTMEM_INIT,
	    "crashkernel=128M,high crashkernel=3100M,low cma=0");
	fixture_expect("- alloc 0x0+0xc1c00000 reserve_crashkernel: cannot "
		       "allocate crashkernel low memory (size:0xc1c00000).\n"
		       "free 0x");
}

static void malformed_words_are_reported(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=lots");
	fixture_expect("- alloc 0x0+0x0 reserve_crashkernel: crashkernel: "
		       "memory value expected\n");
	fixture_boot(
	    BOOT_BOOTMEM_INIT, "crashkernel=64M,high crashkernel=,low");
	fixture_expect("- alloc 0x0+0x0 reserve_crashkernel: crashkernel: "
		       "memory value expected\n");
	assert_int_equal(fixture_count("alloc 0x0+0x4000000"), 0);
}

static void size_0_is_none(void **state)
{
	(void)state;
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=0");
	assert_null(strstr(fixture.text, "reserve_crashkernel"));
}

static void arm_aligns_to_128_mib_below_high_memory(void **state)
{
	(void)state;
	fixture_arm();
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=16M@0x50000000");
	fixture_expect("alloc 0x50000000+0x1000000 reserve_crashkernel\n");
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=16M@0x48000000");
	fixture_expect("- alloc 0x0+0x0 reserve_crashkernel: crashkernel "
		       "reservation failed - memory is in use.\n");
	fixture_boot(BOOT_BOOTMEM_INIT, "crashkernel=900M");
	fixture_expect("- alloc 0x0+0x0 reserve_crashkernel: crashkernel "
		       "reservation failed - No suitable area found.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		crash_kernel_lies_below_what_dma_reaches, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		crash_kernel_at_a_base_is_there_or_nowhere, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		high_one_lies_anywhere_with_a_low_part_if_asked, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		high_one_without_its_low_part_is_given_back, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		malformed_words_are_reported, setup, teardown),
	    cmocka_unit_test_setup_teardown(size_0_is_none, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		arm_aligns_to_128_mib_below_high_memory, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
