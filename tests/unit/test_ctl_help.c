/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_help.h"

#include "client/ctl_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *text;
static size_t size;

static FILE *begin(void)
{
	return open_memstream(&text, &size);
}

static void overview_names_every_command_and_global_option(void **state)
{
	const struct ctl_command *command;
	FILE *out = begin();
	int id;

	(void)state;
	ctl_help_overview(out);
	fclose(out);
	for (command = ctl_commands; command->name != NULL; command++)
		assert_non_null(strstr(text, command->summary));
	/* One that is too long for its column has a line of its own. */
	assert_non_null(
	    strstr(text, "  query NAME[@SEQ] QUESTION ADDR|RANGE\n   "));
	for (id = 0; id < CTL_OPTION_COUNT; id++)
		if (CTL_GLOBAL_OPTIONS & CTL_BIT(id))
			assert_non_null(strstr(text, ctl_options[id].help));
	free(text);
}

static void command_has_its_options_and_example(void **state)
{
	const struct ctl_command *command = ctl_command_find("alloc");
	FILE *out = begin();

	(void)state;
	ctl_help_command(command, out);
	fclose(out);
	assert_non_null(
	    strstr(text, "usage: memblockctl alloc NAME SIZE [OPTION]…\n"));
	assert_non_null(strstr(text, "--min-fallback"));
	assert_non_null(strstr(text, command->example));
	assert_null(strstr(text, "--keep-going"));
	free(text);
}

/* Expect no gap where the arguments would stand. */
static void command_without_arguments_has_a_plain_usage(void **state)
{
	FILE *out = begin();

	(void)state;
	ctl_help_command(ctl_command_find("ping"), out);
	ctl_help_command(ctl_command_find("list"), out);
	fclose(out);
	assert_non_null(strstr(text, "usage: memblockctl ping\n"));
	assert_non_null(strstr(text, "usage: memblockctl list [OPTION]…\n"));
	free(text);
}

/* Expect each example to be a line that memblockctl takes. */
static void example_of_each_command_is_one(void **state)
{
	const struct ctl_command *command;
	const char *words[CTL_WORDS_MAX];
	struct ctl_error error;
	struct ctl_line line;
	char copy[128];
	size_t count;

	(void)state;
	for (command = ctl_commands; command->name != NULL; command++) {
		strcpy(copy, command->example);
		assert_true(ctl_split_words(copy, words, &count, &error));
		assert_string_equal(words[0], "memblockctl");
		if (!ctl_parse_line(words + 1, count - 1, CTL_GLOBAL_OPTIONS,
			&line, &error))
			fail_msg("%s: %s", command->example, error.text);
		assert_ptr_equal(line.command, command);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(overview_names_every_command_and_global_option),
	    cmocka_unit_test(command_has_its_options_and_example),
	    cmocka_unit_test(command_without_arguments_has_a_plain_usage),
	    cmocka_unit_test(example_of_each_command_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
