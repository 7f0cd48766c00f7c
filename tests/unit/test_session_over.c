/* SPDX-License-Identifier: BSD-2-Clause */
/* Those who wait for a session to be over. */
#include "daemon/session.h"

#include "tests/unit/session_fixture.h"

#include <event2/buffer.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t resumed;

static void resume(void *arg)
{
	assert_ptr_equal(arg, &resumed);
	resumed++;
}

static bool is_resumed(void *arg)
{
	(void)arg;
	return resumed > 0;
}

static struct session_waiter waiter = {.resume = resume, .arg = &resumed};

/* Expect nothing but the end to call. */
static void wait_for_the_end(void)
{
	resumed = 0;
	send_each("a");
	run_until_messages(1);
	session_when_over(session, &waiter);
	answer('A', 1, false);
	session_go(session);
	assert_answer('A', 1);
	assert_int_equal(resumed, 0);
}

static void end_of_what_the_peer_sends_is_told_once(void **state)
{
	(void)state;
	wait_for_the_end();
	peer_half_close(&peer);
	peer_run_until(base, is_resumed, NULL);
	assert_false(session_is_lost(session));
	session_go(session);
	assert_int_equal(resumed, 1);
}

static void end_of_a_connection_that_is_lost_is_told(void **state)
{
	(void)state;
	wait_for_the_end();
	session_list_abort(&list);
	assert_int_equal(resumed, 1);
}

static void end_of_a_session_that_takes_nothing_in_is_told(void **state)
{
	(void)state;
	wait_for_the_end();
	session_list_finish(&list);
	assert_int_equal(resumed, 1);
}

static void end_of_a_session_that_is_broken_is_told(void **state)
{
	(void)state;
	wait_for_the_end();
	session_break(session, "a test");
	session_go(session);
	assert_int_equal(resumed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		end_of_what_the_peer_sends_is_told_once, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		end_of_a_connection_that_is_lost_is_told, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		end_of_a_session_that_takes_nothing_in_is_told, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		end_of_a_session_that_is_broken_is_told, session_begin,
		session_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
