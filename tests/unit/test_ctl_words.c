/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ctl_error error;

/* Splits a line and joins its words with | behind each. */
static void expect_words(const char *line, const char *joined)
{
	const char *words[CTL_WORDS_MAX];
	char copy[256], result[256] = "";
	size_t count, i;

	strcpy(copy, line);
	if (!ctl_split_words(copy, words, &count, &error))
		fail_msg("%s: %s", line, error.text);
	for (i = 0; i < count; i++) {
		strcat(result, words[i]);
		strcat(result, "|");
	}
	assert_string_equal(result, joined);
}

static void expect_no_words(const char *line, const char *why)
{
	const char *words[CTL_WORDS_MAX];
	char copy[256];
	size_t count = 99;

	strcpy(copy, line);
	assert_false(ctl_split_words(copy, words, &count, &error));
	assert_string_equal(error.text, why);
	assert_int_equal(count, 99);
}

static void words_stand_between_blanks(void **state)
{
	(void)state;
	expect_words("reserve b 1 2", "reserve|b|1|2|");
	expect_words("  a\tb  c \r", "a|b|c|");
}

static void line_of_blanks_or_comment_has_no_words(void **state)
{
	(void)state;
	expect_words("", "");
	expect_words(" \t ", "");
	expect_words("# a b", "");
	expect_words("   #", "");
}

static void comment_begins_only_where_a_word_would(void **state)
{
	(void)state;
	expect_words("a b # c", "a|b|");
	expect_words("a#b c", "a#b|c|");
	expect_words("a '#b'", "a|#b|");
	expect_words("a \\#b", "a|#b|");
}

static void quotes_keep_blanks_and_nothing_at_all(void **state)
{
	(void)state;
	expect_words("a 'b c' d", "a|b c|d|");
	expect_words("a \"b  c\"", "a|b  c|");
	expect_words("a '' \"\" b", "a|||b|");
	expect_words("x'y'\"z\"", "xyz|");
	expect_words("'it''s' \"it's\"", "its|it's|");
}

static void backslash_stands_for_the_next_character(void **state)
{
	(void)state;
	expect_words("a\\ b", "a b|");
	expect_words("\\'a\\\"", "'a\"|");
	expect_words("\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d|");
	expect_words("'a\\b'", "a\\b|");
}

static void quote_left_open_is_an_error(void **state)
{
	(void)state;
	expect_no_words("a 'b", "a ' is left open");
	expect_no_words("a \"b'", "a \" is left open");
	expect_no_words("\"a\\\"", "a \" is left open");
}

static void backslash_at_the_end_is_an_error(void **state)
{
	(void)state;
	expect_no_words("a \\", "nothing behind the last \\");
}

static void more_words_than_any_command_has_are_an_error(void **state)
{
	char line[2 * CTL_WORDS_MAX + 4] = "";
	int i;

	(void)state;
	for (i = 0; i < CTL_WORDS_MAX; i++)
		strcat(line, "a ");
	expect_words(line, "a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|"
			   "a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|"
			   "a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|"
			   "a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|a|");
	strcat(line, "a");
	expect_no_words(line, "more than 64 words on a line");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_stand_between_blanks),
	    cmocka_unit_test(line_of_blanks_or_comment_has_no_words),
	    cmocka_unit_test(comment_begins_only_where_a_word_would),
	    cmocka_unit_test(quotes_keep_blanks_and_nothing_at_all),
	    cmocka_unit_test(backslash_stands_for_the_next_character),
	    cmocka_unit_test(quote_left_open_is_an_error),
	    cmocka_unit_test(backslash_at_the_end_is_an_error),
	    cmocka_unit_test(more_words_than_any_command_has_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
