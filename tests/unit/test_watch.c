/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch.h"

#include "tests/unit/watching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- what is told ---- */

/* Expect to hear at once where the watch begins, and then what comes after. */
static void watch_without_from_tells_what_comes_next(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__LogEntry *entry;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, id, 0, 1);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, id, 1, "b", 2, 2);
	entry = harness_part(harness, id, 1)->watch->entries[0];
	assert_int_equal(
	    entry->operation_case, MEMBLOCK__V1__LOG_ENTRY__OPERATION_RESERVE);
	assert_string_equal(entry->principal, "uid:1000");
	watching_reserve(harness, "b");
	watching_expect_rows(harness, id, 2, "b", 3, 3);
}

/* Expect pages from the journal, then word that this is all, then the present:
 * every row once. */
static void watch_from_a_seq_tells_history_and_goes_on(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 2499);
	id = watching_begin(harness, "b", 3);
	watching_expect_rows(harness, id, 0, "b", 3, 1002);
	watching_expect_rows(harness, id, 1, "b", 1003, 2002);
	watching_expect_rows(harness, id, 2, "b", 2003, 2500);
	watching_expect_heartbeat(harness, id, 3, 2500);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, id, 4, "b", 2501, 2501);
}

static void refused_operation_is_told_too(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 0);
	asked_init(&asked, OPERATION(ALLOC), "b");
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = UINT64_C(1) << 40;
	harness_ask(harness, &asked);
	watching_expect_rows(harness, id, 1, "b", 2, 2);
	assert_int_equal(
	    harness_part(harness, id, 1)->watch->entries[0]->status->code,
	    CODE(RESOURCE_EXHAUSTED));
}

/* ---- every instance ---- */

/* Expect those that are there, those that come to be, and those that go; and a
 * heartbeat that names none and has no seq. */
static void watch_of_all_follows_every_instance(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, NULL, 0);
	part = harness_receive_part(harness, id, 0);
	assert_true(part->watch->heartbeat);
	assert_null(part->watch->instance);
	assert_false(part->has_seq);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, id, 1, "b", 2, 2);
	harness_create_board(harness, "c");
	watching_expect_rows(harness, id, 2, "c", 1, 1);
	harness_ask_for(harness, OPERATION(DESTROY), "c");
	part = harness_receive_part(harness, id, 3);
	assert_true(part->more && !part->watch->heartbeat);
	assert_string_equal(part->watch->instance, "c");
	assert_string_equal(part->warnings[0],
	    "c: the instance was destroyed; told up to seq 1");
	harness_create_board(harness, "c");
	watching_expect_rows(harness, id, 4, "c", 1, 1);
}

/* ---- heartbeats ---- */

static void heartbeat_comes_whenever_nothing_happens(void **state)
{
	struct harness *harness = *state;
	struct asked asked = watching_question("b", 0);
	uint64_t id;

	harness_create_board(harness, "b");
	asked.request.watch = &asked.operation.watch;
	asked.operation.watch.has_heartbeat_ms = 1;
	asked.operation.watch.heartbeat_ms = 100;
	id = harness_send(harness, &asked);
	watching_expect_heartbeat(harness, id, 0, 1);
	watching_expect_heartbeat(harness, id, 1, 1);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, id, 2, "b", 2, 2);
	watching_expect_heartbeat(harness, id, 3, 2);
	watching_expect_heartbeat(harness, id, 4, 2);
}

/* ---- limits ---- */

/* Expect a client that takes nothing to have no more queued than one page above
 * what is allowed, and to get every row when it goes on. */
static void watch_that_is_not_taken_waits_with_its_pages(void **state)
{
	struct harness *harness = *state;
	uint64_t id, page;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9999);
	harness->config.limits.queued_bytes_max = 4096;
	peer_stop_taking(&harness->peer);
	id = watching_begin(harness, "b", 1);
	peer_run_what_is_ready(harness->base);
	assert_null(harness_part(harness, id, 0));
	peer_go_on_taking(&harness->peer);
	for (page = 0; page < 10; page++)
		watching_expect_rows(harness, id, page, "b", 1000 * page + 1,
		    1000 * page + 1000);
	watching_expect_heartbeat(harness, id, 10, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		watch_without_from_tells_what_comes_next, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_from_a_seq_tells_history_and_goes_on, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		refused_operation_is_told_too, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(watch_of_all_follows_every_instance,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		heartbeat_comes_whenever_nothing_happens, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_that_is_not_taken_waits_with_its_pages, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
