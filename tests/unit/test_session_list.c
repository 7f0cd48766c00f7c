/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/session.h"

#include "tests/unit/session_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void list_that_finishes_answers_what_it_took_in(void **state)
{
	struct session *idle;
	struct peer other;

	(void)state;
	idle = session_open(&list, peer_open_pair(&other, base), "uid:1");
	assert_non_null(idle);
	send_each("a");
	run_until_messages(1);
	session_list_finish(&list);
	peer_run_until_set(base, &other.ended); /* it asked nothing */
	assert_int_equal(gone_count, 1);
	send_each("b");
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 1);
	answer('A', 1, true);
	session_go(session);
	assert_answer('A', 1);
	assert_int_equal(gone_count, 2);
	peer_close(&other);
}

static void list_that_aborts_closes_every_session_at_once(void **state)
{
	struct peer other;

	(void)state;
	session_open(&list, peer_open_pair(&other, base), "uid:1");
	session_list_abort(&list);
	assert_int_equal(gone_count, 2);
	assert_int_equal(list.count, 0);
	assert_null(list.first);
	peer_run_until_set(base, &peer.ended);
	peer_run_until_set(base, &other.ended);
	peer_close(&other);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, session_begin, session_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(list_that_finishes_answers_what_it_took_in),
	    CASE(list_that_aborts_closes_every_session_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
