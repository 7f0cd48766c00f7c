/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64]; /* of a configuration file */
static struct config config;
static char error[CONFIG_ERROR_MAX];
static bool is_read; /* config has strings of its own */

static int begin(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/test_config_XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static void forget(void)
{
	if (is_read)
		config_free(&config);
	is_read = false;
}

static int end(void **state)
{
	(void)state;
	forget();
	return unlink(path);
}

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Reads a command line, words between single blanks; FILE is the file's. */
static bool read_line(const char *line)
{
	static char words[4096];
	char *argv[64] = {(char *)"memblockd"}, *rest = words, *word;
	int argc = 1;

	forget();
	snprintf(words, sizeof(words), "%s", line);
	while ((word = strtok_r(rest, " ", &rest)) != NULL)
		argv[argc++] = strcmp(word, "FILE") == 0 ? path : word;
	memset(&config, 0xa5, sizeof(config));
	error[0] = '\0';
	is_read = config_read(argc, argv, &config, error);
	return is_read;
}

static void assert_read(const char *line)
{
	if (!read_line(line))
		fail_msg("%s: %s", line, error);
}

/* Expect one sentence with these words in it, and the output left alone. */
static void assert_refused(const char *line, const char *words)
{
	struct config untouched;

	memset(&untouched, 0xa5, sizeof(untouched));
	assert_false(read_line(line));
	assert_null(strchr(error, '\n'));
	if (strstr(error, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, words);
	assert_memory_equal(&config, &untouched, sizeof(config));
}

/* ---- the command line ---- */

static void command_line_of_nothing_has_every_default(void **state)
{
	(void)state;
	assert_read("");
	assert_null(config.journal);
	assert_int_equal(config.listen_count, 0);
	assert_int_equal(config.sync, JOURNAL_SYNC_FULL);
	assert_false(config.read_only);
	assert_int_equal(config.log_level, LOG_LEVEL_INFO);
	assert_int_equal(config.action, CONFIG_SERVE);
	assert_int_equal(config.limits.frame_bytes_max, 16 << 20);
	assert_int_equal(config.limits.sessions_max, 16384);
	assert_int_equal(config.limits.instances_max, 65536);
	assert_int_equal(config.limits.regions_max, 1048576);
	assert_int_equal(config.limits.batch_max, 65536);
	assert_int_equal(config.limits.watchers_max, 256);
	assert_int_equal(config.limits.in_flight_max, 1024);
	assert_int_equal(config.limits.queued_bytes_max, 64 << 20);
	assert_int_equal(config.limits.stall_seconds, 30);
}

static void every_option_is_taken(void **state)
{
	(void)state;
	assert_read("--journal /j --listen unix:/s --sync off --read-only "
		    "--log-level debug --max-frame 2K --max-sessions 3 "
		    "--max-instances 4 --max-regions 5 --max-in-flight 6 "
		    "--max-queued 7M --stall-timeout 8");
	assert_string_equal(config.journal, "/j");
	assert_int_equal(config.listen_count, 1);
	assert_string_equal(config.listen[0], "unix:/s");
	assert_int_equal(config.sync, JOURNAL_SYNC_OFF);
	assert_true(config.read_only);
	assert_int_equal(config.log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(config.limits.frame_bytes_max, 2048);
	assert_int_equal(config.limits.sessions_max, 3);
	assert_int_equal(config.limits.instances_max, 4);
	assert_int_equal(config.limits.regions_max, 5);
	assert_int_equal(config.limits.in_flight_max, 6);
	assert_int_equal(config.limits.queued_bytes_max, 7 << 20);
	assert_int_equal(config.limits.stall_seconds, 8);
}

static void action_is_what_to_do_instead(void **state)
{
	static const struct {
		const char *line;
		enum config_action action;
	} rows[] = {
	    {"--help", CONFIG_HELP},
	    {"--version", CONFIG_VERSION},
	    {"--check", CONFIG_CHECK},
	    {"--check-config", CONFIG_CHECK_CONFIG},
	    {"--backup /b", CONFIG_BACKUP},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_read(rows[i].line);
		assert_int_equal(config.action, rows[i].action);
	}
	assert_string_equal(config.backup_to, "/b");
}

static void last_value_of_an_option_counts(void **state)
{
	(void)state;
	assert_read("--journal /a --journal=/b --max-sessions 1 "
		    "--max-sessions 2");
	assert_string_equal(config.journal, "/b");
	assert_int_equal(config.limits.sessions_max, 2);
}

static void listen_given_again_is_one_more(void **state)
{
	(void)state;
	assert_read("--listen unix:/a --listen=[::1]:0");
	assert_int_equal(config.listen_count, 2);
	assert_string_equal(config.listen[0], "unix:/a");
	assert_string_equal(config.listen[1], "[::1]:0");
}

/* Expect 16 addresses to be taken and a 17th to be refused. */
static void one_address_too_many_is_refused(void **state)
{
	char line[1024] = "";
	int i;

	(void)state;
	for (i = 0; i < CONFIG_LISTEN_MAX; i++)
		strcat(line, " --listen unix:/s");
	assert_read(line);
	assert_int_equal(config.listen_count, CONFIG_LISTEN_MAX);
	strcat(line, " --listen unix:/s");
	assert_refused(line, "more than 16 addresses");
}

static void value_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_refused("--log-level loud", "'loud' is none of error");
	assert_refused("--sync FULL", "'FULL' is none of full, normal, off");
	assert_refused("--max-frame x", "'x' is not a number");
	assert_refused("--max-frame 1", "is not between 1024 and");
}

static void option_without_its_value_is_refused(void **state)
{
	(void)state;
	assert_refused("--max-frame 2K --journal", "--journal needs a value");
}

static void unknown_option_is_refused_and_named(void **state)
{
	(void)state;
	assert_refused("--journal /j --colour", "'--colour'");
	assert_refused("--max 5", "'--max'"); /* of many */
	assert_refused("--help=me", "'--help=me'");
	assert_refused("-v", "'-v'");
}

static void unknown_options_in_one_word_are_refused_and_named(void **state)
{
	(void)state;
	assert_refused("-vh", "'-v");
}

static void word_that_belongs_to_no_option_is_refused(void **state)
{
	(void)state;
	assert_refused("--journal /j extra", "unexpected 'extra'");
	assert_refused("extra --journal /j", "unexpected 'extra'");
}

/* ---- the file ---- */

static void line_of_the_file_is_an_option(void **state)
{
	(void)state;
	write_file("# a comment\n"
		   "\n"
		   "journal = /j\n"
		   "listen=unix:/a\n"
		   "  listen\tunix:/b  \r\n"
		   "   # another\n"
		   "read-only\n"
		   "max-frame = 2K"); /* and no end of the line */
	assert_read("--config FILE");
	assert_string_equal(config.journal, "/j");
	assert_int_equal(config.listen_count, 2);
	assert_string_equal(config.listen[0], "unix:/a");
	assert_string_equal(config.listen[1], "unix:/b");
	assert_true(config.read_only);
	assert_int_equal(config.limits.frame_bytes_max, 2048);
	assert_string_equal(config.file, path);
}

static void value_in_the_file_may_have_blanks(void **state)
{
	(void)state;
	write_file("journal = /a folder/j = k\n");
	assert_read("--config FILE");
	assert_string_equal(config.journal, "/a folder/j = k");
}

/* Expect the command line to go before the file wherever it names it, and to
 * replace all of its sockets. */
static void command_line_goes_before_the_file(void **state)
{
	(void)state;
	write_file("journal = /file\nlisten = unix:/a\nlisten = unix:/b\n"
		   "max-sessions = 7\n");
	assert_read("--journal /line --listen unix:/c --config FILE");
	assert_string_equal(config.journal, "/line");
	assert_int_equal(config.listen_count, 1);
	assert_string_equal(config.listen[0], "unix:/c");
	assert_int_equal(config.limits.sessions_max, 7);
}

/* Expect file and line before the sentence. */
static void line_that_is_wrong_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
	    {"colour = red", ":3: there is no option 'colour'"},
	    {"max-frame = 1", ":3: max-frame: 1 is not between"},
	    {"journal", ":3: journal needs a value"},
	    {"journal =", ":3: journal needs a value"},
	    {"read-only = yes", ":3: read-only takes no value"},
	    {"help", ":3: help belongs on the command line"},
	    {"config = /x", ":3: config belongs on the command line"},
	    {"backup /x", ":3: backup belongs on the command line"},
	    {"= 5", ":3: there is no option ''"},
	};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), "\nread-only\n%s\n", rows[i].line);
		write_file(text);
		assert_refused("--config FILE", rows[i].words);
		assert_int_equal(strncmp(error, path, strlen(path)), 0);
	}
}

static void file_that_cannot_be_read_is_refused_with_the_reason(void **state)
{
	(void)state;
	assert_refused(
	    "--config /no/such", "/no/such: No such file or directory");
	assert_refused("--config /", "/: Is a directory");
}

static void empty_file_changes_nothing(void **state)
{
	(void)state;
	assert_read("--config FILE");
	assert_int_equal(config.limits.sessions_max, 16384);
	assert_null(config.journal);
}
int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		command_line_of_nothing_has_every_default, begin, end),
	    cmocka_unit_test_setup_teardown(every_option_is_taken, begin, end),
	    cmocka_unit_test_setup_teardown(
		action_is_what_to_do_instead, begin, end),
	    cmocka_unit_test_setup_teardown(
		last_value_of_an_option_counts, begin, end),
	    cmocka_unit_test_setup_teardown(
		listen_given_again_is_one_more, begin, end),
	    cmocka_unit_test_setup_teardown(
		one_address_too_many_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		value_that_is_none_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		option_without_its_value_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		unknown_option_is_refused_and_named, begin, end),
	    cmocka_unit_test_setup_teardown(
		unknown_options_in_one_word_are_refused_and_named, begin, end),
	    cmocka_unit_test_setup_teardown(
		word_that_belongs_to_no_option_is_refused, begin, end),
	    cmocka_unit_test_setup_teardown(
		line_of_the_file_is_an_option, begin, end),
	    cmocka_unit_test_setup_teardown(
		value_in_the_file_may_have_blanks, begin, end),
	    cmocka_unit_test_setup_teardown(
		command_line_goes_before_the_file, begin, end),
	    cmocka_unit_test_setup_teardown(
		line_that_is_wrong_is_refused_with_its_place, begin, end),
	    cmocka_unit_test_setup_teardown(
		file_that_cannot_be_read_is_refused_with_the_reason, begin,
		end),
	    cmocka_unit_test_setup_teardown(
		empty_file_changes_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
