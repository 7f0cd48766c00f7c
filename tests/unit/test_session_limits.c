/* SPDX-License-Identifier: BSD-2-Clause */
/* What a session does when there is too much of something, or too little. */
#include "daemon/session.h"

#include "tests/unit/session_fixture.h"

#include <event2/buffer.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- limits ---- */

/* Expect the third to wait, read or not, until one of the two is answered. */
static void session_with_too_many_in_flight_pauses_and_goes_on(void **state)
{
	(void)state;
	limits.in_flight_max = 2;
	send_each("abc");
	run_until_messages(2);
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 2);

	answer('A', 1, false); /* a part: still in flight */
	session_go(session);
	assert_int_equal(message_count, 2);
	answer('A', 1, true);
	session_go(session);
	assert_string_equal(messages, "abc");
}

/* Expect what was sent during the pause to be read after it. */
static void session_that_paused_reads_again(void **state)
{
	(void)state;
	limits.in_flight_max = 1;
	send_each("a");
	run_until_messages(1);
	send_each("b");
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 1);
	answer('A', 1, true);
	session_go(session);
	run_until_messages(2);
}

/* Expect nothing more to be handed over while a megabyte waits for the peer to
 * take it. */
static void session_with_too_much_queued_pauses_and_goes_on(void **state)
{
	(void)state;
	limits.queued_bytes_max = 1024;
	answer_at_once = 1 << 20;
	peer_stop_taking(&peer);
	send_each("abc");
	run_until_messages(1);
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 1);
	assert_true(session_queued(session) >= 1024);

	peer_go_on_taking(&peer);
	peer_run_until_bytes(base, &peer, 3 * (3 + (1 << 20)));
	assert_string_equal(messages, "abc");
	assert_int_equal(session_queued(session), 0);
}

/* Expect an answer that waits for the journal to count like one that waits for
 * the peer. */
static void bytes_that_wait_elsewhere_count_as_queued(void **state)
{
	(void)state;
	limits.queued_bytes_max = 1024;
	send_each("a");
	run_until_messages(1);
	session_expect(session, 1024);
	session_go(session);
	send_each("b");
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 1);
	session_expect(session, -1024);
	session_go(session);
	run_until_messages(2);
}

/* Expect all of a hundred small requests that came in one read to be answered,
 * though after each few of them what may be queued is, and leaves at once. */
static void frames_behind_a_queue_that_empties_at_once_go_on(void **state)
{
	char frames[200];
	size_t i;

	(void)state;
	limits.queued_bytes_max = 1024;
	answer_at_once = 100;
	for (i = 0; i < 100; i++)
		memcpy(frames + 2 * i, "\x01x", 2);
	peer_send(&peer, frames, sizeof(frames));
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 100);
}

/* Expect the same of a peer that sends nothing more: it has asked for all of
 * them. */
static void frames_of_a_half_closed_peer_go_on_too(void **state)
{
	char frames[200];
	size_t i;

	(void)state;
	limits.queued_bytes_max = 1024;
	answer_at_once = 100;
	for (i = 0; i < 100; i++)
		memcpy(frames + 2 * i, "\x01x", 2);
	peer_send(&peer, frames, sizeof(frames));
	peer_half_close(&peer);
	peer_run_until_set(base, &peer.ended);
	assert_int_equal(message_count, 100);
}

/* ---- broken peers ---- */

static void assert_farewell_and_end(void)
{
	const uint8_t *message;
	size_t size;

	peer_run_until_set(base, &peer.ended);
	message = peer_take_message(&peer, &size);
	assert_non_null(message);
	assert_int_equal(size, 3);
	assert_memory_equal(message, "bye", 3);
	assert_int_equal(gone_count, 1);
}

static void frame_over_the_limit_is_a_fault_and_the_end(void **state)
{
	(void)state;
	peer_send(&peer, "\x81\x80\x40", 3);
	assert_farewell_and_end();
	assert_int_equal(last_fault, SESSION_FRAME_TOO_LONG);
	assert_int_equal(fault_size, (1 << 20) + 1);
	assert_int_equal(fault_count, 1);
}

static void length_that_never_ends_is_a_fault_and_the_end(void **state)
{
	(void)state;
	peer_send(&peer, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10);
	assert_farewell_and_end();
	assert_int_equal(last_fault, SESSION_FRAME_MALFORMED);
}

/* Expect what came before the fault to be answered before the end, and what
 * came behind it never to be handed over. */
static void requests_before_a_fault_are_answered(void **state)
{
	const uint8_t *message;
	size_t size;

	(void)state;
	says_farewell = false;
	peer_send(&peer,
	    "\x01"
	    "a"
	    "\x81\x80\x40"
	    "\x01"
	    "b",
	    7);
	run_until_messages(1);
	assert_int_equal(fault_count, 1);
	peer_run_what_is_ready(base);
	assert_false(peer.ended);
	answer('A', 1, true);
	session_go(session);
	peer_run_until_set(base, &peer.ended);
	message = peer_take_message(&peer, &size);
	assert_non_null(message);
	assert_int_equal(message[0], 'A');
	assert_int_equal(message_count, 1);
}

/* Expect a word about it; a second passes, the least there is, as in the next
 * test. */
static void peer_that_stops_within_a_frame_is_told_and_closed(void **state)
{
	(void)state;
	limits.stall_seconds = 1;
	peer_send(&peer,
	    "\x05"
	    "ab",
	    3);
	assert_farewell_and_end();
	assert_int_equal(last_fault, SESSION_STALLED);
	assert_int_equal(message_count, 0);
}

static void peer_that_does_not_take_its_answers_is_closed(void **state)
{
	(void)state;
	limits.stall_seconds = 1;
	answer_at_once = 4 << 20;
	peer_stop_taking(&peer);
	send_each("a");
	peer_run_until_set(base, &gone);
	assert_int_equal(fault_count, 0);
	assert_int_equal(list.count, 0);
}

static void session_that_is_broken_hands_over_nothing_more(void **state)
{
	(void)state;
	send_each("a");
	run_until_messages(1);
	session_break(session, "a test");
	send_each("b");
	peer_run_what_is_ready(base);
	assert_int_equal(message_count, 1);
	answer('A', 1, true);
	session_go(session);
	assert_answer('A', 1);
	peer_run_until_set(base, &peer.ended);
}

/* ---- those who wait for room ---- */

static size_t resumed;

static void resume(void *arg)
{
	assert_ptr_equal(arg, &resumed);
	resumed++;
}

static struct session_waiter waiter = {.resume = resume, .arg = &resumed};

/* Queues a megabyte that the peer does not take, and waits for it to. */
static void wait_behind_a_megabyte(void)
{
	resumed = 0;
	limits.queued_bytes_max = 1 << 20;
	peer_stop_taking(&peer);
	send_each("a");
	run_until_messages(1);
	answer('A', 2 << 20, false);
	session_go(session);
	session_when_taken(session, &waiter);
	peer_run_what_is_ready(base);
	assert_int_equal(resumed, 0);
}

static bool is_resumed(void *arg)
{
	(void)arg;
	return resumed > 0;
}

static void waiter_is_called_once_when_half_is_taken(void **state)
{
	(void)state;
	wait_behind_a_megabyte();
	peer_go_on_taking(&peer);
	peer_run_until(base, is_resumed, NULL);
	assert_true(session_queued(session) < 1 << 19);
	peer_run_until_bytes(base, &peer, 2 << 20);
	session_go(session);
	assert_int_equal(resumed, 1);
}

static void waiter_is_called_when_the_connection_is_lost(void **state)
{
	(void)state;
	wait_behind_a_megabyte();
	peer_close(&peer);
	peer_run_until(base, is_resumed, NULL);
	assert_true(session_is_lost(session));
	assert_int_equal(resumed, 1);
	assert_int_equal(list.count, 1); /* what it answers is in flight */
}

static void waiter_is_called_when_the_daemon_stops(void **state)
{
	(void)state;
	wait_behind_a_megabyte();
	session_list_abort(&list);
	assert_int_equal(resumed, 1);
}

static void waiter_with_room_is_called_by_the_next_go(void **state)
{
	(void)state;
	resumed = 0;
	session_when_taken(session, &waiter);
	assert_int_equal(resumed, 0);
	session_go(session);
	assert_int_equal(resumed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		session_with_too_many_in_flight_pauses_and_goes_on,
		session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_paused_reads_again, session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		session_with_too_much_queued_pauses_and_goes_on, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		bytes_that_wait_elsewhere_count_as_queued, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		frames_behind_a_queue_that_empties_at_once_go_on, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		frames_of_a_half_closed_peer_go_on_too, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		frame_over_the_limit_is_a_fault_and_the_end, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		length_that_never_ends_is_a_fault_and_the_end, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		requests_before_a_fault_are_answered, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		peer_that_stops_within_a_frame_is_told_and_closed,
		session_begin, session_end),
	    cmocka_unit_test_setup_teardown(
		peer_that_does_not_take_its_answers_is_closed, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		session_that_is_broken_hands_over_nothing_more, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		waiter_is_called_once_when_half_is_taken, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		waiter_is_called_when_the_connection_is_lost, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		waiter_is_called_when_the_daemon_stops, session_begin,
		session_end),
	    cmocka_unit_test_setup_teardown(
		waiter_with_room_is_called_by_the_next_go, session_begin,
		session_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
