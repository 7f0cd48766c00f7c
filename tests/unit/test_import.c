/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/import.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The records of "b", as one part: those of the answer, which stay its. */
static Memblock__V1__HistoryRecord *records[64];
static size_t record_count;
static struct asked asked;

static int begin(void **state)
{
	const Memblock__V1__Response *part;
	struct harness *harness;
	size_t i, k;

	if (harness_setup(state) != 0)
		return -1;
	harness = *state;
	harness_create_board(harness, "b");
	harness_range(harness, OPERATION(RESERVE), "b", 0x40000000, 0x1000);
	harness_ask_for(harness, OPERATION(EXPORT), "b");
	record_count = 0;
	for (i = 0; (part = harness_part(harness, harness->last_id, i)) != NULL;
	     i++)
		for (k = 0; k < part->export->n_records; k++)
			records[record_count++] = part->export->records[k];
	return 0;
}

/* Sends count records from first on. */
static const Memblock__V1__Response *send(struct harness *harness,
    const char *name, size_t first, size_t count, bool last)
{
	asked_init(&asked, OPERATION(IMPORT), name);
	asked.operation.import.n_records = count;
	asked.operation.import.records = records + first;
	asked.operation.import.has_last = asked.operation.import.last = last;
	return harness_ask(harness, &asked);
}

static void expect_absent(struct harness *harness, const char *name)
{
	harness_expect_refused(harness_ask_for(harness, OPERATION(INFO), name),
	    CODE(NOT_FOUND), "no such instance");
}

static void parts_make_an_instance_with_the_last(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;
	size_t i;

	for (i = 0; i + 1 < record_count; i++) {
		response = send(harness, "c", i, 1, false);
		assert_int_equal(response->status->code, CODE(OK));
		assert_false(response->has_seq);
		expect_absent(harness, "c");
	}
	response = send(harness, "c", i, 1, true);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->seq, 2);
	assert_int_equal(response->import->operations, 2);
	assert_int_equal(harness_seq(harness, "c"), 2);
	assert_true(harness_ask_for(harness, OPERATION(VERIFY), "c")
			->verify->identical);
	harness_stop(harness);
	harness_start(harness);
	assert_int_equal(harness_seq(harness, "c"), 2);
}

/* Expect nothing to be left, so that another can begin. */
static void refused_part_ends_it(void **state)
{
	struct harness *harness = *state;

	send(harness, "c", 0, 1, false);
	harness_expect_refused(send(harness, "c", 2, 1, false),
	    CODE(INVALID_ARGUMENT), "c: line 2: seq 2 follows seq 0");
	harness_expect_refused(send(harness, "c", 1, 2, true),
	    CODE(INVALID_ARGUMENT), "c: line 1: a history begins with");
	assert_null(harness->service.imports);
	expect_absent(harness, "c");
}

static void lost_connection_ends_it(void **state)
{
	struct harness *harness = *state;

	send(harness, "c", 0, 2, false);
	assert_non_null(harness->service.imports);
	harness_hang_up(harness);
	harness_connect(harness);
	harness_expect_refused(send(harness, "c", 2, 2, true),
	    CODE(INVALID_ARGUMENT), "c: line 1: a history begins with");
	assert_null(harness->service.imports);
}

static void name_that_is_taken_meanwhile_already_exists(void **state)
{
	struct harness *harness = *state;

	send(harness, "c", 0, 2, false);
	harness_create(harness, "c");
	harness_expect_refused(send(harness, "c", 2, record_count - 2, true),
	    CODE(ALREADY_EXISTS), "c: is there already");
	assert_null(harness->service.imports);
	assert_int_equal(harness_seq(harness, "c"), 0);
}

static void other_name_waits_for_its_turn(void **state)
{
	struct harness *harness = *state;

	send(harness, "c", 0, 2, false);
	harness_expect_refused(send(harness, "d", 0, 2, false),
	    CODE(FAILED_PRECONDITION), "c is being imported");
	assert_int_equal(
	    send(harness, "c", 2, record_count - 2, true)->status->code,
	    CODE(OK));
}

/* Expect parts that are sent at once to be taken in one after the other, and
 * what stands behind the last to find the instance. */
static void what_comes_behind_a_part_waits_for_it(void **state)
{
	struct harness *harness = *state;
	uint64_t sent[3];
	int i;

	asked_init(&asked, OPERATION(IMPORT), "c");
	asked.operation.import.n_records = 1;
	asked.operation.import.records = records;
	sent[0] = harness_send(harness, &asked);
	asked.operation.import.n_records = record_count - 1;
	asked.operation.import.records = records + 1;
	asked.operation.import.has_last = asked.operation.import.last = 1;
	sent[1] = harness_send(harness, &asked);
	asked_init_range(&asked, OPERATION(FREE), "c", 0, 0x1000);
	sent[2] = harness_send(harness, &asked);
	for (i = 0; i < 3; i++)
		assert_int_equal(
		    harness_receive(harness, sent[i])->status->code, CODE(OK));
	assert_int_equal(harness_seq(harness, "c"), 3);
}

static void more_than_are_taken_are_refused(void **state)
{
	struct harness *harness = *state;

	harness->config.limits.imports_max = 0;
	harness_expect_refused(send(harness, "c", 0, 1, false),
	    CODE(RESOURCE_EXHAUSTED), "max-imports");
}

static void dry_run_makes_nothing(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	asked_init(&asked, OPERATION(IMPORT), "c");
	asked.request.has_dry_run = asked.request.dry_run = 1;
	asked.operation.import.n_records = record_count;
	asked.operation.import.records = records;
	asked.operation.import.has_last = asked.operation.import.last = 1;
	response = harness_ask(harness, &asked);
	assert_int_equal(response->status->code, CODE(OK));
	assert_int_equal(response->import->operations, 2);
	expect_absent(harness, "c");
}

/* Expect an import that cannot be written to be UNAVAILABLE, and not to be
 * there afterwards. */
static void full_disk_leaves_nothing_of_it(void **state)
{
	struct harness *harness = *state;

	harness_fill_disk(harness, "b");
	harness_expect_refused(
	    send(harness, "c", 0, record_count, true), CODE(UNAVAILABLE), "");
	harness_empty_disk(harness);
	expect_absent(harness, "c");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, begin, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(parts_make_an_instance_with_the_last),
	    TEST(refused_part_ends_it),
	    TEST(lost_connection_ends_it),
	    TEST(name_that_is_taken_meanwhile_already_exists),
	    TEST(other_name_waits_for_its_turn),
	    TEST(what_comes_behind_a_part_waits_for_it),
	    TEST(more_than_are_taken_are_refused),
	    TEST(dry_run_makes_nothing),
	    TEST(full_disk_leaves_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
