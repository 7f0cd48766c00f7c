/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/version.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_lead_there_and_back(void **state)
{
	static const char *const names[] = {"6.12", "6.1", "5.0", "4.0"};
	enum memblock_kernel kernel;
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_true(memblock_kernel_parse(names[i], &kernel));
		assert_int_equal(kernel, i);
		assert_string_equal(memblock_kernel_name(kernel), names[i]);
		assert_string_equal(memblock_version(kernel)->name, names[i]);
	}
}

static void name_of_no_version_is_refused_and_nothing_set(void **state)
{
	enum memblock_kernel kernel = MEMBLOCK_KERNEL_4_0;

	(void)state;
	assert_false(memblock_kernel_parse("6.2", &kernel));
	assert_int_equal(kernel, MEMBLOCK_KERNEL_4_0);
	assert_null(memblock_kernel_name((enum memblock_kernel)4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_lead_there_and_back),
	    cmocka_unit_test(name_of_no_version_is_refused_and_nothing_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
