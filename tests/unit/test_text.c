/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/text.h"

#include "memblock.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *check(const char *bytes, size_t size)
{
	return text_find_bad_field(
	    &memblock__v1__request__descriptor, (const uint8_t *)bytes, size);
}

/* A request whose label (field 3) is these bytes. */
static const char *check_label(const char *label, size_t size)
{
	char bytes[64] = {0x1a, (char)size};

	memcpy(bytes + 2, label, size);
	return check(bytes, size + 2);
}

static void label_in_any_script_is_text(void **state)
{
	static const char *const labels[] = {"", "early_alloc+0x2c",
	    "\xc3\xb6\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x90\xa7",
	    "\xf4\x8f\xbf\xbf"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		assert_null(check_label(labels[i], strlen(labels[i])));
}

static void label_with_nul_is_named(void **state)
{
	(void)state;
	assert_string_equal(check_label("a\0b", 3), "label");
	assert_string_equal(check_label("\0", 1), "label");
}

static void label_with_control_character_is_named(void **state)
{
	(void)state;
	assert_string_equal(check_label("a\nb", 3), "label");
	assert_string_equal(check_label("\x7f", 1), "label");
	assert_string_equal(check_label("\xc2\x85", 2), "label");
}

/* Expect each of the ways in which bytes can fail to be UTF-8 to be found: a
 * stray continuation, a cut sequence, a long form, a surrogate, past the last
 * code point, a byte that never occurs. */
static void label_that_is_not_utf8_is_named(void **state)
{
	static const char *const labels[] = {"\x80", "\xc3", "\xc3(",
	    "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	    "\xf8\x88\x80\x80\x80", "\xff"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		assert_string_equal(
		    check_label(labels[i], strlen(labels[i])), "label");
}

/* Expect the kernel's name in create.settings to be looked at, three messages
 * deep. */
static void string_in_a_nested_message_is_named(void **state)
{
	(void)state;
	assert_string_equal(
	    check("\x92\x01\x06\x0a\x04\x0a\x02\x00x", 9), "kernel");
	assert_null(check("\x92\x01\x06\x0a\x04\x0a\x02yx", 9));
}

static void bytes_field_may_hold_anything(void **state)
{
	(void)state;
	assert_null(check("\x2a\x02\x00\xff", 4)); /* request_key */
}

static void unknown_field_is_passed_over(void **state)
{
	(void)state;
	assert_null(check("\xfa\x3e\x01\xff", 4));
}

/* Expect no opinion about bytes that are no message: a tag cut short, a length
 * past the end, a wire type that is none. */
static void bytes_that_are_no_message_are_left_to_unpacking(void **state)
{
	(void)state;
	assert_null(check("\xff", 1));
	assert_null(check("\x1a\x05x", 3));
	assert_null(check("\x1f\x00", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(label_in_any_script_is_text),
	    cmocka_unit_test(label_with_nul_is_named),
	    cmocka_unit_test(label_with_control_character_is_named),
	    cmocka_unit_test(label_that_is_not_utf8_is_named),
	    cmocka_unit_test(string_in_a_nested_message_is_named),
	    cmocka_unit_test(bytes_field_may_hold_anything),
	    cmocka_unit_test(unknown_field_is_passed_over),
	    cmocka_unit_test(bytes_that_are_no_message_are_left_to_unpacking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
