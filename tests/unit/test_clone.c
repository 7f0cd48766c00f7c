/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clone.h"

#include "tests/unit/daemon_harness.h"
#include "tests/unit/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct asked asked;

static void init(const char *instance, const char *origin)
{
	asked_init(&asked, OPERATION(CLONE), instance);
	asked.operation.clone.origin = (char *)(uintptr_t)origin;
}

static void at_seq(uint64_t seq)
{
	asked.operation.clone.has_origin_seq = 1;
	asked.operation.clone.origin_seq = seq;
}

static void expect_clone(struct harness *harness, uint64_t seq)
{
	const Memblock__V1__Response *response = harness_ask(harness, &asked);

	assert_int_equal(response->status->code, CODE(OK));
	assert_true(response->has_seq);
	assert_int_equal(response->seq, 0);
	assert_string_equal(response->clone->origin, "b");
	assert_int_equal(response->clone->origin_seq, seq);
}

static const char *reserved(struct harness *harness, const char *name)
{
	struct instance *instance;
	struct journal_error error;

	assert_int_equal(
	    registry_find(harness->service.registry, name, &instance, &error),
	    JOURNAL_OK);
	assert_int_equal(
	    registry_load(harness->service.registry, instance, &error),
	    JOURNAL_OK);
	return layout(instance->mb->reserved);
}

static void expect_identical(struct harness *harness, const char *name)
{
	assert_true(harness_ask_for(harness, OPERATION(VERIFY), name)
			->verify->identical);
}

/* board b with two reservations: seq 3. */
static void create_board(struct harness *harness)
{
	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	harness_range(harness, OPERATION(RESERVE), "b", 0x50000000, 0x1000);
}

/* Expect the copy and the original to go their own ways, also in another
 * daemon, and both to verify. */
static void clone_begins_as_its_origin_stands(void **state)
{
	struct harness *harness = *state;
	int i;

	create_board(harness);
	init("c", "b");
	expect_clone(harness, 3);
	assert_int_equal(
	    harness_range(harness, OPERATION(FREE), "c", 0x40000000, 0x1000)
		->seq,
	    1);
	harness_range(harness, OPERATION(RESERVE), "b", 0x60000000, 0x1000);
	for (i = 0; i < 2; i++) {
		assert_string_equal(
		    reserved(harness, "c"), "[50000000-50001000]");
		expect_identical(harness, "c");
		expect_identical(harness, "b");
		assert_int_equal(harness_seq(harness, "c"), 1);
		harness_stop(harness);
		harness_start(harness);
	}
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT origin_name || origin_instance || origin_seq ||"
		" (origin_hash = (SELECT hash FROM operation WHERE instance = 1"
		" AND seq = 3)) FROM instance WHERE name = 'c'"),
	    "b131");
}

/* Expect a snapshot and no row, however long the history. */
static void clone_costs_a_snapshot(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	harness_reserve_many(harness, "b", 0x60000000, 200);
	init("c", "b");
	expect_clone(harness, 203);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT (SELECT count(*) FROM operation WHERE instance = 2) ||"
		" (SELECT count(*) FROM snapshot WHERE instance = 2)"),
	    "01");
}

static void clone_at_a_seq_begins_as_it_stood(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	at_seq(2);
	expect_clone(harness, 2);
	assert_string_equal(reserved(harness, "c"), "[40000000-40001000]");
	init("d", "b");
	at_seq(0);
	expect_clone(harness, 0);
	assert_string_equal(reserved(harness, "d"), "");
	expect_identical(harness, "c");
	expect_identical(harness, "d");
	init("e", "b");
	at_seq(4);
	harness_expect_refused(harness_ask(harness, &asked), CODE(OUT_OF_RANGE),
	    "b: seq 4 is beyond the end, which is 3");
}

static void clone_at_a_time_begins_as_it_stood_then(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	asked.operation.clone.has_origin_time_us = 1;
	asked.operation.clone.origin_time_us = (uint64_t)request_time_us();
	expect_clone(harness, 3);
	init("d", "b");
	asked.operation.clone.has_origin_time_us = 1;
	asked.operation.clone.origin_time_us = INT64_MAX;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(OUT_OF_RANGE), "future");
}

/* Expect a clone of rows that are still being written to wait for them. */
static void clone_of_the_past_of_what_is_being_written_waits(void **state)
{
	struct harness *harness = *state;
	struct asked reserve;
	uint64_t id;

	create_board(harness);
	asked_init_range(&reserve, OPERATION(RESERVE), "b", 0x60000000, 0x1000);
	harness_send(harness, &reserve);
	harness_send(harness, &reserve);
	init("c", "b");
	at_seq(4);
	id = harness_send(harness, &asked);
	assert_int_equal(harness_receive(harness, id)->clone->origin_seq, 4);
}

static void clone_of_a_clone_begins_as_that_stands(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	expect_clone(harness, 3);
	init("d", "c");
	at_seq(0);
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
	assert_string_equal(
	    reserved(harness, "d"), "[40000000-40001000] [50000000-50001000]");
	expect_identical(harness, "d");
}

static void clone_onto_an_instance_is_refused(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("b", "b");
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(ALREADY_EXISTS), "b: is there already");
}

static void clone_of_nothing_is_refused(void **state)
{
	struct harness *harness = *state;
	char name[80];

	harness_create(harness, "gone");
	harness_ask_for(harness, OPERATION(DESTROY), "gone");
	init("c", "gone");
	harness_expect_refused(harness_ask(harness, &asked), CODE(NOT_FOUND),
	    "gone: no such instance");
	init("c", "nobody");
	harness_expect_refused(harness_ask(harness, &asked), CODE(NOT_FOUND),
	    "nobody: no such instance");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	init("c", name);
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(NOT_FOUND), "xxx");
	init("c", NULL);
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "c: what is to be copied is missing");
}

static void if_seq_of_a_clone_is_its_origin_s(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	asked.request.has_if_seq = 1;
	asked.request.if_seq = 2;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(ABORTED), "b: stands at seq 3");
	asked.request.if_seq = 3;
	expect_clone(harness, 3);
}

static void dry_run_of_a_clone_makes_none(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	expect_clone(harness, 3);
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "c"),
	    CODE(NOT_FOUND), "");
}

/* Expect where it came from the first time, although the origin has gone on. */
static void clone_under_a_known_key_is_answered_again(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	asked_put_key(&asked, "k");
	expect_clone(harness, 3);
	harness_range(harness, OPERATION(RESERVE), "b", 0x60000000, 0x1000);
	expect_clone(harness, 3);
	at_seq(2);
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "another copy");
	asked_init(&asked, OPERATION(CREATE), "c");
	asked_put_key(&asked, "k");
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "clone");
}

static void clone_on_a_full_disk_never_happened(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	scratch_limit_files(0);
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(UNAVAILABLE), "");
	harness_empty_disk(harness);
	expect_clone(harness, 3);
}

/* Expect a copy that is damaged not to be taken for an empty instance. */
static void clone_without_its_snapshot_is_damaged(void **state)
{
	struct harness *harness = *state;

	create_board(harness);
	init("c", "b");
	expect_clone(harness, 3);
	harness_stop(harness);
	scratch_edit(
	    harness->scratch, "DELETE FROM snapshot WHERE instance = 2");
	harness_start(harness);
	harness_expect_refused(harness_ask_for(harness, OPERATION(DUMP), "c"),
	    CODE(DATA_LOSS), "no snapshot");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(clone_begins_as_its_origin_stands),
	    CASE(clone_costs_a_snapshot),
	    CASE(clone_at_a_seq_begins_as_it_stood),
	    CASE(clone_at_a_time_begins_as_it_stood_then),
	    CASE(clone_of_the_past_of_what_is_being_written_waits),
	    CASE(clone_of_a_clone_begins_as_that_stands),
	    CASE(clone_onto_an_instance_is_refused),
	    CASE(clone_of_nothing_is_refused),
	    CASE(if_seq_of_a_clone_is_its_origin_s),
	    CASE(dry_run_of_a_clone_makes_none),
	    CASE(clone_under_a_known_key_is_answered_again),
	    CASE(clone_on_a_full_disk_never_happened),
	    CASE(clone_without_its_snapshot_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
