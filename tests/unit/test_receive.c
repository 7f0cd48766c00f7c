/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/connection.h"
#include "client/memblock_client.h"
#include "proto/frame.h"

#include "fake_server.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct fake_server server;
static struct mbc_client *client;

static int connect_pair(void **state)
{
	(void)state;
	fake_server_start(&server);
	client = mbc_client_new(server.address);
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

/* Waits for an answer that the library makes, with that code. */
static void expect_local(uint64_t id, enum mbc_code code, const char *words)
{
	struct mbc_answer *answer = mbc_wait(client, id);
	uint64_t seq;

	assert_non_null(answer);
	assert_int_equal(mbc_answer_code(answer), code);
	assert_true(mbc_answer_is_local(answer));
	assert_false(mbc_answer_more(answer));
	assert_false(mbc_answer_seq(answer, &seq));
	if (strstr(mbc_answer_message(answer), words) == NULL)
		assert_string_equal(mbc_answer_message(answer), words);
	mbc_answer_free(answer);
}

static void expect_ok(uint64_t id)
{
	struct mbc_answer *answer = mbc_wait(client, id);

	assert_int_equal(mbc_answer_code(answer), MBC_OK);
	assert_false(mbc_answer_is_local(answer));
	mbc_answer_free(answer);
}

static struct mbc_request *dry(struct mbc_request *request)
{
	mbc_request_set_dry_run(request);
	return request;
}

static struct mbc_request *within(struct mbc_request *request, int timeout_ms)
{
	mbc_request_set_timeout(request, timeout_ms);
	return request;
}

/* ---- connections lost ---- */

static void connection_lost_before_a_change_leaves_it_unknown(void **state)
{
	const uint64_t reserve = mbc_send(client, mbc_reserve("b", 0, 1));
	const uint64_t create = mbc_send(client, mbc_create("c"));
	const uint64_t load = mbc_send(client, mbc_load("b", "x", 1));

	(void)state;
	fake_server_hang_up(&server);
	expect_local(reserve, MBC_UNKNOWN, "it may have been done or not");
	expect_local(create, MBC_UNKNOWN, "connection lost");
	expect_local(load, MBC_UNKNOWN, "connection lost");
	assert_false(mbc_connected(client));
}

static void connection_lost_before_a_read_is_unavailable(void **state)
{
	const uint64_t dump = mbc_send(client, mbc_dump("b"));
	const uint64_t find = mbc_send(client, mbc_find("b", 1));
	const uint64_t preview = mbc_send(client, dry(mbc_add("b", 0, 1)));

	(void)state;
	fake_server_hang_up(&server);
	expect_local(dump, MBC_UNAVAILABLE, "connection lost");
	expect_local(find, MBC_UNAVAILABLE, "connection lost");
	expect_local(preview, MBC_UNAVAILABLE, "connection lost");
}

/* Expect what came before the end to count, and the rest to be lost. */
static void answers_that_came_before_the_end_are_answers(void **state)
{
	const uint64_t first = mbc_send(client, mbc_add("b", 0, 1));
	const uint64_t second = mbc_send(client, mbc_add("b", 1, 1));

	(void)state;
	fake_server_send_ok(&server, first);
	fake_server_hang_up(&server);
	expect_ok(first);
	expect_local(second, MBC_UNKNOWN, "connection lost");
}

/* Expect a request that could not even be written to a server that has gone to
 * find the answer which that server left, and its reason for going. */
static void last_words_of_a_server_are_the_reason(void **state)
{
	struct mbc_answer *answer;
	uint64_t first, second;

	(void)state;
	first = mbc_send(client, mbc_ping());
	mbc_process(client, 0);
	fake_server_send_ok(&server, first);
	fake_server_send_failed(&server, 0,
	    MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED,
	    "too many sessions");
	fake_server_hang_up(&server);
	second = mbc_send(client, mbc_add("b", 0, 1));
	expect_ok(first);
	answer = mbc_wait(client, second);
	assert_int_equal(mbc_answer_code(answer), MBC_RESOURCE_EXHAUSTED);
	assert_string_equal(mbc_answer_message(answer), "too many sessions");
	assert_false(mbc_answer_is_local(answer));
	mbc_answer_free(answer);
	assert_string_equal(mbc_client_error(client), "too many sessions");
}

/* Expect doubt: it cannot be told which of them was too much. */
static void last_words_about_one_of_many_answer_none(void **state)
{
	uint64_t first, second;

	(void)state;
	first = mbc_send(client, mbc_add("b", 0, 1));
	second = mbc_send(client, mbc_add("b", 1, 1));
	mbc_process(client, 0);
	fake_server_send_failed(&server, 0,
	    MEMBLOCK__V1__STATUS__CODE__RESOURCE_EXHAUSTED,
	    "a message of 9 bytes");
	fake_server_hang_up(&server);
	expect_local(first, MBC_UNKNOWN, "a message of 9 bytes");
	expect_local(second, MBC_UNKNOWN, "a message of 9 bytes");
}

static void answer_cut_in_the_middle_is_lost_with_its_connection(void **state)
{
	const uint64_t id = mbc_send(client, mbc_dump("b"));

	(void)state;
	fake_server_send_bytes(&server, "\x20\x08\x01", 3);
	fake_server_hang_up(&server);
	expect_local(id, MBC_UNAVAILABLE, "the server closed the connection");
}

/* Expect the part that came, and then the failure in place of the rest. */
static void parts_that_end_early_end_in_a_failure(void **state)
{
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	struct mbc_request *request = mbc_log("b");
	struct mbc_answer *answer;
	uint64_t id;

	(void)state;
	mbc_request_set_in_parts(request);
	id = mbc_send(client, request);
	part.has_id = part.has_more = part.more = true;
	part.id = id;
	part.status = &status;
	fake_server_send(&server, &part);
	fake_server_hang_up(&server);
	answer = mbc_wait(client, id);
	assert_int_equal(mbc_answer_code(answer), MBC_OK);
	assert_true(mbc_answer_more(answer));
	mbc_answer_free(answer);
	expect_local(id, MBC_UNAVAILABLE, "connection lost");
}

/* ---- no server of ours ---- */

static void garbage_ends_the_connection(void **state)
{
	const uint64_t id = mbc_send(client, mbc_ping());

	(void)state;
	fake_server_send_bytes(
	    &server, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11);
	expect_local(
	    id, MBC_UNAVAILABLE, "does not speak memblockd's protocol");
	assert_int_equal(mbc_fd(client), -1);
}

static void frame_that_is_no_answer_ends_the_connection(void **state)
{
	const uint64_t id = mbc_send(client, mbc_ping());

	(void)state;
	fake_server_send_bytes(&server, "\x03\xff\xff\xff", 4);
	expect_local(id, MBC_UNAVAILABLE, "what is no answer");
}

static void answer_without_status_ends_the_connection(void **state)
{
	const uint64_t id = mbc_send(client, mbc_ping());

	(void)state;
	fake_server_send_bytes(&server, "\x02\x08\x01", 3);
	expect_local(id, MBC_UNAVAILABLE, "what is no answer");
}

static void answer_to_what_was_never_asked_ends_the_connection(void **state)
{
	const uint64_t id = mbc_send(client, mbc_ping());

	(void)state;
	fake_server_send_ok(&server, id + 1);
	expect_local(id, MBC_UNAVAILABLE, "never asked");
}

static void frame_over_the_limit_ends_the_connection_unread(void **state)
{
	const uint64_t id = mbc_send(client, mbc_ping());
	uint8_t header[FRAME_HEADER_MAX];

	(void)state;
	fake_server_send_bytes(
	    &server, header, frame_header(CONNECTION_MESSAGE_MAX + 1, header));
	expect_local(id, MBC_UNAVAILABLE, "more than 16777216");
}

/* Expect an answer that comes byte by byte to be the answer it is. */
static void bytes_that_come_one_by_one_make_an_answer(void **state)
{
	static const char bytes[] = "\x06\x08\x01\x12\x02\x08\x00";
	const uint64_t id = mbc_send(client, mbc_ping());
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bytes) - 1; i++) {
		assert_null(mbc_take(client, id));
		fake_server_send_bytes(&server, &bytes[i], 1);
		mbc_process(client, POLLIN);
	}
	expect_ok(id);
}

/* ---- time ---- */

static void no_answer_in_time_is_deadline_exceeded(void **state)
{
	const uint64_t id = mbc_send(client, within(mbc_dump("b"), 1));

	(void)state;
	expect_local(id, MBC_DEADLINE_EXCEEDED, "no answer in time");
	assert_true(mbc_connected(client));
}

static void change_that_runs_out_of_time_says_what_is_in_doubt(void **state)
{
	const uint64_t id = mbc_send(client, within(mbc_add("b", 0, 1), 1));

	(void)state;
	expect_local(id, MBC_DEADLINE_EXCEEDED, "may have been done or not");
}

static void deadline_of_one_leaves_the_others_waiting(void **state)
{
	const uint64_t patient = mbc_send(client, mbc_ping());
	const uint64_t hasty = mbc_send(client, within(mbc_ping(), 1));
	const uint64_t slow = mbc_send(client, within(mbc_ping(), 100000));

	(void)state;
	expect_local(hasty, MBC_DEADLINE_EXCEEDED, "no answer in time");
	fake_server_send_ok(&server, patient);
	fake_server_send_ok(&server, slow);
	expect_ok(patient);
	expect_ok(slow);
}

/* Expect the deadline of the one waited for to hold although another answer
 * lies there untaken. */
static void deadline_holds_while_another_answer_lies_untaken(void **state)
{
	const uint64_t other = mbc_send(client, mbc_ping());
	const uint64_t hasty = mbc_send(client, within(mbc_ping(), 1));

	(void)state;
	fake_server_send_ok(&server, other);
	expect_local(hasty, MBC_DEADLINE_EXCEEDED, "no answer in time");
	expect_ok(other);
}

static void timeout_of_the_client_holds_for_its_requests(void **state)
{
	uint64_t id;

	(void)state;
	mbc_client_set_timeout(client, 1);
	id = mbc_send(client, mbc_ping());
	expect_local(id, MBC_DEADLINE_EXCEEDED, "no answer in time");
}

static void answer_that_comes_too_late_is_dropped(void **state)
{
	const uint64_t late = mbc_send(client, within(mbc_ping(), 0));
	uint64_t next;

	(void)state;
	expect_local(late, MBC_DEADLINE_EXCEEDED, "no answer in time");
	fake_server_send_ok(&server, late);
	next = mbc_send(client, mbc_ping());
	fake_server_send_ok(&server, next);
	expect_ok(next);
	assert_null(mbc_take_any(client));
}

static void cancelled_request_ends_and_its_answer_is_dropped(void **state)
{
	const uint64_t id = mbc_send(client, mbc_ping());
	uint64_t next;

	(void)state;
	mbc_cancel(client, id);
	expect_local(id, MBC_CANCELLED, "cancelled");
	mbc_cancel(client, id);
	fake_server_send_ok(&server, id);
	next = mbc_send(client, mbc_ping());
	fake_server_send_ok(&server, next);
	expect_ok(next);
	assert_null(mbc_take_any(client));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, connect_pair, part_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(connection_lost_before_a_change_leaves_it_unknown),
	    TEST(connection_lost_before_a_read_is_unavailable),
	    TEST(answers_that_came_before_the_end_are_answers),
	    TEST(last_words_of_a_server_are_the_reason),
	    TEST(last_words_about_one_of_many_answer_none),
	    TEST(answer_cut_in_the_middle_is_lost_with_its_connection),
	    TEST(parts_that_end_early_end_in_a_failure),
	    TEST(garbage_ends_the_connection),
	    TEST(frame_that_is_no_answer_ends_the_connection),
	    TEST(answer_without_status_ends_the_connection),
	    TEST(answer_to_what_was_never_asked_ends_the_connection),
	    TEST(frame_over_the_limit_ends_the_connection_unread),
	    TEST(bytes_that_come_one_by_one_make_an_answer),
	    TEST(no_answer_in_time_is_deadline_exceeded),
	    TEST(change_that_runs_out_of_time_says_what_is_in_doubt),
	    TEST(deadline_of_one_leaves_the_others_waiting),
	    TEST(deadline_holds_while_another_answer_lies_untaken),
	    TEST(timeout_of_the_client_holds_for_its_requests),
	    TEST(answer_that_comes_too_late_is_dropped),
	    TEST(cancelled_request_ends_and_its_answer_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
