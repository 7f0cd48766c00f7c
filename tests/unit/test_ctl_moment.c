/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* 2026-01-02T03:04:05.678901Z */
#define TIME_US UINT64_C(1767323045678901)

static void expect_time(const char *word, uint64_t time_us)
{
	struct ctl_error error;
	uint64_t found = 77;

	if (!ctl_parse_time(word, &found, &error))
		fail_msg("%s", error.text);
	assert_true(found == time_us);
}

static void expect_no_time(const char *word)
{
	struct ctl_error error;
	uint64_t found = 77;

	if (ctl_parse_time(word, &found, &error))
		fail_msg("%s was taken as a time", word);
	assert_non_null(strstr(error.text, word));
	assert_true(found == 77);
}

static void time_of_a_log_is_read_back(void **state)
{
	(void)state;
	expect_time("2026-01-02T03:04:05.678901Z", TIME_US);
	expect_time("2026-01-02t03:04:05.678901z", TIME_US);
}

static void fraction_has_any_length(void **state)
{
	(void)state;
	expect_time("2026-01-02T03:04:05Z", TIME_US - 678901);
	expect_time("2026-01-02T03:04:05.6Z", TIME_US - 78901);
	expect_time("2026-01-02T03:04:05.678901999999Z", TIME_US);
}

static void offset_is_taken_off(void **state)
{
	(void)state;
	expect_time("2026-01-02T04:34:05.678901+01:30", TIME_US);
	expect_time("2026-01-01T19:04:05.678901-08:00", TIME_US);
}

static void leap_day_and_leap_second_are_times(void **state)
{
	(void)state;
	expect_time("2024-02-29T00:00:00Z", UINT64_C(1709164800000000));
	expect_time("2016-12-31T23:59:60Z", UINT64_C(1483228800000000));
	expect_time("1970-01-01T00:00:00Z", 0);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const words[] = {"", "2026", "2026-01-02",
	    "2026-01-02T03:04:05", "2026-01-02T03:04Z", "2026-01-02 03:04:05Z",
	    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
	    "2026-01-02T24:00:00Z", "2026-01-02T03:60:00Z",
	    "2026-01-02T03:04:61Z", "2026-01-02T03:04:05.Z",
	    "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+0100",
	    "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+01:60",
	    "2026-1-02T03:04:05Z", "1969-12-31T23:59:59Z",
	    "1970-01-01T00:59:59+01:00"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		expect_no_time(words[i]);
}

static void expect_instance(
    const char *word, const char *name, enum ctl_when when, uint64_t value)
{
	char instance[CTL_INSTANCE_MAX];
	struct ctl_moment moment = {.value = 77};
	struct ctl_error error;

	if (!ctl_parse_instance(word, instance, &moment, &error))
		fail_msg("%s", error.text);
	assert_string_equal(instance, name);
	assert_int_equal(moment.when, when);
	assert_true(moment.value == value);
}

static void name_alone_is_now(void **state)
{
	(void)state;
	expect_instance("board0", "board0", CTL_NOW, 77);
}

static void number_behind_the_name_is_a_seq(void **state)
{
	(void)state;
	expect_instance("b@0", "b", CTL_AT_SEQ, 0);
	expect_instance("b@0x10", "b", CTL_AT_SEQ, 16);
	expect_instance("b@1K", "b", CTL_AT_SEQ, 1024);
}

static void time_behind_the_name_is_a_time(void **state)
{
	(void)state;
	expect_instance(
	    "b@2026-01-02T03:04:05.678901Z", "b", CTL_AT_TIME, TIME_US);
}

static void expect_no_instance(
    const char *word, const char *name, const char *why)
{
	char instance[CTL_INSTANCE_MAX];
	struct ctl_moment moment;
	struct ctl_error error;

	assert_false(ctl_parse_instance(word, instance, &moment, &error));
	assert_string_equal(instance, name);
	assert_non_null(strstr(error.text, why));
}

static void what_is_no_instance_is_refused(void **state)
{
	(void)state;
	expect_no_instance("a/b@1", "a/b", "'a/b': not a name");
	expect_no_instance("@1", "", "not a name");
	expect_no_instance("b@", "b", "'': neither a seq nor a time");
	expect_no_instance("b@x", "b", "'x': neither a seq nor a time");
	expect_no_instance("b@1@2", "b", "'1@2': neither a seq nor a time");
	expect_no_instance("b@12:00", "b", "'12:00': not a time");
}

/* Expect a word that is far too long to be cut, and refused for its name. */
static void long_word_is_refused(void **state)
{
	char word[1000], name[CTL_INSTANCE_MAX];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	expect_no_instance(word, name, "not a name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(time_of_a_log_is_read_back),
	    cmocka_unit_test(fraction_has_any_length),
	    cmocka_unit_test(offset_is_taken_off),
	    cmocka_unit_test(leap_day_and_leap_second_are_times),
	    cmocka_unit_test(what_is_no_time_is_refused),
	    cmocka_unit_test(name_alone_is_now),
	    cmocka_unit_test(number_behind_the_name_is_a_seq),
	    cmocka_unit_test(time_behind_the_name_is_a_time),
	    cmocka_unit_test(what_is_no_instance_is_refused),
	    cmocka_unit_test(long_word_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
