/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"
#include "tests/unit/held_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct asked asked, other;

static void init(struct asked *ret_asked, const char *name, uint64_t keep)
{
	asked_init(ret_asked, OPERATION(COMPACT), name);
	ret_asked->operation.compact.has_keep_seq = 1;
	ret_asked->operation.compact.keep_seq = keep;
}

static const Memblock__V1__Response *compact(
    struct harness *harness, uint64_t keep)
{
	init(&asked, "b", keep);
	return harness_ask(harness, &asked);
}

static const Memblock__V1__Response *dump_at(
    struct harness *harness, uint64_t seq)
{
	asked_init(&asked, OPERATION(DUMP), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = seq;
	return harness_ask(harness, &asked);
}

static const Memblock__V1__Response *log_from(
    struct harness *harness, uint64_t seq)
{
	asked_init(&asked, OPERATION(LOG), "b");
	asked.operation.log.has_from_seq = seq != 0;
	asked.operation.log.from_seq = seq;
	return harness_ask(harness, &asked);
}

static void make_board(struct harness *harness)
{
	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
}

/* Expect 6 to be the first that is told of, also after a restart. */
static void seq_before_the_one_kept_is_not_found(void **state)
{
	struct harness *harness = *state;
	int restart;

	make_board(harness);
	assert_int_equal(compact(harness, 6)->seq, 10);
	for (restart = 0; restart < 2; restart++) {
		assert_int_equal(dump_at(harness, 6)->status->code, CODE(OK));
		harness_expect_refused(dump_at(harness, 5), CODE(NOT_FOUND),
		    "b: seq 5 is not kept any more: the first that is kept is "
		    "6");
		harness_stop(harness);
		harness_start(harness);
	}
	assert_int_equal(harness_seq(harness, "b"), 10);
}

static void log_begins_with_the_first_that_is_kept(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	compact(harness, 6);
	assert_int_equal(log_from(harness, 0)->log->entries[0]->seq, 7);
	assert_int_equal(log_from(harness, 6)->log->entries[0]->seq, 7);
	assert_int_equal(log_from(harness, 8)->log->entries[0]->seq, 8);
	harness_expect_refused(log_from(harness, 5), CODE(NOT_FOUND),
	    "b: seq 5 is not kept any more: the first that is kept is 6");
}

static void log_of_a_life_that_was_compacted_begins_so_too(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	compact(harness, 6);
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	asked_init(&asked, OPERATION(LOG), "b");
	asked.operation.log.has_life = 1;
	asked.operation.log.life = 1;
	assert_int_equal(harness_ask(harness, &asked)->log->entries[0]->seq, 7);
	asked.operation.log.has_from_seq = 1;
	asked.operation.log.from_seq = 2;
	harness_expect_refused(harness_ask(harness, &asked), CODE(NOT_FOUND),
	    "the first that is kept is 6");
}

static void compaction_again_does_nothing(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	compact(harness, 6);
	assert_int_equal(compact(harness, 6)->status->code, CODE(OK));
	harness_expect_refused(compact(harness, 5), CODE(NOT_FOUND),
	    "b: seq 5 is not kept any more");
	assert_int_equal(compact(harness, 10)->status->code, CODE(OK));
	assert_int_equal(dump_at(harness, 10)->status->code, CODE(OK));
}

static void seq_beyond_the_end_is_refused(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	harness_expect_refused(compact(harness, 11), CODE(OUT_OF_RANGE),
	    "b: seq 11 is beyond the end, which is 10");
}

static void seq_that_is_missing_is_refused(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(COMPACT), "b"),
	    CODE(INVALID_ARGUMENT), "b: the seq that is to be kept is missing");
}

static void dry_run_drops_nothing(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	init(&asked, "b", 6);
	asked.request.has_dry_run = asked.request.dry_run = 1;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
	assert_int_equal(dump_at(harness, 5)->status->code, CODE(OK));
}

/* Expect the one that is on its way when the instance goes to be refused. */
static void instance_destroyed_meanwhile_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct held_history held;
	uint64_t id;

	make_board(harness);
	held_history_begin(&held, harness->service.history);
	init(&asked, "b", 6);
	id = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	harness_ask_as_second(harness);
	asked_init(&other, OPERATION(DESTROY), "b");
	other.operation.destroy.has_purge = 1;
	other.operation.destroy.purge = 1;
	assert_int_equal(harness_ask(harness, &other)->status->code, CODE(OK));
	harness_ask_as_first(harness);
	held_history_end(&held, harness->base);
	harness_expect_refused(harness_receive(harness, id), CODE(NOT_FOUND),
	    "b: no such instance");
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM snapshot"),
	    "0");
}

/* Expect a question right behind it to find the rows dropped. */
static void what_follows_on_its_connection_finds_it_done(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	make_board(harness);
	init(&asked, "b", 6);
	harness_send(harness, &asked);
	asked_init(&other, OPERATION(DUMP), "b");
	other.request.has_at_seq = 1;
	other.request.at_seq = 5;
	id = harness_send(harness, &other);
	harness_expect_refused(harness_receive(harness, id), CODE(NOT_FOUND),
	    "the first that is kept is 6");
}

/* Expect the second, which keeps more, to be told that it does not. */
static void two_at_a_time_keep_what_the_first_keeps(void **state)
{
	struct harness *harness = *state;
	struct held_history held;
	uint64_t first, second;

	make_board(harness);
	held_history_begin(&held, harness->service.history);
	init(&asked, "b", 8);
	first = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	harness_ask_as_second(harness);
	init(&other, "b", 7);
	second = harness_send(harness, &other);
	peer_run_what_is_ready(harness->base);
	held_history_end(&held, harness->base);
	harness_expect_refused(harness_receive(harness, second),
	    CODE(NOT_FOUND), "the first that is kept is 8");
	harness_ask_as_first(harness);
	assert_int_equal(
	    harness_receive(harness, first)->status->code, CODE(OK));
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT first_seq FROM instance"),
	    "9");
}

static void full_disk_keeps_everything(void **state)
{
	struct harness *harness = *state;

	make_board(harness);
	harness_fill_disk(harness, "b");
	assert_int_equal(compact(harness, 6)->status->code, CODE(UNAVAILABLE));
	harness_empty_disk(harness);
	assert_int_equal(dump_at(harness, 5)->status->code, CODE(OK));
	assert_int_equal(compact(harness, 6)->status->code, CODE(OK));
	assert_int_equal(dump_at(harness, 5)->status->code, CODE(NOT_FOUND));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(seq_before_the_one_kept_is_not_found),
	    CASE(log_begins_with_the_first_that_is_kept),
	    CASE(log_of_a_life_that_was_compacted_begins_so_too),
	    CASE(compaction_again_does_nothing),
	    CASE(seq_beyond_the_end_is_refused),
	    CASE(seq_that_is_missing_is_refused),
	    CASE(dry_run_drops_nothing),
	    CASE(instance_destroyed_meanwhile_is_not_found),
	    CASE(what_follows_on_its_connection_finds_it_done),
	    CASE(two_at_a_time_keep_what_the_first_keeps),
	    CASE(full_disk_keeps_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
