/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"reserve", "remove", "free", "find", "add"};

static const char *nearest(const char *word)
{
	return ctl_nearest(word, names, sizeof(names) / sizeof(names[0]));
}

static void word_with_a_letter_amiss_finds_its_name(void **state)
{
	(void)state;
	assert_string_equal(nearest("reserv"), "reserve");
	assert_string_equal(nearest("reservee"), "reserve");
	assert_string_equal(nearest("resewve"), "reserve");
	assert_string_equal(nearest("rmeove"), "remove");
	assert_string_equal(nearest("ad"), "add");
	assert_string_equal(nearest("fre"), "free");
}

static void word_far_from_all_finds_none(void **state)
{
	(void)state;
	assert_null(nearest(""));
	assert_null(nearest("x"));
	assert_null(nearest("list"));
	assert_null(nearest("reservoirs"));
	assert_null(nearest("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(word_with_a_letter_amiss_finds_its_name),
	    cmocka_unit_test(word_far_from_all_finds_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
