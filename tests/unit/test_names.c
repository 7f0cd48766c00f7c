/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/memblock_client.h"

#include "engine/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void code_has_the_name_of_the_wire(void **state)
{
	(void)state;
	assert_string_equal(mbc_code_name(MBC_OK), "OK");
	assert_string_equal(
	    mbc_code_name(MBC_RESOURCE_EXHAUSTED), "RESOURCE_EXHAUSTED");
	assert_string_equal(
	    mbc_code_name(MBC_UNAUTHENTICATED), "UNAUTHENTICATED");
	assert_string_equal(mbc_code_name((enum mbc_code)99), "UNKNOWN");
}

/* Expect the library, which shares no code with the engine, to know the same
 * flags by the same names. */
static void flags_are_those_of_the_engine(void **state)
{
	const struct flag_name *row;
	unsigned int bit = 0;

	(void)state;
	for (row = flag_names; row->name != NULL; row++, bit++) {
		assert_int_equal(row->flag, 1u << bit);
		assert_string_equal(mbc_flag_name(bit), row->name);
	}
	assert_null(mbc_flag_name(bit));
	assert_int_equal(MBC_HOTPLUG, MEMBLOCK_HOTPLUG);
	assert_int_equal(MBC_MIRROR, MEMBLOCK_MIRROR);
	assert_int_equal(MBC_NOMAP, MEMBLOCK_NOMAP);
	assert_int_equal(MBC_DRIVER_MANAGED, MEMBLOCK_DRIVER_MANAGED);
	assert_int_equal(MBC_RSRV_NOINIT, MEMBLOCK_RSRV_NOINIT);
}

static void list_has_the_name_of_its_option(void **state)
{
	(void)state;
	assert_string_equal(mbc_list_name(MBC_MEMORY), "memory");
	assert_string_equal(mbc_list_name(MBC_FREE), "free");
	assert_null(mbc_list_name((enum mbc_list)4));
	assert_null(mbc_list_name((enum mbc_list) - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(code_has_the_name_of_the_wire),
	    cmocka_unit_test(flags_are_those_of_the_engine),
	    cmocka_unit_test(list_has_the_name_of_its_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
