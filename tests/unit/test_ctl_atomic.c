/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_atomic.h"

#include "ctl_user.h"
#include "printing.h"
#include "tests/unit/failing_alloc.h"

#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum ctl_exit atomic(const char *command, const char *lines)
{
	return ctl_user_run(ctl_atomic, command, lines, strlen(lines));
}

/* Expect each line to print what it would alone, in order. */
static void lines_print_what_was_answered(void **state)
{
	(void)state;
	assert_int_equal(
	    atomic("batch --atomic", "# two\nalloc b 4K\n\nreserve b 0 4K\n"
				     "alloc b 8K --label 'a b'\n"),
	    0);
	ctl_user_expect("0x1000\n0x2000\n", "");
}

static void json_has_an_object_for_each_line(void **state)
{
	(void)state;
	assert_int_equal(
	    atomic("--json batch --atomic", "alloc b 4K\nreserve b 0 4K\n"), 0);
	ctl_user_expect("{\"op\":\"alloc\",\"instance\":\"b\",\"seq\":1,"
			"\"ok\":true,\"base\":\"0x1000\",\"size\":\"0x1000\"}\n"
			"{\"op\":\"reserve\",\"instance\":\"b\",\"seq\":2,"
			"\"ok\":true}\n",
	    "");
}

/* Expect the line its own words, and the others that it was not they. */
static void line_refused_says_so_and_others_are_aborted(void **state)
{
	(void)state;
	assert_int_equal(atomic("batch --atomic",
			     "alloc b 4K\n\nreserve b 0xbad 1\nalloc b 4K\n"),
	    3);
	ctl_user_expect("", "memblockctl: F:1: alloc: aborted\n"
			    "memblockctl: F:3: reserve: b: no\n"
			    "memblockctl: F:4: alloc: aborted\n");
}

/* Expect nothing to be sent. */
static void line_that_makes_no_sense_aborts_the_others(void **state)
{
	(void)state;
	assert_int_equal(
	    atomic("batch --atomic", "alloc b 4K\nalloc b\nalloc b nix\n"), 3);
	ctl_user_expect("",
	    "memblockctl: F:1: alloc: line 2 of the batch was refused\n"
	    "memblockctl: F:2: alloc: SIZE is missing: memblockctl alloc NAME "
	    "SIZE\n"
	    "memblockctl: F:3: alloc: line 2 of the batch was refused\n");
	assert_false(mbc_connected(user.session.client));
}

static void line_alone_that_makes_no_sense_is_a_usage_error(void **state)
{
	(void)state;
	assert_int_equal(atomic("batch --atomic", "dump b\n"), 2);
	assert_int_equal(atomic("batch --atomic", "ping\n"), 2);
	assert_int_equal(atomic("batch --atomic", "alloc b 1 --key k\n"), 2);
	assert_int_equal(
	    ctl_user_run(ctl_atomic, "batch --atomic", "\0\n", 2), 2);
	ctl_user_expect("",
	    "memblockctl: F:1: dump: dump is no change that can be part of a "
	    "batch\n"
	    "memblockctl: F:1: ping: no change of an instance: not in an "
	    "atomic batch\n"
	    "memblockctl: F:1: alloc: '--key' is no option of this command\n"
	    "memblockctl: F:1: not text: there is a zero byte in it\n");
}

static void line_about_another_instance_is_a_usage_error(void **state)
{
	(void)state;
	assert_int_equal(
	    atomic("--json batch --atomic", "alloc b 4K\nalloc c 4K\n"), 3);
	ctl_user_expect(
	    "{\"op\":\"alloc\",\"instance\":\"b\",\"ok\":false,"
	    "\"code\":\"ABORTED\",\"message\":\"line 2 of the batch was "
	    "refused\"}\n"
	    "{\"op\":\"alloc\",\"instance\":\"c\",\"ok\":false,"
	    "\"code\":\"INVALID_ARGUMENT\",\"message\":\"alloc is about "
	    "another instance than the batch\"}\n",
	    "");
}

/* Expect what is refused as a whole to be every line's. */
static void refusal_of_the_whole_is_told_of_every_line(void **state)
{
	(void)state;
	assert_int_equal(
	    atomic("batch --atomic --if-seq 9", "alloc b 4K\nreserve b 0 1\n"),
	    3);
	ctl_user_expect("", "memblockctl: F:1: alloc: b: stands elsewhere\n"
			    "memblockctl: F:2: reserve: b: stands elsewhere\n");
}

static void connection_lost_is_told_of_every_line(void **state)
{
	(void)state;
	assert_int_equal(atomic("batch --atomic --label last",
			     "alloc b 4K\nreserve b 0 1\n"),
	    4);
	assert_non_null(strstr(ctl_user_err(), "F:1: alloc: conn"));
	assert_non_null(strstr(ctl_user_err(), "F:2: reserve: conn"));
}

static void batch_of_nothing_is_done(void **state)
{
	(void)state;
	assert_int_equal(atomic("batch --atomic", "# nothing\n\n"), 0);
	ctl_user_expect("", "");
	assert_false(mbc_connected(user.session.client));
}

/* Expect what could not be read not to be taken for nothing. */
static void memory_that_ends_at_the_first_line_is_told(void **state)
{
	enum ctl_exit status;

	(void)state;
	failing_alloc_after(0);
	status = atomic("batch --atomic", "alloc b 4K\n");
	failing_alloc_after(SIZE_MAX);
	assert_int_equal(status, 4);
	ctl_user_expect("", "memblockctl: batch: out of memory\n");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ctl_user_start, ctl_user_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(lines_print_what_was_answered),
	    TEST(json_has_an_object_for_each_line),
	    TEST(line_refused_says_so_and_others_are_aborted),
	    TEST(line_that_makes_no_sense_aborts_the_others),
	    TEST(line_alone_that_makes_no_sense_is_a_usage_error),
	    TEST(line_about_another_instance_is_a_usage_error),
	    TEST(refusal_of_the_whole_is_told_of_every_line),
	    TEST(connection_lost_is_told_of_every_line),
	    TEST(batch_of_nothing_is_done),
	    TEST(memory_that_ends_at_the_first_line_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
