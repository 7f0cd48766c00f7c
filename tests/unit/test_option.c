/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct config config;
static char error[CONFIG_ERROR_MAX];

static int begin(void **state)
{
	(void)state;
	option_defaults(&config);
	error[0] = '\0';
	return 0;
}

static int end(void **state)
{
	(void)state;
	config_free(&config);
	return 0;
}

static bool take(const char *name, const char *value)
{
	const struct option_row *row = option_find(name);

	assert_non_null(row);
	return row->take(row, value, &config, error);
}

static void defaults_are_those_of_the_contract(void **state)
{
	(void)state;
	assert_true(config.limits.frame_bytes_max == 16 << 20);
	assert_true(config.limits.sessions_max == 16384);
	assert_true(config.limits.instances_max == 65536);
	assert_true(config.limits.regions_max == 1048576);
	assert_true(config.limits.in_flight_max == 1024);
	assert_true(config.limits.queued_bytes_max == 64 << 20);
	assert_int_equal(config.sync, JOURNAL_SYNC_FULL);
	assert_int_equal(config.log_level, LOG_LEVEL_INFO);
	assert_false(config.read_only);
}

/* Expect every row to have help, and a number its bounds around its default. */
static void every_row_is_whole(void **state)
{
	const struct option_row *row;

	(void)state;
	for (row = option_rows; row->name != NULL; row++) {
		assert_ptr_equal(option_find(row->name), row);
		assert_non_null(row->help);
		assert_non_null(row->take);
		if (row->highest != 0) {
			assert_true(row->lowest <= row->normal);
			assert_true(row->normal <= row->highest);
		}
	}
	assert_null(option_find("frobnicate"));
}

static void number_takes_one_suffix_and_any_base(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} numbers[] = {{"4096", 4096}, {"0x1000", 4096}, {"4K", 4096},
	    {"4k", 4096}, {"1M", 1 << 20}, {"1G", 1 << 30}, {"010000", 4096}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_true(take("max-frame", numbers[i].text));
		assert_true(config.limits.frame_bytes_max == numbers[i].value);
	}
}

static void number_that_is_none_leaves_the_limit_alone(void **state)
{
	static const char *const texts[] = {"", "K", "4Q", "4KB", "-1", " 4096",
	    "99999999999999999999", "20000000T"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(take("max-frame", texts[i]));
		assert_non_null(strstr(error, "max-frame"));
		assert_true(config.limits.frame_bytes_max == 16 << 20);
	}
}

static void number_outside_of_its_bounds_is_refused_with_them(void **state)
{
	(void)state;
	assert_true(take("max-frame", "1K"));
	assert_false(take("max-frame", "1023"));
	assert_string_equal(
	    error, "max-frame: 1023 is not between 1024 and 1073741824");
}

static void address_too_many_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < CONFIG_LISTEN_MAX; i++)
		assert_true(take("listen", "127.0.0.1:0"));
	assert_false(take("listen", "127.0.0.1:0"));
	assert_int_equal(config.listen_count, CONFIG_LISTEN_MAX);
}

static void address_that_is_none_is_refused_with_the_reason(void **state)
{
	(void)state;
	assert_false(take("listen", "nonsense"));
	assert_non_null(strstr(error, "listen: 'nonsense': not unix:PATH"));
	assert_false(take("listen", "0.0.0.0:1"));
	assert_non_null(strstr(error, "loopback"));
	assert_int_equal(config.listen_count, 0);
}

static void word_that_is_none_of_the_known_is_refused_with_them(void **state)
{
	(void)state;
	assert_true(take("sync", "off"));
	assert_int_equal(config.sync, JOURNAL_SYNC_OFF);
	assert_false(take("sync", "sometimes"));
	assert_non_null(strstr(error, "full, normal, off"));
	assert_true(take("log-level", "debug"));
	assert_false(take("log-level", "DEBUG"));
	assert_non_null(strstr(error, "error, warning, info, debug"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    CASE(defaults_are_those_of_the_contract),
	    CASE(every_row_is_whole),
	    CASE(number_takes_one_suffix_and_any_base),
	    CASE(number_that_is_none_leaves_the_limit_alone),
	    CASE(number_outside_of_its_bounds_is_refused_with_them),
	    CASE(address_too_many_is_refused),
	    CASE(address_that_is_none_is_refused_with_the_reason),
	    CASE(word_that_is_none_of_the_known_is_refused_with_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
