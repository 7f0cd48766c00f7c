/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Expect every row to be complete, so that help has something to say. */
static void each_option_has_a_name_and_help(void **state)
{
	int id;

	(void)state;
	for (id = 0; id < CTL_OPTION_COUNT; id++) {
		assert_non_null(ctl_options[id].name);
		assert_non_null(ctl_options[id].help);
		if (ctl_options[id].parse != NULL)
			assert_non_null(ctl_options[id].value);
	}
}

/* Expect what a choice offers to be what its parser takes. */
static void type_takes_what_it_offers(void **state)
{
	const struct ctl_option *type = &ctl_options[CTL_TYPE];
	struct ctl_error error;
	uint64_t value;

	(void)state;
	assert_string_equal(type->value, "memory|reserved");
	assert_true(type->parse("memory", &value, &error));
	assert_int_equal(value, MBC_MEMORY);
	assert_true(type->parse("reserved", &value, &error));
	assert_int_equal(value, MBC_RESERVED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_option_has_a_name_and_help),
	    cmocka_unit_test(type_takes_what_it_offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
