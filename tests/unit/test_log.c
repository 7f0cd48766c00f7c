/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log.h"

#include "tests/unit/capture.h"

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
	unsetenv("JOURNAL_STREAM");
	log_set_level(LOG_LEVEL_INFO);
	return 0;
}

/* What an event with that one pair is written as. */
static const char *logged_value(const char *value)
{
	capture_begin(stderr);
	log_event(LOG_LEVEL_INFO, "e", "k", value, NULL);
	return capture_end();
}

static const char *logged(enum log_level level)
{
	capture_begin(stderr);
	log_event(level, "e", NULL);
	return capture_end();
}

static void event_is_one_line_with_its_pairs(void **state)
{
	(void)state;
	capture_begin(stderr);
	log_event(LOG_LEVEL_WARNING, "accept-failed", "reason", "EMFILE", "fd",
	    "7", NULL);
	assert_string_equal(capture_end(),
	    "memblockd: level=warning event=accept-failed reason=EMFILE "
	    "fd=7\n");
}

static void level_has_its_word(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_DEBUG);
	assert_non_null(strstr(logged(LOG_LEVEL_ERROR), "level=error "));
	assert_non_null(strstr(logged(LOG_LEVEL_WARNING), "level=warning "));
	assert_non_null(strstr(logged(LOG_LEVEL_INFO), "level=info "));
	assert_non_null(strstr(logged(LOG_LEVEL_DEBUG), "level=debug "));
}

static void event_above_the_level_is_dropped(void **state)
{
	(void)state;
	assert_string_equal(logged(LOG_LEVEL_DEBUG), "");
	log_set_level(LOG_LEVEL_ERROR);
	assert_string_equal(logged(LOG_LEVEL_WARNING), "");
	assert_string_not_equal(logged(LOG_LEVEL_ERROR), "");
}

/* Expect syslog's numbers in front, as journald reads them. */
static void line_for_journald_begins_with_its_priority(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "8:12345", 1);
	log_set_level(LOG_LEVEL_DEBUG);
	assert_string_equal(
	    logged(LOG_LEVEL_ERROR), "<3>level=error event=e\n");
	assert_string_equal(
	    logged(LOG_LEVEL_WARNING), "<4>level=warning event=e\n");
	assert_string_equal(logged(LOG_LEVEL_INFO), "<6>level=info event=e\n");
	assert_string_equal(
	    logged(LOG_LEVEL_DEBUG), "<7>level=debug event=e\n");
	unsetenv("JOURNAL_STREAM");
}

static void plain_value_stands_as_it_is(void **state)
{
	(void)state;
	assert_non_null(
	    strstr(logged_value("/run/m.sock"), " k=/run/m.sock\n"));
}

static void value_that_would_read_as_more_is_quoted(void **state)
{
	(void)state;
	assert_non_null(
	    strstr(logged_value("two words"), " k=\"two words\"\n"));
	assert_non_null(strstr(logged_value("a=b"), " k=\"a=b\"\n"));
	assert_non_null(strstr(logged_value(""), " k=\"\"\n"));
	assert_non_null(
	    strstr(logged_value("a\"b\\c"), " k=\"a\\\"b\\\\c\"\n"));
}

static void value_with_a_line_break_stays_on_its_line(void **state)
{
	const char *line;

	(void)state;
	line = logged_value("a\nevent=forged");
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_non_null(strstr(line, " k=\"a event=forged\"\n"));
}

static void line_that_is_too_long_is_cut_and_ends(void **state)
{
	static char value[4096];
	const char *line;

	(void)state;
	memset(value, 'v', sizeof(value) - 1);
	line = logged_value(value);
	assert_int_equal(strlen(line), 2048);
	assert_int_equal(line[2047], '\n');
}

static void level_word_is_read_and_another_leaves_the_output(void **state)
{
	enum log_level level = LOG_LEVEL_WARNING;

	(void)state;
	assert_false(log_level_parse("loud", &level));
	assert_false(log_level_parse("", &level));
	assert_int_equal(level, LOG_LEVEL_WARNING);
	assert_true(log_level_parse("error", &level));
	assert_int_equal(level, LOG_LEVEL_ERROR);
	assert_true(log_level_parse("debug", &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(event_is_one_line_with_its_pairs, begin),
	    cmocka_unit_test_setup(level_has_its_word, begin),
	    cmocka_unit_test_setup(event_above_the_level_is_dropped, begin),
	    cmocka_unit_test_setup(
		line_for_journald_begins_with_its_priority, begin),
	    cmocka_unit_test_setup(plain_value_stands_as_it_is, begin),
	    cmocka_unit_test_setup(
		value_that_would_read_as_more_is_quoted, begin),
	    cmocka_unit_test_setup(
		value_with_a_line_break_stays_on_its_line, begin),
	    cmocka_unit_test_setup(
		line_that_is_too_long_is_cut_and_ends, begin),
	    cmocka_unit_test_setup(
		level_word_is_read_and_another_leaves_the_output, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
