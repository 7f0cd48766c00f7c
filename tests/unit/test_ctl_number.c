/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Outputs that fail shall not touch. */
#define UNTOUCHED UINT64_C(0x5a5a5a5a)

static struct ctl_error error;

static void expect_number(const char *word, uint64_t value)
{
	uint64_t parsed = UNTOUCHED;

	if (!ctl_parse_number(word, &parsed, &error))
		fail_msg("%s", error.text);
	if (parsed != value)
		fail_msg("%s is 0x%llx", word, (unsigned long long)parsed);
}

static void expect_no_number(const char *word, const char *words)
{
	uint64_t parsed = UNTOUCHED;

	if (ctl_parse_number(word, &parsed, &error))
		fail_msg("'%s' was taken", word);
	assert_true(parsed == UNTOUCHED);
	assert_non_null(strstr(error.text, words));
	assert_non_null(strstr(error.text, word));
}

static void expect_range(const char *word, uint64_t base, uint64_t size)
{
	uint64_t parsed_base, parsed_size;

	assert_true(ctl_is_range(word));
	if (!ctl_parse_range(word, &parsed_base, &parsed_size, &error))
		fail_msg("%s", error.text);
	if (parsed_base != base || parsed_size != size)
		fail_msg("%s is 0x%llx 0x%llx", word,
		    (unsigned long long)parsed_base,
		    (unsigned long long)parsed_size);
}

static void expect_no_range(const char *word, const char *words)
{
	uint64_t base = UNTOUCHED, size = UNTOUCHED;

	if (ctl_parse_range(word, &base, &size, &error))
		fail_msg("'%s' was taken", word);
	assert_true(base == UNTOUCHED && size == UNTOUCHED);
	assert_non_null(strstr(error.text, words));
	assert_non_null(strstr(error.text, word));
}

/* ---- numbers ---- */

static void number_in_each_base_is_read(void **state)
{
	(void)state;
	expect_number("0", 0);
	expect_number("00", 0);
	expect_number("7", 7);
	expect_number("4096", 4096);
	expect_number("0x1000", 0x1000);
	expect_number("0X1f", 0x1f);
	expect_number("0xaBcD", 0xabcd);
	expect_number("010", 8);
	expect_number("0777", 0777);
}

static void suffix_in_either_case_is_a_power_of_1024(void **state)
{
	static const char suffixes[] = "KMGTPE";
	char word[] = "1K";
	int i;

	(void)state;
	for (i = 0; suffixes[i] != '\0'; i++) {
		word[1] = suffixes[i];
		expect_number(word, UINT64_C(1) << (10 * (i + 1)));
		word[1] = (char)(suffixes[i] | 0x20);
		expect_number(word, UINT64_C(1) << (10 * (i + 1)));
	}
	expect_number("0x10K", 0x4000);
	expect_number("010k", 0x2000);
	expect_number("0K", 0);
}

/* Expect E behind 0x to be a digit, as memparse has it. */
static void e_behind_hex_digits_is_a_digit(void **state)
{
	(void)state;
	expect_number("0x1E", 0x1e);
	expect_number("0x1EK", 0x1eull << 10);
	expect_number("1E", UINT64_C(1) << 60);
}

static void largest_number_is_read_and_one_more_is_too_large(void **state)
{
	(void)state;
	expect_number("0xffffffffffffffff", UINT64_MAX);
	expect_number("18446744073709551615", UINT64_MAX);
	expect_number("01777777777777777777777", UINT64_MAX);
	expect_no_number("0x10000000000000000", "too large");
	expect_no_number("18446744073709551616", "too large");
	expect_no_number("02000000000000000000000", "too large");
	expect_no_number("99999999999999999999999999", "too large");
}

static void suffix_that_passes_64_bits_is_too_large(void **state)
{
	(void)state;
	expect_number("15E", UINT64_C(15) << 60);
	expect_no_number("16E", "too large");
	expect_number("17179869183G", UINT64_C(17179869183) << 30);
	expect_no_number("17179869184G", "too large");
	expect_no_number("0xffffffffffffffffK", "too large");
}

static void word_that_is_no_number_is_named(void **state)
{
	static const char *const words[] = {"", "x", "0x", "0xg", "0x K", "K",
	    "08", "0b1", "1q", "1KK", "1K1", "1 ", " 1", "+1", "-1", "1.5",
	    "1e3", "0x1000q", "1_000", "\xc3\xa9"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++)
		expect_no_number(words[i], "not a number");
}

static void count_stops_at_32_bits(void **state)
{
	uint64_t value = UNTOUCHED;

	(void)state;
	assert_true(ctl_parse_count("4294967295", &value, &error));
	assert_true(value == UINT32_MAX);
	value = UNTOUCHED;
	assert_false(ctl_parse_count("4294967296", &value, &error));
	assert_false(ctl_parse_count("x", &value, &error));
	assert_true(value == UNTOUCHED);
}

static void seconds_are_read_with_their_fraction(void **state)
{
	uint64_t ms;

	(void)state;
	assert_true(ctl_parse_seconds("5", &ms, &error) && ms == 5000);
	assert_true(ctl_parse_seconds("0.5", &ms, &error) && ms == 500);
	assert_true(ctl_parse_seconds(".25", &ms, &error) && ms == 250);
	assert_true(ctl_parse_seconds("2.", &ms, &error) && ms == 2000);
	assert_true(ctl_parse_seconds("0.0001", &ms, &error) && ms == 1);
	assert_true(ctl_parse_seconds("2000000", &ms, &error));
}

static void seconds_that_are_none_are_refused(void **state)
{
	static const char *const words[] = {"", ".", "0", "0.0", "-1", "1s",
	    "inf", "nan", "1e3", "0x1", "2000001", "1.2.3"};
	uint64_t ms = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++)
		if (ctl_parse_seconds(words[i], &ms, &error))
			fail_msg("'%s' was taken", words[i]);
	assert_true(ms == UNTOUCHED);
}

/* ---- ranges ---- */

static void range_is_read_in_each_form(void **state)
{
	(void)state;
	expect_range("4K@0x1000", 0x1000, 0x1000);
	expect_range("0x1000+4K", 0x1000, 0x1000);
	expect_range("0x1000-0x1fff", 0x1000, 0x1000);
	expect_range("0x1000..0x2000", 0x1000, 0x1000);
	expect_range("1G-2G", 1 << 30, (1 << 30) + 1);
	expect_range("010+010", 8, 8);
}

static void range_of_a_single_byte_or_none_is_read(void **state)
{
	(void)state;
	expect_range("5-5", 5, 1);
	expect_range("5..5", 5, 0);
	expect_range("0@5", 5, 0);
	expect_range("0-0", 0, 1);
}

/* Expect LAST = 2^64 - 1 to lose its last byte, and LAST = 2^64 - 2 not to. */
static void range_to_the_end_of_addresses_is_cut(void **state)
{
	(void)state;
	expect_range("0-0xffffffffffffffff", 0, UINT64_MAX);
	expect_range("0x1000-0xffffffffffffffff", 0x1000, UINT64_MAX - 0x1000);
	expect_range("0xffffffffffffffff-0xffffffffffffffff", UINT64_MAX, 0);
	expect_range("0-0xfffffffffffffffe", 0, UINT64_MAX);
	expect_range("0x1000..0xffffffffffffffff", 0x1000, UINT64_MAX - 0x1000);
}

static void range_past_the_end_of_addresses_is_the_models_to_cut(void **state)
{
	(void)state;
	expect_range(
	    "0xffffffffffffffff+0xffffffffffffffff", UINT64_MAX, UINT64_MAX);
}

static void range_that_runs_backwards_is_refused(void **state)
{
	(void)state;
	expect_no_range("0x2000-0x1000", "before the base");
	expect_no_range("1-0", "before the base");
	expect_no_range("0x2000..0x1000", "before the base");
}

static void range_with_an_end_that_is_no_number_is_refused(void **state)
{
	(void)state;
	expect_no_range("1q@0x1000", "not a number");
	expect_no_range("0x1000+x", "not a number");
	expect_no_range("0x10000000000000000-1", "too large");
	expect_no_range("0..16E", "too large");
}

static void range_with_too_few_or_many_ends_is_refused(void **state)
{
	static const char *const words[] = {"@", "-", "..", "+", "1@", "@1",
	    "1-", "..2", "1..", "1-2-3", "1+2@3", "1....2", "1@2..3", "",
	    "0x1000", "1.2",
	    "11111111111111111111111111111111111111111111111111-2"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++)
		expect_no_range(words[i], "not a range");
}

static void single_number_is_not_a_range(void **state)
{
	(void)state;
	assert_false(ctl_is_range("0x1000"));
	assert_false(ctl_is_range(""));
	assert_false(ctl_is_range("1.2"));
}

/* ---- names and flags ---- */

static void name_of_allowed_characters_is_one(void **state)
{
	(void)state;
	assert_true(ctl_check_name("b", &error));
	assert_true(ctl_check_name("Board_0.rev-2", &error));
	assert_true(ctl_check_name("0", &error));
}

static void name_with_anything_else_is_refused(void **state)
{
	static const char *const words[] = {
	    "", ".b", "-b", "a/b", "a b", "b@3", "\xc3\xa9", ".."};
	char longest[66] = "";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++)
		if (ctl_check_name(words[i], &error))
			fail_msg("'%s' was taken", words[i]);
	memset(longest, 'a', 65);
	assert_false(ctl_check_name(longest, &error));
	longest[64] = '\0';
	assert_true(ctl_check_name(longest, &error));
}

static void flags_are_read_by_name(void **state)
{
	uint64_t flags;

	(void)state;
	assert_true(ctl_parse_flags("none", &flags, &error) && flags == 0);
	assert_true(ctl_parse_flags("nomap", &flags, &error) && flags == 4);
	assert_true(
	    ctl_parse_flags("rsrv_noinit,hotplug,mirror,driver_managed,nomap",
		&flags, &error) &&
	    flags == 0x1f);
}

static void flags_that_are_none_are_refused(void **state)
{
	static const char *const words[] = {"", ",", "nomap,", ",nomap",
	    "none,nomap", "noma", "nomapp", "NOMAP", "0x4", "nomap mirror"};
	uint64_t flags = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(words); i++)
		if (ctl_parse_flags(words[i], &flags, &error))
			fail_msg("'%s' was taken", words[i]);
	assert_true(flags == UNTOUCHED);
}

static void flag_list_and_node_are_read_or_named(void **state)
{
	uint64_t value = UNTOUCHED;
	int32_t nid = 7;

	(void)state;
	assert_false(ctl_parse_flag("none", &value, &error));
	assert_false(ctl_parse_flag("nomap,mirror", &value, &error));
	assert_false(ctl_parse_type("Memory", &value, &error));
	assert_true(value == UNTOUCHED);
	assert_true(ctl_parse_flag("nomap", &value, &error) && value == 4);
	assert_true(ctl_parse_type("free", &value, &error) && value == 3);
	assert_false(ctl_parse_nid("2G", &nid, &error));
	assert_false(ctl_parse_nid("", &nid, &error));
	assert_int_equal(nid, 7);
	assert_true(ctl_parse_nid("0", &nid, &error) && nid == 0);
	assert_true(ctl_parse_nid("-", &nid, &error) && nid == -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(number_in_each_base_is_read),
	    cmocka_unit_test(suffix_in_either_case_is_a_power_of_1024),
	    cmocka_unit_test(e_behind_hex_digits_is_a_digit),
	    cmocka_unit_test(largest_number_is_read_and_one_more_is_too_large),
	    cmocka_unit_test(suffix_that_passes_64_bits_is_too_large),
	    cmocka_unit_test(word_that_is_no_number_is_named),
	    cmocka_unit_test(count_stops_at_32_bits),
	    cmocka_unit_test(seconds_are_read_with_their_fraction),
	    cmocka_unit_test(seconds_that_are_none_are_refused),
	    cmocka_unit_test(range_is_read_in_each_form),
	    cmocka_unit_test(range_of_a_single_byte_or_none_is_read),
	    cmocka_unit_test(range_to_the_end_of_addresses_is_cut),
	    cmocka_unit_test(
		range_past_the_end_of_addresses_is_the_models_to_cut),
	    cmocka_unit_test(range_that_runs_backwards_is_refused),
	    cmocka_unit_test(range_with_an_end_that_is_no_number_is_refused),
	    cmocka_unit_test(range_with_too_few_or_many_ends_is_refused),
	    cmocka_unit_test(single_number_is_not_a_range),
	    cmocka_unit_test(name_of_allowed_characters_is_one),
	    cmocka_unit_test(name_with_anything_else_is_refused),
	    cmocka_unit_test(flags_are_read_by_name),
	    cmocka_unit_test(flags_that_are_none_are_refused),
	    cmocka_unit_test(flag_list_and_node_are_read_or_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
