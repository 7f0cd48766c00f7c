/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/past.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An instance whose reserved list has seq - 1 regions at every seq from 1. */
static void create_history(struct harness *harness)
{
	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
}

static const Memblock__V1__Response *ask_at(struct harness *harness,
    Memblock__V1__Request__OperationCase operation, uint64_t seq)
{
	struct asked asked;

	asked_init(&asked, operation, "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = seq;
	return harness_ask(harness, &asked);
}

static const Memblock__V1__Response *dump_at_time(
    struct harness *harness, uint64_t time_us)
{
	struct asked asked;

	asked_init(&asked, OPERATION(DUMP), "b");
	asked.request.has_at_time_us = 1;
	asked.request.at_time_us = time_us;
	return harness_ask(harness, &asked);
}

/* Expect every seq from the empty instance to the last to be as it was, and
 * the answer to carry the seq it tells of. */
static void dump_at_every_seq_is_what_stood_there(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	uint64_t seq;

	create_history(harness);
	for (seq = 0; seq <= 10; seq++) {
		response = ask_at(harness, OPERATION(DUMP), seq);
		assert_int_equal(response->status->code, CODE(OK));
		assert_int_equal(response->seq, seq);
		assert_int_equal(response->dump->memory->cnt, seq > 0);
		assert_int_equal(
		    response->dump->reserved->cnt, seq > 0 ? seq - 1 : 0);
	}
	assert_int_equal(harness_seq(harness, "b"), 10);
}

static void info_ranges_and_query_read_the_past_too(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	create_history(harness);
	response = ask_at(harness, OPERATION(INFO), 4);
	assert_int_equal(response->info->reserved_cnt, 3);
	asked_init(&asked, OPERATION(RANGES), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 4;
	asked.operation.ranges.has_type = 1;
	asked.operation.ranges.type = MEMBLOCK__V1__TYPE__TYPE_RESERVED;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->ranges->n_ranges, 3);
	asked_init(&asked, OPERATION(QUERY), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 4;
	asked.operation.query.has_question = 1;
	asked.operation.query.question =
	    MEMBLOCK__V1__QUERY__QUESTION__IS_RESERVED;
	asked.operation.query.has_address = 1;
	asked.operation.query.address = 0x40006000;
	response = harness_ask(harness, &asked);
	assert_false(response->query->value);
	assert_int_equal(response->seq, 4);
}

/* Expect the address that alloc would have taken before the reserve at 2:
 *
 *   seq 1  memory |-------------------------|
 *   seq 2                        |--reserved|   */
static void find_in_the_past_finds_what_was_free(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x7ff00000, 0x100000);
	asked_init(&asked, OPERATION(FIND), "b");
	asked.operation.alloc.has_size = asked.operation.alloc.has_align = 1;
	asked.operation.alloc.size = asked.operation.alloc.align = 0x1000;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->alloc->address, 0x7feff000);
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 1;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->alloc->address, 0x7ffff000);
	assert_int_equal(response->seq, 1);
}

static void question_that_is_wrong_is_refused_with_the_past_seq(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	create_history(harness);
	response = ask_at(harness, OPERATION(QUERY), 4);
	harness_expect_refused(
	    response, CODE(INVALID_ARGUMENT), "b: the question is missing");
	assert_int_equal(response->seq, 4);
}

static void seq_beyond_the_end_is_out_of_range(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	create_history(harness);
	response = ask_at(harness, OPERATION(DUMP), 11);
	harness_expect_refused(response, CODE(OUT_OF_RANGE),
	    "b: seq 11 is beyond the end, which is 10");
	assert_int_equal(response->seq, 10);
	harness_expect_refused(ask_at(harness, OPERATION(DUMP), UINT64_MAX),
	    CODE(OUT_OF_RANGE), "beyond the end");
}

static void seq_that_is_not_kept_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct scratch *scratch = harness->scratch;
	const Memblock__V1__Response *response;

	scratch_open(scratch);
	scratch_create(scratch, "b");
	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	scratch_close(scratch);
	harness_start(harness);
	response = ask_at(harness, OPERATION(DUMP), 3);
	harness_expect_refused(response, CODE(NOT_FOUND),
	    "b: seq 3 is not kept any more: the first that is kept is 4");
	assert_int_equal(response->seq, 5);
	assert_int_equal(
	    ask_at(harness, OPERATION(DUMP), 4)->status->code, CODE(OK));
	harness_expect_refused(dump_at_time(harness, SCRATCH_TIME_US + 2),
	    CODE(NOT_FOUND), "the first seq that is kept is 4");
}

static void time_gives_the_last_operation_not_later(void **state)
{
	struct harness *harness = *state;
	struct scratch *scratch = harness->scratch;

	scratch_open(scratch);
	scratch_create(scratch, "b");
	scratch_fill(scratch);
	scratch_close(scratch);
	harness_start(harness);
	assert_int_equal(dump_at_time(harness, SCRATCH_TIME_US)->seq, 0);
	assert_int_equal(dump_at_time(harness, SCRATCH_TIME_US + 3)->seq, 3);
	assert_int_equal(dump_at_time(harness, SCRATCH_TIME_US + 1000)->seq, 4);
	harness_expect_refused(dump_at_time(harness, SCRATCH_TIME_US - 1),
	    CODE(NOT_FOUND), "b: there was no such instance yet");
}

static void time_in_the_future_is_out_of_range(void **state)
{
	struct harness *harness = *state;

	create_history(harness);
	harness_expect_refused(
	    dump_at_time(harness, (uint64_t)request_time_us() + 60000000),
	    CODE(OUT_OF_RANGE), "b: that time is in the future");
	harness_expect_refused(dump_at_time(harness, UINT64_MAX),
	    CODE(OUT_OF_RANGE), "in the future");
}

static void change_of_the_past_is_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	create_history(harness);
	asked_init_range(&asked, OPERATION(RESERVE), "b", 0, 0x1000);
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 10;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "reserve is not for the past");
	asked_init(&asked, OPERATION(PING), NULL);
	asked.request.has_at_seq = 1;
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "ping is not for the past");
	assert_int_equal(harness_seq(harness, "b"), 10);
}

static void seq_and_time_together_are_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	create_history(harness);
	asked_init(&asked, OPERATION(DUMP), "b");
	asked.request.has_at_seq = asked.request.has_at_time_us = 1;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "not both");
}

/* Expect a seq that was only just taken, in the same write, to be there: the
 * question waits for the disk. */
static void seq_that_is_still_being_written_is_answered(void **state)
{
	struct harness *harness = *state;
	struct asked change, question;
	uint64_t id;

	harness_create_board(harness, "b");
	asked_init_range(&change, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	asked_init(&question, OPERATION(DUMP), "b");
	question.request.has_at_seq = 1;
	question.request.at_seq = 2;
	harness_send(harness, &change);
	id = harness_send(harness, &question);
	assert_int_equal(harness_receive(harness, id)->dump->reserved->cnt, 1);
}

static void damaged_row_is_data_loss_from_its_seq_on(void **state)
{
	struct harness *harness = *state;

	create_history(harness);
	harness_stop(harness);
	scratch_edit(
	    harness->scratch, "UPDATE operation SET size = 1 WHERE seq = 5");
	harness_start(harness);
	assert_int_equal(
	    ask_at(harness, OPERATION(DUMP), 4)->status->code, CODE(OK));
	harness_expect_refused(
	    ask_at(harness, OPERATION(DUMP), 5), CODE(DATA_LOSS), "b seq 5");
}

/* Expect nothing to be told of a seq that was never written. */
static void past_behind_a_lost_change_is_unavailable(void **state)
{
	struct harness *harness = *state;
	struct asked change, question;
	uint64_t id;

	harness_create_board(harness, "b");
	scratch_limit_files(0);
	asked_init_range(&change, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	asked_init(&question, OPERATION(DUMP), "b");
	question.request.has_at_seq = 1;
	question.request.at_seq = 1;
	harness_send(harness, &change);
	id = harness_send(harness, &question);
	harness_expect_refused(
	    harness_receive(harness, id), CODE(UNAVAILABLE), "was not written");
	harness_empty_disk(harness);
}

static bool is_without_sessions(void *arg)
{
	const struct harness *harness = arg;

	return harness->sessions.count == 0;
}

static void client_that_leaves_meanwhile_is_let_go(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	create_history(harness);
	asked_init(&asked, OPERATION(DUMP), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 9;
	harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	harness_hang_up(harness);
	peer_run_until(harness->base, is_without_sessions, harness);
	harness_connect(harness);
	assert_int_equal(ask_at(harness, OPERATION(DUMP), 9)->seq, 9);
}

static void past_is_served_while_the_disk_is_full(void **state)
{
	struct harness *harness = *state;

	create_history(harness);
	harness_fill_disk(harness, "b");
	assert_int_equal(
	    ask_at(harness, OPERATION(DUMP), 4)->dump->reserved->cnt, 3);
	harness_empty_disk(harness);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)
#define STOPPED(name)                                                          \
	cmocka_unit_test_setup_teardown(                                       \
	    name, harness_setup_stopped, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(dump_at_every_seq_is_what_stood_there),
	    CASE(info_ranges_and_query_read_the_past_too),
	    CASE(find_in_the_past_finds_what_was_free),
	    CASE(question_that_is_wrong_is_refused_with_the_past_seq),
	    CASE(seq_beyond_the_end_is_out_of_range),
	    STOPPED(seq_that_is_not_kept_is_not_found),
	    STOPPED(time_gives_the_last_operation_not_later),
	    CASE(time_in_the_future_is_out_of_range),
	    CASE(change_of_the_past_is_refused),
	    CASE(seq_and_time_together_are_refused),
	    CASE(seq_that_is_still_being_written_is_answered),
	    CASE(damaged_row_is_data_loss_from_its_seq_on),
	    CASE(past_behind_a_lost_change_is_unavailable),
	    CASE(client_that_leaves_meanwhile_is_let_go),
	    CASE(past_is_served_while_the_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
