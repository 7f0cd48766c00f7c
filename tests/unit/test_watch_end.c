/* SPDX-License-Identifier: BSD-2-Clause */
/* How watches end, and what is never told. */
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

/* ---- the instance ---- */

static void instance_that_is_not_there_is_not_found(void **state)
{
	struct harness *harness = *state;
	const uint64_t id = watching_begin(harness, "nobody", 0);

	harness_expect_refused(harness_receive(harness, id), CODE(NOT_FOUND),
	    "nobody: no such instance");
}

/* Expect every row first, and then why no more will come. */
static void instance_destroyed_ends_its_watch(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *end;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 1);
	watching_reserve(harness, "b");
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	end = watching_end(harness, id);
	harness_expect_refused(end, CODE(NOT_FOUND),
	    "b: the instance was destroyed; told up to seq 2");
	assert_int_equal(end->seq, 2);
	assert_int_equal(watches_count(harness->service.watches), 0);
}

/* Expect a watch that was asked for in the same breath to tell it all. */
static void instance_destroyed_at_once_is_told_up_to_its_end(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	asked_init(&asked, OPERATION(CREATE), "b");
	harness_send(harness, &asked);
	asked_init_range(&asked, OPERATION(ADD), "b", 0, 0x1000);
	harness_send(harness, &asked);
	id = watching_begin(harness, "b", 1);
	asked_init(&asked, OPERATION(DESTROY), "b");
	harness_send(harness, &asked);
	harness_expect_refused(
	    watching_end(harness, id), CODE(NOT_FOUND), "told up to seq 1");
	watching_expect_rows(harness, id, 0, "b", 1, 1);
}

static void row_that_is_damaged_ends_it_after_those_before(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
	harness_stop(harness);
	scratch_edit(harness->scratch,
	    "UPDATE operation SET hash = x'00' WHERE seq = 5");
	harness_start(harness);
	id = watching_begin(harness, "b", 1);
	harness_expect_refused(
	    watching_end(harness, id), CODE(DATA_LOSS), "told up to seq 4");
	watching_expect_rows(harness, id, 0, "b", 1, 4);
}

/* Expect a watch of all to go on with the others. */
static void damage_is_a_warning_where_others_are_watched(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	size_t number = 0;
	uint64_t id;

	harness_create_board(harness, "b");
	harness_create(harness, "whole");
	harness_stop(harness);
	scratch_edit(harness->scratch, "UPDATE operation SET hash = x'00'");
	harness_start(harness);
	id = watching_begin(harness, NULL, 1);
	part = harness_receive_part(harness, id, number++);
	assert_string_equal(part->watch->instance, "b");
	assert_non_null(strstr(part->warnings[0], "told up to seq 0"));
	part = harness_receive_part(harness, id, number++);
	assert_true(part->watch->heartbeat);
	watching_reserve(harness, "whole");
	watching_expect_rows(harness, id, number, "whole", 1, 1);
}

/* ---- the client and the daemon ---- */

static void client_that_hangs_up_is_watched_for_no_more(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, id, 0, 1);
	harness_hang_up(harness);
	watching_run_until_count(harness, 0);
	harness_connect(harness);
	watching_reserve(harness, "b");
}

/* Expect one that hangs up while its page is being read to do no harm. */
static void client_that_hangs_up_in_mid_page_is_no_trouble(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 4999);
	harness->config.limits.queued_bytes_max = 4096;
	peer_stop_taking(&harness->peer);
	watching_begin(harness, "b", 1);
	watching_begin(harness, NULL, 1);
	peer_run_what_is_ready(harness->base);
	harness_hang_up(harness);
	watching_run_until_count(harness, 0);
	harness_connect(harness);
	assert_int_equal(harness_seq(harness, "b"), 5000);
}

static void client_that_sends_nothing_more_is_told_so(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, id, 0, 1);
	peer_half_close(&harness->peer);
	harness_expect_refused(watching_end(harness, id), CODE(CANCELLED),
	    "b: the client sends nothing more; told up to seq 1");
}

static void daemon_that_stops_ends_every_watch(void **state)
{
	struct harness *harness = *state;
	uint64_t one, all;

	harness_create_board(harness, "b");
	one = watching_begin(harness, "b", 0);
	all = watching_begin(harness, NULL, 0);
	watching_expect_heartbeat(harness, one, 0, 1);
	harness_receive_part(harness, all, 0);
	harness->service.stopping = true;
	session_list_finish(&harness->sessions);
	harness_expect_refused(watching_end(harness, one), CODE(UNAVAILABLE),
	    "b: the daemon stops; told up to seq 1");
	harness_expect_refused(
	    watching_end(harness, all), CODE(UNAVAILABLE), "the daemon stops");
}

/* ---- what was not written ---- */

static void watch_behind_what_was_lost_is_unavailable(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t one, all;

	harness_create_board(harness, "b");
	scratch_limit_files(0);
	asked_init_range(&asked, OPERATION(RESERVE), "b", 0, 1);
	harness_send(harness, &asked);
	one = watching_begin(harness, "b", 0);
	all = watching_begin(harness, NULL, 0);
	harness_expect_refused(
	    watching_end(harness, one), CODE(UNAVAILABLE), "was not written");
	harness_expect_refused(
	    watching_end(harness, all), CODE(UNAVAILABLE), "was not written");
}

/* Expect what was lost never to be told, and what has its seq then to be. */
static void operation_that_was_lost_is_never_told(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, id, 0, 1);
	harness_fill_disk(harness, "b");
	harness_empty_disk(harness);
	harness_range(harness, OPERATION(FREE), "b", 0, 1);
	watching_expect_rows(harness, id, 1, "b", 2, 2);
	assert_int_equal(
	    harness_part(harness, id, 1)->watch->entries[0]->operation_case,
	    MEMBLOCK__V1__LOG_ENTRY__OPERATION_FREE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		instance_that_is_not_there_is_not_found, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(instance_destroyed_ends_its_watch,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		instance_destroyed_at_once_is_told_up_to_its_end, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		row_that_is_damaged_ends_it_after_those_before, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		damage_is_a_warning_where_others_are_watched, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		client_that_hangs_up_is_watched_for_no_more, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		client_that_hangs_up_in_mid_page_is_no_trouble, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		client_that_sends_nothing_more_is_told_so, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(daemon_that_stops_ends_every_watch,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_behind_what_was_lost_is_unavailable, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		operation_that_was_lost_is_never_told, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
