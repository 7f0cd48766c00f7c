/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Expect the names in the order of their bits, each bit once. */
static void flag_names_have_one_bit_each_in_order(void **state)
{
	uint32_t expected = 0x1;
	size_t i;

	(void)state;
	for (i = 0; flag_names[i].name != NULL; i++) {
		assert_int_equal(flag_names[i].flag, expected);
		expected <<= 1;
	}
	assert_int_equal(i, 5);
}

static void flags_of_memory_and_reserved_are_all_there_are(void **state)
{
	uint32_t all = 0;
	size_t i;

	(void)state;
	for (i = 0; flag_names[i].name != NULL; i++)
		all |= flag_names[i].flag;
	assert_int_equal(MEMBLOCK_MEMORY_FLAGS & MEMBLOCK_RESERVED_FLAGS, 0);
	assert_int_equal(MEMBLOCK_MEMORY_FLAGS | MEMBLOCK_RESERVED_FLAGS, all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flag_names_have_one_bit_each_in_order),
	    cmocka_unit_test(flags_of_memory_and_reserved_are_all_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
