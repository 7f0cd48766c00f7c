/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_json_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_written(json_t *value, const char *expected)
{
	char text[128] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	ctl_json_write(out, value);
	fclose(out);
	assert_string_equal(text, expected);
}

static void text_of_any_bytes_is_a_string(void **state)
{
	(void)state;
	expect_written(ctl_json_text("a\"\n"), "\"a\\\"\\n\"");
	expect_written(ctl_json_text("\xc3\xa9"), "\"\xc3\xa9\"");
	expect_written(ctl_json_text("a\xff\xc3"), "\"a??\"");
}

static void flags_are_names_and_the_rest_a_number(void **state)
{
	(void)state;
	expect_written(ctl_json_flags(0), "[]");
	expect_written(ctl_json_flags(0x14), "[\"nomap\",\"rsrv_noinit\"]");
	expect_written(ctl_json_flags(0x41), "[\"hotplug\",\"0x40\"]");
}

static void number_takes_the_shape_of_its_field(void **state)
{
	(void)state;
	expect_written(ctl_json_shaped(CTL_SHAPE_ADDRESS, UINT64_MAX),
	    "\"0xffffffffffffffff\"");
	expect_written(ctl_json_shaped(CTL_SHAPE_NUMBER, 7), "7");
	expect_written(ctl_json_shaped(CTL_SHAPE_SWITCH, 1), "true");
	expect_written(ctl_json_shaped(CTL_SHAPE_FLAGS, 2), "[\"mirror\"]");
	expect_written(ctl_json_shaped(CTL_SHAPE_TYPE, 1), "\"reserved\"");
}

static void members_stand_behind_a_comma_where_there_are_some(void **state)
{
	json_t *object = json_object();
	char text[64] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	ctl_json_put(object, "z", ctl_json_number(1));
	ctl_json_put(object, "a", ctl_json_hex(2));
	ctl_json_write_members(out, true, object);
	ctl_json_write_members(out, true, json_object());
	fclose(out);
	assert_string_equal(text, ",\"z\":1,\"a\":\"0x2\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_of_any_bytes_is_a_string),
	    cmocka_unit_test(flags_are_names_and_the_rest_a_number),
	    cmocka_unit_test(number_takes_the_shape_of_its_field),
	    cmocka_unit_test(members_stand_behind_a_comma_where_there_are_some),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
