/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void sentence_is_kept_and_failure_answered(void **state)
{
	struct ctl_error error;

	(void)state;
	assert_false(ctl_fail(&error, "'%s': not a %s", "x", "number"));
	assert_string_equal(error.text, "'x': not a number");
}

static void sentence_that_is_too_long_is_cut(void **state)
{
	char word[2 * CTL_ERROR_MAX];
	struct ctl_error error;

	(void)state;
	memset(word, 'x', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	ctl_fail(&error, "%s", word);
	assert_int_equal(strlen(error.text), CTL_ERROR_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sentence_is_kept_and_failure_answered),
	    cmocka_unit_test(sentence_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
