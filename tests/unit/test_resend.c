/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/resend.h"

#include "resending.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* The server takes the next request; its id and its key. */
static uint64_t receive_key(uint8_t ret_key[64], size_t *ret_size)
{
	Memblock__V1__Request *request = fake_server_receive(&resending.server);
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

/* ---- keys ---- */

/* Expect the time now, then what is the resending.client's, then a number that
 * grows. */
static void key_begins_with_a_big_endian_time(void **state)
{
	uint8_t first[64], second[64];
	struct timespec now;
	uint64_t us = 0;
	size_t size, i;

	(void)state;
	mbc_send(resending.client, mbc_reserve("b", 0, 1));
	mbc_send(resending.client, mbc_reserve("b", 0, 1));
	resending_process();
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
	mbc_send(resending.client, request);
	resending_process();
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
	mbc_send(resending.client, mbc_dump("b"));
	mbc_send(resending.client, dry);
	resending_process();
	receive_key(key, &size);
	assert_int_equal(size, 0);
	receive_key(key, &size);
	assert_int_equal(size, 0);
}

/* Servers take none on an import, whose parts belong to one connection: expect
 * no key, and the import to end with its connection. */
static void import_has_no_key_and_is_not_sent_again(void **state)
{
	const uint64_t id = mbc_send(resending.client, mbc_import("b"));
	uint8_t key[64];
	size_t size;

	(void)state;
	resending_process();
	receive_key(key, &size);
	assert_int_equal(size, 0);
	resending_lose();
	resending_expect(mbc_take(resending.client, id), MBC_UNKNOWN, true);
	resending_expect(mbc_take(resending.client,
			     mbc_send(resending.client, mbc_import("b"))),
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
	mbc_send(resending.client, mbc_reserve("b", 0, 1));
	mbc_send(resending.client, mbc_reserve("b", 1, 1));
	mbc_send(resending.client, mbc_dump("b"));
	resending_process();
	assert_int_equal(receive_id(), 1);
	assert_int_equal(receive_key(before, &size), 2);
	fake_server_send_ok(&resending.server, 1);
	resending_expect_ok(1);
	resending_lose();
	assert_int_equal(mbc_connect(resending.client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&resending.server);
	resending_process();
	assert_int_equal(receive_key(after, &size), 2);
	assert_memory_equal(before, after, size);
	assert_int_equal(receive_id(), 3);
	fake_server_send_ok(&resending.server, 2);
	fake_server_send_ok(&resending.server, 3);
	resending_expect_ok(2);
	resending_expect_ok(3);
	assert_int_equal(mbc_in_flight(resending.client), 0);
}

static void answer_ok(
    struct fake_server *fake, const Memblock__V1__Request *request)
{
	fake_server_send_ok(fake, request->id);
}

/* Expect mbc_wait() to connect by itself. */
static void wait_connects_again(void **state)
{
	const uint64_t id = mbc_send(resending.client, mbc_reserve("b", 0, 1));

	(void)state;
	resending_process();
	resending_lose();
	fake_server_serve(&resending.server, answer_ok);
	resending_expect_ok(id);
}

static void request_sent_without_a_connection_waits_for_one(void **state)
{
	uint64_t id;

	(void)state;
	resending_lose();
	id = mbc_send(resending.client, mbc_reserve("b", 0, 1));
	assert_int_equal(mbc_in_flight(resending.client), 1);
	fake_server_serve(&resending.server, answer_ok);
	resending_expect_ok(id);
}

/* Expect the parts of before to be forgotten: each entry comes once. */
static void answer_in_parts_begins_again(void **state)
{
	Memblock__V1__LogResult log = MEMBLOCK__V1__LOG_RESULT__INIT;
	Memblock__V1__LogEntry entry = MEMBLOCK__V1__LOG_ENTRY__INIT;
	Memblock__V1__Response part = MEMBLOCK__V1__RESPONSE__INIT;
	Memblock__V1__Status status = MEMBLOCK__V1__STATUS__INIT;
	struct mbc_answer *answer;
	const uint64_t id = mbc_send(resending.client, mbc_log("b"));

	(void)state;
	part.has_id = part.has_more = part.more = 1;
	part.id = id;
	part.status = &status;
	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_LOG;
	part.log = &log;
	log.n_entries = 1;
	log.entries = (Memblock__V1__LogEntry *[]){&entry};
	resending_process();
	fake_server_send(&resending.server, &part);
	resending_process();
	resending_lose();
	assert_int_equal(mbc_connect(resending.client, MBC_FOREVER), MBC_OK);
	fake_server_accept(&resending.server);
	resending_process();
	assert_int_equal(receive_id(), id);
	fake_server_send(&resending.server, &part);
	fake_server_send_ok(&resending.server, id);
	answer = mbc_wait(resending.client, id);
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
	id = mbc_send(resending.client, request);
	part.has_id = part.has_more = part.more = 1;
	part.id = id;
	part.status = &status;
	resending_process();
	fake_server_send(&resending.server, &part);
	resending_expect_ok(id);
	resending_lose();
	resending_expect(mbc_take(resending.client, id), MBC_UNAVAILABLE, true);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, resending_start, resending_stop)

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
