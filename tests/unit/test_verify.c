/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const Memblock__V1__VerifyResult *verify(struct harness *harness)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(VERIFY), "b");

	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_VERIFY);
	return response->verify;
}

/* Damages a journal behind a service that does not look. */
static void damage(struct harness *harness, const char *sql)
{
	harness_stop(harness);
	scratch_edit(harness->scratch, sql);
	harness_start(harness);
}

static void instance_as_it_was_written_is_identical(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__VerifyResult *verdict;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 99);
	verdict = verify(harness);
	assert_true(verdict->identical);
	assert_int_equal(verdict->operations, 100);
	assert_false(verdict->has_difference_seq);
	assert_int_equal(harness_part(harness, harness->last_id, 0)->seq, 100);
}

static void empty_instance_is_identical(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	assert_true(verify(harness)->identical);
	assert_int_equal(verify(harness)->operations, 0);
}

/* Expect the row that was changed to be named, with both sides. */
static void changed_row_is_a_difference_at_its_seq(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__VerifyResult *verdict;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
	damage(harness, "UPDATE operation SET size = 1 WHERE seq = 5");
	verdict = verify(harness);
	assert_false(verdict->identical);
	assert_true(verdict->has_difference_seq);
	assert_int_equal(verdict->difference_seq, 5);
	assert_true(strlen(verdict->difference_journal) > 0);
	assert_true(strlen(verdict->difference_replay) > 0);
}

static void missing_last_row_is_a_difference(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
	damage(harness, "DELETE FROM operation WHERE seq = 10");
	assert_false(verify(harness)->identical);
}

/* Expect the layout in service to be compared too: here it was changed behind
 * the journal's back. */
static void layout_that_left_its_journal_is_a_difference(void **state)
{
	struct harness *harness = *state;
	struct journal_error error;
	struct instance *instance;
	struct memblock_met met;

	harness_create_board(harness, "b");
	assert_int_equal(
	    registry_find(harness->service.registry, "b", &instance, &error),
	    JOURNAL_OK);
	memblock_reserve(
	    instance->mb, 0, 0x1000, MB_NO_NODE, MEMBLOCK_NONE, &met);
	assert_false(verify(harness)->identical);
}

/* Expect what is verified to be on disk and everything behind it to be left
 * out: one that comes in the same write does not disturb. */
static void verify_between_two_changes_stands_at_the_first(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked set, asked;
	uint64_t id;

	harness_create(harness, "b");
	asked_init(&set, OPERATION(SET), "b");
	set.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	set.operation.set.bottom_up = 1;
	set.request.set = &set.operation.set;
	harness_send(harness, &set);
	asked_init(&asked, OPERATION(VERIFY), "b");
	id = harness_send(harness, &asked);
	set.operation.set.bottom_up = 0;
	harness_send(harness, &set);
	response = harness_receive(harness, id);
	assert_int_equal(response->seq, 1);
	assert_int_equal(response->verify->operations, 1);
	assert_true(response->verify->identical);
}

static void verify_of_what_was_lost_is_unavailable(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create(harness, "b");
	scratch_limit_files(0);
	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(VERIFY), "b");
	id = harness_send(harness, &asked);
	harness_expect_refused(
	    harness_receive(harness, id), CODE(UNAVAILABLE), "was not written");
	assert_true(verify(harness)->identical);
}

static bool is_without_sessions(void *arg)
{
	const struct harness *harness = arg;

	return harness->sessions.count == 0;
}

static void client_that_leaves_during_verify_is_let_go(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 999);
	asked_init(&asked, OPERATION(VERIFY), "b");
	harness_send(harness, &asked);
	peer_run_what_is_ready(harness->base);
	harness_hang_up(harness);
	peer_run_until(harness->base, is_without_sessions, harness);
	harness_connect(harness);
	assert_true(verify(harness)->identical);
}

/* ---- long ones ---- */

/* As many as one part of an answer tells of. */
#define PART 100000

/* An instance "long" with so many operations, written while nobody serves. */
static void write_long_history(struct harness *harness, uint64_t operations)
{
	struct scratch *scratch = harness->scratch;
	uint64_t seq;

	harness_stop(harness);
	scratch_open(scratch);
	scratch_create(scratch, "long");
	for (seq = 0; seq < operations; seq++)
		scratch_do(
		    scratch, (struct op){.kind = OP_TRIM, .align = 0x1000});
	scratch_commit(scratch);
	scratch_close(scratch);
	harness_start(harness);
}

/* Expect each part to tell how far it is, and the last alone the verdict. */
static void long_history_is_answered_in_parts(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	uint64_t i;

	write_long_history(harness, PART + 1);
	harness_ask_for(harness, OPERATION(VERIFY), "long");
	for (i = 0; i < 2; i++) {
		part = harness_part(harness, harness->last_id, i);
		assert_int_equal(part->status->code, CODE(OK));
		assert_int_equal(part->seq, PART + 1);
		assert_int_equal(part->verify->operations, PART + i);
		assert_int_equal(part->verify->to_replay, PART + 1);
		assert_int_equal(part->more, i == 0);
		assert_int_equal(part->verify->has_identical, i == 1);
	}
	assert_true(part->verify->identical);
	assert_null(harness_part(harness, harness->last_id, 2));
}

/* Where the part of that number stands among all that came. */
static size_t place_of(struct harness *harness, uint64_t id, size_t number)
{
	const Memblock__V1__Response *part = harness_part(harness, id, number);
	size_t i;

	for (i = 0; i < harness->part_count; i++)
		if (harness->parts[i] == part)
			return i;
	fail();
	return 0;
}

/* Expect one that comes behind it, and needs the same thread, to have its turn
 * between two parts. */
static void other_readers_have_their_turn_between_parts(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t verify_id, log_id;

	write_long_history(harness, PART + 1);
	asked_init(&asked, OPERATION(VERIFY), "long");
	verify_id = harness_send(harness, &asked);
	asked_init(&asked, OPERATION(LOG), "long");
	asked.operation.log.has_limit = 1;
	asked.operation.log.limit = 1;
	asked.request.log = &asked.operation.log;
	log_id = harness_send(harness, &asked);
	harness_receive(harness, verify_id);
	harness_receive(harness, log_id);
	assert_int_equal(harness_part(harness, log_id, 0)->log->n_entries, 1);
	assert_true(
	    place_of(harness, log_id, 0) < place_of(harness, verify_id, 1));
	assert_true(harness_part(harness, verify_id, 1)->verify->identical);
}

/* Expect nothing to be left of it, in mid-verification. */
static void client_that_leaves_between_parts_is_let_go(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	write_long_history(harness, 3 * PART);
	asked_init(&asked, OPERATION(VERIFY), "long");
	id = harness_send(harness, &asked);
	harness_receive_part(harness, id, 0);
	harness_hang_up(harness);
	peer_run_until(harness->base, is_without_sessions, harness);
	harness_connect(harness);
	assert_int_equal(harness_seq(harness, "long"), 3 * PART);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		instance_as_it_was_written_is_identical, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		empty_instance_is_identical, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		changed_row_is_a_difference_at_its_seq, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(missing_last_row_is_a_difference,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		layout_that_left_its_journal_is_a_difference, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		verify_between_two_changes_stands_at_the_first, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		verify_of_what_was_lost_is_unavailable, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		client_that_leaves_during_verify_is_let_go, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(long_history_is_answered_in_parts,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		other_readers_have_their_turn_between_parts, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		client_that_leaves_between_parts_is_let_go, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
