/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/change.h"

#include "tests/unit/daemon_harness.h"
#include "tests/unit/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The layout of an instance, as the service holds it. */
static const struct memblock *model(struct harness *harness, const char *name)
{
	struct instance *instance;
	struct journal_error error;

	assert_int_equal(
	    registry_find(harness->service.registry, name, &instance, &error),
	    JOURNAL_OK);
	assert_non_null(instance->mb);
	return instance->mb;
}

static const Memblock__V1__Response *alloc(
    struct harness *harness, const char *name, uint64_t size)
{
	struct asked asked;

	asked_init(&asked, OPERATION(ALLOC), name);
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = size;
	return harness_ask(harness, &asked);
}

static void assert_rows(struct harness *harness, const char *count)
{
	assert_string_equal(
	    scratch_ask(harness->scratch, "SELECT count(*) FROM operation"),
	    count);
}

/* ---- what is history ---- */

static void history_is_what_the_model_did_or_refused(void **state)
{
	(void)state;
	assert_true(change_is_history(MB_OK));
	assert_true(change_is_history(MB_NO_SPACE));
	assert_true(change_is_history(MB_BUSY));
	assert_false(change_is_history(MB_INVALID));
	assert_false(change_is_history(MB_LIMIT));
	assert_false(change_is_history(MB_NO_MEMORY));
}

/* Expect each to take effect at once, with a seq of its own. */
static void changes_take_effect_in_order(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response =
	    harness_range(harness, OPERATION(RESERVE), "b", 0x40000000, 0x3000);
	assert_int_equal(response->seq, 2);
	response =
	    harness_range(harness, OPERATION(FREE), "b", 0x40001000, 0x1000);
	assert_int_equal(response->seq, 3);
	response = harness_range(
	    harness, OPERATION(REMOVE), "b", 0x50000000, 0x10000000);
	assert_int_equal(response->seq, 4);
	assert_string_equal(layout(model(harness, "b")->memory),
	    "[40000000-50000000] [60000000-80000000]");
	assert_string_equal(layout(model(harness, "b")->reserved),
	    "[40000000-40001000] [40002000-40003000]");
	assert_rows(harness, "4");
}

static void alloc_answers_where_and_how_much(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = alloc(harness, "b", 0x2000);
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT_ALLOC);
	assert_int_equal(response->alloc->address, 0x7fffe000);
	assert_int_equal(response->alloc->size, 0x2000);
	assert_int_equal(response->seq, 2);
}

static void change_without_effect_takes_a_seq(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	assert_int_equal(
	    harness_range(harness, OPERATION(RESERVE), "b", 0x1000, 0)->seq, 2);
	assert_rows(harness, "2");
}

/* Expect a row with its outcome for what the model refused. */
static void refusal_of_the_model_is_a_row(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	response = alloc(harness, "b", 0x80000000);
	harness_expect_refused(response, CODE(RESOURCE_EXHAUSTED), "b: no 0x");
	assert_string_equal(response->status->errno_name, "ENOMEM");
	assert_int_equal(
	    response->result_case, MEMBLOCK__V1__RESPONSE__RESULT__NOT_SET);
	assert_int_equal(response->seq, 2);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT status || ' ' || coalesce(result, 'none') FROM "
		"operation WHERE seq = 2"),
	    "1 none");
}

/* Expect nothing of what no model can take, and nothing of what is cut short
 * by a missing argument. */
static void argument_that_no_model_takes_is_no_row(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	response = alloc(harness, "b", 0);
	harness_expect_refused(response, CODE(INVALID_ARGUMENT), "b: ");
	assert_string_equal(response->status->errno_name, "EINVAL");
	assert_int_equal(response->seq, 1);
	asked_init(&asked, OPERATION(ADD), "b");
	harness_expect_refused(harness_ask(harness, &asked),
	    CODE(INVALID_ARGUMENT), "b: the address is missing");
	assert_rows(harness, "1");
	assert_int_equal(harness_seq(harness, "b"), 1);
}

static void change_past_the_limit_of_regions_is_no_row(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_stop(harness);
	harness->config.limits.regions_max = 4;
	harness_start(harness);
	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 3);
	response =
	    harness_range(harness, OPERATION(RESERVE), "b", 0x50000000, 0x1000);
	assert_int_equal(response->status->code, CODE(RESOURCE_EXHAUSTED));
	assert_int_equal(response->seq, 4);
	assert_rows(harness, "4");
}

static void warning_is_answered_and_kept(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	asked_init(&asked, OPERATION(ALLOC), "b");
	asked.operation.alloc.has_size = asked.operation.alloc.has_align = 1;
	asked.operation.alloc.size = 0x40;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->n_warnings, 1);
	assert_string_equal(scratch_ask(harness->scratch,
				"SELECT warnings FROM operation WHERE seq = 2"),
	    "1");
}

/* ---- find ---- */

static void find_answers_as_alloc_and_changes_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	struct asked asked;

	harness_create_board(harness, "b");
	asked_init(&asked, OPERATION(FIND), "b");
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = 0x2000;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->alloc->address, 0x7fffe000);
	assert_int_equal(response->seq, 1);
	assert_string_equal(layout(model(harness, "b")->reserved), "");
	asked.operation.alloc.size = 0x80000000;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(RESOURCE_EXHAUSTED));
	assert_int_equal(response->seq, 1);
	assert_rows(harness, "1");
}

/* ---- the row ---- */

static void row_says_who_asked_and_why(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(SET), "b");
	asked.request.label = (char *)"early_alloc+0x2c";
	asked.operation.set.setting_case =
	    MEMBLOCK__V1__SET__SETTING_CURRENT_LIMIT;
	asked.operation.set.current_limit = 0x1000;
	harness_ask(harness, &asked);
	asked.request.label = (char *)"";
	harness_ask(harness, &asked);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT group_concat(principal || ' ' || kind || ' ' || value "
		"|| ' ' || coalesce(label, 'none') || ' ' || "
		"coalesce(group_seq, 'alone'), ', ') FROM operation"),
	    "uid:1000 13 4096 early_alloc+0x2c alone, "
	    "uid:1000 13 4096 none alone");
}

static void time_of_rows_never_goes_back(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 200);
	assert_string_equal(
	    scratch_ask(harness->scratch,
		"SELECT count(*) FROM operation a JOIN operation b ON "
		"b.seq = a.seq + 1 AND b.time_us < a.time_us"),
	    "0");
}

/* Expect the chain to hold across a restart: the load checks it. */
static void rows_are_chained_across_a_restart(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(alloc(harness, "b", 0x1000)->seq, 2);
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(
	    alloc(harness, "b", 0x1000)->alloc->address, 0x7fffe000);
}

/* ---- snapshots ---- */

static const char *snapshots(struct harness *harness)
{
	return scratch_ask(harness->scratch,
	    "SELECT coalesce(group_concat(seq), 'none') FROM snapshot");
}

/* Toggles a switch, which adds no region. */
static void change_without_regions(
    struct harness *harness, const char *name, size_t count)
{
	const uint64_t first = harness->last_id + 1;
	struct asked asked;
	size_t i;

	for (i = 0; i < count; i++) {
		asked_init(&asked, OPERATION(SET), name);
		asked.operation.set.setting_case =
		    MEMBLOCK__V1__SET__SETTING_BOTTOM_UP;
		asked.operation.set.bottom_up = i % 2;
		harness_send(harness, &asked);
	}
	harness_receive(harness, first + count - 1);
}

static void snapshot_is_due_behind_row_4096(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	change_without_regions(harness, "b", 4096);
	assert_string_equal(snapshots(harness), "none");
	change_without_regions(harness, "b", 1);
	assert_string_equal(snapshots(harness), "4097");
	change_without_regions(harness, "b", 4096);
	assert_string_equal(snapshots(harness), "4097");
	change_without_regions(harness, "b", 1);
	assert_string_equal(snapshots(harness), "4097,8194");
}

/* Expect the count to go on where the last snapshot was, not at the start of
 * the process. */
static void snapshot_is_counted_across_a_restart(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	change_without_regions(harness, "b", 4000);
	harness_stop(harness);
	harness_start(harness);
	change_without_regions(harness, "b", 96);
	assert_string_equal(snapshots(harness), "none");
	change_without_regions(harness, "b", 1);
	assert_string_equal(snapshots(harness), "4097");
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(harness_seq(harness, "b"), 4097);
	change_without_regions(harness, "b", 4096);
	assert_string_equal(snapshots(harness), "4097");
}

/* Expect no snapshot while there are as many regions as rows since: it would
 * be larger than they are. Each row here adds one region. */
static void snapshot_waits_for_as_many_rows_as_regions(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b"); /* one row, one region */
	harness_reserve_many(harness, "b", 0x40000000, 4500);
	assert_string_equal(snapshots(harness), "none");
	change_without_regions(harness, "b", 1); /* 4502 to 4501 */
	assert_string_equal(snapshots(harness), "4502");
}

static void snapshot_that_was_lost_is_due_again(void **state)
{
	struct harness *harness = *state;

	harness_create(harness, "b");
	change_without_regions(harness, "b", 4096);
	harness_fill_disk(harness, "b"); /* loses the row that made it due */
	harness_empty_disk(harness);
	assert_string_equal(snapshots(harness), "none");
	change_without_regions(harness, "b", 1);
	assert_string_equal(snapshots(harness), "4097");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		history_is_what_the_model_did_or_refused, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		changes_take_effect_in_order, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(alloc_answers_where_and_how_much,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(change_without_effect_takes_a_seq,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		refusal_of_the_model_is_a_row, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		argument_that_no_model_takes_is_no_row, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		change_past_the_limit_of_regions_is_no_row, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		warning_is_answered_and_kept, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		find_answers_as_alloc_and_changes_nothing, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		row_says_who_asked_and_why, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		time_of_rows_never_goes_back, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(rows_are_chained_across_a_restart,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(snapshot_is_due_behind_row_4096,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		snapshot_is_counted_across_a_restart, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		snapshot_waits_for_as_many_rows_as_regions, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(snapshot_that_was_lost_is_due_again,
		harness_setup, harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
