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

static void pages_round_both_ways(void **state)
{
	struct boot boot = {0};

	(void)state;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	boot.mb = fixture.mb;
	assert_true(boot_page_down(&boot, 0x1fff) == 0x1000);
	assert_true(boot_page_up(&boot, 0x1001) == 0x2000);
	assert_true(boot_page_up(&boot, 0x1000) == 0x1000);
}

static void dram_is_from_the_first_region_to_the_last(void **state)
{
	struct boot boot = {0};

	(void)state;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	boot.mb = fixture.mb;
	assert_true(boot_dram_start(&boot) == 0x40000000);
	assert_true(boot_dram_end(&boot) == 0x80000000);
	fixture.tree.memory_count = 0;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	boot.mb = fixture.mb;
	assert_true(boot_dram_start(&boot) == 0);
	assert_true(boot_dram_end(&boot) == 0);
}

static void complaints_about_the_command_line_come_first(void **state)
{
	(void)state;
	fixture_boot(BOOT_MEMBLOCK_INIT, "mem vmalloc cma");
	fixture_expect("- limit 0x0+0x0 parse_early_param: Malformed early "
		       "option 'mem'\n"
		       "- limit 0x0+0x0 parse_early_param: Malformed early "
		       "option 'vmalloc'\n"
		       "- alloc 0x0+0x0 parse_early_param: Config string not "
		       "provided\n"
		       "- alloc 0x0+0x0 parse_early_param: Malformed early "
		       "option 'cma'\n"
		       "remove");
}

static bool never(void *arg, const struct op *op, const struct boot_step *step,
    struct outcome *ret_outcome)
{
	(void)op;
	(void)step;
	ret_outcome->status = MB_OK;
	++*(int *)arg;
	return false;
}

static void sink_that_says_no_ends_the_boot_at_once(void **state)
{
	struct reserved_memory table;
	int count = 0;
	const struct boot_sink sink = {never, NULL, &count};

	(void)state;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	fixture.options.until = BOOT_BOOTMEM_INIT;
	assert_false(boot_run(
	    &fixture.tree, &fixture.options, fixture.mb, &sink, &table));
	assert_int_equal(count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		pages_round_both_ways, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		dram_is_from_the_first_region_to_the_last, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		complaints_about_the_command_line_come_first, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		sink_that_says_no_ends_the_boot_at_once, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
