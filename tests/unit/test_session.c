/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/session.h"

#include "tests/unit/session_fixture.h"

#include <event2/buffer.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- frames ---- */

static void two_frames_in_one_write_are_two_messages(void **state)
{
	(void)state;
	peer_send(&peer,
	    "\x01"
	    "a"
	    "\x02"
	    "bb",
	    5);
	run_until_messages(2);
	assert_string_equal(messages, "ab");
	assert_int_equal(last_size, 2);
}

/* Expect a frame of 300 bytes with a header of two to be put together again
 * wherever it was cut, and to be handed over only when it is whole. */
static void frame_cut_anywhere_is_put_together(void **state)
{
	static char frame[302] = "\xac\x02";
	size_t cut;

	(void)state;
	memset(frame + 2, 'x', 300);
	answer_at_once = 1;
	for (cut = 1; cut < sizeof(frame); cut++) {
		peer_send(&peer, frame, cut);
		peer_run_what_is_ready(base);
		assert_int_equal(message_count, 0);
		peer_send(&peer, frame + cut, sizeof(frame) - cut);
		run_until_messages(1);
		assert_int_equal(last_size, 300);
		message_count = 0;
	}
}

static void empty_message_is_handed_over(void **state)
{
	(void)state;
	peer_send(&peer, "\0\0", 2);
	run_until_messages(2);
	assert_string_equal(messages, "--");
}

static void frame_of_just_the_limit_is_taken(void **state)
{
	static char frame[3 + (1 << 20)] = "\x80\x80\x40";

	(void)state;
	memset(frame + 3, 'x', 1 << 20);
	peer_send(&peer, frame, sizeof(frame));
	run_until_messages(1);
	assert_int_equal(last_size, 1 << 20);
}

static void answers_leave_in_the_order_they_were_given(void **state)
{
	(void)state;
	answer_at_once = 3;
	send_each("ab");
	assert_answer('a', 3);
	assert_answer('b', 3);
}

/* Expect one that is handed to the buffer as it is to arrive between two that
 * are copied. */
static void large_answer_arrives_between_small_ones(void **state)
{
	(void)state;
	send_each("a");
	run_until_messages(1);
	answer('s', 10, false);
	answer('l', 1000000, false);
	answer('s', 10, true);
	session_go(session);
	assert_answer('s', 10);
	peer_run_until_bytes(base, &peer, 1000003);
	assert_answer('l', 1000000);
	assert_answer('s', 10);
}

static void principal_is_what_it_was_opened_with(void **state)
{
	(void)state;
	assert_string_equal(session_principal(session), "uid:1000");
	assert_false(session_is_lost(session));
	assert_int_equal(list.count, 1);
}

/* ---- peers that go ---- */

static void half_closed_peer_gets_its_answers_and_the_end(void **state)
{
	(void)state;
	send_each("abc");
	peer_half_close(&peer);
	run_until_messages(3);
	peer_run_what_is_ready(base);
	assert_false(peer.ended);
	answer('A', 1, true);
	answer('B', 1, true);
	answer('C', 1, true);
	session_go(session);
	assert_answer('A', 1);
	assert_answer('B', 1);
	assert_answer('C', 1);
	peer_run_until_set(base, &peer.ended);
	assert_int_equal(gone_count, 1);
}

static void half_a_frame_and_the_end_is_closed_without_a_word(void **state)
{
	(void)state;
	peer_send(&peer,
	    "\x05"
	    "ab",
	    3);
	peer_half_close(&peer);
	peer_run_until_set(base, &peer.ended);
	assert_int_equal(message_count, 0);
	assert_int_equal(fault_count, 0);
	assert_int_equal(list.count, 0);
}

/* Expect the session to outlive its connection until the last is answered, and
 * those answers to go nowhere. */
static void session_of_a_lost_connection_waits_for_its_answers(void **state)
{
	(void)state;
	send_each("abc");
	run_until_messages(3);
	session_expect(session, 10);
	peer_close(&peer);
	answer('A', 1 << 20, true); /* finds that nobody is there */
	session_go(session);
	peer_run_what_is_ready(base);
	assert_true(session_is_lost(session));
	assert_int_equal(session_queued(session), 0);
	assert_int_equal(list.count, 1);
	session_expect(session, -10);
	answer('B', 10, true);
	session_go(session);
	assert_int_equal(gone_count, 0);
	answer('C', 1 << 20, true);
	session_go(session);
	assert_int_equal(gone_count, 1);
	assert_int_equal(list.count, 0);
}

static void idle_session_goes_with_its_peer(void **state)
{
	(void)state;
	peer_close(&peer);
	peer_run_until_set(base, &gone);
	assert_int_equal(list.count, 0);
	assert_null(list.first);
}

/* ---- holding ---- */

static void session_that_is_held_writes_at_the_last_release(void **state)
{
	(void)state;
	send_each("a");
	run_until_messages(1);
	session_hold(session);
	session_hold(session);
	answer('A', 1, true);
	session_go(session);
	session_release(session);
	assert_nothing_came();
	session_release(session);
	assert_answer('A', 1);
}

static void session_that_is_held_outlives_its_last_answer(void **state)
{
	(void)state;
	send_each("a");
	run_until_messages(1);
	session_hold(session);
	session_list_abort(&list);
	answer('A', 1, true);
	session_go(session);
	assert_int_equal(gone_count, 0);
	session_release(session);
	assert_int_equal(gone_count, 1);
}

/* ---- waiting for one that takes effect later ---- */

static void session_that_is_paused_hands_over_nothing(void **state)
{
	(void)state;
	send_each("a");
	run_until_messages(1);
	session_pause(session);
	send_each("bc");
	peer_run_what_is_ready(base);
	assert_string_equal(messages, "a");
	answer('A', 1, true);
	session_resume(session);
	assert_answer('A', 1);
	run_until_messages(3);
	assert_string_equal(messages, "abc");
}

/* Expect it to go on with the last resume. */
static void session_that_is_paused_twice_waits_for_both(void **state)
{
	(void)state;
	send_each("ab");
	run_until_messages(2);
	session_pause(session);
	session_pause(session);
	send_each("c");
	session_resume(session);
	peer_run_what_is_ready(base);
	assert_string_equal(messages, "ab");
	session_resume(session);
	run_until_messages(3);
}

static void session_that_is_paused_goes_with_its_last_answer(void **state)
{
	(void)state;
	send_each("a");
	run_until_messages(1);
	session_pause(session);
	peer_close(&peer);
	peer_run_what_is_ready(base);
	assert_int_equal(gone_count, 0);
	answer('A', 1, true);
	session_resume(session);
	peer_run_until_set(base, &gone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		two_frames_in_one_write_are_two_messages, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		frame_cut_anywhere_is_put_together, session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		empty_message_is_handed_over, session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		frame_of_just_the_limit_is_taken, session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		answers_leave_in_the_order_they_were_given, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		large_answer_arrives_between_small_ones, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		principal_is_what_it_was_opened_with, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		half_closed_peer_gets_its_answers_and_the_end, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		half_a_frame_and_the_end_is_closed_without_a_word,
		session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		session_of_a_lost_connection_waits_for_its_answers,
		session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		idle_session_goes_with_its_peer, session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_is_held_writes_at_the_last_release, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_is_held_outlives_its_last_answer, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_is_paused_hands_over_nothing, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_is_paused_twice_waits_for_both, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_is_paused_goes_with_its_last_answer, session_begin,
		session_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
