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

/* /chosen says that [50000000-58000000] is usable, and [5a000000-5a001000].
 *   memory   |---------------------------------------|
 *   usable            |--------|   ||
 *   left              |--------|   ||                 */
static void usable_range_caps_memory_and_adds_the_second(void **state)
{
	(void)state;
	fixture.tree.chosen.usable[0] =
	    (struct devicetree_range){0x50000000, MIB(128)};
	fixture.tree.chosen.usable[1] =
	    (struct devicetree_range){0x5a000000, 0x1000};
	fixture.tree.chosen.usable_count = 2;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	assert_string_equal(fixture.text,
	    "reserve 0x48000000+0x1000 setup_machine_fdt\n"
	    "add 0x40000000+0x40000000 early_init_dt_add_memory_arch\n"
	    "cap 0x50000000+0x8000000 "
	    "early_init_dt_check_for_usable_mem_range\n"
	    "add 0x5a000000+0x1000 "
	    "early_init_dt_check_for_usable_mem_range\n");
}

static void usable_range_of_size_0_caps_nothing(void **state)
{
	(void)state;
	fixture.tree.chosen.usable_count = 1;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	fixture_expect_none("cap");
}

/* On arm: [3fff0000-40010000] begins below the physical offset, and
 * [fffff000-100001000] ends beyond 32 bits. Expect both to be cut. */
static void memory_is_cut_to_what_arm_can_have(void **state)
{
	struct devicetree_range ranges[] = {{0x3fff0000, 0x20000},
	    {0xfffff000, 0x2000}, {0x1000, 0x1000}, {0x100000000, 0x1000}};

	(void)state;
	fixture_arm();
	fixture.memory.ranges = ranges;
	fixture.memory.range_count = 4;
	fixture_boot(BOOT_SETUP_MACHINE_FDT, NULL);
	assert_string_equal(fixture.text,
	    "add 0x40000000+0x10000 early_init_dt_add_memory_arch\n"
	    "add 0xfffff000+0x1000 early_init_dt_add_memory_arch\n"
	    "- add 0x1000+0x1000 early_init_dt_add_memory_arch: ignoring "
	    "memory block below the physical offset or beyond 32 bits\n"
	    "- add 0x100000000+0x1000 early_init_dt_add_memory_arch: ignoring "
	    "memory block below the physical offset or beyond 32 bits\n"
	    "reserve 0x48000000+0x1000 setup_machine_fdt\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		usable_range_caps_memory_and_adds_the_second, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		usable_range_of_size_0_caps_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		memory_is_cut_to_what_arm_can_have, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
