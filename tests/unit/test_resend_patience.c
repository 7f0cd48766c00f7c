/* SPDX-License-Identifier: BSD-2-Clause */
/* How long requests wait for a server that is gone. */
#include "client/resend.h"

#include "resending.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* Expect the change to be in doubt, and the read and what was never sent not
 * to be. */
static void patience_that_ends_answers_as_any_loss(void **state)
{
	const uint64_t change =
	    mbc_send(resending.client, mbc_reserve("b", 0, 1));
	const uint64_t read = mbc_send(resending.client, mbc_dump("b"));
	uint64_t late;

	(void)state;
	mbc_client_set_patience(resending.client, 0);
	resending_process();
	resending_lose();
	late = mbc_send(resending.client, mbc_reserve("b", 1, 1));
	resending_process();
	resending_expect(mbc_take(resending.client, change), MBC_UNKNOWN, true);
	resending_expect(
	    mbc_take(resending.client, read), MBC_UNAVAILABLE, true);
	resending_expect(
	    mbc_wait(resending.client, late), MBC_UNAVAILABLE, true);
	assert_int_equal(mbc_in_flight(resending.client), 0);
}

/* A server that is gone for good: expect the wait to end with the patience. */
static void wait_for_a_server_that_is_gone_ends(void **state)
{
	const uint64_t id = mbc_send(resending.client, mbc_reserve("b", 0, 1));

	(void)state;
	resending_process();
	mbc_client_set_patience(resending.client, 50);
	fake_server_stop(&resending.server);
	resending_expect(mbc_wait(resending.client, id), MBC_UNKNOWN, true);
	resending_expect(mbc_call(resending.client, mbc_reserve("b", 0, 1)),
	    MBC_UNAVAILABLE, true);
	fake_server_start(&resending.server);
}

static void time_of_a_request_runs_while_it_waits_to_be_sent(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);
	uint64_t id;

	(void)state;
	mbc_request_set_timeout(request, 30);
	id = mbc_send(resending.client, request);
	resending_process();
	fake_server_stop(&resending.server);
	resending_expect(
	    mbc_wait(resending.client, id), MBC_DEADLINE_EXCEEDED, true);
	fake_server_start(&resending.server);
}

/* Never sent: expect no doubt. */
static void request_out_of_time_before_it_was_sent_is_not_in_doubt(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);
	struct mbc_answer *answer;

	(void)state;
	resending_lose();
	fake_server_stop(&resending.server);
	mbc_request_set_timeout(request, 1);
	answer =
	    mbc_wait(resending.client, mbc_send(resending.client, request));
	assert_int_equal(mbc_answer_code(answer), MBC_DEADLINE_EXCEEDED);
	assert_string_equal(mbc_answer_message(answer), "no answer in time");
	mbc_answer_free(answer);
	fake_server_start(&resending.server);
}

/* Expect what was said before mbc_use_keys() to hold. */
static void patience_may_be_set_before_keys_are_asked_for(void **state)
{
	struct mbc_client *other = mbc_client_new("unix:/nowhere/socket");

	(void)state;
	mbc_client_set_patience(other, 1000);
	mbc_use_keys(other);
	mbc_send(other, mbc_reserve("b", 0, 1));
	assert_in_range(mbc_timeout_ms(other), 0, 1000);
	mbc_client_free(other);
}

/* Expect a request to have the whole patience where all that waited before it
 * has ended. */
static void patience_begins_anew_when_nothing_waits(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);

	(void)state;
	resending_lose();
	fake_server_stop(&resending.server);
	mbc_client_set_patience(resending.client, 30000);
	mbc_request_set_timeout(request, 1);
	resending_expect(
	    mbc_wait(resending.client, mbc_send(resending.client, request)),
	    MBC_DEADLINE_EXCEEDED, true);
	mbc_client_set_patience(resending.client, 90000);
	mbc_send(resending.client, mbc_reserve("b", 0, 1));
	assert_in_range(mbc_timeout_ms(resending.client), 60000, 90000);
	fake_server_start(&resending.server);
}

/* An answer that nobody has taken, and a server that is gone: expect the wait
 * for another answer to sleep between its attempts. */
static void wait_sleeps_also_while_another_answer_is_there(void **state)
{
	const uint64_t there = mbc_send(resending.client, mbc_ping());
	const uint64_t other = mbc_send(resending.client, mbc_ping());
	clock_t busy;

	(void)state;
	mbc_client_set_patience(resending.client, 500);
	resending_process();
	fake_server_send_ok(&resending.server, there);
	resending_process();
	fake_server_stop(&resending.server);
	busy = clock();
	resending_expect(
	    mbc_wait(resending.client, other), MBC_UNAVAILABLE, true);
	busy = clock() - busy;
	assert_in_range(busy, 0, CLOCKS_PER_SEC / 20);
	resending_expect_ok(there);
	fake_server_start(&resending.server);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, resending_start, resending_stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(patience_that_ends_answers_as_any_loss),
	    CASE(wait_for_a_server_that_is_gone_ends),
	    CASE(time_of_a_request_runs_while_it_waits_to_be_sent),
	    CASE(request_out_of_time_before_it_was_sent_is_not_in_doubt),
	    CASE(patience_may_be_set_before_keys_are_asked_for),
	    CASE(patience_begins_anew_when_nothing_waits),
	    CASE(wait_sleeps_also_while_another_answer_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
