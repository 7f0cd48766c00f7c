/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/outcome_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char text[80];

static void address_and_warnings_are_described(void **state)
{
	const struct outcome outcome = {
	    .status = MB_OK, .base = 0xffffffff00000000, .warnings = 5};

	(void)state;
	outcome_describe(&outcome, text, sizeof(text));
	assert_string_equal(text, "ok at 0xffffffff00000000 with warnings 0x5");
}

static void refusal_is_described_by_its_errno(void **state)
{
	const struct outcome outcome = {.status = MB_BUSY};

	(void)state;
	outcome_describe(&outcome, text, sizeof(text));
	assert_string_equal(text, "EBUSY");
}

static void description_is_cut_to_its_room(void **state)
{
	const struct outcome outcome = {.status = MB_NO_SPACE};

	(void)state;
	outcome_describe(&outcome, text, 4);
	assert_string_equal(text, "ENO");
}

static void only_what_the_model_answers_is_history(void **state)
{
	(void)state;
	assert_true(outcome_is_history(MB_OK));
	assert_true(outcome_is_history(MB_NO_SPACE));
	assert_true(outcome_is_history(MB_BUSY));
	assert_false(outcome_is_history(MB_INVALID));
	assert_false(outcome_is_history(MB_LIMIT));
	assert_false(outcome_is_history(MB_NO_MEMORY));
	assert_false(outcome_is_history(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(address_and_warnings_are_described),
	    cmocka_unit_test(refusal_is_described_by_its_errno),
	    cmocka_unit_test(description_is_cut_to_its_room),
	    cmocka_unit_test(only_what_the_model_answers_is_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
