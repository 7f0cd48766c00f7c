/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/resend.h"

#include "fake_server.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct fake_server server;
static struct mbc_client *client;

static int connect_pair(void **state)
{
	(void)state;
	fake_server_start(&server);
	client = mbc_client_new(server.address);
	mbc_use_keys(client);
	assert_int_equal(mbc_connect(client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&server);
	return 0;
}

static int part_pair(void **state)
{
	(void)state;
	mbc_client_free(client);
	fake_server_stop(&server);
	return 0;
}

/* Lets what is in line leave, and takes what has come. */
static void process(void)
{
	mbc_process(client, POLLIN);
}

/* The server takes the next request; its id and its key. */
static uint64_t receive_key(uint8_t ret_key[64], size_t *ret_size)
{
	Memblock__V1__Request *request = fake_server_receive(&server);
	uint64_t id;

	assert_non_null(request);
	id = request->id;
	*ret_size = request->has_request_key ? request->request_key.len : 0;
	if (*ret_size > 0)
		memcpy(ret_key, request->request_key.data, *ret_size);
	memblock__v1__request__free_unpacked(request, NULL);
	return id;
}

static uint64_t receive_id(void)
{
	uint8_t key[64];
	size_t size;

	return receive_key(key, &size);
}

static void expect_answer(
    struct mbc_answer *answer, enum mbc_code code, bool is_local)
{
	assert_non_null(answer);
	assert_int_equal(mbc_answer_code(answer), code);
	assert_int_equal(mbc_answer_is_local(answer), is_local);
	mbc_answer_free(answer);
}

static void expect_ok(uint64_t id)
{
	expect_answer(mbc_wait(client, id), MBC_OK, false);
}

static void lose_connection(void)
{
	fake_server_hang_up(&server);
	process();
	assert_false(mbc_connected(client));
}

/* ---- keys ---- */

/* Expect the time now, then what is the client's, then a number that grows. */
static void key_begins_with_a_big_endian_time(void **state)
{
	uint8_t first[64], second[64];
	struct timespec now;
	uint64_t us = 0;
	size_t size, i;

	(void)state;
	mbc_send(client, mbc_reserve("b", 0, 1));
	mbc_send(client, mbc_reserve("b", 0, 1));
	process();
	receive_key(first, &size);
	assert_int_equal(size, 24);
	receive_key(second, &size);
	assert_int_equal(size, 24);
	for (i = 0; i < 8; i++)
		us = us << 8 | first[i];
	/* time() would do with a coarser clock, which can be behind. */
	clock_gettime(CLOCK_REALTIME, &now);
	assert_in_range((uint64_t)now.tv_sec - us / 1000000, 0, 60);
	assert_true(memcmp(first, second, 24) < 0);
	assert_memory_equal(first + 8, second + 8, 8);
}

static void key_that_was_given_is_left(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);
	uint8_t key[64];
	size_t size;

	(void)state;
	mbc_request_set_key(request, "mine", 4);
	mbc_send(client, request);
	process();
	receive_key(key, &size);
	assert_int_equal(size, 4);
	assert_memory_equal(key, "mine", 4);
}

/* Expect none on what changes nothing. */
static void read_and_dry_run_have_no_key(void **state)
{
	struct mbc_request *dry = mbc_reserve("b", 0, 1);
	uint8_t key[64];
	size_t size;

	(void)state;
	mbc_request_set_dry_run(dry);
	mbc_send(client, mbc_dump("b"));
	mbc_send(client, dry);
	process();
	receive_key(key, &size);
	assert_int_equal(size, 0);
	receive_key(key, &size);
	assert_int_equal(size, 0);
}

/* Servers take none on an import, whose parts belong to one connection: expect
 * no key, and the import to end with its connection. */
static void import_has_no_key_and_is_not_sent_again(void **state)
{
	const uint64_t id = mbc_send(client, mbc_import("b"));
	uint8_t key[64];
	size_t size;

	(void)state;
	process();
	receive_key(key, &size);
	assert_int_equal(size, 0);
	lose_connection();
	expect_answer(mbc_take(client, id), MBC_UNKNOWN, true);
	expect_answer(mbc_take(client, mbc_send(client, mbc_import("b"))),
	    MBC_UNAVAILABLE, true);
}

/* ---- sending again ---- */

/* Expect what was not answered to come again, under the same ids and keys, in
 * the same order, and what was answered not. */
static void unanswered_requests_come_again_on_the_next_connection(void **state)
{
	uint8_t before[64], after[64];
	size_t size;

	(void)state;
	mbc_send(client, mbc_reserve("b", 0, 1));
	mbc_send(client, mbc_reserve("b", 1, 1));
	mbc_send(client, mbc_dump("b"));
	process();
	assert_int_equal(receive_id(), 1);
	assert_int_equal(receive_key(before, &size), 2);
	fake_server_send_ok(&server, 1);
	expect_ok(1);
	lose_connection();
	assert_int_equal(mbc_connect(client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&server);
	process();
	assert_int_equal(receive_key(after, &size), 2);
	assert_memory_equal(before, after, size);
	assert_int_equal(receive_id(), 3);
	fake_server_send_ok(&server, 2);
	fake_server_send_ok(&server, 3);
	expect_ok(2);
	expect_ok(3);
	assert_int_equal(mbc_in_flight(client), 0);
}

static void answer_ok(
    struct fake_server *fake, const Memblock__V1__Request *request)
{
	fake_server_send_ok(fake, request->id);
}

/* Expect mbc_wait() to connect by itself. */
static void wait_connects_again(void **state)
{
	const uint64_t id = mbc_send(client, mbc_reserve("b", 0, 1));

	(void)state;
	process();
	lose_connection();
	fake_server_serve(&server, answer_ok);
	expect_ok(id);
}

static void request_sent_without_a_connection_waits_for_one(void **state)
{
	uint64_t id;

	(void)state;
	lose_connection();
	id = mbc_send(client, mbc_reserve("b", 0, 1));
	assert_int_equal(mbc_in_flight(client), 1);
	fake_server_serve(&server, answer_ok);
	expect_ok(id);
}

/* Expect the parts of before to be forgotten: each entry comes once. */
static void answer_in_parts_begins_again(void **state)
{
	Memblock__V1__LogResult log = MEMBLOCK__V1__LOG_RESULT__INIT;
	Memblock__V1__LogEntry entry = MEMBLOCK__V1__LOG_ENTRY__INIT;
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	struct mbc_answer *answer;
	const uint64_t id = mbc_send(client, mbc_log("b"));

	(void)state;
	part.has_id = part.has_more = part.more = 1;
	part.id = id;
	part.status = &status;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	log.n_entries = 1;
	log.entries = (Memblock__V1__LogEntry *[]){&entry};
	process();
	fake_server_send(&server, &part);
	process();
	lose_connection();
	assert_int_equal(mbc_connect(client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&server);
	process();
	assert_int_equal(receive_id(), id);
	fake_server_send(&server, &part);
	fake_server_send_ok(&server, id);
	answer = mbc_wait(client, id);
	assert_int_equal(mbc_answer_entry_count(answer), 1);
	mbc_answer_free(answer);
}

/* Expect no second first part for one who has it. */
static void answer_handed_out_in_parts_is_not_asked_for_again(void **state)
{
	struct mbc_request *request = mbc_log("b");
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	uint64_t id;

	(void)state;
	mbc_request_set_in_parts(request);
	id = mbc_send(client, request);
	part.has_id = part.has_more = part.more = 1;
	part.id = id;
	part.status = &status;
	process();
	fake_server_send(&server, &part);
	expect_ok(id);
	lose_connection();
	expect_answer(mbc_take(client, id), MBC_UNAVAILABLE, true);
}

/* ---- giving up ---- */

/* Expect the change to be in doubt, and the read and what was never sent not
 * to be. */
static void patience_that_ends_answers_as_any_loss(void **state)
{
	const uint64_t change = mbc_send(client, mbc_reserve("b", 0, 1));
	const uint64_t read = mbc_send(client, mbc_dump("b"));
	uint64_t late;

	(void)state;
	mbc_client_set_patience(client, 0);
	process();
	lose_connection();
	late = mbc_send(client, mbc_reserve("b", 1, 1));
	process();
	expect_answer(mbc_take(client, change), MBC_UNKNOWN, true);
	expect_answer(mbc_take(client, read), MBC_UNAVAILABLE, true);
	expect_answer(mbc_wait(client, late), MBC_UNAVAILABLE, true);
	assert_int_equal(mbc_in_flight(client), 0);
}

/* A server that is gone for good: expect the wait to end with the patience. */
static void wait_for_a_server_that_is_gone_ends(void **state)
{
	const uint64_t id = mbc_send(client, mbc_reserve("b", 0, 1));

	(void)state;
	process();
	mbc_client_set_patience(client, 50);
	fake_server_stop(&server);
	expect_answer(mbc_wait(client, id), MBC_UNKNOWN, true);
	expect_answer(
	    mbc_call(client, mbc_reserve("b", 0, 1)), MBC_UNAVAILABLE, true);
	fake_server_start(&server);
}

static void time_of_a_request_runs_while_it_waits_to_be_sent(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);
	uint64_t id;

	(void)state;
	mbc_request_set_timeout(request, 30);
	id = mbc_send(client, request);
	process();
	fake_server_stop(&server);
	expect_answer(mbc_wait(client, id), MBC_DEADLINE_EXCEEDED, true);
	fake_server_start(&server);
}

/* Never sent: expect no doubt. */
static void request_out_of_time_before_it_was_sent_is_not_in_doubt(void **state)
{
	struct mbc_request *request = mbc_reserve("b", 0, 1);
	struct mbc_answer *answer;

	(void)state;
	lose_connection();
	fake_server_stop(&server);
	mbc_request_set_timeout(request, 1);
	answer = mbc_wait(client, mbc_send(client, request));
	assert_int_equal(mbc_answer_code(answer), MBC_DEADLINE_EXCEEDED);
	assert_string_equal(mbc_answer_message(answer), "no answer in time");
	mbc_answer_free(answer);
	fake_server_start(&server);
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
	lose_connection();
	fake_server_stop(&server);
	mbc_client_set_patience(client, 30000);
	mbc_request_set_timeout(request, 1);
	expect_answer(mbc_wait(client, mbc_send(client, request)),
	    MBC_DEADLINE_EXCEEDED, true);
	mbc_client_set_patience(client, 90000);
	mbc_send(client, mbc_reserve("b", 0, 1));
	assert_in_range(mbc_timeout_ms(client), 60000, 90000);
	fake_server_start(&server);
}

/* An answer that nobody has taken, and a server that is gone: expect the wait
 * for another answer to sleep between its attempts. */
static void wait_sleeps_also_while_another_answer_is_there(void **state)
{
	const uint64_t there = mbc_send(client, mbc_ping());
	const uint64_t other = mbc_send(client, mbc_ping());
	clock_t busy;

	(void)state;
	mbc_client_set_patience(client, 500);
	process();
	fake_server_send_ok(&server, there);
	process();
	fake_server_stop(&server);
	busy = clock();
	expect_answer(mbc_wait(client, other), MBC_UNAVAILABLE, true);
	busy = clock() - busy;
	assert_in_range(busy, 0, CLOCKS_PER_SEC / 20);
	expect_ok(there);
	fake_server_start(&server);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, connect_pair, part_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(key_begins_with_a_big_endian_time),
	    CASE(key_that_was_given_is_left),
	    CASE(read_and_dry_run_have_no_key),
	    CASE(import_has_no_key_and_is_not_sent_again),
	    CASE(unanswered_requests_come_again_on_the_next_connection),
	    CASE(wait_connects_again),
	    CASE(request_sent_without_a_connection_waits_for_one),
	    CASE(answer_in_parts_begins_again),
	    CASE(answer_handed_out_in_parts_is_not_asked_for_again),
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
