/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_batch.h"

#include "ctl_user.h"
#include "printing.h"

#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum ctl_exit batch(const char *command, const char *lines)
{
	return ctl_user_run(ctl_batch_lines, command, lines, strlen(lines));
}

static void lines_are_done_in_order(void **state)
{
	(void)state;
	assert_int_equal(
	    batch("batch", "create b\nalloc b 1\n\n# x\nfind b 2"), 0);
	ctl_user_expect("0x1\n0x2\n", "");
}

static void line_refused_stops_the_batch(void **state)
{
	(void)state;
	assert_int_equal(
	    batch("batch", "alloc b 1\nadd b 0xbad 1\nalloc b 2\n"), 3);
	ctl_user_expect("0x1\n", "memblockctl: F:2: add: b: no\n");
}

static void line_that_makes_no_sense_stops_the_batch(void **state)
{
	(void)state;
	assert_int_equal(batch("batch", "\nalloc b 1q\nalloc b 2\n"), 2);
	assert_string_equal(ctl_user_out(), "");
	assert_non_null(strstr(
	    ctl_user_err(), "memblockctl: F:2: alloc: '1q': not a number"));
}

/* Expect a verify that found a difference, which is status 1, not to. */
static void line_that_is_false_does_not_stop_the_batch(void **state)
{
	(void)state;
	assert_int_equal(batch("batch", "verify b\nalloc b 2\n"), 1);
	assert_non_null(strstr(ctl_user_out(), "\n0x2\n"));
}

static void keep_going_tries_every_line_and_has_the_worst_status(void **state)
{
	(void)state;
	assert_int_equal(batch("batch --keep-going",
			     "add b 0xbad 1\nalloc b 1\nfoo\nalloc b 2\n"),
	    3);
	assert_string_equal(ctl_user_out(), "0x1\n0x2\n");
	assert_string_equal(ctl_user_err(),
	    "memblockctl: F:1: add: b: no\n"
	    "memblockctl: F:3: foo: no such command; `memblockctl help` lists "
	    "them\n");
}

/* Expect what is printed in the order of the lines, though the second answer
 * comes after the third, and a line without a request stands between. */
static void keep_going_prints_in_the_order_of_the_lines(void **state)
{
	(void)state;
	assert_int_equal(batch("batch -j --keep-going",
			     "alloc b 1\nadd b 1 1 --label late\nnope\n"
			     "alloc b 2\n"),
	    2);
	ctl_user_expect(
	    "{\"op\":\"alloc\",\"instance\":\"b\",\"ok\":true,"
	    "\"base\":\"0x1\",\"size\":\"0x0\"}\n"
	    "{\"op\":\"add\",\"instance\":\"b\",\"ok\":true}\n"
	    "{\"op\":\"nope\",\"ok\":false,\"code\":\"INVALID_ARGUMENT\","
	    "\"message\":\"no such command; `memblockctl help` lists them\"}\n"
	    "{\"op\":\"alloc\",\"instance\":\"b\",\"ok\":true,"
	    "\"base\":\"0x2\",\"size\":\"0x0\"}\n",
	    "");
}

/* Expect many more lines than are ever under way to come out complete and in
 * order. */
static void keep_going_with_many_lines_loses_none(void **state)
{
	enum { LINES = 20000 };
	char *lines, *line, *at;
	const char *out;
	int i;

	(void)state;
	lines = at = malloc(LINES * 32);
	for (i = 1; i <= LINES; i++)
		at += sprintf(at, "alloc b %d\n", i);
	assert_int_equal(batch("batch --keep-going", lines), 0);
	free(lines);
	out = ctl_user_out();
	for (i = 1; i <= LINES; i++) {
		assert_int_equal(strtol(out, &line, 16), i);
		out = line + 1;
	}
	assert_string_equal(out, "");
}

/* Expect the line whose answer was lost in doubt, and those after it not
 * reached. */
static void connection_lost_fails_the_lines_that_are_left(void **state)
{
	(void)state;
	assert_int_equal(batch("batch -j --keep-going",
			     "alloc b 1\nadd b 1 1 --label last\n"),
	    4);
	assert_non_null(strstr(ctl_user_out(), "\"base\":\"0x1\""));
	assert_non_null(strstr(ctl_user_out(), "\"code\":\"UNKNOWN\""));
	assert_int_equal(batch("batch -j", "alloc b 1\n"), 4);
	assert_non_null(strstr(ctl_user_out(), "\"code\":\"UNAVAILABLE\""));
}

static void label_before_batch_is_that_of_its_lines(void **state)
{
	(void)state;
	assert_int_equal(
	    batch("batch --label last", "ping --label x\nping"), 4);
	assert_non_null(
	    strstr(ctl_user_err(), "memblockctl: F:2: ping: connection lost"));
}

static void line_may_not_be_a_batch_or_name_a_server(void **state)
{
	(void)state;
	assert_int_equal(
	    batch("batch --keep-going", "batch x\nping -s x\nhelp\n"), 2);
	assert_string_equal(ctl_user_err(),
	    "memblockctl: F:1: batch: not in a batch\n"
	    "memblockctl: F:2: ping: '-s': no such option; --help lists them\n"
	    "memblockctl: F:3: help: not in a batch\n");
}

static void line_with_an_open_quote_or_zero_byte_is_named(void **state)
{
	static const char lines[] = "ping 'x\nping\0x\nalloc b 7\n";

	(void)state;
	assert_int_equal(ctl_user_run(ctl_batch_lines, "batch --keep-going",
			     lines, sizeof(lines) - 1),
	    2);
	ctl_user_expect("0x7\n",
	    "memblockctl: F:1: a ' is left open\n"
	    "memblockctl: F:2: not text: there is a zero byte in it\n");
}

static void quoted_label_reaches_the_server(void **state)
{
	(void)state;
	assert_int_equal(batch("batch", "ping --label \"la\"'st'\n"), 4);
}

static void batch_refuses_what_it_cannot_do(void **state)
{
	char key[] = "batch --key x", seq[] = "batch --if-seq 1 -",
	     file[] = "batch /nonexistent";
	struct ctl_call call;

	(void)state;
	call = printing_call(key);
	assert_int_equal(ctl_batch(&user.session, &call.line), 2);
	call = printing_call(seq);
	assert_int_equal(ctl_batch(&user.session, &call.line), 2);
	call = printing_call(file);
	assert_int_equal(ctl_batch(&user.session, &call.line), 2);
	assert_string_equal(ctl_user_err(),
	    "memblockctl: batch: --key is for one request: put it on a line, "
	    "or add --atomic\n"
	    "memblockctl: batch: --if-seq is for one request: put it on a "
	    "line, or add --atomic\n"
	    "memblockctl: batch: '/nonexistent': No such file or "
	    "directory\n");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ctl_user_start, ctl_user_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(lines_are_done_in_order),
	    TEST(line_refused_stops_the_batch),
	    TEST(line_that_makes_no_sense_stops_the_batch),
	    TEST(line_that_is_false_does_not_stop_the_batch),
	    TEST(keep_going_tries_every_line_and_has_the_worst_status),
	    TEST(keep_going_prints_in_the_order_of_the_lines),
	    TEST(keep_going_with_many_lines_loses_none),
	    TEST(connection_lost_fails_the_lines_that_are_left),
	    TEST(label_before_batch_is_that_of_its_lines),
	    TEST(line_may_not_be_a_batch_or_name_a_server),
	    TEST(line_with_an_open_quote_or_zero_byte_is_named),
	    TEST(quoted_label_reaches_the_server),
	    TEST(batch_refuses_what_it_cannot_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
