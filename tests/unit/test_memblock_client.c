/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/memblock_client.h"

#include "fake_server.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct pair {
	struct fake_server server;
	struct mbc_client *client;
};

static struct pair pair;

static int connect_pair(void **state)
{
	(void)state;
	fake_server_start(&pair.server);
	pair.client = mbc_client_new(pair.server.address);
	assert_int_equal(mbc_connect(pair.client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&pair.server);
	return 0;
}

static int part_pair(void **state)
{
	(void)state;
	mbc_client_free(pair.client);
	fake_server_stop(&pair.server);
	return 0;
}

static enum mbc_code wait_for(uint64_t id)
{
	struct mbc_answer *answer = mbc_wait(pair.client, id);
	enum mbc_code code = mbc_answer_code(answer);

	assert_non_null(answer);
	assert_int_equal(mbc_answer_id(answer), id);
	mbc_answer_free(answer);
	return code;
}

static void refuse(
    struct fake_server *server, const Memblock__V1__Request *request)
{
	fake_server_send_failed(server, request->id,
	    MEMBLOCK__V1__STATUS__CODE__NOT_FOUND, "no instance b");
}

static void call_answered_has_the_servers_code_and_words(void **state)
{
	struct fake_server server;
	struct mbc_client *client;
	struct mbc_answer *answer;

	(void)state;
	fake_server_start(&server);
	fake_server_serve(&server, refuse);
	client = mbc_client_new(server.address);
	answer = mbc_call(client, mbc_reserve("b", 0x1000, 0x2000));
	assert_int_equal(mbc_answer_code(answer), MBC_NOT_FOUND);
	assert_string_equal(mbc_answer_message(answer), "no instance b");
	assert_false(mbc_answer_is_local(answer));
	mbc_answer_free(answer);
	mbc_client_free(client);
	fake_server_stop(&server);
}

/* Expect three requests to leave before any answer is there, with ids of their
 * own, in the order they were sent. */
static void requests_sent_before_any_answer_arrive_in_order(void **state)
{
	Memblock__V1__Request *request;
	uint64_t ids[3];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		ids[i] = mbc_send(pair.client, mbc_reserve("b", i, 1));
	assert_int_equal(mbc_in_flight(pair.client), 3);
	mbc_process(pair.client, 0);
	for (i = 0; i < 3; i++) {
		request = fake_server_receive(&pair.server);
		assert_int_equal(request->id, ids[i]);
		assert_int_equal(request->reserve->address, i);
		memblock__v1__request__free_unpacked(request, NULL);
	}
	for (i = 0; i < 3; i++)
		fake_server_send_ok(&pair.server, ids[i]);
	for (i = 0; i < 3; i++)
		assert_int_equal(wait_for(ids[i]), MBC_OK);
}

/* Expect each request to get its own answer, whichever comes first and
 * whichever is waited for first. */
static void answers_out_of_order_reach_their_requests(void **state)
{
	const uint64_t first = mbc_send(pair.client, mbc_ping());
	const uint64_t second = mbc_send(pair.client, mbc_info("b"));
	const uint64_t third = mbc_send(pair.client, mbc_ping());

	(void)state;
	fake_server_send_ok(&pair.server, third);
	fake_server_send_failed(
	    &pair.server, second, MEMBLOCK__V1__STATUS__CODE__NOT_FOUND, "");
	fake_server_send_ok(&pair.server, first);
	assert_int_equal(wait_for(first), MBC_OK);
	assert_int_equal(wait_for(second), MBC_NOT_FOUND);
	assert_int_equal(wait_for(third), MBC_OK);
}

static void wait_any_hands_answers_over_as_they_came(void **state)
{
	const uint64_t first = mbc_send(pair.client, mbc_ping());
	const uint64_t second = mbc_send(pair.client, mbc_ping());
	struct mbc_answer *answer;

	(void)state;
	fake_server_send_ok(&pair.server, second);
	fake_server_send_ok(&pair.server, first);
	answer = mbc_wait_any(pair.client);
	assert_int_equal(mbc_answer_id(answer), second);
	mbc_answer_free(answer);
	answer = mbc_wait_any(pair.client);
	assert_int_equal(mbc_answer_id(answer), first);
	mbc_answer_free(answer);
	assert_null(mbc_wait_any(pair.client));
}

static void waiting_for_what_was_taken_or_never_sent_gives_nothing(void **state)
{
	const uint64_t id = mbc_send(pair.client, mbc_ping());

	(void)state;
	fake_server_send_ok(&pair.server, id);
	assert_int_equal(wait_for(id), MBC_OK);
	assert_null(mbc_wait(pair.client, id));
	assert_null(mbc_wait(pair.client, 0));
	assert_null(mbc_wait(pair.client, 99));
}

/* Sends regions 0, 1 and 2 of a layout in three parts. */
static void send_dump_in_parts(uint64_t id)
{
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	Memblock__V1__Layout layout = MEMBLOCK__V1__LAYOUT__INIT;
	Memblock__V1__RegionList list = MEMBLOCK__V1__REGION_LIST__INIT;
	Memblock__V1__Region region = MEMBLOCK__V1__REGION__INIT;
	Memblock__V1__Region *regions[] = {&region};
	uint64_t i;

	part.has_id = part.has_more = true;
	part.id = id;
	part.status = &status;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	part.dump = &layout;
	layout.memory = &list;
	list.regions = regions;
	list.n_regions = 1;
	region.has_address = region.has_size = true;
	region.size = 0x1000;
	for (i = 0; i < 3; i++) {
		region.address = i * 0x2000;
		list.has_cnt = i == 0;
		list.cnt = 3;
		part.more = i < 2;
		fake_server_send(&pair.server, &part);
	}
}

static void parts_of_a_dump_become_one_answer(void **state)
{
	const uint64_t id = mbc_send(pair.client, mbc_dump("b"));
	struct mbc_answer *answer;
	uint64_t i;

	(void)state;
	send_dump_in_parts(id);
	answer = mbc_wait(pair.client, id);
	assert_false(mbc_answer_more(answer));
	assert_int_equal(mbc_answer_region_list(answer, MBC_MEMORY)->cnt, 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(
		    mbc_answer_region(answer, MBC_MEMORY, i)->base, i * 0x2000);
	assert_null(mbc_answer_region(answer, MBC_MEMORY, 3));
	mbc_answer_free(answer);
}

/* Expect each part once, with its own region alone, and no more after the
 * last. */
static void parts_asked_for_come_one_by_one(void **state)
{
	struct mbc_request *request = mbc_dump("b");
	struct mbc_answer *answer;
	uint64_t id, i;

	(void)state;
	mbc_request_set_in_parts(request);
	id = mbc_send(pair.client, request);
	send_dump_in_parts(id);
	for (i = 0; i < 3; i++) {
		answer = mbc_wait(pair.client, id);
		assert_int_equal(mbc_answer_more(answer), i < 2);
		assert_int_equal(
		    mbc_answer_region(answer, MBC_MEMORY, 0)->base, i * 0x2000);
		assert_null(mbc_answer_region(answer, MBC_MEMORY, 1));
		mbc_answer_free(answer);
	}
	assert_null(mbc_wait(pair.client, id));
}

static void request_that_makes_no_sense_is_not_sent(void **state)
{
	struct mbc_request *request = mbc_remove("b", 0, 1);
	struct mbc_answer *answer;

	(void)state;
	mbc_request_set(request, MBC_FIELD_ALIGN, 64);
	answer = mbc_call(pair.client, request);
	assert_int_equal(mbc_answer_code(answer), MBC_INVALID_ARGUMENT);
	assert_string_equal(
	    mbc_answer_message(answer), "remove takes no align");
	assert_true(mbc_answer_is_local(answer));
	mbc_answer_free(answer);
	assert_int_equal(mbc_events(pair.client), POLLIN);
}

static void request_that_is_none_is_out_of_memory(void **state)
{
	(void)state;
	assert_int_equal(mbc_send(pair.client, NULL), 0);
	assert_int_equal(mbc_answer_code(mbc_call(pair.client, NULL)),
	    MBC_RESOURCE_EXHAUSTED);
}

static void sending_without_a_connection_is_unavailable_at_once(void **state)
{
	struct mbc_client *client = mbc_client_new("unix:/nonexistent/socket");
	struct mbc_answer *answer;
	uint64_t id;

	(void)state;
	id = mbc_send(client, mbc_reserve("b", 0, 1));
	answer = mbc_take(client, id);
	assert_int_equal(mbc_answer_code(answer), MBC_UNAVAILABLE);
	assert_true(mbc_answer_is_local(answer));
	mbc_answer_free(answer);
	assert_int_equal(mbc_fd(client), -1);
	mbc_client_free(client);
}

static void call_nobody_listens_to_is_unavailable(void **state)
{
	struct mbc_client *client = mbc_client_new("unix:/nonexistent/socket");
	struct mbc_answer *answer;

	(void)state;
	answer = mbc_call(client, mbc_ping());
	assert_int_equal(mbc_answer_code(answer), MBC_UNAVAILABLE);
	assert_string_equal(mbc_answer_message(answer),
	    "cannot connect to unix:/nonexistent/socket: No such file or "
	    "directory");
	mbc_answer_free(answer);
	mbc_client_free(client);
}

/* Expect a call after the server went and came back to notice that before it
 * sends, and to connect anew: nothing is in doubt. */
static void call_after_the_server_came_back_connects_again(void **state)
{
	struct mbc_answer *answer;

	(void)state;
	fake_server_hang_up(&pair.server);
	fake_server_serve(&pair.server, refuse);
	answer = mbc_call(pair.client, mbc_add("b", 0, 1));
	assert_int_equal(mbc_answer_code(answer), MBC_NOT_FOUND);
	mbc_answer_free(answer);
}

/* Expect an event loop to be told to write while a request waits, to read
 * then, and to take at once what has come. */
static void event_loop_is_told_what_to_wait_for(void **state)
{
	struct mbc_request *request = mbc_ping();
	struct mbc_answer *answer;
	uint64_t id;

	(void)state;
	assert_true(mbc_fd(pair.client) >= 0);
	assert_int_equal(mbc_events(pair.client), POLLIN);
	assert_int_equal(mbc_timeout_ms(pair.client), MBC_FOREVER);
	mbc_request_set_timeout(request, 100000);
	id = mbc_send(pair.client, request);
	assert_int_equal(mbc_events(pair.client), POLLIN | POLLOUT);
	assert_in_range(mbc_timeout_ms(pair.client), 1, 100000);
	mbc_process(pair.client, POLLOUT);
	assert_int_equal(mbc_events(pair.client), POLLIN);
	assert_null(mbc_take_any(pair.client));

	fake_server_send_ok(&pair.server, id);
	mbc_process(pair.client, POLLIN);
	assert_int_equal(mbc_timeout_ms(pair.client), 0);
	answer = mbc_take_any(pair.client);
	assert_int_equal(mbc_answer_id(answer), id);
	mbc_answer_free(answer);
}

static void client_freed_with_requests_under_way_leaks_nothing(void **state)
{
	struct mbc_client *client = mbc_client_new(pair.server.address);

	(void)state;
	mbc_connect(client, MBC_FOREVER);
	mbc_send(client, mbc_ping());
	mbc_send(client, mbc_load("b", "tree", 4));
	mbc_client_free(client);
	mbc_client_free(NULL);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, connect_pair, part_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(call_answered_has_the_servers_code_and_words),
	    TEST(requests_sent_before_any_answer_arrive_in_order),
	    TEST(answers_out_of_order_reach_their_requests),
	    TEST(wait_any_hands_answers_over_as_they_came),
	    TEST(waiting_for_what_was_taken_or_never_sent_gives_nothing),
	    TEST(parts_of_a_dump_become_one_answer),
	    TEST(parts_asked_for_come_one_by_one),
	    TEST(request_that_makes_no_sense_is_not_sent),
	    TEST(request_that_is_none_is_out_of_memory),
	    TEST(sending_without_a_connection_is_unavailable_at_once),
	    TEST(call_nobody_listens_to_is_unavailable),
	    TEST(call_after_the_server_came_back_connects_again),
	    TEST(event_loop_is_told_what_to_wait_for),
	    TEST(client_freed_with_requests_under_way_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
