/* SPDX-License-Identifier: BSD-2-Clause */
/* A clone of the past is read on a history thread. What may happen meanwhile:
 * the thread is held while it does. */
#include "daemon/clone.h"

#include "tests/unit/daemon_harness.h"
#include "tests/unit/held_history.h"
#include "tests/unit/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct asked asked;
static struct held_history held;

static void init(const char *name, uint64_t seq)
{
	static char origin[] = "b";

	asked_init(&asked, OPERATION(CLONE), name);
	asked.operation.clone.origin = origin;
	asked.operation.clone.has_origin_seq = 1;
	asked.operation.clone.origin_seq = seq;
}

/* board b with three reservations, seq 4; and nothing is read of the past from
 * now on. */
static void begin(struct harness *harness)
{
	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 3);
	held_history_begin(&held, harness->service.history);
}

static void go_on(struct harness *harness)
{
	harness_ask_as_first(harness);
	held_history_end(&held, harness->base);
}

/* Sends it as the first client, and goes on as the second when it was taken
 * in. */
static uint64_t send_as_first(struct harness *harness)
{
	uint64_t id;

	harness_ask_as_first(harness);
	id = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	harness_ask_as_second(harness);
	return id;
}

static enum journal_status find(
    struct harness *harness, const char *name, struct instance **ret_instance)
{
	struct journal_error error;

	return registry_find(
	    harness->service.registry, name, ret_instance, &error);
}

static void expect_reserved(
    struct harness *harness, const char *name, size_t count)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(INFO), name);

	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->info->reserved_cnt, count);
}

static void expect_clone(struct harness *harness, uint64_t id, uint64_t seq)
{
	const Memblock__V1__Response *response = harness_receive(harness, id);

	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->clone->origin_seq, seq);
}

static void others_are_answered_while_the_past_is_read(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	begin(harness);
	init("c", 2);
	id = send_as_first(harness);
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(PING), NULL)->status->code,
	    CODE(OK));
	assert_int_equal(
	    harness_range(harness, OPERATION(RESERVE), "b", 0x60000000, 0x1000)
		->seq,
	    5);
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "c"),
	    CODE(NOT_FOUND), "c: no such instance");
	go_on(harness);
	expect_clone(harness, id, 2);
	expect_reserved(harness, "c", 1);
}

/* Expect a change and a question right behind it to find the copy. */
static void what_follows_on_its_connection_finds_the_copy(void **state)
{
	struct harness *harness = *state;
	struct asked change, question;
	uint64_t ids[3];

	begin(harness);
	asked_init_range(&change, OPERATION(RESERVE), "c", 0x50000000, 0x1000);
	asked_init(&question, OPERATION(INFO), "c");
	init("c", 2);
	ids[0] = harness_send(harness, &asked);
	ids[1] = harness_send(harness, &change);
	ids[2] = harness_send(harness, &question);
	peer_run_what_is_ready(harness->base);
	assert_int_equal(
	    find(harness, "c", &(struct instance *){NULL}), JOURNAL_NOT_FOUND);
	go_on(harness);
	expect_clone(harness, ids[0], 2);
	assert_int_equal(harness_receive(harness, ids[1])->seq, 1);
	assert_int_equal(
	    harness_receive(harness, ids[2])->info->reserved_cnt, 2);
}

static void name_that_is_taken_meanwhile_is_there_already(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	begin(harness);
	init("c", 2);
	id = send_as_first(harness);
	harness_create(harness, "c");
	go_on(harness);
	harness_expect_refused(harness_receive(harness, id),
	    CODE(ALREADY_EXISTS), "c: is there already");
	expect_reserved(harness, "c", 0);
}

static void second_clone_onto_a_name_is_refused(void **state)
{
	struct harness *harness = *state;
	uint64_t first, second;

	begin(harness);
	init("c", 2);
	first = send_as_first(harness);
	init("c", 3);
	second = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	go_on(harness);
	expect_clone(harness, first, 2);
	harness_ask_as_second(harness);
	harness_expect_refused(harness_receive(harness, second),
	    CODE(ALREADY_EXISTS), "c: is there already");
	expect_reserved(harness, "c", 1);
}

/* Expect one copy, and the same answer for both. */
static void clone_again_under_its_key_meanwhile_is_one(void **state)
{
	struct harness *harness = *state;
	uint64_t first, second;

	begin(harness);
	init("c", 2);
	asked_put_key(&asked, "k");
	first = send_as_first(harness);
	second = harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	go_on(harness);
	expect_clone(harness, first, 2);
	harness_ask_as_second(harness);
	expect_clone(harness, second, 2);
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM instance"),
	    "2");
}

static void origin_that_is_destroyed_meanwhile_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct asked destroy;
	uint64_t id;

	begin(harness);
	init("c", 2);
	id = send_as_first(harness);
	asked_init(&destroy, OPERATION(DESTROY), "b");
	destroy.operation.destroy.has_purge = 1;
	destroy.operation.destroy.purge = 1;
	assert_int_equal(
	    harness_ask(harness, &destroy)->status->code, CODE(OK));
	go_on(harness);
	harness_expect_refused(harness_receive(harness, id), CODE(NOT_FOUND),
	    "b: no such instance");
}

/* Expect the past of the one that has the name now. */
static void origin_that_is_another_by_then_is_read_again(void **state)
{
	struct harness *harness = *state;
	struct instance *instance;
	uint64_t id;

	begin(harness);
	init("c", 2);
	id = send_as_first(harness);
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x70000000, 2);
	go_on(harness);
	expect_clone(harness, id, 2);
	assert_int_equal(find(harness, "c", &instance), JOURNAL_OK);
	assert_string_equal(
	    layout(instance->mb->reserved), "[70000000-70001000]");
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT origin_instance FROM instance WHERE name = 'c'"),
	    "2");
}

/* Expect it to be refused, whether or not it was found before the rows were
 * dropped. */
static void past_that_is_dropped_meanwhile_is_not_kept(void **state)
{
	struct harness *harness = *state;
	struct asked compact;
	uint64_t id;

	begin(harness);
	harness_ask_as_second(harness);
	asked_init(&compact, OPERATION(COMPACT), "b");
	compact.operation.compact.has_keep_seq = 1;
	compact.operation.compact.keep_seq = 3;
	harness_send(harness, &compact);
	peer_run_what_is_ready(harness->base);
	init("c", 2);
	id = send_as_first(harness);
	go_on(harness);
	harness_expect_refused(harness_receive(harness, id), CODE(NOT_FOUND),
	    "b: seq 2 is not kept any more: the first that is kept is 3");
}

static void if_seq_is_asked_when_the_copy_is_made(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	begin(harness);
	init("c", 2);
	asked.request.has_if_seq = 1;
	asked.request.if_seq = 4;
	id = send_as_first(harness);
	harness_range(harness, OPERATION(RESERVE), "b", 0x60000000, 0x1000);
	go_on(harness);
	harness_expect_refused(
	    harness_receive(harness, id), CODE(ABORTED), "b: stands at seq 5");
}

static void dry_run_of_the_past_makes_none(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	begin(harness);
	init("c", 2);
	asked.request.has_dry_run = asked.request.dry_run = 1;
	id = send_as_first(harness);
	go_on(harness);
	expect_clone(harness, id, 2);
	assert_int_equal(
	    find(harness, "c", &(struct instance *){NULL}), JOURNAL_NOT_FOUND);
}

static void disk_that_is_full_by_then_takes_no_copy(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	begin(harness);
	init("c", 2);
	id = send_as_first(harness);
	harness_fill_disk(harness, "b");
	go_on(harness);
	harness_expect_refused(harness_receive(harness, id), CODE(UNAVAILABLE),
	    "c: no changes until the journal can be written again");
	harness_empty_disk(harness);
}

/* Expect no copy of what was lost, and those behind it to be served. */
static void past_that_is_never_written_is_unavailable(void **state)
{
	struct harness *harness = *state;
	struct asked change, question;
	uint64_t first, second;

	harness_create_board(harness, "b");
	scratch_limit_files(0);
	asked_init_range(&change, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	asked_init(&question, OPERATION(PING), NULL);
	init("c", 1);
	harness_send(harness, &change);
	first = harness_send(harness, &asked);
	second = harness_send(harness, &question);
	harness_expect_refused(harness_receive(harness, first),
	    CODE(UNAVAILABLE), "was not written");
	assert_int_equal(
	    harness_receive(harness, second)->status->code, CODE(OK));
	harness_empty_disk(harness);
}

/* Expect what was taken in to be done, as any change is. */
static void client_that_leaves_meanwhile_has_its_copy_made(void **state)
{
	struct harness *harness = *state;

	begin(harness);
	init("c", 2);
	send_as_first(harness);
	harness_ask_as_first(harness);
	harness_hang_up(harness);
	held_history_end(&held, harness->base);
	harness_ask_as_second(harness);
	/* Behind it on the one thread that reads the past. */
	init("d", 2);
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
	expect_reserved(harness, "c", 1);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(others_are_answered_while_the_past_is_read),
	    CASE(what_follows_on_its_connection_finds_the_copy),
	    CASE(name_that_is_taken_meanwhile_is_there_already),
	    CASE(second_clone_onto_a_name_is_refused),
	    CASE(clone_again_under_its_key_meanwhile_is_one),
	    CASE(origin_that_is_destroyed_meanwhile_is_not_found),
	    CASE(origin_that_is_another_by_then_is_read_again),
	    CASE(past_that_is_dropped_meanwhile_is_not_kept),
	    CASE(if_seq_is_asked_when_the_copy_is_made),
	    CASE(dry_run_of_the_past_makes_none),
	    CASE(disk_that_is_full_by_then_takes_no_copy),
	    CASE(past_that_is_never_written_is_unavailable),
	    CASE(client_that_leaves_meanwhile_has_its_copy_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
