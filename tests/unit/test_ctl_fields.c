/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void hex_has_no_leading_zeros(void **state)
{
	char text[CTL_HEX_MAX];

	(void)state;
	assert_string_equal(ctl_hex(0, text), "0x0");
	assert_string_equal(ctl_hex(0x1000, text), "0x1000");
	assert_string_equal(ctl_hex(UINT64_MAX, text), "0xffffffffffffffff");
}

static void flags_are_named_and_the_rest_is_a_number(void **state)
{
	char text[CTL_FLAGS_MAX];

	(void)state;
	assert_string_equal(ctl_flags_text(0, text), "none");
	assert_string_equal(ctl_flags_text(0x5, text), "hotplug,nomap");
	assert_string_equal(ctl_flags_text(0x20, text), "0x20");
	assert_string_equal(ctl_flags_text(UINT32_MAX, text),
	    "hotplug,mirror,nomap,driver_managed,rsrv_noinit,0xffffffe0");
}

static void time_is_utc_with_microseconds(void **state)
{
	char text[CTL_TIME_MAX];

	(void)state;
	assert_string_equal(
	    ctl_time_text(0, text), "1970-01-01T00:00:00.000000Z");
	assert_string_equal(ctl_time_text(UINT64_C(1767323045678901), text),
	    "2026-01-02T03:04:05.678901Z");
	assert_string_equal(
	    ctl_time_text(1, text), "1970-01-01T00:00:00.000001Z");
	ctl_time_text(UINT64_MAX, text);
	assert_in_range(strlen(text), 1, CTL_TIME_MAX - 1);
}

static void list_without_a_name_is_a_question_mark(void **state)
{
	(void)state;
	assert_string_equal(ctl_type_text(MBC_RESERVED), "reserved");
	assert_string_equal(ctl_type_text(4), "?");
	assert_string_equal(ctl_type_text(UINT64_MAX), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hex_has_no_leading_zeros),
	    cmocka_unit_test(flags_are_named_and_the_rest_is_a_number),
	    cmocka_unit_test(time_is_utc_with_microseconds),
	    cmocka_unit_test(list_without_a_name_is_a_question_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
