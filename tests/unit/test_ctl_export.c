/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_export.h"

#include "tests/unit/ctl_user.h"

#include <stdio.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int begin(void **state)
{
	(void)state;
	ctl_user_start(state);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ctl_user_stop(state);
	return 0;
}

static enum ctl_exit export(const char *path) {
	struct ctl_call call = {0};
	const char * words[] = {"export", "b", path};

	assert_true(ctl_parse_line(words, path == NULL ? 2 : 3,
	    CTL_GLOBAL_OPTIONS, &call.line, &call.error));
	return ctl_export(&user.session, &call);
}

/* Expect a file, even if the server has nothing to put there, and no part. */
static void file_is_there_when_all_was_answered(void **state)
{
	char path[] = "/tmp/test_ctl_export_XXXXXX", part[64];

	(void)state;
	close(mkstemp(path));
	unlink(path);
	snprintf(part, sizeof(part), "%s.part", path);
	assert_int_equal(export(path), CTL_EXIT_DONE);
	assert_int_equal(access(path, R_OK), 0);
	assert_int_not_equal(access(part, F_OK), 0);
	unlink(path);
}

static void folder_that_is_not_there_is_a_usage_error(void **state)
{
	(void)state;
	assert_int_equal(export("/nonexistent/file"), CTL_EXIT_USAGE);
	assert_non_null(strstr(ctl_user_err(), "/nonexistent/file"));
}

static void json_without_a_file_is_a_usage_error(void **state)
{
	(void)state;
	user.session.json = true;
	assert_int_equal(export(NULL), CTL_EXIT_USAGE);
	assert_non_null(strstr(ctl_user_out(), "FILE"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(file_is_there_when_all_was_answered),
	    TEST(folder_that_is_not_there_is_a_usage_error),
	    TEST(json_without_a_file_is_a_usage_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
