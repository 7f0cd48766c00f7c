/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_run.h"

#include "ctl_user.h"
#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum ctl_exit run(const char *command)
{
	struct ctl_call call;
	char copy[128];

	strcpy(copy, command);
	call = printing_call(copy);
	user.session.json = ctl_given(&call.line, CTL_JSON);
	ctl_send(&user.session, &call);
	return ctl_finish(&user.session, &call);
}

static void command_done_exits_0(void **state)
{
	(void)state;
	assert_int_equal(run("reserve b 1 2"), CTL_EXIT_DONE);
	ctl_user_expect("", "");
	assert_int_equal(run("alloc b 0x1000"), CTL_EXIT_DONE);
	ctl_user_expect("0x1000\n", "");
}

static void difference_exits_1(void **state)
{
	(void)state;
	assert_int_equal(run("verify b"), CTL_EXIT_DIFFERENT);
}

#define VERDICT                                                                \
	"b: 3 operations replayed, different at seq 0: journal: ; replay: \n"

/* Expect it to be gone from there when the verdict is printed. */
static void progress_is_told_on_a_terminal(void **state)
{
	(void)state;
	user.session.at_terminal = true;
	assert_int_equal(run("verify b"), CTL_EXIT_DIFFERENT);
	ctl_user_expect(VERDICT, "3 of 7 operations replayed\r\033[K");
}

static void progress_is_told_nowhere_else(void **state)
{
	(void)state;
	assert_int_equal(run("verify b"), CTL_EXIT_DIFFERENT);
	ctl_user_expect(VERDICT, "");
}

/* Expect it beside the one object. */
static void progress_is_no_part_of_json(void **state)
{
	(void)state;
	user.session.at_terminal = true;
	assert_int_equal(run("-j verify b"), CTL_EXIT_DIFFERENT);
	ctl_user_expect("{\"op\":\"verify\",\"instance\":\"b\",\"ok\":true,"
			"\"operations\":3,\"identical\":false,"
			"\"difference\":{\"seq\":0,\"journal\":\"\","
			"\"replay\":\"\"}}\n",
	    "3 of 7 operations replayed\r\033[K");
}

static void command_that_makes_no_sense_exits_2_unsent(void **state)
{
	(void)state;
	assert_int_equal(run("set b bottom-up maybe"), CTL_EXIT_USAGE);
	ctl_user_expect("", "memblockctl: set: bottom-up 'maybe': on or off\n");
	assert_false(mbc_connected(user.session.client));
}

static void refusal_exits_3_with_nothing_on_standard_output(void **state)
{
	(void)state;
	assert_int_equal(run("reserve b 0xbad 1"), CTL_EXIT_REFUSED);
	ctl_user_expect("", "memblockctl: reserve: b: no\n");
}

static void refusal_in_json_is_on_standard_output_alone(void **state)
{
	(void)state;
	assert_int_equal(run("-j reserve b 0xbad 1"), CTL_EXIT_REFUSED);
	ctl_user_expect("{\"op\":\"reserve\",\"instance\":\"b\",\"ok\":false,"
			"\"code\":\"RESOURCE_EXHAUSTED\","
			"\"message\":\"b: no\"}\n",
	    "");
}

static void connection_lost_exits_4(void **state)
{
	(void)state;
	assert_int_equal(run("add b 1 1 --label last"), CTL_EXIT_NOT_REACHED);
	assert_non_null(strstr(ctl_user_err(), "it may have been done or not"));
}

static void server_that_is_not_there_exits_4(void **state)
{
	struct mbc_client *client = user.session.client;

	(void)state;
	user.session.client = mbc_client_new("unix:/nonexistent/socket");
	assert_int_equal(run("ping"), CTL_EXIT_NOT_REACHED);
	mbc_client_free(user.session.client);
	user.session.client = client;
	user.session.unreachable = MBC_OK;
	ctl_user_expect("",
	    "memblockctl: ping: cannot connect to unix:/nonexistent/socket: "
	    "No such file or directory\n");
}

static void address_that_is_none_exits_2(void **state)
{
	struct mbc_client *client = user.session.client;

	(void)state;
	user.session.client = mbc_client_new("nowhere");
	assert_int_equal(run("-j ping"), CTL_EXIT_USAGE);
	mbc_client_free(user.session.client);
	user.session.client = client;
	user.session.unreachable = MBC_OK;
	assert_non_null(
	    strstr(ctl_user_out(), "\"code\":\"INVALID_ARGUMENT\""));
}

static void no_answer_in_time_exits_4(void **state)
{
	(void)state;
	user.session.has_timeout = true;
	user.session.timeout_ms = 1;
	assert_int_equal(
	    run("-j add b 1 1 --label late"), CTL_EXIT_NOT_REACHED);
	assert_non_null(
	    strstr(ctl_user_out(), "\"code\":\"DEADLINE_EXCEEDED\""));
}

static void ping_measures_its_time(void **state)
{
	char unit[8];
	long us = -1;

	(void)state;
	assert_int_equal(run("ping"), CTL_EXIT_DONE);
	assert_int_equal(sscanf(ctl_user_out(), "%ld %7s", &us, unit), 2);
	assert_string_equal(unit, "us");
	assert_in_range(us, 0, 60000000);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ctl_user_start, ctl_user_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(command_done_exits_0),
	    TEST(difference_exits_1),
	    TEST(progress_is_told_on_a_terminal),
	    TEST(progress_is_told_nowhere_else),
	    TEST(progress_is_no_part_of_json),
	    TEST(command_that_makes_no_sense_exits_2_unsent),
	    TEST(refusal_exits_3_with_nothing_on_standard_output),
	    TEST(refusal_in_json_is_on_standard_output_alone),
	    TEST(connection_lost_exits_4),
	    TEST(server_that_is_not_there_exits_4),
	    TEST(address_that_is_none_exits_2),
	    TEST(no_answer_in_time_exits_4),
	    TEST(ping_measures_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
