/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/command.h"

#include "tests/unit/daemon_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const Memblock__V1__Response *blame_at(
    struct harness *harness, uint64_t seq)
{
	struct asked asked;

	asked_init(&asked, OPERATION(BLAME), "b");
	asked.request.has_at_seq = 1;
	asked.request.at_seq = seq;
	return harness_ask(harness, &asked);
}

/* Expect 1,000 parts in a part of the answer, and each with its operation:
 *
 *   memory     1
 *   reserved    ---- 999 ----|---- 1,000 ----|- 500 -
 */
static void many_parts_come_in_pages(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *page;
	uint64_t id, seq = 1;
	size_t number, i;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 2499);
	harness_ask_for(harness, OPERATION(BLAME), "b");
	id = harness->last_id;
	for (number = 0; (page = harness_part(harness, id, number)) != NULL;
	     number++) {
		assert_int_equal(page->status->code, CODE(OK));
		assert_int_equal(page->seq, 2500);
		for (i = 0; i < page->blame->n_parts; i++)
			assert_int_equal(page->blame->parts[i]->seq, seq++);
	}
	assert_int_equal(number, 3);
	assert_int_equal(seq, 2501);
}

static void just_one_page_has_no_second(void **state)
{
	struct harness *harness = *state;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 999);
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(BLAME), "b")->blame->n_parts,
	    1000);
	assert_null(harness_part(harness, harness->last_id, 1));
}

/* Expect what was there before the first row that is kept to be of seq 0, with
 * nothing else said of it. */
static void part_of_rows_that_are_not_kept_is_of_seq_0(void **state)
{
	struct harness *harness = *state;
	struct scratch *scratch = harness->scratch;
	const Memblock__V1__BlameResult *blame;

	scratch_open(scratch);
	scratch_create(scratch, "b");
	scratch_add(scratch, 0, 0x10000);
	scratch_snapshot(scratch);
	scratch_reserve(scratch, 0x1000, 0x1000);
	scratch_commit(scratch);
	scratch_drop_rows(scratch, 2);
	scratch_close(scratch);
	harness_start(harness);
	blame = harness_ask_for(harness, OPERATION(BLAME), "b")->blame;
	assert_int_equal(blame->n_parts, 2);
	assert_int_equal(
	    blame->parts[0]->type, MEMBLOCK__V1__TYPE__TYPE_MEMORY);
	assert_true(blame->parts[0]->has_seq);
	assert_int_equal(blame->parts[0]->seq, 0);
	assert_null(blame->parts[0]->operation);
	assert_null(blame->parts[0]->principal);
	assert_int_equal(blame->parts[1]->seq, 2);
	assert_string_equal(blame->parts[1]->operation, "reserve");
	harness_expect_refused(
	    blame_at(harness, 0), CODE(NOT_FOUND), "first that is kept is 1");
}

static void damage_on_the_way_is_data_loss(void **state)
{
	struct harness *harness = *state;
	const Memblock__V1__Response *response;

	harness_create_board(harness, "b");
	harness_reserve_many(harness, "b", 0x40000000, 9);
	harness_stop(harness);
	scratch_edit(
	    harness->scratch, "UPDATE operation SET size = 1 WHERE seq = 5");
	harness_start(harness);
	assert_int_equal(blame_at(harness, 4)->blame->n_parts, 4);
	response = blame_at(harness, 6);
	harness_expect_refused(response, CODE(DATA_LOSS), "b seq 5");
	assert_int_equal(response->seq, 10);
}

static void blame_of_what_was_lost_is_unavailable(void **state)
{
	struct harness *harness = *state;
	struct asked change, question;
	uint64_t id;

	harness_create(harness, "b");
	scratch_limit_files(0);
	asked_init_range(&change, OPERATION(RESERVE), "b", 0, 0x1000);
	asked_init(&question, OPERATION(BLAME), "b");
	harness_send(harness, &change);
	id = harness_send(harness, &question);
	harness_expect_refused(
	    harness_receive(harness, id), CODE(UNAVAILABLE), "was not written");
	assert_int_equal(
	    harness_ask_for(harness, OPERATION(BLAME), "b")->blame->n_parts, 0);
	harness_empty_disk(harness);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(many_parts_come_in_pages),
	    CASE(just_one_page_has_no_second),
	    cmocka_unit_test_setup_teardown(
		part_of_rows_that_are_not_kept_is_of_seq_0,
		harness_setup_stopped, harness_teardown),
	    CASE(damage_on_the_way_is_data_loss),
	    CASE(blame_of_what_was_lost_is_unavailable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
