/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_advance.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum journal_status commit(struct scratch *scratch)
{
	return journal_commit(
	    scratch->journal, scratch->batch, &scratch->error);
}

static void expect_rows(struct scratch *scratch, const char *count)
{
	assert_string_equal(
	    scratch_ask(scratch, "SELECT count(*) FROM operation"), count);
}

/* Expect the rows of two instances, taken in turns, in one batch. */
static void instances_in_turns_each_advance(void **state)
{
	struct scratch *scratch = *state;
	struct journal_instance other = {.id = 2,
	    .name = "board1",
	    .principal = "uid:0",
	    .settings = memblock_settings_default()};
	struct journal_row row = {.instance = 2,
	    .principal = "uid:0",
	    .op = {.kind = OP_TRIM, .align = 4096}};

	assert_true(journal_batch_create(scratch->batch, &other, NULL));
	for (row.seq = 1; row.seq <= 3; row.seq++) {
		scratch_add(scratch, 0x1000 * row.seq, 0x1000);
		assert_true(journal_batch_row(scratch->batch, &row));
	}
	scratch_add(scratch, 0x8000, 0x1000);
	scratch_commit(scratch);
	assert_string_equal(
	    scratch_ask(scratch,
		"SELECT group_concat(id || ':' || seq, ' ') FROM instance"),
	    "1:4 2:3");
	scratch_expect_loaded(scratch);
}

static void seq_that_does_not_follow_is_damage(void **state)
{
	struct scratch *scratch = *state;

	scratch->seq = 1;
	scratch_add(scratch, 0x1000, 0x1000);
	assert_int_equal(commit(scratch), JOURNAL_DAMAGED);
	expect_rows(scratch, "0");
}

static void seq_left_out_within_a_batch_is_damage(void **state)
{
	struct scratch *scratch = *state;

	scratch_add(scratch, 0x1000, 0x1000);
	scratch->seq++;
	scratch_add(scratch, 0x1000, 0x1000);
	assert_int_equal(commit(scratch), JOURNAL_DAMAGED);
	expect_rows(scratch, "0");
}

static void row_of_an_instance_that_is_not_there_is_damage(void **state)
{
	struct scratch *scratch = *state;

	scratch->id = 9;
	scratch_add(scratch, 0x1000, 0x1000);
	assert_int_equal(commit(scratch), JOURNAL_DAMAGED);
	expect_rows(scratch, "0");
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(instances_in_turns_each_advance),
	    CASE(seq_that_does_not_follow_is_damage),
	    CASE(seq_left_out_within_a_batch_is_damage),
	    CASE(row_of_an_instance_that_is_not_there_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
