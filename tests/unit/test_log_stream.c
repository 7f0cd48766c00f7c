/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/log_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- entries ---- */

static void entry_tells_who_when_what_and_what_came_of_it(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__LogEntry *entry;
	struct asked asked;
	uint64_t base;

	harness_create_board(harness, "b");
	asked_init(&asked, OPERATION(ALLOC), "b");
	asked.request.label = (char *)"why";
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = 0x1000;
	base = harness_ask(harness, &asked)->alloc->address;
	asked.operation.alloc.size = 0x80000000;
	harness_ask(harness, &asked);

	entry = harness_ask_for(harness, OPERATION(LOG), "b")->log->entries[1];
	assert_int_equal(entry->seq, 2);
	assert_true(entry->time_us > 1700000000000000);
	assert_string_equal(entry->principal, "uid:1000");
	assert_string_equal(entry->label, "why");
	assert_false(entry->has_group);
	assert_int_equal(entry->status->code, CODE(OK));
	assert_int_equal(entry->address, base);
	assert_int_equal(
	    entry->operation_case, MEMBLOCK__V1__LOG_ENTRY__OPERATION_ALLOC);
	assert_int_equal(entry->alloc->size, 0x1000);

	entry = harness_ask_for(harness, OPERATION(LOG), "b")->log->entries[2];
	assert_int_equal(entry->status->code, CODE(RESOURCE_EXHAUSTED));
	assert_string_equal(entry->status->errno_name, "ENOMEM");
	assert_non_null(strstr(entry->status->message, "no 0x80000000 bytes"));
	assert_false(entry->has_address);
}

static void entry_without_a_label_has_none(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__LogEntry *entry;

	harness_create_board(harness, "b");
	entry = harness_ask_for(harness, OPERATION(LOG), "b")->log->entries[0];
	assert_null(entry->label);
	assert_false(entry->has_address);
	assert_int_equal(entry->n_warnings, 0);
	assert_int_equal(
	    entry->operation_case, MEMBLOCK__V1__LOG_ENTRY__OPERATION_ADD);
}

static void entry_keeps_its_warnings(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__LogEntry *entry;
	struct asked asked;

	harness_create_board(harness, "b");
	asked_init(&asked, OPERATION(ALLOC), "b");
	asked.operation.alloc.has_size = asked.operation.alloc.has_align = 1;
	asked.operation.alloc.size = 0x40;
	harness_ask(harness, &asked);
	entry = harness_ask_for(harness, OPERATION(LOG), "b")->log->entries[1];
	assert_int_equal(entry->status->code, CODE(OK));
	assert_int_equal(entry->n_warnings, 1);
}

/* ---- spans ---- */

static void log_of_no_rows_is_one_empty_part(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	harness_create(harness, "b");
	assert_int_equal(log_assert_seqs(harness, &asked, 1, 1, 0), 1);
	assert_int_equal(harness_part(harness, harness->last_id, 0)->seq, 0);
}

static void span_has_both_its_ends(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(3, 7);

	log_create_ten_rows(harness);
	log_assert_seqs(harness, &asked, 3, 1, 5);
	asked = log_question(10, 10);
	log_assert_seqs(harness, &asked, 10, 1, 1);
}

static void span_past_the_end_stops_at_the_end(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(9, UINT64_MAX);

	log_create_ten_rows(harness);
	log_assert_seqs(harness, &asked, 9, 1, 2);
	assert_int_equal(harness_part(harness, harness->last_id, 0)->seq, 10);
}

static void span_that_ends_before_it_begins_is_empty(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(5, 4);

	log_create_ten_rows(harness);
	log_assert_seqs(harness, &asked, 0, 1, 0);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	log_assert_seqs(harness, &asked, 0, 1, 0);
}

/* Expect one behind the end, where someone waits for the next, to be empty and
 * two behind it to be out of range. */
static void span_that_begins_behind_the_end_is_out_of_range(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(11, 0);

	log_create_ten_rows(harness);
	log_assert_seqs(harness, &asked, 0, 1, 0);
	asked = log_question(12, 0);
	asked.request.log = &asked.operation.log;
	harness_expect_refused(harness_ask(harness, &asked), CODE(OUT_OF_RANGE),
	    "seq 12 is beyond the end, which is 10");
}

static void reverse_begins_with_the_last(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(3, 7);

	log_create_ten_rows(harness);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	log_assert_seqs(harness, &asked, 7, -1, 5);
	asked = log_question(0, 0);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	log_assert_seqs(harness, &asked, 10, -1, 10);
}

static void limit_cuts_either_way(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(3, 0);

	log_create_ten_rows(harness);
	asked.operation.log.has_limit = 1;
	asked.operation.log.limit = 4;
	log_assert_seqs(harness, &asked, 3, 1, 4);
	asked.operation.log.has_reverse = asked.operation.log.reverse = 1;
	log_assert_seqs(harness, &asked, 10, -1, 4);
	asked.operation.log.limit = 0;
	log_assert_seqs(harness, &asked, 0, 1, 0);
}

/* Expect the seq of the life that is asked for to count, not that of the one
 * in service. */
static void if_seq_is_compared_with_the_life_that_is_named(void **state)
{
	struct harness *harness = *state;
	struct asked asked = log_question(0, 0);

	log_create_ten_rows(harness);
	harness_ask_for(harness, OPERATION(DESTROY), "b");
	harness_create(harness, "b");
	asked.request.has_if_seq = 1;
	asked.request.if_seq = 10;
	asked.request.log = &asked.operation.log;
	harness_expect_refused(harness_ask(harness, &asked), CODE(ABORTED),
	    "b: stands at seq 0, not 10");
	asked.operation.log.has_life = 1;
	asked.operation.log.life = 1;
	log_assert_seqs(harness, &asked, 1, 1, 10);
	asked.request.if_seq = 0;
	harness_expect_refused(harness_ask(harness, &asked), CODE(ABORTED),
	    "b: stands at seq 10, not 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		entry_tells_who_when_what_and_what_came_of_it, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(entry_without_a_label_has_none,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		entry_keeps_its_warnings, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(log_of_no_rows_is_one_empty_part,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		span_has_both_its_ends, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(span_past_the_end_stops_at_the_end,
		harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		span_that_ends_before_it_begins_is_empty, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		span_that_begins_behind_the_end_is_out_of_range, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		reverse_begins_with_the_last, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		limit_cuts_either_way, harness_setup, harness_teardown),
	    cmocka_unit_test_setup_teardown(
		if_seq_is_compared_with_the_life_that_is_named, harness_setup,
		harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
