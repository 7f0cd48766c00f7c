/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/memblock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char message[MEMBLOCK_SETTINGS_MESSAGE_MAX];
static struct memblock_settings settings;

static int take_defaults(void **state)
{
	(void)state;
	settings = memblock_settings_default();
	message[0] = '\0';
	return 0;
}

/* Expect a refusal whose sentence names the setting. */
static void assert_refused(const char *word)
{
	assert_int_equal(
	    memblock_settings_check(&settings, message), MB_INVALID);
	assert_non_null(strstr(message, word));
	settings = memblock_settings_default();
}

static void defaults_are_accepted(void **state)
{
	(void)state;
	assert_int_equal(memblock_settings_check(&settings, message), MB_OK);
	assert_string_equal(message, "");
}

static void other_versions_kernel_arrays_and_physmem_are_accepted(void **state)
{
	(void)state;
	settings.kernel = MEMBLOCK_KERNEL_4_0;
	settings.kernel_arrays = true;
	settings.memory_regions = 128;
	settings.reserved_regions = 1;
	settings.physmem = true;
	settings.kernel_end = 0x1000000;
	assert_int_equal(memblock_settings_check(&settings, message), MB_OK);
}

static void kernel_that_is_none_is_refused(void **state)
{
	(void)state;
	settings.kernel = (enum memblock_kernel)4;
	assert_refused("kernel");
}

static void page_size_of_8192_is_refused(void **state)
{
	(void)state;
	settings.page_size = 8192;
	assert_refused("page-size");
}

static void cache_line_has_to_be_a_power_of_two_from_4_to_a_page(void **state)
{
	static const uint64_t wrong[] = {0, 1, 2, 48, 8192};
	static const uint64_t right[] = {4, 32, 128, 4096};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		settings.cache_line = wrong[i];
		assert_refused("cache-line");
	}
	for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		settings.cache_line = right[i];
		assert_int_equal(
		    memblock_settings_check(&settings, message), MB_OK);
	}
}

static void phys_bits_of_36_are_refused(void **state)
{
	(void)state;
	settings.phys_bits = 36;
	assert_refused("phys-bits");
}

static void nodes_go_up_to_1024(void **state)
{
	(void)state;
	settings.nodes = 1024;
	assert_int_equal(memblock_settings_check(&settings, message), MB_OK);
	settings.nodes = 1025;
	assert_refused("nodes");
}

static void sizes_of_arrays_go_with_kernel_arrays_alone(void **state)
{
	(void)state;
	settings.memory_regions = 128;
	assert_refused("memory-regions");
	settings.reserved_regions = 128;
	assert_refused("reserved-regions");
	settings.kernel_arrays = true;
	settings.reserved_regions = 128;
	assert_refused("memory-regions");
	settings.kernel_arrays = true;
	settings.memory_regions = 128;
	assert_refused("reserved-regions");
}

static void kernel_end_above_32_bits_is_refused_there(void **state)
{
	(void)state;
	settings.kernel_end = 0x100000000;
	assert_int_equal(memblock_settings_check(&settings, message), MB_OK);
	settings.phys_bits = 32;
	assert_refused("kernel-end");
}

static void phys_addr_max_is_the_last_address(void **state)
{
	(void)state;
	assert_true(memblock_phys_addr_max(&settings) == UINT64_MAX);
	settings.phys_bits = 32;
	assert_true(memblock_phys_addr_max(&settings) == UINT32_MAX);
}

#define SETTINGS_TEST(test) cmocka_unit_test_setup(test, take_defaults)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SETTINGS_TEST(defaults_are_accepted),
	    SETTINGS_TEST(
		other_versions_kernel_arrays_and_physmem_are_accepted),
	    SETTINGS_TEST(kernel_that_is_none_is_refused),
	    SETTINGS_TEST(page_size_of_8192_is_refused),
	    SETTINGS_TEST(cache_line_has_to_be_a_power_of_two_from_4_to_a_page),
	    SETTINGS_TEST(phys_bits_of_36_are_refused),
	    SETTINGS_TEST(nodes_go_up_to_1024),
	    SETTINGS_TEST(sizes_of_arrays_go_with_kernel_arrays_alone),
	    SETTINGS_TEST(kernel_end_above_32_bits_is_refused_there),
	    SETTINGS_TEST(phys_addr_max_is_the_last_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
