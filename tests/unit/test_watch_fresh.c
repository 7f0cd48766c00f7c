/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that were written just now: told from the batch that they were in, as
 * the journal would tell them. */
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

/* ---- without the journal ---- */

static struct history *kept;

/* From here on whoever reads the journal ends the test. */
static void forbid_reading(struct harness *harness)
{
	kept = harness->service.history;
	harness->service.history = NULL;
}

static int allow_reading(void **state)
{
	struct harness *harness = *state;

	harness->service.history = kept;
	return harness_teardown(state);
}

/* Waits for every row from first to last, and expects each once, no more than
 * a thousand in a part. Returns the number of the part that comes next. */
static size_t expect_each_row(struct harness *harness, uint64_t id,
    size_t number, uint64_t first, uint64_t last)
{
	const Memblock__V1__Response *part;
	uint64_t seq = first;
	size_t i;

	while (seq <= last) {
		part = harness_receive_part(harness, id, number++);
		assert_true(part->watch->n_entries <= 1000);
		for (i = 0; i < part->watch->n_entries; i++)
			assert_int_equal(part->watch->entries[i]->seq, seq++);
		assert_int_equal(part->seq, seq - 1);
	}
	assert_int_equal(seq, last + 1);
	return number;
}

static void row_just_written_is_told_without_reading(void **state)
{
	struct harness *harness = *state;
	uint64_t one, other, all;

	harness_create_board(harness, "b");
	forbid_reading(harness);
	one = watching_begin(harness, "b", 0);
	other = watching_begin(harness, "b", 2);
	all = watching_begin(harness, NULL, 0);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, one, 1, "b", 2, 2);
	watching_expect_rows(harness, other, 1, "b", 2, 2);
	watching_expect_rows(harness, all, 1, "b", 2, 2);
	watching_reserve(harness, "b");
	watching_expect_rows(harness, one, 2, "b", 3, 3);
}

/* Expect a batch of more rows than a part takes to be told in several. */
static void rows_of_one_batch_are_told_in_parts(void **state)
{
	struct harness *harness = *state;
	uint64_t id;

	harness->config.limits.in_flight_max = 10000;
	harness_create_board(harness, "b");
	forbid_reading(harness);
	id = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, id, 0, 1);
	harness_reserve_many(harness, "b", 0x40000000, 5000);
	expect_each_row(harness, id, 1, 2, 5001);
}

/* Expect all of a life that is as short as that to be told of. */
static void instance_made_and_destroyed_in_one_batch_is_told(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *part;
	struct asked asked;
	uint64_t id;

	forbid_reading(harness);
	id = watching_begin(harness, NULL, 0);
	harness_receive_part(harness, id, 0);
	asked_init(&asked, OPERATION(CREATE), "c");
	harness_send(harness, &asked);
	asked_init_range(&asked, OPERATION(ADD), "c", 0, 0x1000);
	harness_send(harness, &asked);
	asked_init(&asked, OPERATION(DESTROY), "c");
	harness_ask(harness, &asked);
	watching_expect_rows(harness, id, 1, "c", 1, 1);
	part = harness_receive_part(harness, id, 2);
	assert_string_equal(part->warnings[0],
	    "c: the instance was destroyed; told up to seq 1");
}

/* ---- beside the journal ---- */

static void do_all_kinds_of_things(struct harness *harness)
{
	struct asked asked;

	asked_init_range(&asked, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	asked.request.label = (char *)"firmware";
	asked.request.has_request_key = 1;
	asked.request.request_key =
	    (ProtobufCBinaryData){3, (uint8_t[]){1, 0, 2}};
	harness_ask(harness, &asked);
	asked_init(&asked, OPERATION(ALLOC), "b");
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = 0x1000;
	asked.operation.alloc.has_align = 1; /* of 0: that is a warning */
	harness_ask(harness, &asked);
	asked_init(&asked, OPERATION(ALLOC), "b"); /* refused */
	asked.operation.alloc.has_size = 1;
	asked.operation.alloc.size = UINT64_C(1) << 40;
	harness_ask(harness, &asked);
	harness_range(harness, OPERATION(FREE), "b", 0x40000000, 0x1000);
	harness_range(harness, OPERATION(REMOVE), "b", 0, UINT64_MAX);
}

static void expect_same_entry(
    const Memblock__V1__LogEntry *one, const Memblock__V1__LogEntry *other)
{
	uint8_t bytes[1024], other_bytes[1024];
	const size_t size = memblock__v1__log_entry__pack(one, bytes);

	assert_int_equal(one->base.n_unknown_fields, 0);
	assert_int_equal(
	    memblock__v1__log_entry__pack(other, other_bytes), size);
	assert_memory_equal(bytes, other_bytes, size);
}

/* Expect what was told as it happened to be what is read later: done, refused,
 * with a warning, a label, a key. */
static void row_is_told_alike_from_batch_and_journal(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *live, *read;
	uint64_t id, later;
	size_t i;

	harness_create_board(harness, "b");
	id = watching_begin(harness, "b", 0);
	watching_expect_heartbeat(harness, id, 0, 1);
	do_all_kinds_of_things(harness);
	later = watching_begin(harness, "b", 2);
	read = harness_receive_part(harness, later, 0);
	assert_int_equal(read->watch->n_entries, 5);
	assert_int_equal(read->watch->entries[1]->n_warnings, 1);
	assert_string_equal(read->watch->entries[0]->label, "firmware");
	for (i = 0; i < 5; i++) {
		live = harness_receive_part(harness, id, 1 + i);
		assert_int_equal(live->watch->n_entries, 1);
		expect_same_entry(
		    live->watch->entries[0], read->watch->entries[i]);
	}
}

/* Expect one that reads the past while more is written to get it all, once: the
 * past from the journal, and when it has caught up the rest as it comes. */
static void watch_goes_over_from_the_journal_to_the_present(void **state)
{
	struct harness *harness = *state;
	uint64_t id;
	size_t number;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 2999);
	id = watching_begin(harness, "b", 1);
	harness_reserve_many(harness, "b", 0x48000000, 3000);
	number = expect_each_row(harness, id, 0, 1, 6000);
	forbid_reading(harness);
	watching_reserve(harness, "b");
	expect_each_row(harness, id, number, 6001, 6001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		row_just_written_is_told_without_reading, harness_setup,
		allow_reading),
	    cmocka_unit_test_setup_teardown(rows_of_one_batch_are_told_in_parts,
		harness_setup, allow_reading),
	    cmocka_unit_test_setup_teardown(
		instance_made_and_destroyed_in_one_batch_is_told, harness_setup,
		allow_reading),
	    cmocka_unit_test_setup_teardown(
		row_is_told_alike_from_batch_and_journal, harness_setup,
		harness_teardown),
	    cmocka_unit_test_setup_teardown(
		watch_goes_over_from_the_journal_to_the_present, harness_setup,
		allow_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
