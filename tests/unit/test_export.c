/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RECORD(name) MEMBLOCK__V1__HISTORY_RECORD__RECORD_##name

/* The record of that number in all parts of an answer. NULL: there is none. */
static const Memblock__V1__HistoryRecord *record(
    struct harness *harness, uint64_t id, size_t number)
{
	const Memblock__V1__Response *part;
	size_t i;

	for (i = 0; (part = harness_part(harness, id, i)) != NULL; i++) {
		if (part->export == NULL)
			return NULL;
		if (number < part->export->n_records)
			return part->export->records[number];
		number -= part->export->n_records;
	}
	return NULL;
}

static uint64_t export(struct harness *harness, const char *name)
{
	const Memblock__V1__Response *response =
	    harness_ask_for(harness, OPERATION(EXPORT), name);

	assert_int_equal(response->status->code, CODE(OK));
	return harness->last_id;
}

static void history_goes_from_its_head_to_its_end(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	id = export(harness, "b");
	assert_int_equal(record(harness, id, 0)->record_case, RECORD(HEAD));
	assert_string_equal(record(harness, id, 0)->head->name, "b");
	assert_int_equal(record(harness, id, 0)->head->seq, 2);
	assert_int_equal(record(harness, id, 2)->operation->seq, 2);
	assert_int_equal(
	    record(harness, id, 2)->operation->reserve->size, 0x1000);
	assert_int_equal(record(harness, id, 3)->end->operations, 2);
	assert_memory_equal(record(harness, id, 3)->end->hash.data,
	    record(harness, id, 2)->operation->hash.data, 32);
	assert_null(record(harness, id, 4));
}

/* Expect each row once, in order, however many parts it takes. */
static void long_history_comes_in_parts(void **state)
{
	struct harness *harness = *state;
	uint64_t id, seq;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 1200);
	id = export(harness, "b");
	for (seq = 1; seq <= 1201; seq++)
		assert_int_equal(record(harness, id, seq)->operation->seq, seq);
	assert_int_equal(record(harness, id, 1202)->record_case, RECORD(END));
	assert_non_null(harness_part(harness, id, 3));
}

static void copy_tells_its_layout_behind_the_head(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	harness_create_board(harness, "b");
	asked_init(&asked, OPERATION(CLONE), "c");
	asked.operation.clone.origin = (char *)"b";
	harness_ask(harness, &asked);
	id = export(harness, "c");
	assert_string_equal(record(harness, id, 0)->head->origin, "b");
	assert_int_equal(record(harness, id, 1)->record_case, RECORD(LAYOUT));
	assert_int_equal(record(harness, id, 2)->end->operations, 0);
}

/* Seqs 1 to 4 are dropped, 5 is kept. */
static void start_without_the_first_rows(struct harness *harness)
{
	struct scratch *scratch = harness->scratch;

	scratch_open(scratch);
	scratch_create(scratch, "b");
	scratch_fill(scratch);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x50000000, 0x1000);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 5);
	scratch_close(scratch);
	harness_start(harness);
}

/* Expect the layout before the first row that is kept, then that row. */
static void history_of_dropped_rows_begins_with_a_layout(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	start_without_the_first_rows(harness);
	id = export(harness, "b");
	assert_int_equal(record(harness, id, 0)->head->first_seq, 5);
	assert_int_equal(record(harness, id, 0)->head->has_before_time_us, 1);
	assert_null(record(harness, id, 0)->head->origin);
	assert_int_equal(record(harness, id, 1)->record_case, RECORD(LAYOUT));
	assert_int_equal(record(harness, id, 2)->operation->seq, 5);
	assert_int_equal(record(harness, id, 3)->end->operations, 1);
	assert_null(record(harness, id, 4));
}

/* Expect seq 4, which a snapshot holds, to be the layout alone. */
static void moment_before_the_first_kept_is_not_found(void **state)
{
	struct harness *harness = *state;
	struct asked asked;
	uint64_t id;

	start_without_the_first_rows(harness);
	asked_init(&asked, OPERATION(EXPORT), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 3;
	harness_expect_refused(harness_ask(harness, &asked), CODE(NOT_FOUND),
	    "b: seq 3 is not kept any more: the first that is kept is 4");
	asked_init(&asked, OPERATION(EXPORT), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 4;
	harness_ask(harness, &asked);
	id = harness->last_id;
	assert_int_equal(record(harness, id, 1)->record_case, RECORD(LAYOUT));
	assert_int_equal(record(harness, id, 2)->end->operations, 0);
}

/* Expect a damaged row to end it with what is wrong. */
static void damaged_row_ends_it(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 4);
	harness_stop(harness);
	scratch_edit(
	    harness->scratch, "UPDATE operation SET size = 1 WHERE seq = 3");
	harness_start(harness);
	harness_ask_for(harness, OPERATION(EXPORT), "b");
	id = harness->last_id;
	assert_int_equal(
	    harness_part(harness, id, 1)->status->code, CODE(DATA_LOSS));
}

static void moment_beyond_the_end_is_refused(void **state)
{
	struct harness *harness = *state;
	struct asked asked;

	harness_create(harness, "b");
	asked_init(&asked, OPERATION(EXPORT), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = 1;
	harness_expect_refused(harness_ask(harness, &asked), CODE(OUT_OF_RANGE),
	    "b: seq 1 is beyond the end");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(history_goes_from_its_head_to_its_end),
	    TEST(long_history_comes_in_parts),
	    TEST(copy_tells_its_layout_behind_the_head),
	    cmocka_unit_test_setup_teardown(
		history_of_dropped_rows_begins_with_a_layout,
		harness_setup_stopped, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		moment_before_the_first_kept_is_not_found,
		harness_setup_stopped, harness_teardown),
	    TEST(damaged_row_ends_it),
	    TEST(moment_beyond_the_end_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
