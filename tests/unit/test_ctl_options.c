/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_options.h"

#include "client/ctl_commands.h"
#include "client/ctl_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ctl_line line;
static struct ctl_error error;
static char text[256];

static bool parse_allowing(ctl_option_set allowed, const char *words_text)
{
	const char *words[CTL_WORDS_MAX];
	size_t count;

	strcpy(text, words_text);
	assert_true(ctl_split_words(text, words, &count, &error));
	return ctl_parse_line(words, count, allowed, &line, &error);
}

static void expect_parsed(const char *words_text)
{
	if (!parse_allowing(CTL_GLOBAL_OPTIONS, words_text))
		fail_msg("%s", error.text);
}

static void expect_refused(const char *words_text, const char *why)
{
	assert_false(parse_allowing(CTL_GLOBAL_OPTIONS, words_text));
	if (strstr(error.text, why) == NULL)
		assert_string_equal(error.text, why);
}

static void command_and_its_arguments_are_found(void **state)
{
	(void)state;
	expect_parsed("reserve b 0x1000 4K");
	assert_string_equal(line.command->name, "reserve");
	assert_string_equal(line.instance, "b");
	assert_true(line.base == 0x1000 && line.size == 0x1000);
}

static void moment_is_for_commands_that_read(void **state)
{
	(void)state;
	expect_parsed("dump b");
	assert_int_equal(line.moment.when, CTL_NOW);
	expect_parsed("dump b@7");
	assert_string_equal(line.instance, "b");
	assert_int_equal(line.moment.when, CTL_AT_SEQ);
	assert_true(line.moment.value == 7);
	expect_refused("reserve b@7 0 1", "reserve is not for the past");
	expect_refused("dump", "NAME[@SEQ] is missing");
}

static void range_in_one_word_fills_base_and_size(void **state)
{
	(void)state;
	expect_parsed("add b 1G@0x40000000");
	assert_true(line.base == 0x40000000 && line.size == 0x40000000);
}

static void global_options_stand_before_or_behind_the_command(void **state)
{
	(void)state;
	expect_parsed("-j --label 'a b' reserve b 1 2 --if-seq 7 -s unix:x");
	assert_true(ctl_given(&line, CTL_JSON));
	assert_string_equal(line.values[CTL_LABEL].text, "a b");
	assert_true(line.values[CTL_IF_SEQ].number == 7);
	assert_string_equal(line.values[CTL_SERVER].text, "unix:x");
	assert_false(ctl_given(&line, CTL_DRY_RUN));
}

static void options_stand_between_arguments(void **state)
{
	(void)state;
	expect_parsed("alloc --align 4K b --exact-nid 1M --nid=0");
	assert_true(line.size == 1 << 20);
	assert_true(line.values[CTL_ALIGN].number == 4096);
	assert_true(ctl_given(&line, CTL_NID));
	assert_true(line.values[CTL_EXACT_NID].number == 1);
}

static void value_joins_its_option_in_three_ways(void **state)
{
	(void)state;
	expect_parsed("--server=unix:a ping");
	assert_string_equal(line.values[CTL_SERVER].text, "unix:a");
	expect_parsed("-sunix:b ping");
	assert_string_equal(line.values[CTL_SERVER].text, "unix:b");
	expect_parsed("ping --label=");
	assert_string_equal(line.values[CTL_LABEL].text, "");
	expect_parsed("ping --label -x");
	assert_string_equal(line.values[CTL_LABEL].text, "-x");
}

static void option_given_twice_has_its_last_value(void **state)
{
	(void)state;
	expect_parsed("alloc b 1 --align 1 --align 2");
	assert_true(line.values[CTL_ALIGN].number == 2);
}

/* Expect --from to be an address for alloc and a seq for log. */
/* Expect areas to be kept all of them, each with its option. */
static void area_may_be_given_several_times(void **state)
{
	(void)state;
	expect_parsed("handover b --cma 0x1000+0x2000 --init=1..3 --cma 1@2");
	assert_true(ctl_given(&line, CTL_CMA) && ctl_given(&line, CTL_INIT));
	assert_int_equal(line.area_count, 3);
	assert_int_equal(line.areas[0].option, CTL_CMA);
	assert_true(line.areas[0].base == 0x1000);
	assert_true(line.areas[0].size == 0x2000);
	assert_int_equal(line.areas[1].option, CTL_INIT);
	assert_true(line.areas[2].base == 2 && line.areas[2].size == 1);
}

static void area_that_is_no_range_is_named(void **state)
{
	(void)state;
	expect_refused("handover b --cma 0x1000", "--cma '0x1000'");
	expect_refused("handover b --init 5..3",
	    "--init '5..3': the end lies before the base");
	expect_refused("handover b --init", "--init needs a value: RANGE...");
}

static void areas_have_a_limit(void **state)
{
	const char *words[2 + CTL_AREAS_MAX + 1] = {"handover", "b"};
	size_t i;

	(void)state;
	for (i = 0; i <= CTL_AREAS_MAX; i++)
		words[2 + i] = "--cma=1+1";
	assert_true(ctl_parse_line(
	    words, 2 + CTL_AREAS_MAX, CTL_GLOBAL_OPTIONS, &line, &error));
	assert_false(ctl_parse_line(
	    words, 2 + CTL_AREAS_MAX + 1, CTL_GLOBAL_OPTIONS, &line, &error));
	assert_string_equal(error.text, "--cma '1+1': more than 64 ranges");
}

static void same_name_is_the_option_of_its_command(void **state)
{
	(void)state;
	expect_parsed("alloc b 1 --from 2");
	assert_true(line.given == CTL_BIT(CTL_FROM));
	expect_parsed("log b --from 2");
	assert_true(line.given == CTL_BIT(CTL_FROM_SEQ));
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	expect_parsed("batch -- -j");
	assert_string_equal(line.texts[0], "-j");
	assert_true(line.given == 0);
	expect_parsed("batch -");
	assert_string_equal(line.texts[0], "-");
}

static void unknown_command_is_told_the_nearest(void **state)
{
	(void)state;
	expect_refused("resrve b 1 2", "did you mean reserve?");
	assert_string_equal(line.word, "resrve");
	assert_null(line.command);
	expect_refused("frobnicate", "`memblockctl help` lists them");
	expect_refused("", "a command is missing");
}

static void unknown_option_is_named(void **state)
{
	(void)state;
	expect_refused("ping --jsn", "'--jsn': no such option; did you mean");
	expect_refused("ping --frobnicate", "--help lists them");
	expect_refused("ping -x", "'-x': no such option");
	expect_refused("ping -5", "'-5': no such option");
}

static void option_of_another_command_is_named(void **state)
{
	(void)state;
	expect_refused("free b 1 2 --nid 0", "'--nid' is no option of this");
	expect_refused("--nid 0 add b 1 2", "'--nid' belongs behind");
	/* One of the last in the table. */
	expect_refused("free b 1 2 --atomic", "'--atomic' is no option of");
}

static void option_without_its_value_is_named(void **state)
{
	(void)state;
	expect_refused("alloc b 1 --align", "--align needs a value: NUM");
	expect_refused("ping -s", "--server needs a value");
	expect_refused("ping --json=1", "--json takes no value");
	expect_refused("ping -j1", "--json takes no value");
}

static void option_with_a_wrong_value_is_named(void **state)
{
	(void)state;
	expect_refused("alloc b 1 --align 4Q", "--align '4Q': not a number");
	expect_refused("alloc b 1 --nid 4G", "--nid '4G': too large");
	expect_refused("create b --phys-bits 48", "not one of 32|64");
	expect_refused("create b --arrays hos", "not one of host|kernel");
	expect_refused("create b --arrays ''", "not one of host|kernel");
	expect_refused(
	    "dump b --format iomen", "not one of kernel|debugfs|table|iomem");
	expect_refused("ping --timeout 0", "--timeout '0': not a time");
	expect_refused("alloc b 1 --nid 2G",
	    "--nid '2G': too large for a node: at most 2147483647");
	expect_refused("add b 1 2 --flags x", "--flags 'x': 'x' is not a flag");
}

static void missing_argument_is_named(void **state)
{
	(void)state;
	expect_refused(
	    "reserve", "NAME is missing: memblockctl reserve NAME RANGE");
	expect_refused("reserve b", "RANGE is missing");
	expect_refused("reserve b 1", "'1': a base without a size");
	expect_refused("set b bottom-up", "VALUE is missing");
	expect_refused("load b", "FILE.dtb is missing");
}

static void argument_too_many_is_named(void **state)
{
	(void)state;
	expect_refused("reserve b 1 2 3", "'3': one word too many");
	expect_refused("reserve b 1@2 3", "'3': one word too many");
	expect_refused("ping x", "'x': one word too many: memblockctl ping");
	expect_refused("ping 1 2 3 4 5 6 7 8 9",
	    "'1': one word too many: memblockctl ping");
}

static void help_needs_no_arguments(void **state)
{
	(void)state;
	expect_parsed("reserve --help");
	assert_string_equal(line.command->name, "reserve");
	expect_parsed("-h");
	assert_null(line.command);
}

static void json_is_seen_behind_the_word_at_fault(void **state)
{
	(void)state;
	expect_refused("frobnicate a --json", "no such command");
	assert_true(ctl_given(&line, CTL_JSON));
	expect_refused("reserve b --nope x -j", "no such option");
	assert_true(ctl_given(&line, CTL_JSON));
	expect_refused("frobnicate a", "no such command");
	assert_false(ctl_given(&line, CTL_JSON));
}

static void line_of_a_batch_takes_its_own_options_alone(void **state)
{
	(void)state;
	assert_true(parse_allowing(
	    CTL_LINE_OPTIONS, "add b 1 2 --label x --dry-run --nid 0"));
	assert_false(parse_allowing(CTL_LINE_OPTIONS, "add b 1 2 --json"));
	assert_false(ctl_given(&line, CTL_JSON));
	assert_false(parse_allowing(CTL_LINE_OPTIONS, "add b 1 2 -s x"));
	assert_false(parse_allowing(CTL_LINE_OPTIONS, "ping --timeout 1"));
}

static void names_are_taken_up_to_their_limit(void **state)
{
	const char *words[1 + CTL_NAMES_MAX + 1] = {"watch"};
	size_t i;

	(void)state;
	for (i = 1; i <= CTL_NAMES_MAX + 1; i++)
		words[i] = "b";
	assert_true(ctl_parse_line(
	    words, 1 + CTL_NAMES_MAX, CTL_GLOBAL_OPTIONS, &line, &error));
	assert_int_equal(line.name_count, CTL_NAMES_MAX);
	assert_string_equal(line.names[CTL_NAMES_MAX - 1], "b");
	assert_false(ctl_parse_line(
	    words, 1 + CTL_NAMES_MAX + 1, CTL_GLOBAL_OPTIONS, &line, &error));
	assert_string_equal(error.text, "'b': one word too many");
}

static void name_among_names_is_no_moment_and_no_nonsense(void **state)
{
	(void)state;
	expect_parsed("watch a b --from 3 c --heartbeat 0.5");
	assert_int_equal(line.name_count, 3);
	assert_string_equal(line.names[2], "c");
	assert_int_equal(line.values[CTL_WATCH_FROM].number, 3);
	assert_int_equal(line.values[CTL_HEARTBEAT].number, 500);
	expect_parsed("watch --all");
	assert_int_equal(line.name_count, 0);
	expect_refused("watch a b@3", "'b@3': watch is not for the past");
	expect_refused("watch a a/b", "a/b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_taken_up_to_their_limit),
	    cmocka_unit_test(name_among_names_is_no_moment_and_no_nonsense),
	    cmocka_unit_test(command_and_its_arguments_are_found),
	    cmocka_unit_test(moment_is_for_commands_that_read),
	    cmocka_unit_test(range_in_one_word_fills_base_and_size),
	    cmocka_unit_test(global_options_stand_before_or_behind_the_command),
	    cmocka_unit_test(options_stand_between_arguments),
	    cmocka_unit_test(value_joins_its_option_in_three_ways),
	    cmocka_unit_test(option_given_twice_has_its_last_value),
	    cmocka_unit_test(area_may_be_given_several_times),
	    cmocka_unit_test(area_that_is_no_range_is_named),
	    cmocka_unit_test(areas_have_a_limit),
	    cmocka_unit_test(same_name_is_the_option_of_its_command),
	    cmocka_unit_test(two_dashes_end_the_options),
	    cmocka_unit_test(unknown_command_is_told_the_nearest),
	    cmocka_unit_test(unknown_option_is_named),
	    cmocka_unit_test(option_of_another_command_is_named),
	    cmocka_unit_test(option_without_its_value_is_named),
	    cmocka_unit_test(option_with_a_wrong_value_is_named),
	    cmocka_unit_test(missing_argument_is_named),
	    cmocka_unit_test(argument_too_many_is_named),
	    cmocka_unit_test(help_needs_no_arguments),
	    cmocka_unit_test(json_is_seen_behind_the_word_at_fault),
	    cmocka_unit_test(line_of_a_batch_takes_its_own_options_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
