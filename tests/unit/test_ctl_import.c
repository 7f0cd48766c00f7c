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

static char path[64];

static int begin(void **state)
{
	(void)state;
	strcpy(path, "/tmp/test_ctl_import_XXXXXX");
	close(mkstemp(path));
	ctl_user_start(state);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ctl_user_stop(state);
	unlink(path);
	return 0;
}

static enum ctl_exit import(const char *text)
{
	struct ctl_call call = {0};
	const char *words[] = {"import", path, "c"};
	FILE *file;

	unlink(path);
	if (text != NULL) {
		file = fopen(path, "w");
		fputs(text, file);
		fclose(file);
	}
	assert_true(ctl_parse_line(
	    words, 3, CTL_GLOBAL_OPTIONS, &call.line, &call.error));
	return ctl_import(&user.session, &call);
}

static void file_of_records_is_sent(void **state)
{
	(void)state;
	assert_int_equal(
	    import("{\"head\":{\"format\":1}}\n{\"end\":{}}"), CTL_EXIT_DONE);
	assert_string_equal(ctl_user_err(), "");
}

static void file_that_is_empty_is_the_server_s_to_judge(void **state)
{
	(void)state;
	assert_int_equal(import(""), CTL_EXIT_DONE);
}

static void line_that_is_no_record_is_named(void **state)
{
	(void)state;
	assert_int_equal(import("{\"end\":{}}\n{end\n"), CTL_EXIT_USAGE);
	assert_non_null(strstr(ctl_user_err(), "line 2: no JSON"));
}

static void file_that_is_not_there_is_a_usage_error(void **state)
{
	(void)state;
	assert_int_equal(import(NULL), CTL_EXIT_USAGE);
	assert_non_null(strstr(ctl_user_err(), path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(file_of_records_is_sent),
	    TEST(file_that_is_empty_is_the_server_s_to_judge),
	    TEST(line_that_is_no_record_is_named),
	    TEST(file_that_is_not_there_is_a_usage_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
