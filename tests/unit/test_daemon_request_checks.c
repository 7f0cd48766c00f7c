/* SPDX-License-Identifier: BSD-2-Clause */
/* A request that is well formed: what it is checked for, in which order, and
 * what is answered when the journal cannot be written. */
#include "daemon/request.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- the instance ---- */

static void instance_that_is_not_there_is_not_found(void **state)
{
	static const Memblock__V1__Request__OperationCase operations[] = {
	    OPERATION(INFO), OPERATION(DESTROY), OPERATION(ADD),
	    OPERATION(ALLOC), OPERATION(FIND), OPERATION(SET), OPERATION(DUMP),
	    OPERATION(LOAD), OPERATION(LOG), OPERATION(VERIFY)};
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	size_t i;

	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		response = harness_ask_for(harness, operations[i], "nobody");
		harness_expect_refused(
		    response, CODE(NOT_FOUND), "nobody: no such instance");
		assert_false(response->has_seq);
	}
}

static void damaged_instance_is_data_loss_and_others_are_served(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_create(harness, "other");
	harness_stop(harness);
	scratch_edit(harness->scratch, "UPDATE operation SET size = 1");
	harness_start(harness);
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "b"),
	    CODE(DATA_LOSS), "b: ");
	harness_expect_refused(
	    harness_range(harness, OPERATION(ADD), "b", 0, 1), CODE(DATA_LOSS),
	    "b: ");
	assert_int_equal(harness_seq(harness, "other"), 0);
}

/* ---- if_seq ---- */

static const Memblock__V1__Response *ask_if_seq(
    struct harness *harness, uint64_t seq)
{
	struct asked asked;

	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	asked.request.has_if_seq = 1;
	asked.request.if_seq = seq;
	return harness_ask(harness, &asked);
}

static void if_seq_that_does_not_hold_is_aborted_and_told(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create(harness, "b");
	assert_int_equal(ask_if_seq(harness, 0)->seq, 1);
	response = ask_if_seq(harness, 0);
	harness_expect_refused(
	    response, CODE(ABORTED), "b: stands at seq 1, not 0");
	assert_int_equal(response->seq, 1);
	assert_int_equal(harness_seq(harness, "b"), 1);
	assert_int_equal(ask_if_seq(harness, 1)->seq, 2);
}

/* Expect two that were sent at once for the same seq to be told apart: the
 * second sees what the first did though that is not on disk yet. */
static void second_of_two_for_one_seq_is_aborted(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t first;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(SET), "b");
	asked.operation.set.setting_case = MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
	asked.request.has_if_seq = 1;
	first = harness_send(harness, &asked);
	harness_send(harness, &asked);
	assert_int_equal(
	    harness_receive(harness, first)->status->code, CODE(OK));
	assert_int_equal(
	    harness_receive(harness, first + 1)->status->code, CODE(ABORTED));
}

/* ---- the order of the checks: each request here fails at two ---- */

static void text_is_checked_before_the_operation(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	asked_init(&asked, OPERATION(_NOT_SET), "b");
	asked.request.label = (char *)"\x01";
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(INVALID_ARGUMENT), "label");
}

static void name_is_checked_before_the_instance(void **state)
{
	struct harness *harness = *state;

	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(INFO), ".nobody"),
	    CODE(INVALID_ARGUMENT), "is no name");
}

static void instance_is_checked_before_if_seq(void **state)
{
	struct harness *harness = *state;

	harness_expect_refused(
	    ask_if_seq(harness, 7), CODE(NOT_FOUND), "b: no such instance");
}

static void if_seq_is_checked_before_the_arguments(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(ADD), "b");
	asked.request.has_if_seq = 1;
	asked.request.if_seq = 7;
	harness_expect_refused(
	    harness_ask(harness, &asked), CODE(ABORTED), "seq 0, not 7");
}

/* ---- dry runs ---- */

static void dry_run_changes_and_journals_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	asked_init(&asked, OPERATION(ALLOC), "b");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = 0x1000;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->alloc->address, 0x7ffff000);
	assert_int_equal(response->seq, 1);
	asked_init(&asked, OPERATION(DESTROY), "b");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	assert_int_equal(harness_ask(harness, &asked)->seq, 1);
	assert_int_equal(harness_seq(harness, "b"), 1);
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM operation"),
	    "1");
}

static void dry_create_leaves_no_instance(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	asked_init(&asked, OPERATION(CREATE), "b");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "b"),
	    CODE(NOT_FOUND), "no such instance");
}

/* ---- a service that takes no changes ---- */

static void change_of_a_read_only_service_is_refused(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness->config.read_only = true;
	harness_expect_refused(
	    harness_range(harness, OPERATION(RESERVE), "b", 0, 1),
	    CODE(FAILED_PRECONDITION), "read-only");
	harness_expect_refused(harness_ask_for(harness, OPERATION(CREATE), "c"),
	    CODE(FAILED_PRECONDITION), "read-only");
	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(DESTROY), "b"),
	    CODE(FAILED_PRECONDITION), "read-only");
	assert_int_equal(harness_seq(harness, "b"), 1);
}

static void dry_run_of_a_read_only_service_is_answered(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create(harness, "b");
	harness->config.read_only = true;
	asked_init(&asked, OPERATION(DESTROY), "b");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
}

/* ---- a full disk ---- */

static void change_on_a_full_disk_is_unavailable_and_reads_go_on(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	harness_fill_disk(harness, "b");
	harness_expect_refused(
	    harness_range(harness, OPERATION(RESERVE), "b", 0, 1),
	    CODE(UNAVAILABLE), "no changes until");
	harness_expect_refused(
	    harness_ask_for(harness, OPERATION(DESTROY), "b"),
	    CODE(UNAVAILABLE), "no changes until");
	harness_expect_refused(harness_ask_for(harness, OPERATION(CREATE), "c"),
	    CODE(UNAVAILABLE), "no changes until");
	assert_int_equal(harness_seq(harness, "b"), 1);

	asked_init(&asked, OPERATION(FIND), "b");
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = 0x1000;
	assert_int_equal(
	    harness_ask(harness, &asked)->alloc->address, 0x7ffff000);
}

static void dry_run_on_a_full_disk_is_answered(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create_board(harness, "b");
	harness_fill_disk(harness, "b");
	asked_init(&asked, OPERATION(DESTROY), "b");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	assert_int_equal(harness_ask(harness, &asked)->status->code, CODE(OK));
}

/* Expect seqs to go on without a gap and everything acknowledged to be there,
 * also after a restart. */
static void service_goes_on_when_the_disk_has_room_again(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_fill_disk(harness, "b");
	harness_empty_disk(harness);
	assert_int_equal(
	    harness_range(harness, OPERATION(RESERVE), "b", 0x50000000, 0x1000)
		->seq,
	    2);
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(harness_seq(harness, "b"), 2);
}

static void instance_whose_creation_was_lost_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t created, reserved;

	scratch_limit_files(0);
	asked_init(&asked, OPERATION(CREATE), "b");
	created = harness_send(harness, &asked);
	asked_init(&asked, OPERATION(INFO), "b");
	reserved = harness_send(harness, &asked);
	assert_int_equal(
	    harness_receive(harness, created)->status->code, CODE(UNAVAILABLE));
	assert_int_equal(harness_receive(harness, reserved)->status->code,
	    CODE(UNAVAILABLE));
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), "b"),
	    CODE(NOT_FOUND), "no such instance");
	harness_empty_disk(harness);
	harness_create(harness, "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		instance_that_is_not_there_is_not_found, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		damaged_instance_is_data_loss_and_others_are_served,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		if_seq_that_does_not_hold_is_aborted_and_told, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		second_of_two_for_one_seq_is_aborted, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		text_is_checked_before_the_operation, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(name_is_checked_before_the_instance,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(instance_is_checked_before_if_seq,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		if_seq_is_checked_before_the_arguments, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		dry_run_changes_and_journals_nothing, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		dry_create_leaves_no_instance, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		change_of_a_read_only_service_is_refused, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		dry_run_of_a_read_only_service_is_answered, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		change_on_a_full_disk_is_unavailable_and_reads_go_on,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(dry_run_on_a_full_disk_is_answered,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		service_goes_on_when_the_disk_has_room_again, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		instance_whose_creation_was_lost_is_not_found, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
