/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys whose index is damaged, as verify finds them. */
#include "storage/verify_keys.h"

#include "tests/unit/scratch_journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void do_keyed(struct scratch *scratch, const char *key)
{
	struct journal_row row = {
	    .principal = "uid:0",
	    .key = key,
	    .key_size = strlen(key),
	    .op = {.kind = OP_TRIM, .align = 4096},
	};

	scratch_do_row(scratch, &row);
}

/* Rows 1 and 3 have keys, row 2 has none. */
static void fill(struct scratch *scratch)
{
	do_keyed(scratch, "the first");
	scratch_add(scratch, 0x40000000, 0x1000);
	do_keyed(scratch, "the other");
	scratch_commit(scratch);
}

static void damage(struct scratch *scratch, const char *index, const char *text)
{
	scratch_close(scratch);
	scratch_damage_page(scratch, index, text);
	scratch_open(scratch);
}

static void expect_difference(
    struct scratch *scratch, uint64_t seq, const char *journal_side)
{
	const struct journal_verdict verdict = scratch_verify(scratch);

	assert_false(verdict.identical);
	assert_int_equal(verdict.difference_seq, seq);
	assert_string_equal(verdict.journal, journal_side);
}

static void keys_in_their_index_are_identical(void **state)
{
	fill(*state);
	assert_true(scratch_verify(*state).identical);
}

/* Expect the row to be named whose key would be taken for a new one. */
static void key_that_its_index_has_lost_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct journal_key_use use;

	fill(scratch);
	damage(scratch, "operation_key", "the other");
	assert_int_equal(journal_find_key(scratch->journal, "board0",
			     "the other", 9, &use, &scratch->error),
	    JOURNAL_NOT_FOUND);
	expect_difference(scratch, 3, "a request key that its index has lost");
}

/* Another index under its name has the keys at the rows behind theirs. */
static void key_that_leads_elsewhere_is_found(void **state)
{
	struct scratch *scratch = *state;

	fill(scratch);
	scratch_replace_key_index(
	    scratch, "SELECT instance, seq + 1, request_key FROM operation");
	expect_difference(
	    scratch, 1, "a request key that its index has at seq 2");
}

/* Expect the life to be named whose keys nobody would find. */
static void name_that_its_index_has_lost_is_found(void **state)
{
	fill(*state);
	damage(*state, "instance_name", "board0");
	expect_difference(
	    *state, 0, "an instance that the index of names has lost");
}

static void index_that_is_not_there_fails(void **state)
{
	struct scratch *scratch = *state;
	struct journal_verdict verdict;

	fill(scratch);
	scratch_edit(scratch, "DROP INDEX operation_key");
	assert_int_equal(journal_verify(scratch->journal, scratch->id, 3, NULL,
			     &verdict, &scratch->error),
	    JOURNAL_FAILED);
	assert_non_null(strstr(scratch->error.text, "operation_key"));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(keys_in_their_index_are_identical),
	    CASE(key_that_its_index_has_lost_is_found),
	    CASE(key_that_leads_elsewhere_is_found),
	    CASE(name_that_its_index_has_lost_is_found),
	    CASE(index_that_is_not_there_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
